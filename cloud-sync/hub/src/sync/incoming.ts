import { type Envelope, envelopeHash, type Origin, originOf, readBody, type Stream } from '@tillside/protocol';
import { checkEnvelope } from './check-envelope.ts';
import { type Effects, effectsOf } from './effects.ts';
import { isForeignEntry } from './member-effects.ts';
import { hasOddText, isDeeper, repeatsKey } from './odd-json.ts';
import type { Planned } from './plan.ts';

/** An envelope that was read, checked and hashed, flat and plain so that it can cross threads. */
export interface IncomingEvent {
  readonly store: string;
  readonly epoch: string;
  readonly stream: Stream;
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly prevhash: string;
  readonly hash: string;
  /** The envelope's bytes as its store wrote them. */
  readonly text: string;
  /** Why the body cannot be read; null for a good one. */
  readonly quarantine: string | null;
  readonly effects: Effects;
  readonly shed?: Planned['shed'];
  /** Of an occurrence that is told again: where its store first wrote it. */
  readonly again?: Origin | undefined;
}

export type LineRead = { ok: true; event: IncomingEvent } | { ok: false; message: string };

export const EVENT_LIMITS = {
  /** Of one envelope. A sale of 2,000 lines, the most there may be, is some 600 kB. */
  bytes: 1024 * 1024,
  /** Levels of one envelope. What databases and JSON writers take apart by recursion must not be deeper. */
  depth: 32,
  /** Of one event, in fen or pieces: sums of any number of events stay exact. */
  amount: 2 ** 40,
} as const;

/**
 * One line of a batch. What is no envelope is refused, by a stable word and what is wrong; a body that can't be read makes a quarantined event. Words:
 * `TOO_LONG`, `NOT_JSON`, `ENVELOPE_INVALID`, `TEXT_INVALID`, `TOO_DEEP`, `KEY_REPEATED`.
 */
export function readLine(text: string): LineRead {
  if (text.length > EVENT_LIMITS.bytes) return refused(`TOO_LONG: more than ${EVENT_LIMITS.bytes} bytes`);
  // Spaces around it would be hashed at one end only.
  if (text[0] !== '{' || text.at(-1) !== '}') return refused('NOT_JSON: a line is one JSON object and nothing else');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused('NOT_JSON');
  }
  const read = checkEnvelope(json);
  if (!read.ok) return refused(`ENVELOPE_INVALID: ${read.message}`);
  const odd = hasOddText(text, [read.envelope.type, read.envelope.source]);
  if (odd) return refused('TEXT_INVALID: NUL or half a surrogate pair in type or source');
  if (repeatsKey(text, json)) return refused('KEY_REPEATED: readers differ in which of the two counts');
  const event = toIncoming(read.envelope, text);
  // A body that can be read is shallow by its schema.
  if (event.quarantine !== null && isDeeper(text, EVENT_LIMITS.depth))
    return refused(`TOO_DEEP: more than ${EVENT_LIMITS.depth} levels`);
  return { ok: true, event };
}

const refused = (message: string): LineRead => ({ ok: false, message });

/** `text` must be what `envelope` was read from. */
export function toIncoming(envelope: Envelope, text: string): IncomingEvent {
  const { store, epoch, stream, seq, type, time, prevhash } = envelope;
  const hash = envelopeHash(text);
  const again = envelope.again === undefined ? {} : { again: originOf(envelope, hash) };
  const common = { store, epoch, stream, seq, type, time, prevhash, hash, text, ...again };
  const aside = (quarantine: string): IncomingEvent => ({ ...common, quarantine, effects: {} });
  const body = readBody(envelope);
  if (!body.ok) return aside(body.reason);
  // Databases refuse such text, and with it a whole batch.
  if (hasOddText(text, envelope.data)) return aside('BODY_INVALID: NUL or half a surrogate pair');
  const { event } = body;
  const effects = effectsOf(event);
  if (effects.members?.entries?.some((entry) => isForeignEntry(store, entry)) === true)
    return aside('BODY_INVALID: an entry of another store');
  if (!isPlausible(effects)) return aside('BODY_INVALID: an amount out of all proportion');
  // A hole that is told again is one of the epoch that is over: in this one its numbers are other events.
  if (event.type !== 'tillside.stream.shed.v1' || envelope.again !== undefined)
    return { ...common, quarantine: null, effects };
  const shed = event.body;
  if (shed.toSeq < shed.fromSeq) return aside('BODY_INVALID: toSeq: before fromSeq');
  return { ...common, quarantine: null, effects, shed };
}

function isPlausible({ sales, totals = [] }: Effects): boolean {
  const isSmall = (amount: number): boolean => Math.abs(amount) <= EVENT_LIMITS.amount;
  if (sales !== undefined && !Object.values(sales).every((each) => typeof each === 'string' || isSmall(each)))
    return false;
  return totals.every(({ amountFen, count }) => isSmall(amountFen) && isSmall(count));
}
