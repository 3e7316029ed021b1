import { appendFileSync, readFileSync } from 'node:fs';
import { HostClient } from '../client.ts';

/**
 * A client as a process of its own, for tests that kill it: takes each event once by its cursor, as the agent does, and keeps it and the cursor in one line of a
 * file: `BOOT SEQ WHAT`. Arguments: socket path, token, file.
 */
const [socketPath = '', token = '', file = ''] = process.argv.slice(2);

function cursor(): { bootId: string; eventSeq: number } | undefined {
  const last = readLines().at(-1)?.split(' ');
  return last === undefined ? undefined : { bootId: last[0] ?? '', eventSeq: Number(last[1]) };
}

function readLines(): string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}

let last = cursor();
new HostClient({
  endpoint: { kind: 'unix', socketPath, token },
  onEvent: async (bootId, eventSeq, event) => {
    if (last !== undefined && last.bootId === bootId && eventSeq <= last.eventSeq) return;
    const what = event.type === 'scan' ? event.data : `${event.type}:${event.type === 'state' ? event.state : ''}`;
    appendFileSync(file, `${bootId} ${eventSeq} ${what}\n`);
    last = { bootId, eventSeq };
  },
}).start();
