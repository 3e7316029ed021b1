/** One product bought in one basket. Only pseudonymous ids ever come in here. */
export interface Purchase {
  /** Pseudonymous member id; null for an anonymous sale. */
  readonly memberId: string | null;
  readonly sku: string;
  /** Category code of the catalogue; '' when unknown. */
  readonly category: string;
  /** Department code of the catalogue; '' when unknown. */
  readonly department: string;
  /** When the basket was completed, ISO 8601 with an offset or Z. */
  readonly at: string;
  /** Pieces or kilograms; rows at or below zero are returns and teach nothing. */
  readonly quantity: number;
  readonly basketId: string;
  /** The store that sold it; absent in data that names none. */
  readonly store?: string;
}

/** Purchases of one basket, each SKU once, in order of SKU. */
export interface Basket {
  readonly basketId: string;
  readonly memberId: string | null;
  readonly atMs: number;
  readonly items: readonly BasketItem[];
  /** Absent in data that names none. */
  readonly store?: string;
}

export interface BasketItem {
  readonly sku: string;
  readonly category: string;
  readonly department: string;
}

/** What a member bought before, folded so that its size is bounded by HISTORY_MAX_ITEMS. Serialisable. */
export interface MemberHistory {
  readonly basketCount: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly items: readonly HistoryItem[];
  /** SKUs of the newest basket, which the transition features start from. */
  readonly lastBasketSkus: readonly string[];
}

export interface HistoryItem {
  readonly sku: string;
  /** Baskets that held this SKU. */
  readonly baskets: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Baskets weighted by age, as of lastAtMs, with half-life HISTORY_HALF_LIFE_DAYS. */
  readonly decayed: number;
  /** Place of the first and of the last basket that held it among the member's baskets, from 1. */
  readonly firstBasket: number;
  readonly lastBasket: number;
  /** Baskets weighted by how many came after, as of lastBasket: each by FAST_DECAY, and by SLOW_DECAY. */
  readonly fast: number;
  readonly slow: number;
}

/** What HQ worked out about a member and a product; it comes with the member pack. */
export interface MemberScore {
  readonly sku: string;
  /** How much members with like histories buy it, 0 to 1. */
  readonly neighbours: number;
  /** Score of the matrix factorisation, 0 to 1. */
  readonly factors: number;
}

/** What is known when someone asks "what next?". */
export interface RecommendationContext {
  /** Absent for an anonymous shopper and for the non-personalised option. */
  readonly memberHistory?: MemberHistory | undefined;
  /** Of that member; absent where there is no pack or no consent. At most MEMBER_SCORES_MAX, in any order. */
  readonly memberScores?: readonly MemberScore[] | undefined;
  readonly basketSkus: readonly string[];
  /** Time of the question, ISO 8601 with an offset or Z. */
  readonly at: string;
  /** SKUs never to be offered: out of stock, age-limited, just shown. */
  readonly excludeSkus?: readonly string[] | undefined;
}

/**
 * Numbers kept of every item, each finite and zero or more. The list is part of the statistics' binary form: a new name here needs its
 * array in `itemColumns`, and nothing else.
 *
 * - `baskets`: baskets with this item
 * - `weighted`: baskets weighted by age as of toMs
 * - `repeatRate`: share of members' baskets with this item in which the member had bought it before, 0 to 1
 * - `gap`: mean baskets between two purchases by the same member, smoothed
 * - `daypart0` to `daypart3`, `season0` to `season3`: share of the item's baskets in that quarter of the day or year, over the share of all
 *   baskets, smoothed: 1 is as usual
 */
export const ITEM_COLUMNS = [
  'baskets',
  'weighted',
  'repeatRate',
  'gap',
  ...(['daypart0', 'daypart1', 'daypart2', 'daypart3'] as const),
  ...(['season0', 'season1', 'season2', 'season3'] as const),
] as const;
export type ItemColumn = (typeof ITEM_COLUMNS)[number];

/**
 * Item statistics shipped beside a model; encodeStats gives their bytes. All tables are addressed by an item's place in `skus`, which is
 * ordered by baskets (most first), then SKU; last are items of the catalogue that nobody bought. Holds no member: only counts over all baskets.
 */
export interface ItemStats {
  readonly featureSetHash: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly basketCount: number;
  /** Sum of the age weights of all baskets as of toMs. */
  readonly decayedBasketCount: number;
  readonly skus: readonly string[];
  readonly categories: readonly string[];
  readonly departments: readonly string[];
  /** Of each item its place in `categories`, and in `departments`. */
  readonly categoryOf: Uint32Array;
  readonly departmentOf: Uint32Array;
  readonly columns: Readonly<Record<ItemColumn, Float32Array>>;
  /** In the same basket: other item, baskets with both. */
  readonly together: PairTable;
  /** In the same member's next basket: other item, times it followed. */
  readonly following: PairTable;
  /** Alike by what the catalogue says: other item, likeness 0 to 1. Without rows where nobody told the catalogue. */
  readonly content: PairTable;
}

/** What HQ's catalogue says of its items, worked out once for many statistics. */
export interface CatalogueContent {
  /** In order of SKU, each once. */
  readonly items: readonly BasketItem[];
  /** By places in `items`: other item, likeness 0 to 1. At most CONTENT_MAX_NEIGHBOURS a row. */
  readonly likeness: PairTable;
}

/** Pairs of all items in rows, strongest first: those of item `i` stand from offsets[i] to before offsets[i + 1]. */
export interface PairTable {
  /** One more than there are items. */
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
  readonly counts: Float32Array;
}
