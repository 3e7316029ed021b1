import { z } from 'zod';

const ms = (fallback: number, min: number, max: number) => z.number().int().min(min).max(max).default(fallback);

export const EscPosOptions = z.strictObject({
  /** `none`: the printer, or its line, sends nothing back: nothing is asked and nothing is proven. */
  status: z.enum(['two-way', 'none']).default('two-way'),
  /** Dots across the paper: 576 for 80 mm, 384 for 58 mm (at 203 dots an inch). Pictures are made this wide. */
  widthDots: z.number().int().min(128).max(1_152).multipleOf(8).default(576),
  /** Bytes that are sent before the printer is asked how it is; fewer than its receive buffer has. A single longer command goes out whole. */
  chunkBytes: z.number().int().min(64).max(65_536).default(1_024),
  /** Pause after each of these; for printers on a line without flow control that lose bytes. */
  chunkGapMs: ms(0, 0, 5_000),
  /** How often an idle printer is asked how it is. */
  pollMs: ms(5_000, 100, 600_000),
  /** Time for an answer, besides what the bytes need on a serial line. */
  answerTimeoutMs: ms(1_500, 50, 30_000),
  /** Time for the end of a job to come out of the printer's buffer, as for an answer in the middle of one. */
  drainTimeoutMs: ms(10_000, 100, 120_000),
});
export type EscPosOptions = z.infer<typeof EscPosOptions>;
