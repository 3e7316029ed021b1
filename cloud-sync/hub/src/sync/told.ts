import { type Envelope, type Origin, originOf, type Stream } from '@tillside/protocol';
import type { IncomingEvent } from './incoming.ts';

/** What quarantine says of an occurrence that is held under another number already. It is never read again. */
const TOLD_BEFORE = 'TOLD_BEFORE';

export const isToldBefore = (quarantine: string | null): boolean => quarantine?.startsWith(TOLD_BEFORE) === true;

/** Is this an event whose body could not be read, and not one that was told before? */
export const isUnread = (quarantine: string | null): boolean => quarantine !== null && !isToldBefore(quarantine);

/** The same as a condition of SQL, on a column `quarantine`. */
export const UNREAD = `quarantine IS NOT NULL AND quarantine NOT LIKE '${TOLD_BEFORE}%'`;

/** Where an occurrence is held: in which epoch of its store and stream, under which number. */
export type ToldAt = Pick<Envelope, 'epoch' | 'seq'>;

/** Where its store first wrote it: what makes two events the same occurrence. */
export const firstPlaceOf = (event: Pick<IncomingEvent, 'epoch' | 'seq' | 'hash' | 'again'>): Origin =>
  event.again ?? originOf({ epoch: event.epoch, seq: event.seq }, event.hash);

export const placeKey = (store: string, stream: Stream, { epoch, seq, hash }: Origin): string =>
  `${store}/${stream}/${epoch}/${seq}/${hash}`;

/**
 * A store forks when HQ holds other events under its numbers: what waits is told again in a new epoch. A disk that is put back to before its fork forks once more and tells it
 * once more, in an epoch of which this disk knows nothing. The event is kept, for the chain goes through it, and has no effect: no sale counts twice.
 */
export const toldBefore = (event: IncomingEvent, at: ToldAt): IncomingEvent => ({
  ...event,
  quarantine: `${TOLD_BEFORE}: ${at.epoch}/${at.seq}`,
  effects: {},
  shed: undefined,
});
