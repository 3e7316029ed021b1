import type { HeldRange } from '../../sync/position.ts';
import type { AuditedStream, EventAudit, EventReader, StoredEvent, StreamKey } from '../port.ts';
import type { Database } from './pool.ts';

type Row = StreamKey & {
  contiguousSeq: number;
  contiguousHash: string;
  ranges: string;
  forkSeq: number | null;
  conflicts: number;
};

const STREAMS = `SELECT store, epoch, stream, contiguous_seq AS "contiguousSeq", contiguous_hash AS "contiguousHash", ranges, fork_seq AS "forkSeq",
    (SELECT count(*) FROM conflicts c WHERE (c.store, c.epoch, c.stream) = (s.store, s.epoch, s.stream))::int AS conflicts
  FROM streams s WHERE store = $1 AND (store, epoch, stream) > ($2, $3, $4) ORDER BY store, epoch, stream LIMIT $5`;

/** A number has one row in each partition at most, which only somebody else than the hub can have made several: none may hide behind the end of a page. */
const EVENTS = `SELECT seq, type, time, prevhash, hash, received_at AS "receivedAt", quarantine, envelope AS text FROM events
  WHERE store = $1 AND stream_id = (SELECT id FROM streams WHERE store = $1 AND epoch = $2 AND stream = $3) AND seq > $4 ORDER BY seq
  FETCH FIRST $5 ROWS WITH TIES`;

/** Every event was taken in with the hash of its text: there are no older ones. */
export function createAudit(db: Database, events: Pick<EventReader, 'sheds'>): EventAudit {
  return {
    streams: async (of, { after, limit }) => {
      const key = after ?? { store: '', epoch: '', stream: '' };
      const rows = await db.rows<Row>(STREAMS, [of, key.store, key.epoch, key.stream, limit]);
      return rows.map(({ store, epoch, stream, conflicts, ...state }): AuditedStream => {
        const ranges = JSON.parse(state.ranges) as HeldRange[];
        return { store, epoch, stream, olderHashesTo: 0, conflicts, state: { ...state, ranges } };
      });
    },
    events: ({ store, epoch, stream }, afterSeq, limit) =>
      db.rows<StoredEvent>(EVENTS, [store, epoch, stream, afterSeq, limit]),
    sheds: events.sheds,
  };
}
