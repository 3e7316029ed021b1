import { z } from 'zod';
import { scaleOptions } from '../options.ts';

export const HidScaleOptions = z.strictObject({
  ...scaleOptions,
  /**
   * `always`: the scale reports all the time, so that a weight counts only if it comes after the command; `on-change`: it is quiet while the
   * weight is the same, so that its last report holds.
   */
  reports: z.enum(['always', 'on-change']).default('always'),
});
export type HidScaleOptions = z.infer<typeof HidScaleOptions>;
