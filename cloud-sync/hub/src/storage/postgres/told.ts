import type { Origin, Stream } from '@tillside/protocol';
import type { IncomingEvent } from '../../sync/incoming.ts';
import { firstPlaceOf, placeKey, type ToldAt, toldBefore } from '../../sync/told.ts';
import { rowsOf, type Session } from './pool.ts';

type Place = Origin & { readonly store: string; readonly stream: Stream };

const columnsOf = (places: readonly Place[]): unknown[] => [
  places.map(({ store }) => store),
  places.map(({ epoch }) => epoch),
  places.map(({ stream }) => stream),
  places.map(({ seq }) => seq),
  places.map(({ hash }) => hash),
];
const WANTED =
  'unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[]) AS w (store, epoch, stream, seq, hash)';
const TOLD = `SELECT t.store, t.stream, t.epoch, t.seq, t.hash, t.told_epoch AS "toldEpoch", t.told_seq AS "toldSeq"
  FROM ${WANTED} JOIN told t USING (store, epoch, stream, seq, hash)`;
const HELD = `SELECT w.store, w.stream, w.epoch, w.seq, w.hash, w.epoch AS "toldEpoch", w.seq AS "toldSeq"
  FROM ${WANTED} JOIN streams s USING (store, epoch, stream) JOIN events e ON e.store = w.store AND e.stream_id = s.id AND e.seq = w.seq AND e.hash = w.hash`;
const TELL = `INSERT INTO told SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[])`;
const MARK = `UPDATE streams SET told = true FROM unnest($1::text[], $2::text[], $3::text[]) AS w (store, epoch, stream)
  WHERE streams.store = w.store AND streams.epoch = w.epoch AND streams.stream = w.stream AND NOT streams.told`;

/** Which occurrences are held, of those that one transaction brings again; nothing is asked where there is none. Call all of it under the locks of their streams, first places included. */
export class Once {
  readonly #at = new Map<string, ToldAt>();
  readonly #fresh: [IncomingEvent, Place][] = [];
  #hasAgain = false;

  /** `isToldOf`: events of this stream were told in other epochs. */
  static async among(
    session: Session,
    events: readonly IncomingEvent[],
    isToldOf: (event: IncomingEvent) => boolean,
  ): Promise<Once> {
    const once = new Once();
    const again = events.filter((event) => event.again !== undefined).map(placeOf);
    once.#hasAgain = again.length > 0;
    const asked = [...again, ...events.filter((event) => event.again === undefined && isToldOf(event)).map(placeOf)];
    const look = async (text: string, places: readonly Place[]): Promise<void> => {
      if (places.length === 0) return;
      type Row = Place & { toldEpoch: string; toldSeq: number };
      for (const { toldEpoch, toldSeq, ...place } of await rowsOf<Row>(session, text, columnsOf(places)))
        once.#at.set(keyOf(place), { epoch: toldEpoch, seq: toldSeq });
    };
    await look(HELD, again);
    await look(TOLD, asked);
    return once;
  }

  /** The event, or what is left of it when its occurrence is held under another number. For each that is stored, in order. */
  of(event: IncomingEvent): IncomingEvent {
    if (event.again === undefined && this.#at.size === 0 && !this.#hasAgain) return event;
    const place = placeOf(event);
    const at = this.#at.get(keyOf(place));
    if (at !== undefined) return toldBefore(event, at);
    this.#at.set(keyOf(place), event);
    if (event.again !== undefined) this.#fresh.push([event, place]);
    return event;
  }

  async write(session: Session): Promise<void> {
    if (this.#fresh.length === 0) return;
    const columns = columnsOf(this.#fresh.map(([, place]) => place));
    const events = this.#fresh.map(([event]) => event);
    await session.query(TELL, [...columns, events.map(({ epoch }) => epoch), events.map(({ seq }) => seq)]);
    await session.query(MARK, columns.slice(0, 3));
  }
}

const placeOf = (event: IncomingEvent): Place => ({
  store: event.store,
  stream: event.stream,
  ...firstPlaceOf(event),
});
const keyOf = ({ store, stream, ...origin }: Place): string => placeKey(store, stream, origin);
