import {
  type EventReader,
  isToldBefore,
  type PositionRecord,
  type StoredEvent,
  type StreamKey,
} from '@tillside/hub/storage';
import { type ReadEvent, readBody } from '@tillside/protocol';
import type { ExportErrorCode } from './errors.ts';
import { READ_PAGE, STREAM_PAGE, WAITING_RANGES_MAX } from './limits.ts';
import type { StreamEntry } from './manifest.ts';
import type { EnvelopeFields } from './stage.ts';

/** Streams are looked at from here on, whatever clock wrote their times: positions, not times, say what is new. */
const ALL_TIMES = '1970-01-01T00:00:00.000Z';

export async function* allPositions(events: EventReader): AsyncGenerator<PositionRecord> {
  let after: StreamKey | null = null;
  for (;;) {
    const page: PositionRecord[] = await events.streamsSince(ALL_TIMES, { after, limit: STREAM_PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < STREAM_PAGE) return;
    after = { store: last.store, epoch: last.epoch, stream: last.stream };
  }
}

export interface Found {
  readonly envelope: EnvelopeFields;
  readonly event: ReadEvent;
}

/** The event if its body counts at the hub and can be read here. `told`: it counts under another number, and never here. */
export function readable(key: StreamKey, row: StoredEvent): Found | 'waits' | 'told' {
  if (row.quarantine !== null) return isToldBefore(row.quarantine) ? 'told' : 'waits';
  const { id = '', data } = JSON.parse(row.text) as { id?: string; data: unknown };
  const { seq, type, time, receivedAt, hash } = row;
  const read = readBody({ type, stream: key.stream, data });
  if (!read.ok) return 'waits';
  const { store, epoch, stream } = key;
  return { envelope: { store, epoch, stream, seq, id, type, time, receivedAt, hash }, event: read.event };
}

export type Walked = { found: Found | null; entry: StreamEntry };
export type Held = { held: ExportErrorCode };

/** Runs of numbers with one more at the end. */
function withSeq(ranges: StreamEntry['waiting'], seq: number): StreamEntry['waiting'] {
  const last = ranges.at(-1);
  return last !== undefined && last[1] === seq - 1 ? [...ranges.slice(0, -1), [last[0], seq]] : [...ranges, [seq, seq]];
}

/**
 * What a stream has to tell since the last time: first events that waited and can be read now, then those above what was exported. Each item comes with the entry that
 * is true once the item is in the files, so that a commit can be made after any of them.
 */
export async function* walkStream(
  events: EventReader,
  position: PositionRecord,
  before: StreamEntry | undefined,
): AsyncGenerator<Walked | Held> {
  const { store, epoch, stream, contiguousSeq, contiguousHash, ranges } = position;
  const key = { store, epoch, stream };
  let entry: StreamEntry = before ?? { ...key, seq: 0, hash: '', events: 0, waiting: [] };
  // What is above a hole is given to consumers once the epoch is known to be dead; whether it is, only reading tells.
  const heldTo = Math.max(contiguousSeq, ranges.at(-1)?.[1] ?? 0);
  // A hub that was restored from a backup gets these numbers again from the store.
  if (heldTo < entry.seq) return;
  if (!(await samePast(events, position, entry))) {
    yield { held: 'EXPORT_HISTORY_DIFFERS' };
    return;
  }
  for await (const walked of releasedOf(events, key, entry)) {
    entry = walked.entry;
    yield walked;
  }
  for (let more = heldTo > entry.seq; more; ) {
    const page = await events.read(key, entry.seq, READ_PAGE);
    for (const row of page) {
      const read = readable(key, row);
      const found = typeof read === 'string' ? null : read;
      const waiting = read === 'waits' ? withSeq(entry.waiting, row.seq) : entry.waiting;
      if (waiting.length > WAITING_RANGES_MAX) {
        yield { held: 'EXPORT_WAITING_FULL' };
        return;
      }
      const counted = entry.events + (found === null ? 0 : 1);
      entry = { ...entry, seq: row.seq, hash: row.hash, events: counted, waiting };
      yield { found, entry };
    }
    more = page.length === READ_PAGE;
  }
  // What is left below the mark was given up by the store.
  if (entry.seq < contiguousSeq) yield { found: null, entry: { ...entry, seq: contiguousSeq, hash: contiguousHash } };
}

/** Is what was exported last still what the hub holds under its number? */
async function samePast(
  events: EventReader,
  { store, epoch, stream, contiguousSeq, contiguousHash }: PositionRecord,
  { seq, hash }: StreamEntry,
): Promise<boolean> {
  if (seq === 0) return true;
  if (seq === contiguousSeq) return hash === contiguousHash;
  const [row] = await events.read({ store, epoch, stream }, seq - 1, 1);
  return row === undefined || row.seq !== seq || row.hash === hash;
}

async function* releasedOf(events: EventReader, key: StreamKey, before: StreamEntry): AsyncGenerator<Walked> {
  let entry = before;
  let still: StreamEntry['waiting'] = [];
  for (const [at, [from, to]] of before.waiting.entries()) {
    for (let next = from; next <= to; ) {
      const page = await events.read(key, next - 1, Math.min(READ_PAGE, to - next + 1));
      const rows = page.filter(({ seq }) => seq <= to);
      for (const row of rows) {
        const found = readable(key, row);
        // What waits was not told before: the hub says so when it takes an event in.
        if (typeof found === 'string') {
          still = withSeq(still, row.seq);
          continue;
        }
        const rest: StreamEntry['waiting'] = row.seq < to ? [[row.seq + 1, to]] : [];
        const waiting = [...still, ...rest, ...before.waiting.slice(at + 1)];
        entry = { ...entry, events: entry.events + 1, waiting };
        yield { found, entry };
      }
      next = (rows.at(-1)?.seq ?? to) + 1;
    }
  }
}
