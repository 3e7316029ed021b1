import { z } from 'zod';

/** Points that were earned together and are still there. Instants in ms since 1970; null: at once, or never. */
export const Lot = z.strictObject({
  /** The entry that made it; lots of one day may be told as one. */
  lotId: z.string().max(240),
  points: z.int().min(1),
  availableAtMs: z.int().nullable(),
  expiresAtMs: z.int().nullable(),
});
export type Lot = z.infer<typeof Lot>;

/** Lots that a carried state may name; more are told as one for each end. */
export const MAX_LOTS = 64;

/** Where a ledger stands, small enough to be handed to a store that does not hold its entries. */
export const CarriedPoints = z.strictObject({
  /** By when they end, the first first. */
  lots: z.array(Lot).max(MAX_LOTS),
  /** Owed: spent or taken back beyond what there was. */
  debt: z.int().min(0),
});
export type CarriedPoints = z.infer<typeof CarriedPoints>;
