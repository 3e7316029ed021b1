import type { HeldRange } from '../../sync/position.ts';
import type { AuditedStream, EventAudit, StoredEvent, StreamKey } from '../port.ts';
import { createReading } from './events.ts';
import type { Sqlite } from './open.ts';

type Row = StreamKey & {
  contiguousSeq: number;
  contiguousHash: string;
  ranges: string;
  forkSeq: number | null;
  olderHashesTo: number;
  conflicts: number;
};

const STREAMS = `SELECT store, epoch, stream, contiguous_seq AS contiguousSeq, contiguous_hash AS contiguousHash, ranges, fork_seq AS forkSeq,
    coalesce((SELECT upto_seq FROM older_hashes o WHERE o.stream_id = s.id), 0) AS olderHashesTo,
    (SELECT count(*) FROM conflicts c WHERE (c.store, c.epoch, c.stream) = (s.store, s.epoch, s.stream)) AS conflicts
  FROM streams s WHERE store = @of AND (store, epoch, stream) > (@store, @epoch, @stream) ORDER BY store, epoch, stream LIMIT @limit`;

const EVENTS = `SELECT seq, type, time, prevhash, hash, received_at AS receivedAt, quarantine, envelope AS text FROM events
  WHERE stream_id = (SELECT id FROM streams WHERE store = @store AND epoch = @epoch AND stream = @stream) AND seq > @afterSeq ORDER BY seq LIMIT @limit`;

export function createAudit(db: Sqlite): EventAudit {
  const streams = db.prepare<object, Row>(STREAMS);
  const events = db.prepare<object, StoredEvent>(EVENTS);
  return {
    streams: async (of, { after, limit }) =>
      streams
        .all({ of, ...(after ?? { store: '', epoch: '', stream: '' }), limit })
        .map(({ store, epoch, stream, olderHashesTo, conflicts, ...state }): AuditedStream => {
          const ranges = JSON.parse(state.ranges) as HeldRange[];
          return { store, epoch, stream, olderHashesTo, conflicts, state: { ...state, ranges } };
        }),
    events: async ({ store, epoch, stream }, afterSeq, limit) => events.all({ store, epoch, stream, afterSeq, limit }),
    sheds: createReading(db).sheds,
  };
}
