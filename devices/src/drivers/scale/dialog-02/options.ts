import { z } from 'zod';
import { scaleOptions } from '../options.ts';

const Hex16 = z.string().regex(/^[0-9A-Fa-f]{4}$/, 'four hex digits');

export const Dialog02Options = z.strictObject({
  ...scaleOptions,
  /** Digits of a unit price on the wire; the scale must be set to the same. */
  priceDigits: z.union([z.literal(5), z.literal(6)]).default(6),
  /**
   * For a scale set to Dialog 06. The polynomial is a secret between the makers of scale and till: it comes from the maker of the scale, and is
   * told to nobody, logs included.
   */
  checksum: z
    .strictObject({
      /** The generator polynomial of degree 16, its leading 1 included: five hex digits. */
      polynomial: z.string().regex(/^1[0-9A-Fa-f]{4}$/, 'five hex digits that begin with 1'),
      /** What the division begins with. */
      initial: Hex16.default('0000'),
      /** Checksum of the verified part of the till's software, by any method (for instance CRC-16). */
      software: Hex16,
    })
    .optional(),
});
export type Dialog02Options = z.infer<typeof Dialog02Options>;
