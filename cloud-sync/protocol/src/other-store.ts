import { z } from 'zod';
import { SaleCompleted } from './bodies.ts';
import { StoreId } from './stream.ts';

/** Goods that were bought in one store and come back in another: only HQ knows both, so a store asks it. */
const Id = z.string().min(1).max(64);
const Units = z.strictObject({ lineId: Id, quantity: z.number().int().min(1).max(9999) });

/** `POST /v1/sync/sales/find`: a sale by what its receipt says. */
export const SaleLookup = z.strictObject({ store: StoreId, receiptNumber: Id, businessDate: z.iso.date() });
export type SaleLookup = z.infer<typeof SaleLookup>;

/** A sale as its store told it, and the units that came back so far, in any store. */
export const FoundSale = z.strictObject({ store: StoreId, sale: SaleCompleted, returned: z.array(Units).max(5_000) });
export type FoundSale = z.infer<typeof FoundSale>;

/**
 * `POST /v1/sync/returns/claim`: takes units of a sale of `store` for one return; of two stores that claim the same unit only one gets it. The same `returnId`
 * again gets the same answer, of which `returned` leaves this claim out. A claim that no return follows lapses after `CLAIM_LIFE_DAYS`.
 */
export const ReturnClaim = z.strictObject({
  returnId: Id,
  store: StoreId,
  saleId: Id,
  lines: z.array(Units).min(1).max(500),
});
export type ReturnClaim = z.infer<typeof ReturnClaim>;

/** `POST /v1/sync/returns/release`: the return was not made after all. Idempotent. */
export const ReturnRelease = z.strictObject({ returnId: Id });
export const Released = z.strictObject({ released: z.boolean() });

/** Longer than any store stays offline with its events: a claim must not lapse before its return is heard of. */
export const CLAIM_LIFE_DAYS = 60;
