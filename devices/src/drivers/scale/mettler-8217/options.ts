import { z } from 'zod';
import { scaleOptions } from '../options.ts';

export const Mettler8217Options = z.strictObject({
  /** Unit the scale is set to; the wire does not say it. */
  unit: z.enum(['kg', 'lb']).default('kg'),
  /** Digits after the point: 3 for `01.234`. A scale that sends another number is refused. */
  decimals: z.number().int().min(0).max(4).default(3),
  ...scaleOptions,
});
export type Mettler8217Options = z.infer<typeof Mettler8217Options>;
