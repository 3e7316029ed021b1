import { z } from 'zod';
import { BasketView } from './basket.ts';
import { Fen, Id, Instant, Names, Words } from './common.ts';
import { OfferCard } from './member.ts';

/** What a customer display of a lane shows now. Nothing of a member but the tier and points that the shopper sees anyway. */
export const DisplayView = z.strictObject({
  storeName: Names,
  lane: Id,
  state: z.enum(['idle', 'basket', 'paid']),
  /** While it is idle: what the store offers, a few. */
  offers: z.array(OfferCard),
  training: z.literal(true).optional(),
  basket: z
    .strictObject({
      basketId: Id,
      revision: z.number().int(),
      lines: BasketView.shape.lines,
      /** What each campaign saves, largest first. */
      savings: z.array(z.strictObject({ campaignId: Id, name: Names, amountFen: Fen })),
      gifts: z.array(z.strictObject({ name: Names, quantity: z.number().int() })),
      listFen: Fen,
      savingsFen: Fen,
      totalFen: Fen,
      member: z
        .strictObject({ tier: z.string(), pointsBalance: z.number().int(), pointsToEarn: z.number().int() })
        .optional(),
      /** The nearest saving within reach, in words. */
      unlocks: z.array(Words),
      /** What the till was last recommended beside this basket, a few, with why. What only the shopper should read (a habit) stands there without its reason: others look at this screen too. */
      picks: z.array(
        z.strictObject({ sku: Id, name: Names, size: Words, priceFen: Fen, why: Words, offer: Words.optional() }),
      ),
    })
    .optional(),
  /** The last sale of the lane, for a short while after it. */
  paid: z
    .strictObject({
      saleId: Id,
      at: Instant,
      totalFen: Fen,
      savingsFen: Fen,
      changeFen: Fen,
      pointsEarned: z.number().int(),
      pointsBalance: z.number().int().optional(),
    })
    .optional(),
});
export type DisplayView = z.infer<typeof DisplayView>;
