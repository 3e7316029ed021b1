import { compareText } from './baskets.ts';
import { decay, HISTORY_HALF_LIFE_DAYS, MEMBER_SCORES_MAX } from './feature-set.ts';
import { HISTORY_MAX_LAST_BASKET } from './history.ts';
import { TasteBytes, TasteWriter } from './taste-bytes.ts';
import type { HistoryItem, MemberHistory, MemberScore } from './types.ts';

/** What HQ knows of one member's purchases in all stores, as it travels in a member pack. */
export interface MemberTaste {
  /** Sales up to here are in it; what a store adds of its own is later. Epoch milliseconds, kept exactly. */
  readonly untilMs: number;
  readonly history: MemberHistory | undefined;
  /** At most MEMBER_SCORES_MAX. */
  readonly scores: readonly MemberScore[];
}

/** Products of a history that travel; the others weigh the least. */
export const TASTE_HISTORY_MAX_ITEMS = 100;
const FORMAT = 1;
const HOUR_MS = 3_600_000;
/** The last hour that a Date can tell. */
const LAST_HOUR = Math.floor(8.64e15 / HOUR_MS);
/** Kind, until, counts, times of the history; and the most that an entry takes. */
const HEAD_MAX_BYTES = 64;
const ENTRY_MAX_BYTES = 48;
/** The most that a taste takes. */
export const TASTE_MAX_BYTES: number = HEAD_MAX_BYTES + (TASTE_HISTORY_MAX_ITEMS + MEMBER_SCORES_MAX) * ENTRY_MAX_BYTES;
const SCORE_STEPS = 255;
/** Steps of a weight between 1 and 2, 2 and 4 and so on: a weight comes back within 0.009%. */
const WEIGHT_STEPS = 4096;
const WEIGHT_MAX = 0xffff;

/**
 * Stands for a SKU where there is no list of them: MurmurHash3 (x86, 32 bits, seed 0) of its UTF-8. Two of 200,000 products share one in about five cases, which then
 * lend each other their habits.
 */
export function skuKey(sku: string): number {
  const bytes = Buffer.from(sku, 'utf8');
  const whole = bytes.length - (bytes.length % 4);
  let hash = 0;
  for (let at = 0; at < whole; at += 4) {
    hash ^= mixed(bytes.readUInt32LE(at));
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  let rest = 0;
  for (let at = bytes.length - 1; at >= whole; at -= 1) rest = (rest << 8) | (bytes[at] ?? 0);
  hash ^= mixed(rest) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixed(word: number): number {
  const spread = Math.imul(word, 0xcc9e2d51);
  return Math.imul((spread << 15) | (spread >>> 17), 0x1b873593);
}

/** A score (0 to 1) as a device will have it: one byte on a square-root scale, which is finest where most scores are. Training learns from these. */
export function quantised(score: number): number {
  return scoreOf(stepOf(score));
}

const stepOf = (score: number): number => Math.round(Math.sqrt(Math.min(1, Math.max(0, score || 0))) * SCORE_STEPS);
const scoreOf = (step: number): number => (step / SCORE_STEPS) ** 2;
/** Weights (decayed, fast, slow) are 1 or more: the basket that they are as of counts whole. */
const weightStep = (weight: number): number =>
  Math.min(WEIGHT_MAX, Math.max(0, Math.round(Math.log2(Math.max(1, weight || 1)) * WEIGHT_STEPS)));
const weightOf = (step: number): number => 2 ** (step / WEIGHT_STEPS);
const hourOf = (ms: number): number => Math.floor((ms || 0) / HOUR_MS);

interface Steps {
  readonly neighbours: number;
  readonly factors: number;
}
const NO_STEPS: Steps = { neighbours: 0, factors: 0 };
/** A history item under its key. */
interface Keyed {
  readonly key: number;
  readonly item: HistoryItem;
}

/**
 * The taste as compact bytes. Lost: history items beyond TASTE_HISTORY_MAX_ITEMS, scores beyond MEMBER_SCORES_MAX or too small for a step, minutes (times are floored to
 * the hour), 0.009% of a weight, all but one of products with the same key. What is decoded encodes to the same bytes again.
 */
export function encodeTaste({ untilMs, history, scores }: MemberTaste): Buffer {
  const out = new TasteWriter(TASTE_MAX_BYTES);
  const left = scoreSteps(scores);
  out.byte(FORMAT);
  out.count(untilMs);
  const items = history === undefined ? [] : keptItems(history);
  out.count(items.length);
  if (history !== undefined && items.length > 0) writeHistory(out, { history, items, left });
  const rest = [...left].sort(([one], [other]) => one - other);
  out.count(rest.length);
  for (const [key, steps] of rest) {
    out.u32(key);
    writeSteps(out, steps);
  }
  return out.done();
}

function scoreSteps(scores: readonly MemberScore[]): Map<number, Steps> {
  const found = new Map<number, Steps>();
  for (const { sku, neighbours, factors } of scores) {
    const key = skuKey(sku);
    const steps = { neighbours: stepOf(neighbours), factors: stepOf(factors) };
    if (steps.neighbours + steps.factors > 0 && !found.has(key) && found.size < MEMBER_SCORES_MAX)
      found.set(key, steps);
  }
  return found;
}

/** Those that weigh most at the end of the history, the newest basket first of all; in the order in which they are written. */
function keptItems({ items, basketCount, lastAtMs }: MemberHistory): Keyed[] {
  const byKey = new Map<number, HistoryItem>();
  for (const item of items) {
    const key = skuKey(item.sku);
    if (!byKey.has(key)) byKey.set(key, item);
  }
  let kept = [...byKey].map(([key, item]) => ({ key, item }));
  if (kept.length > TASTE_HISTORY_MAX_ITEMS) {
    const weight = ({ item }: Keyed): number =>
      item.lastBasket === basketCount
        ? Number.POSITIVE_INFINITY
        : item.decayed * decay(lastAtMs - item.lastAtMs, HISTORY_HALF_LIFE_DAYS);
    const weighed = kept.map((entry) => ({ ...entry, weight: weight(entry) }));
    // Infinity less itself is NaN: those of the newest basket are equal.
    kept = weighed
      .sort((one, other) => (one.weight === other.weight ? one.key - other.key : other.weight - one.weight))
      .slice(0, TASTE_HISTORY_MAX_ITEMS);
  }
  return kept.sort(
    ({ key, item }, other) =>
      other.item.lastBasket - item.lastBasket || hourOf(other.item.lastAtMs) - hourOf(item.lastAtMs) || key - other.key,
  );
}

interface HistoryParts {
  readonly history: MemberHistory;
  readonly items: readonly Keyed[];
  /** Scores that no item has taken yet. */
  readonly left: Map<number, Steps>;
}

/** Items as differences from the one before, the newest first: most differences fit in a byte. */
function writeHistory(out: TasteWriter, { history, items, left }: HistoryParts): void {
  const lastHour = hourOf(history.lastAtMs);
  out.count(lastHour);
  out.count(lastHour - hourOf(history.firstAtMs));
  let [hour, place] = [lastHour, Math.max(1, history.basketCount)];
  out.count(place);
  for (const { key, item } of items) {
    const itemHour = Math.min(hour, hourOf(item.lastAtMs));
    const itemPlace = Math.max(1, Math.min(place, item.lastBasket));
    out.u32(key);
    out.count(hour - itemHour);
    out.count(place - itemPlace);
    [hour, place] = [itemHour, itemPlace];
    // Bought once: all the rest follows from that.
    out.count(isOnce(item) ? 0 : Math.max(1, item.baskets));
    if (!isOnce(item)) {
      out.count(itemHour - hourOf(item.firstAtMs));
      out.count(itemPlace - item.firstBasket);
      for (const weight of [item.decayed, item.fast, item.slow]) out.u16(weightStep(weight));
    }
    writeSteps(out, left.get(key) ?? NO_STEPS);
    left.delete(key);
  }
}

const isOnce = ({ baskets, firstBasket, lastBasket, firstAtMs, lastAtMs, decayed, fast, slow }: HistoryItem): boolean =>
  baskets === 1 &&
  firstBasket === lastBasket &&
  hourOf(firstAtMs) === hourOf(lastAtMs) &&
  [decayed, fast, slow].every((weight) => weightStep(weight) === 0);

function writeSteps(out: TasteWriter, { neighbours, factors }: Steps): void {
  out.byte(neighbours);
  out.byte(factors);
}

/**
 * @param skuOf the SKU of a key; a product that is not known here is left out
 * @returns undefined for bytes that encodeTaste did not write
 */
export function decodeTaste(bytes: Uint8Array, skuOf: (key: number) => string | undefined): MemberTaste | undefined {
  if (bytes.length > TASTE_MAX_BYTES) return undefined;
  try {
    const reader = new TasteBytes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (reader.byte() !== FORMAT) return undefined;
    const untilMs = reader.count();
    const scores: MemberScore[] = [];
    const seen = new Set<string>();
    /** Undefined where the product is unknown, or another with its key came before. */
    const known = (key: number): string | undefined => {
      const sku = skuOf(key);
      if (sku === undefined || seen.has(sku)) return undefined;
      seen.add(sku);
      return sku;
    };
    const scored = (sku: string | undefined): void => {
      const [neighbours, factors] = [scoreOf(reader.byte()), scoreOf(reader.byte())];
      if (sku !== undefined && neighbours + factors > 0) scores.push({ sku, neighbours, factors });
    };
    const items = reader.count(TASTE_HISTORY_MAX_ITEMS);
    const history = items === 0 ? undefined : readHistory(reader, { items, known, scored });
    for (let left = reader.count(MEMBER_SCORES_MAX); left > 0; left -= 1) scored(known(reader.u32()));
    return reader.isAtEnd && scores.length <= MEMBER_SCORES_MAX ? { untilMs, history, scores } : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface ReadHistory {
  readonly items: number;
  readonly known: (key: number) => string | undefined;
  readonly scored: (sku: string | undefined) => void;
}

function readHistory(reader: TasteBytes, { items, known, scored }: ReadHistory): MemberHistory {
  const lastHour = reader.count(LAST_HOUR);
  const firstHour = lastHour - reader.count(lastHour);
  const basketCount = reader.count();
  const found: HistoryItem[] = [];
  let [hour, place] = [lastHour, basketCount];
  for (let left = items; left > 0; left -= 1) {
    const sku = known(reader.u32());
    hour -= reader.count(hour);
    place -= reader.count(place - 1);
    const baskets = reader.count();
    const item = baskets === 0 ? { baskets: 1, ...once(hour, place) } : { baskets, ...often(reader, hour, place) };
    if (sku !== undefined) found.push({ sku, ...item });
    scored(sku);
  }
  return {
    basketCount,
    firstAtMs: firstHour * HOUR_MS,
    lastAtMs: lastHour * HOUR_MS,
    items: found.sort((one, other) => other.lastAtMs - one.lastAtMs || compareText(one.sku, other.sku)),
    // The newest basket is what was bought in it last.
    lastBasketSkus: found
      .filter(({ lastBasket }) => lastBasket === basketCount)
      .map(({ sku }) => sku)
      .sort(compareText)
      .slice(0, HISTORY_MAX_LAST_BASKET),
  };
}

type Numbers = Omit<HistoryItem, 'sku' | 'baskets'>;

function once(hour: number, place: number): Numbers {
  const atMs = hour * HOUR_MS;
  return { firstAtMs: atMs, lastAtMs: atMs, firstBasket: place, lastBasket: place, decayed: 1, fast: 1, slow: 1 };
}

function often(reader: TasteBytes, hour: number, place: number): Numbers {
  return {
    lastAtMs: hour * HOUR_MS,
    lastBasket: place,
    firstAtMs: (hour - reader.count(hour)) * HOUR_MS,
    firstBasket: place - reader.count(place - 1),
    decayed: weightOf(reader.u16()),
    fast: weightOf(reader.u16()),
    slow: weightOf(reader.u16()),
  };
}
