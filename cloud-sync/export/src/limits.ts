/** Store buckets of a new export; a store's bucket never changes afterwards. */
export const BUCKETS = 16;
export const BUCKETS_MAX = 1024;
/** Events asked for at a time. */
export const READ_PAGE = 1000;
/** Streams asked for at a time. */
export const STREAM_PAGE = 1000;
/** Events, and bytes of rows, that are staged before they are written and committed. */
export const COMMIT_EVENTS = 500_000;
export const COMMIT_BYTES = 1024 * 1024 * 1024;
/** Rows of one table that wait in memory for the staging file. */
export const STAGE_BUFFER_BYTES = 1024 * 1024;
/** Largest row as JSON: an event has at most 4 MiB. */
export const ROW_BYTES_MAX = 64 * 1024 * 1024;
/** Runs of events of one stream that can't be read yet; a stream that has more waits until some are released. */
export const WAITING_RANGES_MAX = 10_000;
/** Loose files of a partition from which on they are merged at once. */
export const LOOSE_FILES_MAX = 8;
/** Loose files older than this are merged, however few. */
export const LOOSE_AGE_MS = 24 * 3600_000;
/** Files of this size and above are left as they are. */
export const MERGED_FILE_BYTES = 128 * 1024 * 1024;
/** Bytes that one merge reads. */
export const MERGE_BYTES_MAX = 512 * 1024 * 1024;
/** Partitions that are merged between two commits. */
export const MERGES_PER_COMMIT = 200;
/** Memory that DuckDB may take, bytes text as DuckDB reads it; more goes to its files in `_work`. */
export const DUCKDB_MEMORY = '1GB';
/** Rows and files that one query of a check looks at. */
export const CHECK_ROWS = 2_000_000;
export const CHECK_FILES = 200;
/** Files that are flushed to disk at a time. */
export const FLUSHES_AT_ONCE = 16;
/** Filing dates outside of these years are put under `date=1970-01-01`: a clock that wild says nothing. */
export const FILING_YEARS = [1970, 2999] as const;
/** Between two runs of `--watch`, seconds. */
export const WATCH_SECONDS = 60;
