import { z } from 'zod';
import { scaleOptions } from '../options.ts';

export const CasPd2Options = z.strictObject({
  /** Unit the scale is set to; the wire does not say it. */
  unit: z.enum(['kg', 'lb']).default('kg'),
  /** Digits after the point that the display shows: 3 for `01.234`. The wire has no point. */
  decimals: z.number().int().min(0).max(4).default(3),
  /** Whether the scale waits for a request, or sends its frames all the time. */
  sends: z.enum(['when-asked', 'by-itself']).default('when-asked'),
  /** The frame says nothing of rest: a weight counts as at rest when so many answers in a row agree. */
  agreeingAnswers: z.number().int().min(2).max(20).default(3),
  /** The one scale type identifier that is taken. Absent: any. */
  scaleId: z
    .string()
    .regex(/^[\x20-\x7e]$/)
    .optional(),
  ...scaleOptions,
});
export type CasPd2Options = z.infer<typeof CasPd2Options>;
