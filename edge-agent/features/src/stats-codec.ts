import { FEATURE_SET } from './feature-set.ts';
import { CONTENT_MAX_NEIGHBOURS, STATS_MAX_NEIGHBOURS } from './pair-table.ts';
import { STATS_MAX_ITEMS } from './stats.ts';
import { ITEM_COLUMNS, type ItemColumn, type ItemStats, type PairTable } from './types.ts';

/**
 * Statistics as bytes, little-endian: 8 bytes of magic; four float64 (fromMs, toMs, basketCount, decayedBasketCount); five uint32 (bytes of
 * the names, items, pairs together, pairs following, pairs by content); the names, JSON in UTF-8 padded with spaces to a multiple of 4; then the arrays, one
 * after the other: categoryOf, departmentOf, the columns in the order of ITEM_COLUMNS, and of the three pair tables offsets, items and counts.
 * Reading them copies nothing but the names.
 */
const MAGIC = Buffer.from('TILLSTA2', 'latin1');
const HEADER_BYTES = MAGIC.length + 4 * 8 + 5 * 4;
const WORD = 4;
const NAME_MAX_LENGTH = 200;

type StatsErrorCode = 'STATS_MALFORMED' | 'STATS_OTHER_FEATURES';

/** Bytes that are not statistics, or those of another feature set. */
export class StatsError extends Error {
  readonly code: StatsErrorCode;

  constructor(code: StatsErrorCode, detail: string) {
    super(detail);
    this.name = 'StatsError';
    this.code = code;
  }
}

interface Names {
  readonly featureSetHash: string;
  readonly columns: readonly string[];
  readonly skus: readonly string[];
  readonly categories: readonly string[];
  readonly departments: readonly string[];
}

/** The same statistics give the same bytes. */
export function encodeStats(stats: ItemStats): Buffer {
  const { featureSetHash, skus, categories, departments, together, following, content } = stats;
  const names = Buffer.from(
    JSON.stringify({ featureSetHash, columns: ITEM_COLUMNS, skus, categories, departments } satisfies Names),
  );
  const padding = Buffer.alloc((WORD - (names.length % WORD)) % WORD, ' ');
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  [stats.fromMs, stats.toMs, stats.basketCount, stats.decayedBasketCount].forEach((value, place) => {
    header.writeDoubleLE(value, MAGIC.length + place * 8);
  });
  const pairs = [together, following, content];
  const lengths = [names.length + padding.length, skus.length, ...pairs.map(({ items }) => items.length)];
  lengths.forEach((length, place) => {
    header.writeUInt32LE(length, MAGIC.length + 32 + place * WORD);
  });
  const arrays = [
    stats.categoryOf,
    stats.departmentOf,
    ...ITEM_COLUMNS.map((name) => stats.columns[name]),
    ...pairs.flatMap((table) => [table.offsets, table.items, table.counts]),
  ];
  const views = arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength));
  return Buffer.concat([header, names, padding, ...views]);
}

/**
 * Reads untrusted bytes; the arrays of the answer are views of them.
 *
 * @throws StatsError
 */
export function decodeStats(bytes: Uint8Array): ItemStats {
  const head = readHead(bytes);
  const names = readNames(bytes.subarray(HEADER_BYTES, HEADER_BYTES + head.namesBytes), head.items);
  const take = arraysOf(bytes, HEADER_BYTES + head.namesBytes);
  const columnWords = (2 + ITEM_COLUMNS.length) * head.items;
  const pairWords = 3 * (head.items + 1) + 2 * (head.togetherPairs + head.followingPairs + head.contentPairs);
  const expected = HEADER_BYTES + head.namesBytes + WORD * (columnWords + pairWords);
  if (bytes.length !== expected) malformed(`${bytes.length} bytes instead of ${expected}`);
  const categoryOf = places('categoryOf', take.uint32(head.items), names.categories.length);
  const departmentOf = places('departmentOf', take.uint32(head.items), names.departments.length);
  const columns = Object.fromEntries(
    ITEM_COLUMNS.map((name) => [name, numbers(name, take.float32(head.items))]),
  ) as Record<ItemColumn, Float32Array>;
  const pairs = (name: string, count: number, most: number) => readPairs(name, take, head.items, count, most);
  const together = pairs('together', head.togetherPairs, STATS_MAX_NEIGHBOURS);
  const following = pairs('following', head.followingPairs, STATS_MAX_NEIGHBOURS);
  const content = pairs('content', head.contentPairs, CONTENT_MAX_NEIGHBOURS);
  if (content.counts.some((likeness) => likeness > 1)) malformed('content: more than alike');
  const { featureSetHash, skus, categories, departments } = names;
  const { fromMs, toMs, basketCount, decayedBasketCount } = head;
  return {
    ...{ featureSetHash, fromMs, toMs, basketCount, decayedBasketCount },
    ...{ skus, categories, departments, categoryOf, departmentOf, columns, together, following, content },
  };
}

function malformed(detail: string): never {
  throw new StatsError('STATS_MALFORMED', detail);
}

function readHead(bytes: Uint8Array) {
  const magic = MAGIC.equals(bytes.subarray(0, MAGIC.length));
  if (!magic || bytes.length < HEADER_BYTES) malformed('They start with other bytes.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const number = (place: number) => view.getFloat64(MAGIC.length + place * 8, true);
  const length = (place: number) => view.getUint32(MAGIC.length + 32 + place * WORD, true);
  const head = {
    ...{ fromMs: number(0), toMs: number(1), basketCount: number(2), decayedBasketCount: number(3) },
    ...{
      namesBytes: length(0),
      items: length(1),
      togetherPairs: length(2),
      followingPairs: length(3),
      contentPairs: length(4),
    },
  };
  const timesOk = Number.isFinite(head.fromMs) && Number.isFinite(head.toMs) && head.fromMs <= head.toMs;
  if (!timesOk) malformed('fromMs, toMs');
  if (!Number.isSafeInteger(head.basketCount) || head.basketCount < 0) malformed('basketCount');
  if (!Number.isFinite(head.decayedBasketCount) || head.decayedBasketCount < 0) malformed('decayedBasketCount');
  if (head.items > STATS_MAX_ITEMS) malformed(`${head.items} items`);
  if (head.namesBytes % WORD !== 0 || HEADER_BYTES + head.namesBytes > bytes.length) malformed('names');
  return head;
}

function readNames(bytes: Uint8Array, items: number): Names {
  let json: Partial<Record<keyof Names, unknown>> | null;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return malformed('The names are not JSON.');
  }
  const { featureSetHash, columns, skus, categories, departments } = json ?? {};
  if (featureSetHash !== FEATURE_SET.hash || JSON.stringify(columns) !== JSON.stringify(ITEM_COLUMNS)) {
    throw new StatsError('STATS_OTHER_FEATURES', 'The statistics are of another feature set.');
  }
  const known = {
    skus: texts('skus', skus),
    categories: texts('categories', categories),
    departments: texts('departments', departments),
  };
  if (known.skus.length !== items) malformed(`skus: ${known.skus.length} instead of ${items}`);
  if (new Set(known.skus).size !== items) malformed('skus: one comes twice.');
  return { featureSetHash, columns: ITEM_COLUMNS, ...known };
}

function texts(name: string, value: unknown): readonly string[] {
  const fits = (text: unknown) => typeof text === 'string' && text.length <= NAME_MAX_LENGTH;
  if (!Array.isArray(value) || value.length > STATS_MAX_ITEMS || !value.every(fits)) return malformed(name);
  return value;
}

/** Views of consecutive arrays. Every machine that Tillside runs on is little-endian. */
function arraysOf(bytes: Uint8Array, from: number) {
  // A view needs an aligned start, which a slice of a larger buffer may not have.
  const aligned = bytes.byteOffset % WORD === 0 ? bytes : Uint8Array.from(bytes);
  let at = aligned.byteOffset + from;
  const next = (length: number) => {
    const start = at;
    at += length * WORD;
    if (at > aligned.byteOffset + aligned.length) malformed('They end too early.');
    return [aligned.buffer, start, length] as const;
  };
  return {
    uint32: (length: number) => new Uint32Array(...next(length)),
    float32: (length: number) => new Float32Array(...next(length)),
  };
}

function places(name: string, values: Uint32Array, below: number): Uint32Array {
  for (const value of values) if (value >= below) malformed(`${name}: ${value} of ${below}`);
  return values;
}

function numbers(name: string, values: Float32Array): Float32Array {
  // Written so that NaN fails too.
  for (const value of values) if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) malformed(`${name}: ${value}`);
  return values;
}

function readPairs(
  name: string,
  take: ReturnType<typeof arraysOf>,
  items: number,
  pairs: number,
  most: number,
): PairTable {
  const offsets = take.uint32(items + 1);
  if (offsets[0] !== 0 || offsets[items] !== pairs) malformed(`${name}: offsets`);
  for (let item = 0; item < items; item += 1) {
    const length = (offsets[item + 1] ?? 0) - (offsets[item] ?? 0);
    if (length < 0 || length > most) malformed(`${name}: row ${item}`);
  }
  return { offsets, items: places(name, take.uint32(pairs), items), counts: numbers(name, take.float32(pairs)) };
}
