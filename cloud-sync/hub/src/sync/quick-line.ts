import {
  Envelope,
  EVENT_TYPES,
  type EventType,
  SaleCompleted,
  SaleLine,
  STREAMS,
  type Stream,
} from '@tillside/protocol';
import type { IncomingEvent } from './incoming.ts';
import type { QuickSale, QuickSaleLine } from './quick-sums.ts';
import { type Field, fieldsPattern, isOptional, isStrict, patternOf } from './text-pattern.ts';

/** What a line says that was read without taking it apart as JSON. Texts are one character a byte. */
export interface QuickLine
  extends Pick<IncomingEvent, 'store' | 'epoch' | 'stream' | 'seq' | 'type' | 'time' | 'prevhash'> {
  readonly sale:
    | (QuickSale & { readonly saleId: string; readonly receiptNumber: string; readonly memberId: string | undefined })
    | undefined;
}

/** Longer ones are rare; and what an expression remembers to go back to stays small. */
const MAX_CHARS = 16_384;

const SALE = 'tillside.sale.completed.v1';
/** What changes nothing beside the log (`effectsOf`). All else but sales is rare. */
const PLAIN_TYPES = [
  'tillside.coupon.redeemed.v1',
  'tillside.basket.cancelled.v1',
  'tillside.recommendation.served.v1',
  'tillside.label.shown.v1',
  'tillside.promotion.changed.v1',
  'tillside.device.changed.v1',
  'tillside.items.imported.v1',
  'tillside.presence.counted.v1',
] as const satisfies readonly EventType[];

/** The types that can be read so. */
export const QUICK_TYPES: readonly EventType[] = [SALE, ...PLAIN_TYPES];

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
  PLAIN_TYPES.map((type) => [
    type,
    { stream: EVENT_TYPES[type].stream, pattern: sticky(patternOf(EVENT_TYPES[type].body), '\\}') },
  ]),
);

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
    return sale === null ? null : { ...common, sale };
  }
  const body = BODIES.get(type);
  if (body?.stream !== stream || match(body.pattern, text, at) === null || body.pattern.lastIndex !== to) return null;
  return { ...common, sale: undefined };
}
