import { z } from 'zod';
import { loadFolder, Text } from './load.ts';

/** A rule as data; the room `devices` knows what the pattern means and checks it. */
const PresetRule = z.strictObject({
  name: z.string(),
  pattern: z.string(),
  price: z.strictObject({ decimals: z.number().int() }).optional(),
  weight: z
    .union([
      z.strictObject({ unit: z.literal('g'), decimals: z.literal(0) }),
      z.strictObject({ unit: z.literal('kg'), decimals: z.number().int() }),
    ])
    .optional(),
  innerCheck: z.enum(['gs1-price-4', 'gs1-price-5']).optional(),
});

/** How a country, or the scales that are common there, lay out in-store codes. */
export const InStorePreset = z.strictObject({
  /** What a store's config calls it, e.g. `SE`; also the name of its file. */
  id: z.string().regex(/^[A-Z]{2}(?:-[a-z0-9-]+)?$/),
  name: Text,
  /** The document that says so, and what it leaves open. */
  source: z.string().min(10),
  rules: z.array(PresetRule).min(1).max(20),
  /** Published codes and what they say, for tests. */
  examples: z.array(
    z.strictObject({
      code: z.string().regex(/^\d+$/),
      item: z.string(),
      priceMinor: z.number().int().optional(),
      weightGrams: z.number().int().optional(),
      quantity: z.number().int().optional(),
      source: z.string().min(4),
    }),
  ),
});
export type InStorePreset = z.infer<typeof InStorePreset>;

let presets: ReadonlyMap<string, InStorePreset> | undefined;

/** Every preset by its id, sorted. Reads the files at the first call, which blocks. Throws ProfileError. */
export function inStorePresets(): ReadonlyMap<string, InStorePreset> {
  presets ??= new Map(loadFolder(InStorePreset, 'in-store').map((preset) => [preset.id, preset]));
  return presets;
}
