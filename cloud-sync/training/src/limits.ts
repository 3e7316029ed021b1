/** Fewer baskets than this say nothing. */
export const BASKETS_MIN = 30;
/** First part of the time line: its statistics feed the examples. */
export const STATS_SHARE = 0.5;
/** Up to here examples are taken; the rest is held out for the numbers in the manifest. */
export const EXAMPLES_SHARE = 0.8;
/** Newest examples that are learnt from. */
export const EXAMPLES_MAX = 12_000;
/** Held-out baskets that are measured, newest last. */
export const VALIDATION_MAX = 5_000;
/** Products a basket must not be chosen for, an example. */
export const NEGATIVES_PER_EXAMPLE = 40;
/** Of those, drawn from all products rather than from the candidates. */
export const RANDOM_NEGATIVES = 10;
/** Products of one basket that are asked for in one example. */
export const TARGETS_MAX = 20;
export const HIDDEN_UNITS = 24;
export const LEARNING_RATE = 0.005;
export const WEIGHT_DECAY = 0.05;
export const BATCH_EXAMPLES = 16;
/** Examples shown in all: small data is shown more often. */
export const EXAMPLE_VISITS = 60_000;
export const EPOCHS_MIN = 4;
export const EPOCHS_MAX = 40;
export const METRIC_CUTOFF = 5;
export const GOLDEN_VECTORS = 24;
export const GOLDEN_TOLERANCE = 1e-4;
/** Memory that DuckDB may take, bytes text as DuckDB reads it. */
export const DUCKDB_MEMORY = '1GB';
export const INPUT_FILES_MAX = 10_000;
/** Lines of sales that are held in memory; of more the newest. */
export const PURCHASES_MAX = 3_000_000;
/** Questions of a comparison of two models; of more the newest. */
export const COMPARED_QUESTIONS_MAX = 3_000;
/** Questions that are under way at a model's child while it is compared. */
export const COMPARED_AT_ONCE = 8;
/** Time that a model has for an answer while it is compared or accepted here: HQ may be busy, and a store measures by itself. */
export const UNHURRIED_MS = 10_000;
