import { compileCampaigns } from '../../compile.ts';
import type { BasketLine } from '../../schema/basket.ts';
import type { Campaign } from '../../schema/campaign.ts';
import type { Adjustment, AppliedCampaign, Decision, DecisionLine } from '../../schema/decision.ts';
import type { ReturnsPolicy } from '../../schema/policy.ts';
import { returnFor } from '../settle.ts';
import type { PastSale, Returned, ReturnSettlement } from '../types.ts';

export const AT = '2026-03-10T10:00:00+08:00';
export const strict: ReturnsPolicy = {
  coupons: 'when-all-returned',
  expiredCoupons: 'stay-expired',
  gifts: 'return-or-charge',
};

/** A line as a test writes it: `listFen` is of one unit. */
export interface GivenLine {
  readonly lineId: string;
  readonly quantity: number;
  readonly listFen: number;
  readonly adjustments: readonly Adjustment[];
  readonly taxFen?: number;
  readonly facts?: Partial<BasketLine>;
}

export interface GivenSale {
  readonly lines: readonly GivenLine[];
  readonly campaigns: readonly Campaign[];
  readonly gifts?: Decision['gifts'];
  readonly points?: Partial<Decision['points']>;
  /** Bonus points by campaign. */
  readonly bonus?: Readonly<Record<string, number>>;
  readonly coupons?: readonly string[];
  readonly policy?: ReturnsPolicy;
  readonly taxAdded?: boolean;
  readonly roundingFen?: number;
  readonly couponExpiresAt?: Readonly<Record<string, string>>;
}

export const save = (campaignId: string, amountFen: number, units: number, couponId?: string): Adjustment => ({
  campaignId,
  amountFen,
  units,
  ...(couponId === undefined ? {} : { couponId }),
});

/** A past sale written down by hand: sums are worked out, nothing else is. */
export function saleOf(given: GivenSale): PastSale {
  const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const lines = given.lines.map((line): DecisionLine => {
    const listFen = line.listFen * line.quantity;
    const payableFen = listFen - sumOf(line.adjustments.map((one) => one.amountFen));
    const { lineId, quantity, taxFen } = line;
    const adjustments = [...line.adjustments];
    const tax = taxFen === undefined ? {} : { taxFen };
    return { lineId, sku: line.facts?.sku ?? lineId, quantity, listFen, payableFen, adjustments, ...tax };
  });
  const payableFen = sumOf(lines.map((line) => line.payableFen));
  const listFen = sumOf(lines.map((line) => line.listFen));
  const taxFen = sumOf(lines.map((line) => line.taxFen ?? 0));
  return {
    decision: {
      schema: 1,
      policyVersion: 1,
      campaignSetVersion: 1,
      moneyRule: 'by-hand',
      listFen,
      savingsFen: listFen - payableFen,
      payableFen,
      taxFen,
      totalFen: payableFen + (given.taxAdded ? taxFen : 0),
      lines,
      applied: given.campaigns.map((campaign) => appliedOf(given, campaign, lines)),
      gifts: given.gifts ?? [],
      notApplied: [],
      couponsConsumed: [...(given.coupons ?? [])],
      points: { earned: 0, spent: 0, spentFen: 0, ...given.points },
      provenOptimal: true,
      gapFen: 0,
    },
    lines: given.lines.map(factsOf),
    campaigns: compileCampaigns({
      schema: 1,
      setId: 'set',
      version: 1,
      campaigns: [...given.campaigns],
      policy: {
        version: 1,
        objective: 'best-for-customer',
        couponsPerBasket: 2,
        ...(given.policy ? { returns: given.policy } : {}),
      },
    }),
    roundingFen: given.roundingFen ?? 0,
    couponExpiresAt: given.couponExpiresAt ?? {},
  };
}

function appliedOf(given: GivenSale, { id, name }: Campaign, lines: readonly DecisionLine[]): AppliedCampaign {
  const own = lines.flatMap((line) => line.adjustments.filter((one) => one.campaignId === id));
  const amountFen = own.reduce((sum, one) => sum + one.amountFen, 0);
  const couponId = own[0]?.couponId ?? given.gifts?.find((gift) => gift.campaignId === id)?.couponId;
  const points = given.bonus?.[id];
  return {
    campaignId: id,
    ...(couponId === undefined ? {} : { couponId }),
    amountFen,
    storeFen: amountFen,
    brandFen: 0,
    ...(points === undefined ? {} : { points }),
    name,
  };
}

function factsOf({ lineId, quantity, listFen, facts }: GivenLine): BasketLine {
  const sku = facts?.sku ?? lineId;
  const name = { zh: sku, en: sku };
  return { lineId, sku, department: 'grocery', category: sku, name, quantity, unitPriceFen: listFen, ...facts };
}

export const nothing: Returned = { units: [], gifts: [] };

/** `back({ A: 2 }, { g: 1 })`: two units of line A, and a piece of campaign g's gift. */
export const back = (units: Readonly<Record<string, number>>, gifts: Readonly<Record<string, number>>): Returned => ({
  units: Object.entries(units).map(([lineId, count]) => ({ lineId, units: count })),
  gifts: Object.entries(gifts).map(([campaignId, pieces]) => ({ campaignId, pieces })),
});

/** Settles one return after another. Throws the first error's code. */
export function settleAll(sale: PastSale, returns: readonly Returned[], at: string): ReturnSettlement[] {
  let before = nothing;
  return returns.map((now) => {
    const result = returnFor(sale, before, now, at);
    if (!result.ok) throw new Error(result.errors[0]?.code);
    before = { units: [...before.units, ...now.units], gifts: [...before.gifts, ...now.gifts] };
    return result.settlement;
  });
}

/** Settles one return of a sale of which nothing came back yet. */
export function settleOne(sale: PastSale, now: Returned): ReturnSettlement {
  const [only] = settleAll(sale, [now], AT);
  if (!only) throw new Error('nothing was settled');
  return only;
}
