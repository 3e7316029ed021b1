import { LedgerEntry } from '@tillside/decide';
import {
  Envelope,
  EVENT_TYPES,
  type EventBody,
  type EventType,
  SaleCompleted,
  SaleLine,
  STREAMS,
  type Stream,
} from '@tillside/protocol';
import type { IncomingEvent } from './incoming.ts';
import { isForeignEntry, type MemberEffects } from './member-effects.ts';
import { decoded, type QuickSale, type QuickSaleLine } from './quick-sums.ts';
import { type Field, fieldsPattern, isOptional, isStrict, patternOf } from './text-pattern.ts';

/** What a line says that was read without taking it apart as JSON. Texts are one character a byte. */
export interface QuickLine
  extends Pick<IncomingEvent, 'store' | 'epoch' | 'stream' | 'seq' | 'type' | 'time' | 'prevhash'> {
  readonly sale:
    | (QuickSale & { readonly saleId: string; readonly receiptNumber: string; readonly memberId: string | undefined })
    | undefined;
  /** What it says of members, unless it is a sale; its texts are whole. */
  readonly members: MemberEffects | undefined;
}

/** Longer ones are rare; and what an expression remembers to go back to stays small. */
const MAX_CHARS = 16_384;

const SALE = 'tillside.sale.completed.v1';
const CONSENT = 'tillside.consent.changed.v1';
const POINTS = 'tillside.points.moved.v1';
/** What changes nothing beside the log (`effectsOf`). All else but sales, consents and points is rare. */
const PLAIN_TYPES = [
  'tillside.coupon.redeemed.v1',
  'tillside.basket.cancelled.v1',
  'tillside.recommendation.served.v1',
  'tillside.recommendation.outcome.v1',
  'tillside.label.shown.v1',
  'tillside.promotion.changed.v1',
  'tillside.device.changed.v1',
  'tillside.items.imported.v1',
  'tillside.presence.counted.v1',
] as const satisfies readonly EventType[];

/** The types that can be read so. */
export const QUICK_TYPES: readonly EventType[] = [SALE, CONSENT, ...PLAIN_TYPES];

function sticky(...parts: readonly (string | null)[]): RegExp {
  if (parts.includes(null)) throw new TypeError('a schema of which no pattern is known');
  return new RegExp(parts.join(''), 'y');
}

/** All but `data`; what is not always there is told again, which is rare. */
const HEAD: readonly Field[] = Object.entries(Envelope.shape).filter(
  ([key, schema]) => key !== 'data' && !isOptional(schema),
);
const ENVELOPE = sticky(
  '\\{',
  fieldsPattern(HEAD, { capture: ['type', 'time', 'store', 'epoch', 'stream', 'seq', 'prevhash'] }),
  ',"data":',
);
const STREAM_OF: ReadonlyMap<string, Stream> = new Map(STREAMS.map((stream) => [`"${stream}"`, stream]));
const BODIES: ReadonlyMap<string, { readonly stream: Stream; readonly pattern: RegExp }> = new Map(
  ([CONSENT, ...PLAIN_TYPES] as const).map((type) => [
    type,
    { stream: EVENT_TYPES[type].stream, pattern: sticky(patternOf(EVENT_TYPES[type].body), '\\}') },
  ]),
);
const { memberId: OF_MEMBER, at: INSTANT } = LedgerEntry.shape;
/** Points that sales earn, as stores write them: the only entries that are not rare. */
const EARN = `\\{"entryId":"earn:[a-z0-9-]{2,32}:[A-Za-z0-9._:/-]{1,160}","memberId":${patternOf(OF_MEMBER)},"kind":"earn","points":[1-9]\\d{0,8},"at":${patternOf(INSTANT)}(?:,"availableAt":${patternOf(INSTANT)})?(?:,"expiresAt":${patternOf(INSTANT)})?\\}`;
const EARNED = sticky(`\\{"entries":\\[${EARN}(?:,${EARN}){0,19}\\]\\}\\}`);

const SALE_FIELDS: readonly Field[] = Object.entries(isStrict(SaleCompleted) ? SaleCompleted.shape : {});
const LINES_AT = SALE_FIELDS.findIndex(([key]) => key === 'lines');
const SALE_HEAD = sticky(
  '\\{',
  fieldsPattern(SALE_FIELDS.slice(0, LINES_AT), {
    capture: ['saleId', 'businessDate', 'completedAt', 'receiptNumber', 'memberId'],
  }),
  ',"lines":\\[',
);
const SALE_LINE = sticky(
  '\\{',
  fieldsPattern(isStrict(SaleLine) ? Object.entries(SaleLine.shape) : [], {
    capture: ['category', 'quantity', 'payableFen', 'adjustments'],
  }),
  '\\}([,\\]])',
);
const SALE_TAIL = sticky(
  fieldsPattern(SALE_FIELDS.slice(LINES_AT + 1), {
    capture: ['listFen', 'savingsFen', 'payableFen', 'guest'],
    goesOn: true,
  }),
  '\\}\\}',
);

function match(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

const NO_ADJUSTMENTS: QuickSaleLine['adjustments'] = [];

/** The sale that begins at `from` and ends its envelope at `to`. */
function readSale(text: string, from: number, to: number): QuickLine['sale'] | null {
  const head = match(SALE_HEAD, text, from);
  if (head === null) return null;
  const lines: QuickSaleLine[] = [];
  let at = SALE_HEAD.lastIndex;
  for (let hasMore = true; hasMore; at = SALE_LINE.lastIndex) {
    const line = match(SALE_LINE, text, at);
    if (line === null) return null;
    const [, category = '', quantity, payableFen, adjusted = '', mark] = line;
    const adjustments = adjusted === '[]' ? NO_ADJUSTMENTS : (JSON.parse(adjusted) as QuickSaleLine['adjustments']);
    lines.push({ category, quantity: Number(quantity), payableFen: Number(payableFen), adjustments });
    hasMore = mark === ',';
  }
  const tail = match(SALE_TAIL, text, at);
  // Whose it was is to be found out, which is rare.
  if (tail === null || SALE_TAIL.lastIndex !== to || tail[4] !== undefined) return null;
  const [, saleId = '', businessDate = '', completedAt = '', receiptNumber = '', memberId] = head;
  return {
    saleId,
    businessDate,
    completedAt,
    receiptNumber,
    isOfMember: memberId !== undefined,
    memberId,
    listFen: Number(tail[1]),
    savingsFen: Number(tail[2]),
    payableFen: Number(tail[3]),
    lines,
  };
}

/** Undefined where the body is not as most are. */
function membersOf(type: string, store: string, text: string): MemberEffects | undefined {
  if (type === CONSENT) {
    const { memberId, ...state } = JSON.parse(decoded(text)) as EventBody<typeof CONSENT>;
    return { consent: { memberId, state } };
  }
  const { entries } = JSON.parse(text) as EventBody<typeof POINTS>;
  return entries.some((entry) => isForeignEntry(store, entry)) ? undefined : { entries };
}

/**
 * Reads the line from `from` to `to` as agents write most of them: not null only where `readLine` takes it and has nothing against its body, and says the same of it; null says
 * nothing. A fifth of `readLine`'s time, and at the hub every event passes here. `text` has one character for each byte of valid UTF-8.
 */
export function readQuickLine(text: string, from: number, to: number): QuickLine | null {
  if (to - from > MAX_CHARS) return null;
  const head = match(ENVELOPE, text, from);
  if (head === null) return null;
  const at = ENVELOPE.lastIndex;
  const [, type = '', time = '', store = '', epoch = '', quoted = '', seq, prevhash = ''] = head;
  const stream = STREAM_OF.get(quoted);
  if (stream === undefined) return null;
  const common = { store, epoch, stream, seq: Number(seq), type, time, prevhash };
  if (type === SALE) {
    const sale = stream === EVENT_TYPES[SALE].stream ? readSale(text, at, to) : null;
    return sale === null ? null : { ...common, sale, members: undefined };
  }
  if (type === POINTS) {
    if (stream !== EVENT_TYPES[POINTS].stream || match(EARNED, text, at) === null || EARNED.lastIndex !== to)
      return null;
    const members = membersOf(type, store, text.slice(at, to - 1));
    return members === undefined ? null : { ...common, sale: undefined, members };
  }
  const body = BODIES.get(type);
  if (body?.stream !== stream || match(body.pattern, text, at) === null || body.pattern.lastIndex !== to) return null;
  const members = type === CONSENT ? membersOf(type, store, text.slice(at, to - 1)) : undefined;
  return { ...common, sale: undefined, members };
}
