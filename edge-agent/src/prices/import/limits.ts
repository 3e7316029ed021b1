import { MAX_ITEM_ROWS } from '@tillside/protocol';

/** Every bound of an item import, by name. */
export const IMPORT_LIMITS = {
  /** Bytes of a file of items; of the smaller files, which are read whole. */
  maxBytes: 1024 ** 3,
  maxTextBytes: 64 * 1024 ** 2,
  /** Room that a disk must keep for sales while a file is taken and staged; looked at after so many bytes, or rows. */
  keptFreeBytes: 512 * 1024 ** 2,
  bytesPerLook: 16 * 1024 ** 2,
  rowsPerLook: 20_000,
  /** Rows of a file, good and bad. */
  maxRows: 3_000_000,
  /** Good rows of a file: what is staged on disk and applied at once. */
  maxGoodRows: MAX_ITEM_ROWS,
  /** Characters of one row. */
  maxRecordChars: 65_536,
  /** Rows that are checked and staged before the event loop has its turn: some milliseconds of work. */
  batchRows: 64,
  /** Bytes that are looked at before the encoding is decided. */
  sniffBytes: 256 * 1024,
  /** Characters that are handed to the parser at a time. */
  chunkChars: 16 * 1024,
  /** Bad rows and warnings that a report names; more are only counted. */
  maxReported: 200,
  /** Bad rows that are kept to be mended, and characters of each. */
  maxQuarantined: 5_000,
  maxRawChars: 1_000,
  /** Reports that are kept, and imports whose quarantine is. */
  keptRuns: 50,
  keptQuarantines: 5,
  /** A full file may discontinue this share of the range, and leave out this share of its rows, in basis points; more needs `force`. */
  maxDiscontinuedBp: 3_000,
  maxRejectedBp: 1_000,
  /** A price that moves by more than this share, in basis points of the old one, is warned of. */
  priceJumpBp: 9_000,
  /** How far ahead a price may be staged. */
  maxAheadMs: 366 * 86_400_000,
} as const;
