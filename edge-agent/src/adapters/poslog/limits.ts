const KIBI = 1024;
const MEBI = 1024 * KIBI;

/** What an import accepts. Only one transaction lies in memory at a time, so a file may be as long as a chain's day. */
export const POSLOG_LIMITS = {
  documentBytes: 1024 * MEBI,
  /** Characters from the first to the last of one Transaction; a longer one is passed over and quarantined. */
  transactionChars: 8 * MEBI,
  /** Of one opening tag with its attributes. */
  tagChars: 64 * KIBI,
  depth: 64,
  /** Elements kept of one Transaction. */
  elements: 50_000,
  /** Sale and Return lines of one Transaction. */
  lines: 2_000,
  /** Kept of one element's text; what is longer is no field of a sale. */
  fieldChars: 1_024,
  /** The XML declaration ends within this. */
  declarationBytes: 512,
  /** What is handed to the parser at once: the till waits no longer than this takes. */
  sliceBytes: 16 * KIBI,
} as const;
