import { genesisHash } from '@tillside/protocol';
import type { IncomingEvent } from '../../sync/incoming.ts';
import { firstPlaceOf, type ToldAt, toldBefore } from '../../sync/told.ts';
import type { Sqlite } from './open.ts';

type Place = [store: string, epoch: string, stream: string, seq: number, hash: string];

/** The event, or what is left of it when its occurrence is held under another number. Call it for each that is stored, in the transaction of its insert. */
export type Once = (event: IncomingEvent, isToldOf: boolean) => IncomingEvent;

/** `isToldOf`: events of this stream were told in other epochs. */
export function createOnce(db: Sqlite): Once {
  const toldAt = db.prepare<[...Place], ToldAt>(
    `SELECT told_epoch AS epoch, told_seq AS seq FROM told WHERE store = ? AND epoch = ? AND stream = ? AND seq = ? AND hash = ?`,
  );
  const heldAt = db.prepare<[...Place], ToldAt>(
    `SELECT s.epoch, e.seq FROM streams s JOIN events e ON e.stream_id = s.id
     WHERE s.store = ? AND s.epoch = ? AND s.stream = ? AND e.seq = ? AND e.hash = ?`,
  );
  const tell = db.prepare('INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?)');
  const mark = db.prepare(
    `INSERT INTO streams (store, epoch, stream, contiguous_seq, contiguous_hash, ranges, fork_seq, last_received_at, told)
     VALUES (?, ?, ?, 0, ?, '[]', NULL, '', 1) ON CONFLICT (store, epoch, stream) DO UPDATE SET told = 1`,
  );
  return (event, isToldOf) => {
    if (event.again === undefined && !isToldOf) return event;
    const { store, stream } = event;
    const { epoch, seq, hash } = firstPlaceOf(event);
    const place: Place = [store, epoch, stream, seq, hash];
    const at = toldAt.get(...place) ?? (event.again === undefined ? undefined : heldAt.get(...place));
    if (at !== undefined) return toldBefore(event, at);
    if (event.again === undefined) return event;
    tell.run(...place, event.epoch, event.seq);
    mark.run(store, epoch, stream, genesisHash(store, epoch, stream));
    return event;
  };
}
