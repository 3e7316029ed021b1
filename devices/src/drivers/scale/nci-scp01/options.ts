import { z } from 'zod';
import { scaleOptions } from '../options.ts';

export const NciScp01Options = z.strictObject({
  /** The only unit that is taken; the wire names it. Absent: any. */
  unit: z.enum(['kg', 'g', 'lb', 'oz']).optional(),
  /** Digits after the point; a scale that sends another number is refused. Absent: as the scale sends it. */
  decimals: z.number().int().min(0).max(4).optional(),
  ...scaleOptions,
});
export type NciScp01Options = z.infer<typeof NciScp01Options>;
