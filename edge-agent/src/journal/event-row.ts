import { type Envelope, envelopeHash, type Stream } from '@tillside/protocol';
import type { Random } from '../ports.ts';

/** The newest event of a stream: what the next one goes on from. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
  /** Bytes of the stream up to it. */
  readonly total: number;
}

/** What of an envelope is not its place in a stream. */
export type Occurrence = Pick<Envelope, 'type' | 'time' | 'data' | 'again'> & { readonly id?: string };

export const INSERT_EVENT =
  'INSERT INTO event (epoch, stream, seq, type, time, hash, envelope, total) VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
export const NEWEST_EVENT =
  'SELECT seq, hash, total FROM event WHERE epoch = ? AND stream = ? ORDER BY seq DESC LIMIT 1';

/** What a row takes beside its envelope: epoch, stream, type, time, hash. */
export const ROW_BYTES = 200;

/** The next event of a stream, as its row, and the stream's new head. */
export function eventAfter(
  head: Head,
  at: { store: string; epoch: string; stream: Stream; random: Random },
  { id, type, time, again, data }: Occurrence,
): { row: [string, string, number, string, string, string, string, number]; head: Head } {
  const { store, epoch, stream } = at;
  const seq = head.seq + 1;
  const envelope: Envelope = {
    specversion: '1.0',
    id: id ?? at.random.uuid(),
    source: `/stores/${store}`,
    type,
    time,
    datacontenttype: 'application/json',
    store,
    epoch,
    stream,
    seq,
    prevhash: head.hash,
    ...(again === undefined ? {} : { again }),
    data,
  };
  const text = JSON.stringify(envelope);
  const hash = envelopeHash(text);
  const total = head.total + Buffer.byteLength(text) + ROW_BYTES;
  return { row: [epoch, stream, seq, type, time, hash, text, total], head: { seq, hash, total } };
}
