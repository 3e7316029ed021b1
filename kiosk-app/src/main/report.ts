/** What a running kiosk tells its log and whoever started it. */
import type { LogLine } from './ports.ts';

export function writeLine(line: LogLine): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
}

/** To the launcher, over the channel it gave; nothing where there is none. */
export function tellParent(kind: 'healthy' | 'alive'): void {
  process.send?.({ kind });
}
