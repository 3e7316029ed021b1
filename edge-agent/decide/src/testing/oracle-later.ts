import type { Basket, DecisionContext } from '../schema/basket.ts';
import type { CampaignPolicy, GiftCampaign, SpendSaveCampaign } from '../schema/campaign.ts';
import {
  consent,
  greatest,
  halfUp,
  isThresholdKind,
  type Live,
  least,
  type OracleLine,
  spread,
  sum,
  touches,
} from './oracle-basics.ts';
import type { ItemState } from './oracle-items.ts';

export interface GivenGift {
  readonly upper: Live;
  readonly sku: string;
  readonly times: bigint;
  readonly pieces: bigint;
  readonly valueFen: bigint;
}

/** A basket's answer above the item layer. `saved` by campaign in the order of `on`, then line; zero for gifts and points. */
export interface Outcome {
  readonly payableFen: bigint;
  /** Worth of gifts and earned points, in hundredths of a fen. */
  readonly value: bigint;
  readonly lineFen: readonly bigint[];
  readonly saved: readonly (readonly bigint[])[];
  readonly gifts: readonly GivenGift[];
  readonly earned: bigint;
}

export interface LaterLayers {
  readonly uppers: readonly Live[];
  readonly lines: readonly OracleLine[];
  readonly policy: CampaignPolicy;
  readonly basket: Basket;
  readonly context: DecisionContext;
}

/** What counts for a campaign: units, their list amount, and what they cost after items. */
interface Base {
  readonly units: bigint;
  readonly list: bigint;
  readonly cost: bigint;
}

interface Threshold {
  readonly spendFen?: number | undefined;
  readonly units?: number | undefined;
}

const counts = (pool: { readonly counts: number }, bit: number): boolean => (pool.counts & (1 << bit)) !== 0;

function baseOf(state: ItemState, bit: number): Base {
  const pools = state.pools.flat().filter((pool) => counts(pool, bit));
  return {
    units: pools.reduce((total, pool) => total + BigInt(pool.units), 0n),
    list: sum(pools.map((pool) => pool.list)),
    cost: sum(pools.map((pool) => pool.cost)),
  };
}

const amountOf = (base: Base, which: SpendSaveCampaign['base']): bigint => (which === 'list' ? base.list : base.cost);

/** How often a threshold is reached: at most once, or whole steps up to the limit. */
function timesReached(
  { spendFen, units }: Threshold,
  base: Base,
  campaign: Pick<SpendSaveCampaign, 'base' | 'repeat' | 'limits'>,
): bigint {
  const steps =
    units === undefined ? amountOf(base, campaign.base) / BigInt(spendFen ?? 1) : base.units / BigInt(units);
  const most = campaign.repeat === 'once' ? 1 : (campaign.limits?.perBasket ?? Number.MAX_SAFE_INTEGER);
  return least(steps, BigInt(most));
}

/** The best tier's saving that the budget covers, before it is held to what the units still cost. */
function spendSaving(campaign: SpendSaveCampaign, base: Base, budgetLeft: bigint | undefined): bigint {
  const savings = campaign.tiers.map((tier) => {
    const times = timesReached(tier, base, campaign);
    if (times === 0n) return 0n;
    if (tier.saveFen !== undefined) {
      const fen = BigInt(tier.saveFen);
      return fen * (budgetLeft === undefined ? times : least(times, budgetLeft / fen));
    }
    const share = halfUp(amountOf(base, campaign.base) * BigInt(tier.percentOffBp ?? 0), 10_000n);
    const capped = tier.maxSaveFen === undefined ? share : least(share, BigInt(tier.maxSaveFen));
    return budgetLeft === undefined ? capped : least(capped, budgetLeft);
  });
  return savings.reduce(greatest, 0n);
}

/** Takes a saving off what is left of the counting pools, line by line, then inside each line; returns it by line. */
function takeOff(left: bigint[][], state: ItemState, bit: number, wanted: bigint): bigint[] {
  const open = state.pools.map((pools, at) =>
    pools.map((pool, index) => (counts(pool, bit) ? (left[at]?.[index] ?? 0n) : 0n)),
  );
  const weights = open.map(sum);
  const byLine = spread(least(wanted, sum(weights)), weights);
  byLine.forEach((fen, at) => {
    const inLine = spread(fen, open[at] ?? []);
    left[at] = (left[at] ?? []).map((cost, index) => cost - (inLine[index] ?? 0n));
  });
  return byLine;
}

/** The gift of a campaign: the shopper's choice where it is in stock, else what is worth most in all. */
function giftOf(
  upper: Live,
  campaign: GiftCampaign,
  times: bigint,
  stock: ReadonlyMap<string, bigint>,
  basket: Basket,
): GivenGift | undefined {
  const options = campaign.gifts.flatMap(({ sku, quantity, valueFen }): GivenGift[] => {
    const inStock = stock.get(sku);
    const can = inStock === undefined ? times : least(times, inStock / BigInt(quantity));
    const pieces = can * BigInt(quantity);
    return can > 0n ? [{ upper, sku, times: can, pieces, valueFen: pieces * BigInt(valueFen) }] : [];
  });
  const choice = basket.giftChoices?.find((one) => one.campaignId === campaign.id)?.sku;
  const best = options.reduce<GivenGift | undefined>(
    (most, one) => (most && most.valueFen >= one.valueFen ? most : one),
    undefined,
  );
  return options.find((one) => one.sku === choice) ?? best;
}

/** Every gift of the answer, stock dealt in the set's order; undefined where a campaign has nothing to give. */
function dealGifts(layers: LaterLayers, on: readonly Live[], state: ItemState): GivenGift[] | undefined {
  const stock = new Map((layers.context.giftStock ?? []).map((one) => [one.sku, BigInt(one.quantity)]));
  const gifts: GivenGift[] = [];
  for (const upper of on) {
    const { campaign } = upper;
    if (campaign.kind !== 'gift') continue;
    const times = timesReached(campaign, baseOf(state, layers.uppers.indexOf(upper)), campaign);
    const gift = giftOf(upper, campaign, times, stock, layers.basket);
    if (!gift) return undefined;
    gifts.push(gift);
    const before = stock.get(gift.sku);
    if (before !== undefined) stock.set(gift.sku, before - gift.pieces);
  }
  return gifts;
}

/** Points that the member earns where lines cost `lineFen`; undefined where a bonus is not reached. */
function pointsOf(
  layers: LaterLayers,
  on: readonly Live[],
  state: ItemState,
  lineFen: readonly bigint[],
  saved: readonly (readonly bigint[])[],
): bigint | undefined {
  const { uppers, policy, basket } = layers;
  let bonus = 0n;
  const multipliers = [...state.multipliers];
  for (const [index, upper] of on.entries()) {
    const { campaign } = upper;
    const bit = uppers.indexOf(upper);
    const earns = campaign.kind === 'points' ? campaign.earn : undefined;
    if (earns?.by === 'bonus') {
      const times = timesReached(earns, baseOf(state, bit), { ...earns, limits: campaign.limits });
      if (times === 0n) return undefined;
      bonus += times * BigInt(earns.points);
    }
    const factor = earns?.by === 'multiplier' ? earns.times : (campaign.pointsMultiplier ?? 1);
    state.pools.forEach((pools, at) => {
      const isOn = earns
        ? earns.by === 'multiplier' && pools.some((pool) => counts(pool, bit))
        : (saved[index]?.[at] ?? 0n) > 0n;
      if (isOn) multipliers[at] = Math.max(multipliers[at] ?? 1, factor);
    });
  }
  if (!basket.member) return 0n;
  const weighed = sum(lineFen.map((fen, at) => fen * BigInt(multipliers[at] ?? 1)));
  return weighed / BigInt(policy.points?.fenPerPoint ?? 100) + bonus;
}

/** Whether two campaigns above the item layer may both apply to these lines. */
export function mayShare(one: Live, other: Live, lines: readonly OracleLine[]): boolean {
  if (one === other) return true;
  if (!isThresholdKind(one.campaign) || !isThresholdKind(other.campaign) || consent(one, other)) return true;
  return !lines.some(({ line }) => touches(one.campaign, line) && touches(other.campaign, line));
}

/** What each spend-save would take on top of an item answer; campaigns that reach nothing have no part in it. */
export function wantedOf(layers: LaterLayers, state: ItemState): (bigint | undefined)[] {
  return layers.uppers.map(({ campaign, budgetLeft }, bit) =>
    campaign.kind === 'spend-save' ? spendSaving(campaign, baseOf(state, bit), budgetLeft) : undefined,
  );
}

/**
 * The answer in which exactly the campaigns `on` (in the set's order) apply above `state`; undefined where one of them gives nothing.
 * `paid` is what points pay of each line afterwards: it earns none.
 */
export function laterOutcome(
  layers: LaterLayers,
  on: readonly Live[],
  state: ItemState,
  wanted: readonly (bigint | undefined)[],
  paid: readonly bigint[],
): Outcome | undefined {
  const left = state.pools.map((pools) => pools.map((pool) => pool.cost));
  const saved: bigint[][] = on.map(() => layers.lines.map(() => 0n));
  for (const layer of ['basket', 'coupon']) {
    for (const [index, upper] of on.entries()) {
      if (upper.layer !== layer || upper.campaign.kind !== 'spend-save') continue;
      const bit = layers.uppers.indexOf(upper);
      const byLine = takeOff(left, state, bit, wanted[bit] ?? 0n);
      if (sum(byLine) === 0n) return undefined;
      saved[index] = byLine;
    }
  }
  const gifts = dealGifts(layers, on, state);
  if (!gifts) return undefined;
  const lineFen = left.map(sum);
  const earnsFen = lineFen.map((fen, at) => fen - (paid[at] ?? 0n));
  const earned = pointsOf(layers, on, state, earnsFen, saved);
  if (earned === undefined) return undefined;
  const worth = BigInt(layers.policy.points?.fenPer100Points ?? 100);
  const value = 100n * sum(gifts.map((gift) => gift.valueFen)) + earned * worth;
  return { payableFen: sum(lineFen), value, lineFen, saved, gifts, earned };
}
