import { z } from 'zod';

/** What a shelf label shows. Money in fen; names in both languages; the template lays it out for the tag's size and colours. */
export const LabelContent = z.strictObject({
  sku: z.string().max(64),
  gtin: z.string().max(14),
  nameZh: z.string().max(200),
  nameEn: z.string().max(200),
  size: z.string().max(60),
  priceFen: z.number().int().nonnegative(),
  /** Only with a lawful basis (see the price room of the agent); the label never invents one. */
  wasPriceFen: z.number().int().nonnegative().optional(),
  /** Per kg, litre or piece, e.g. `{ fen: 1980, per: 'kg' }`. */
  unitPrice: z.strictObject({ fen: z.number().int().nonnegative(), per: z.string().max(12) }).optional(),
  promotion: z.strictObject({ zh: z.string().max(60), en: z.string().max(60) }).optional(),
});
export type LabelContent = z.infer<typeof LabelContent>;

/** One job for a receipt printer: metres of paper. */
export const MAX_PRINT_BYTES = 262_144;
/** A picture as a file; as base64 it fits in a line of the host's protocol. */
export const MAX_PICTURE_BYTES = 524_288;
/** Time that a job may take: a slow serial line carries a long one in some minutes. */
export const MAX_PRINT_MS = 300_000;
const base64Length = (byteCount: number): number => 4 * Math.ceil(byteCount / 3);

const base = { deviceId: z.string().min(1).max(64) };

export const DeviceCommand = z.discriminatedUnion('type', [
  /**
   * Ask a scale for a stable weight. Result: `{ value, unit, net, grams, stable }`, and `amountFen` from a scale that computes the price itself
   * (Dialog): such a scale needs `unitPriceFen`, the price of one kilogram; others leave it aside.
   */
  z.strictObject({
    ...base,
    type: z.literal('weigh'),
    timeoutMs: z.number().int().positive().max(30_000),
    unitPriceFen: z.number().int().nonnegative().max(999_999).optional(),
  }),
  /** Result: `{ zeroed: true }`. */
  z.strictObject({ ...base, type: z.literal('zero') }),
  /** Take off what is on the plate, or `grams` (0 clears the tare). Result: `{ tared: true }`. */
  z.strictObject({ ...base, type: z.literal('tare'), grams: z.number().int().min(0).max(99_999).optional() }),
  /** Render and queue a picture; idempotent (an unchanged picture is not sent again). Result: `{ imageHash, unchanged }`; proof comes as a LabelEvent. */
  z.strictObject({
    ...base,
    type: z.literal('show-label'),
    tagId: z.string().regex(/^[0-9A-F]{16}$/),
    content: LabelContent,
    /** Goes before pictures that are not: somebody stands at the shelf, or a price is wrong. */
    isUrgent: z.boolean().optional(),
  }),
  /**
   * Give up the picture that waits for a tag: the tag went over to another access point, and an old picture must not appear when it comes back. Result:
   * `{ dropped }`; false when the access point still holds it, or the tag took it meanwhile. Idempotent. Until the next proof nothing that this access
   * point says of the tag's picture counts.
   */
  z.strictObject({ ...base, type: z.literal('drop-label'), tagId: z.string().regex(/^[0-9A-F]{16}$/) }),
  /**
   * Print bytes in the printer's own language (ESC/POS), one job at a time; whole, or refused before anything is printed, or PRINT_BROKEN when it began
   * and did not end. Result: `{ proof, byteCount }`: `processed` (the printer answered a question that stood behind the last byte), `status` (all was
   * written and the printer is well, but does not answer such questions) or `none` (a printer that says nothing).
   */
  z.strictObject({
    ...base,
    type: z.literal('print'),
    bytes: z.base64().min(4).max(base64Length(MAX_PRINT_BYTES)),
    timeoutMs: z.number().int().positive().max(MAX_PRINT_MS),
  }),
  /** Print a picture as wide as the paper, then cut. `jpeg` is base64 of a JPEG file. Result as of `print`. */
  z.strictObject({
    ...base,
    type: z.literal('print-picture'),
    jpeg: z.base64().min(4).max(base64Length(MAX_PICTURE_BYTES)),
    timeoutMs: z.number().int().positive().max(MAX_PRINT_MS),
  }),
  /** Make a tag's light blink so that staff find it. */
  z.strictObject({ ...base, type: z.literal('flash-label'), tagId: z.string().regex(/^[0-9A-F]{16}$/) }),
]);
export type DeviceCommand = z.infer<typeof DeviceCommand>;

/** A command's answer. Failures are data with a stable code, never an exception across the socket. */
export const CommandResult = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) }),
  z.strictObject({ ok: z.literal(false), code: z.string(), message: z.string(), hint: z.string() }),
]);
export type CommandResult = z.infer<typeof CommandResult>;
