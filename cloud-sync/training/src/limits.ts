import type { TreeParams } from './trees/types.ts';

/** Fewer baskets than this say nothing. */
export const BASKETS_MIN = 30;
/** Worlds of lessons, one basket further back each: at least, and at most where questions are few. */
export const LESSON_WORLDS_MIN = 2;
export const LESSON_WORLDS_MAX = 8;
/** Questions that are enough to learn from. */
export const LESSONS_ENOUGH = 4_000;
/** Of all members, one in so many is not learnt from but measured by. */
export const MEASURED_ONE_IN = 5;
/** Newest lessons of a world, at the start of a basket and within one. */
export const LESSONS_BEFORE_MAX = 12_000;
export const LESSONS_WITHIN_MAX = 8_000;
/** Newest anonymous baskets that are learnt from, and their share of all such. */
export const ANONYMOUS_MAX = 4_000;
export const ANONYMOUS_SHARE = 0.1;
/** Held-out questions that are measured, the newest. */
export const VALIDATION_MAX = 5_000;
/** Members whose scores are worked out: those who bought last. */
export const TASTES_MAX = 300_000;
/** Members whose scores are held in memory together. */
export const TASTES_BLOCK = 1_000;
/** Members among whom neighbours are looked for: those who bought last. The time of each member grows with them. */
export const NEIGHBOUR_POOL_MAX = 50_000;
/** Products that were not bought, an example. */
export const NEGATIVES_PER_EXAMPLE = 50;
/** Stores whose lifts are kept in memory: each has a number for every item. */
export const STORES_KEPT = 64;
export const METRIC_CUTOFF = 5;
export const GOLDEN_VECTORS = 24;
export const GOLDEN_TOLERANCE = 1e-4;
/** Memory that DuckDB may take, bytes text as DuckDB reads it. */
export const DUCKDB_MEMORY = '1GB';
export const INPUT_FILES_MAX = 10_000;
/** Items of a catalogue's file, as many as HQ takes. */
export const ITEMS_MAX = 500_000;
export const ITEM_LINE_MAX_CHARS = 8_000;
/** Lines of sales that are held in memory; of more the newest. */
export const PURCHASES_MAX = 3_000_000;
/** Ids of members that were merged into another; as many as a job keeps in some hundred megabytes. */
export const MERGED_MAX = 2_000_000;
export const MERGED_ID_MAX_CHARS = 128;
/** Questions of a comparison of two models; of more the newest. */
export const COMPARED_QUESTIONS_MAX = 3_000;
/** Questions that are under way at a model's child while it is compared. */
export const COMPARED_AT_ONCE = 8;
/** Time that a model has for an answer while it is compared or accepted here: HQ may be busy, and a store measures by itself. */
export const UNHURRIED_MS = 10_000;
/** Chosen by recall on the validation users of Ta-Feng; more trees find little more and take longer to answer. */
export const TREES = {
  trees: 180,
  learningRate: 0.06,
  leaves: 31,
  minRowsInLeaf: 100,
  l2: 5,
  columnShare: 0.5,
  rowShare: 0.6,
  bins: 255,
  objective: 'softmax',
  truncation: 10,
  earlyStopping: 0,
} as const satisfies TreeParams;
/** Fewest trees; one more for so many questions, up to TREES.trees: what few questions say is soon learnt, and then learnt by heart. Chosen on the 79-day household data. */
export const TREES_MIN = 60;
export const QUESTIONS_PER_TREE = 40;
/** Fewest rows of a leaf; it grows by one for so many rows to learn from, up to TREES.minRowsInLeaf. */
export const LEAF_ROWS_MIN = 10;
export const ROWS_PER_LEAF_ROW = 2_000;
