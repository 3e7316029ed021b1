import { z } from 'zod';
import { Fen, Id } from './common.ts';

const Count = z.number().int().nonnegative();
/** A refusal in the words of the caller's language. */
const Reason = z.strictObject({ code: z.string(), message: z.string(), hint: z.string() });

/** A transaction that could not be booked and waits for somebody. Key fields are as the file has them; empty where it has none. */
export const PoslogQuarantined = Reason.extend({
  entryId: Id,
  store: z.string(),
  workstation: z.string(),
  sequence: z.string(),
  businessDay: z.string(),
  /** The file's name; for what was posted, the device id of the caller. */
  source: z.string(),
  /** Where the transaction begins in it. */
  line: Count,
  /** Whether enough of it was kept to try it again. */
  retryable: z.boolean(),
  firstAt: z.string(),
  lastAt: z.string(),
  tries: Count,
});
export type PoslogQuarantined = z.infer<typeof PoslogQuarantined>;

/** What an import came to. Everything that is whole before `stopped` was taken; delivering the same again repeats nothing. */
export const PoslogReport = z.strictObject({
  transactions: Count,
  accepted: Count,
  /** Imported before with the same content. */
  repeated: Count,
  /** No sales: cancelled, suspended, drawer counts, sign-ons. */
  ignored: Count,
  ignoredBy: z.record(z.string(), Count),
  /** Of training mode: counted, never booked. */
  training: Count,
  quarantined: Count,
  /** The first 200 of them. */
  quarantine: z.array(PoslogQuarantined),
  /** Of the accepted sales, added tax in it; and of the accepted returns. */
  importedFen: Fen,
  refundedFen: Fen,
  /** Why the rest of the file was not read. */
  stopped: Reason.extend({ line: Count, column: Count }).optional(),
});
export type PoslogReport = z.infer<typeof PoslogReport>;

export const PoslogQuarantine = z.strictObject({
  /** Of all entries. */
  total: Count,
  entries: z.array(PoslogQuarantined),
});

/** Absent: all that can be tried again. */
export const PoslogRetry = z.strictObject({ entryId: Id.optional() });
