import { z } from 'zod';

/**
 * A weight as the scale shows it. `value` is the exact decimal in the scale's own unit, with the scale's own number of decimals (`'1.235'`, `'-0.020'`);
 * `grams` is the same rounded half up to whole grams: exact for a metric scale whose division is a gram or more.
 */
export const Weight = z.strictObject({
  value: z.string().regex(/^-?\d{1,7}(?:\.\d{1,5})?$/),
  unit: z.enum(['kg', 'g', 'lb', 'oz']),
  /** A tare has been taken off. */
  net: z.boolean(),
  grams: z.number().int(),
});
export type Weight = z.infer<typeof Weight>;
export type WeightUnit = Weight['unit'];
