import { z } from 'zod';
import { scaleOptions } from '../options.ts';

export const CasAp1Options = z.strictObject({
  /** The only unit that is taken; the wire names it. Absent: the one that the scale names. */
  unit: z.enum(['kg', 'lb']).optional(),
  /** Digits after the point; a scale that sends another number is refused. Absent: as the scale sends it. */
  decimals: z.number().int().min(0).max(4).optional(),
  ...scaleOptions,
});
export type CasAp1Options = z.infer<typeof CasAp1Options>;
