import {
  type Basket,
  type Campaign,
  type CampaignSet,
  compileCampaigns,
  type Decision,
  decide,
  type PastSale,
  parseBasket,
  parseCampaignSet,
  type Returned,
  saleSetOf,
} from '@tillside/decide';
import { CONTEXT, checked } from '../bench/decide-scenes.ts';
import { generateBasket, generateCampaigns, generateLines, generatePool } from '../bench/generator.ts';
import type { Chance } from '../random.ts';

/** A decided sale, with all that its returns look at. `campaigns` holds only what the decision took from the set, as a store keeps it. */
export interface SoldBasket {
  readonly sale: PastSale;
  readonly decision: Decision;
  /** Every unit and every piece of a gift, one by one. */
  readonly pieces: readonly Returned[];
  /** What was paid: the total, rounded where it was paid in cash. */
  readonly paidFen: number;
}

const MOST_LINES = 6;
const MOST_CAMPAIGNS = 10;
const OVERLAP = { perItem: 2.5, broad: 1, competing: 0.25 };
const DEAR_GIFT = 12;
const TAX_RATES_BP = [0, 600, 900, 1_300];
/** Returns happen from the sale on, for so many days; coupons expire somewhere in between. */
export const RETURN_DAYS = 60;
const DAY_MS = 86_400_000;

export const daysAfterSale = (days: number): string => new Date(Date.parse(CONTEXT.at) + days * DAY_MS).toISOString();

/** Draws a basket with its campaigns, a policy of returns, tax and cash rounding, and decides it. */
export function drawSale(chance: Chance): SoldBasket {
  const size = chance.between(1, MOST_LINES);
  const pool = generatePool(chance, size);
  const lines = generateLines(chance, pool, size).map((line) =>
    chance.happens(0.7) ? { ...line, taxRateBp: chance.pick(TAX_RATES_BP) } : line,
  );
  const mix = { ...OVERLAP, count: chance.between(3, MOST_CAMPAIGNS), basketLines: size, touching: lines };
  const generated = generateCampaigns(chance, pool, mix);
  const set = checked(parseCampaignSet(withPolicy(chance, { ...generated, campaigns: varied(chance, generated) })));
  const basket = checked(parseBasket(maybeGuest(chance, generateBasket(chance, set, lines))));
  const decision = decide(CONTEXT, compileCampaigns(set), basket);
  const roundingFen = chance.happens(0.5) ? (decision.cash?.roundingFen ?? 0) : 0;
  const expiring = decision.couponsConsumed.filter(() => chance.happens(0.8));
  const sale: PastSale = {
    decision,
    lines: basket.lines,
    campaigns: compileCampaigns(saleSetOf(decision, set)),
    roundingFen,
    couponExpiresAt: Object.fromEntries(expiring.map((id) => [id, daysAfterSale(chance.between(1, RETURN_DAYS))])),
  };
  return { sale, decision, pieces: piecesOf(decision), paidFen: decision.totalFen + roundingFen };
}

function withPolicy(chance: Chance, set: CampaignSet): CampaignSet {
  return {
    ...set,
    policy: {
      ...set.policy,
      tax: chance.pick(['included', 'added']),
      ...(chance.happens(0.5)
        ? { cashRounding: { toFen: chance.pick([5, 10, 100]), mode: chance.pick(['down', 'half-up']) } }
        : {}),
      returns: {
        coupons: chance.happens(0.8) ? 'when-all-returned' : 'stay-spent',
        expiredCoupons: chance.pick(['stay-expired', 'extend']),
        extendDays: chance.between(1, 30),
        gifts: chance.happens(0.8) ? 'return-or-charge' : 'stay-given',
      },
    },
  };
}

/** Some gifts ask for a coupon too: those save on no line. Some are worth more than the goods. */
const varied = (chance: Chance, { campaigns }: CampaignSet): Campaign[] =>
  campaigns.map((campaign) => {
    if (campaign.kind !== 'gift') return campaign;
    const one = chance.happens(0.4) ? { ...campaign, requiresCoupon: true } : campaign;
    if (!chance.happens(0.4)) return one;
    return { ...one, gifts: one.gifts.map((gift) => ({ ...gift, valueFen: gift.valueFen * DEAR_GIFT })) };
  });

function maybeGuest(chance: Chance, basket: Basket): Basket {
  if (!chance.happens(0.1)) return basket;
  const { member: _member, payWithPoints: _points, ...guest } = basket;
  return guest;
}

function piecesOf(decision: Decision): Returned[] {
  const units = decision.lines.flatMap(({ lineId, quantity }) =>
    Array.from({ length: quantity }, () => ({ units: [{ lineId, units: 1 }], gifts: [] })),
  );
  const gifts = decision.gifts.flatMap(({ campaignId, chosen }) =>
    Array.from({ length: chosen.quantity }, () => ({ units: [], gifts: [{ campaignId, pieces: 1 }] })),
  );
  return [...units, ...gifts];
}
