import type { LogLine } from './ports.ts';

/** What a running kiosk says, one JSON object a line; the launcher reads some of it. */
export function writeLine(line: LogLine): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
}
