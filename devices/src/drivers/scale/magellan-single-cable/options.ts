import { z } from 'zod';
import { scaleOptions } from '../options.ts';

export const MagellanOptions = z.strictObject({
  /** Unit that the scale is set to. The wire shows it by the count of digits alone: five for kg, four for lb; another count is refused. */
  unit: z.enum(['kg', 'lb']).default('kg'),
  /** Digits after the point, which the wire leaves out. Absent: 3 for kg, 2 for lb. */
  decimals: z.number().int().min(0).max(4).optional(),
  ...scaleOptions,
});
export type MagellanOptions = z.infer<typeof MagellanOptions>;
