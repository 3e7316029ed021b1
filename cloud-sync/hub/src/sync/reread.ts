import type { EventLog } from '../storage/port.ts';
import { type IncomingEvent, readLine } from './incoming.ts';

/** Events that are looked at in one go. */
const PAGE = 200;
/** Reasons that are counted one by one. */
const MAX_REASONS = 50;

export interface Reread {
  /** In quarantine before. */
  readonly looked: number;
  /** Can be read now; they take effect unless it was a dry run. */
  readonly readable: number;
  /** Why the others cannot, by how often; without values. */
  readonly reasons: Readonly<Record<string, number>>;
}

/**
 * Reads what lies in quarantine again, oldest first: after an upgrade the hub may know bodies that it did not. Each takes effect once, in a transaction of its own,
 * however often and from wherever this is called.
 */
export async function rereadQuarantine(
  events: Pick<EventLog, 'quarantined' | 'release'>,
  {
    dryRun,
    released,
  }: {
    readonly dryRun: boolean;
    /** For what counts events behind the log and has passed this one by. */
    readonly released: (event: IncomingEvent) => void;
  },
): Promise<Reread> {
  let [looked, readable, after] = [0, 0, 0];
  const reasons = new Map<string, number>();
  for (;;) {
    const page = await events.quarantined(after, PAGE);
    for (const { cursor, text } of page) {
      after = cursor;
      looked += 1;
      const read = readLine(text);
      const reason = read.ok ? read.event.quarantine : read.message;
      if (read.ok && reason === null) {
        const isReleased = !dryRun && (await events.release(cursor, read.event));
        if (isReleased) released(read.event);
        if (dryRun || isReleased) readable += 1;
      } else if (reason !== null && (reasons.has(reason) || reasons.size < MAX_REASONS))
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    if (page.length < PAGE) return { looked, readable, reasons: Object.fromEntries(reasons) };
  }
}
