import { Fen, Names } from '@tillside/decide';
import { z } from 'zod';
import { MemberId } from './stream.ts';

/** `POST /v1/sync/members/tier`: where a member whom the asking store knows stands among the tiers. Any of the person's ids. */
export const TierRequest = z.strictObject({ memberId: MemberId });

const Id = z.string().min(1).max(64);
const count = z.number().int();
/** One way into the next tier, any one of which is enough. Fen for `spend`. */
const Way = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('spend'), have: Fen, need: Fen.min(1) }),
  z.strictObject({ by: z.literal('points'), have: count.nonnegative(), need: count.positive() }),
  z.strictObject({ by: z.literal('orders'), have: count.nonnegative(), need: count.positive() }),
]);

/** As HQ counts it when it is asked, over all stores; sums alone, no purchase. */
export const ToldTier = z.strictObject({
  tier: Id,
  /** The last day on which it is sure, grace included; absent: no end was set. */
  tierUntil: z.iso.date().optional(),
  /** All tiers of the chain, the lowest first: for names of tiers that a store meets elsewhere. Empty where HQ runs no tiers. */
  tiers: z.array(z.strictObject({ id: Id, name: Names })).max(17),
  /** Null: the highest is held, or there are no tiers. */
  next: z.strictObject({ tier: Id, months: count.min(1).max(36), ways: z.array(Way).min(1).max(3) }).nullable(),
  asOf: z.iso.datetime({ offset: true }),
});
export type ToldTier = z.infer<typeof ToldTier>;
