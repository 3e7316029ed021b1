import type { CampaignPolicy } from '../schema/campaign.ts';
import {
  consent,
  countsAbove,
  halfUp,
  isUnitKind,
  type Live,
  least,
  type OracleLine,
  subsets,
  sum,
  touches,
} from './oracle-basics.ts';
import { groupSavings, isGroupCampaign } from './oracle-groups.ts';

/**
 * Units of one line that the same campaigns of the upper layers may count: bit n of `counts` is the n-th of these. `cost` is what the
 * units cost after the item layer.
 */
export interface Pool {
  readonly counts: number;
  readonly units: number;
  readonly list: bigint;
  readonly cost: bigint;
}

/** One answer of the item layer. Bit n of `applied` is the n-th item campaign; lists by line, `saved` by item campaign, then line. */
export interface ItemState {
  readonly applied: number;
  readonly pools: readonly (readonly Pool[])[];
  /** Highest `pointsMultiplier` of the item campaigns that saved on the line. */
  readonly multipliers: readonly number[];
  readonly saved: readonly (readonly bigint[])[];
  /** Equal for answers that the layers above can't tell apart. */
  readonly key: string;
}

/** What one unit of a line may be: taken by these campaigns, saving `parts` in fen (a group's savings come with its groups). */
interface Token {
  readonly applied: number;
  readonly places: readonly number[];
  readonly parts: readonly bigint[];
  readonly counts: number;
}

/** What all units of a line together are. `taken` and `saved` by item campaign. */
interface LineChoice {
  readonly applied: number;
  readonly taken: readonly number[];
  readonly saved: readonly bigint[];
  readonly pools: readonly Pool[];
}

export interface ItemLayer {
  readonly items: readonly Live[];
  /** Campaigns of the layers above, whose consent is asked. */
  readonly uppers: readonly Live[];
  readonly lines: readonly OracleLine[];
  readonly policy: CampaignPolicy;
}

/** Exclusive groups, coupons and best-one layers, which are rules of the whole basket. */
export function mayMeet(campaigns: readonly Live[], policy: CampaignPolicy): boolean {
  const groups = campaigns.flatMap(({ campaign }) => campaign.exclusiveGroup ?? []);
  const inLayer = (layer: string): number => campaigns.filter((one) => one.layer === layer).length;
  return (
    new Set(groups).size === groups.length &&
    campaigns.filter((one) => one.couponId !== undefined).length <= policy.couponsPerBasket &&
    (policy.layers?.basket !== 'best-one' || inLayer('basket') <= 1) &&
    (policy.layers?.coupon !== 'best-one' || inLayer('coupon') <= 1)
  );
}

/** What a stack's campaigns save on a unit, in the order given; undefined where one of them doesn't save a fen there. */
function stackParts(stack: readonly Live[], { line, price }: OracleLine): bigint[] | undefined {
  // The unit costs left / scale fen, so that nothing is rounded before all of the stack is known.
  const scale = 10_000n ** BigInt(stack.length);
  let left = price * scale;
  let before = 0n;
  const parts: bigint[] = [];
  for (const { campaign } of stack) {
    if (campaign.kind === 'member-price') {
      const own = campaign.prices.find((one) => one.sku === line.sku)?.priceFen ?? 0;
      left = least(left, BigInt(own) * scale);
    } else if (campaign.kind === 'discount' || campaign.kind === 'markdown') {
      const { discount } = campaign;
      if (discount.by === 'percent') left = (left * BigInt(10_000 - discount.percentOffBp)) / 10_000n;
      else if (discount.by === 'amount') left -= least(left, BigInt(discount.amountOffFen) * scale);
      else left = least(left, BigInt(discount.fixedPriceFen) * scale);
    }
    const saved = halfUp(price * scale - left, scale);
    if (saved === before) return undefined;
    parts.push(saved - before);
    before = saved;
  }
  return parts;
}

function tokensOf(layer: ItemLayer, on: OracleLine): Token[] {
  const { items, uppers } = layer;
  const here = items.filter(({ campaign }) => touches(campaign, on.line));
  const unitKinds = here.filter(({ campaign }) => isUnitKind(campaign));
  const inOrder = [
    ...unitKinds.filter((one) => one.layer === 'item'),
    ...unitKinds.filter((one) => one.layer !== 'item'),
  ];
  const stacks = subsets(inOrder).filter(
    (stack) => stack.length <= 3 && stack.every((one) => stack.every((other) => one === other || consent(one, other))),
  );
  const groups = here.filter(({ campaign }) => isGroupCampaign(campaign)).map((one) => [one]);
  return [...stacks, ...groups].flatMap((campaigns): Token[] => {
    const parts = campaigns.some(({ campaign }) => isGroupCampaign(campaign)) ? [] : stackParts(campaigns, on);
    if (!parts) return [];
    const places = campaigns.map((one) => items.indexOf(one));
    const counts = uppers.reduce((bits, upper, bit) => {
      const agreed = touches(upper.campaign, on.line) && campaigns.every((one) => countsAbove(one, upper));
      return agreed ? bits | (1 << bit) : bits;
    }, 0);
    return [{ applied: places.reduce((bits, place) => bits | (1 << place), 0), places, parts, counts }];
  });
}

function poolUnits(units: readonly Pool[]): Pool[] {
  const pools = new Map<number, Pool>();
  for (const one of units) {
    const is = pools.get(one.counts) ?? { counts: one.counts, units: 0, list: 0n, cost: 0n };
    pools.set(one.counts, {
      counts: one.counts,
      units: is.units + one.units,
      list: is.list + one.list,
      cost: is.cost + one.cost,
    });
  }
  return [...pools.values()].sort((a, b) => a.counts - b.counts);
}

function lineChoice(layer: ItemLayer, { price }: OracleLine, tokens: readonly Token[]): LineChoice {
  const taken = layer.items.map(() => 0);
  const saved = layer.items.map(() => 0n);
  for (const { places, parts } of tokens) {
    places.forEach((place, index) => {
      taken[place] = (taken[place] ?? 0) + 1;
      saved[place] = (saved[place] ?? 0n) + (parts[index] ?? 0n);
    });
  }
  const units = tokens.map(({ counts, parts }) => ({ counts, units: 1, list: price, cost: price - sum(parts) }));
  return { applied: tokens.reduce((bits, token) => bits | token.applied, 0), taken, saved, pools: poolUnits(units) };
}

/** All choices for a line. Its units are alike, so that only how many of them are what matters (an exact symmetry). */
function lineChoices(layer: ItemLayer, on: OracleLine): LineChoice[] {
  const tokens = tokensOf(layer, on);
  const pick = (from: number, units: number): Token[][] =>
    units === 0
      ? [[]]
      : tokens.slice(from).flatMap((token, index) => pick(from + index, units - 1).map((others) => [token, ...others]));
  return pick(0, on.units).map((chosen) => lineChoice(layer, on, chosen));
}

/** Lowers what a group's units cost on a line. All of them count for the same campaigns above, so that the line's part is theirs. */
function withSaving(pools: readonly Pool[], counts: number, fen: bigint): Pool[] {
  return pools.map((pool) => (pool.counts === counts ? { ...pool, cost: pool.cost - fen } : pool));
}

/** Turns the lines' choices and one result of each group campaign into an answer; undefined where a campaign saves nothing or too much. */
function stateOf(
  layer: ItemLayer,
  applied: number,
  choices: readonly LineChoice[],
  groups: ReadonlyMap<number, readonly bigint[]>,
  groupCounts: (place: number, at: number) => number,
): ItemState | undefined {
  const { items, policy } = layer;
  const saved = items.map((_, place) => groups.get(place) ?? choices.map((choice) => choice.saved[place] ?? 0n));
  for (const [place, { budgetLeft }] of items.entries()) {
    if ((applied & (1 << place)) === 0) continue;
    const total = sum(saved[place] ?? []);
    if (total === 0n || (budgetLeft !== undefined && total > budgetLeft)) return undefined;
  }
  const pools = choices.map((choice, at) => {
    let of = choice.pools;
    for (const [place, saving] of groups) {
      if (saving[at]) of = withSaving(of, groupCounts(place, at), saving[at]);
    }
    return of;
  });
  const multipliers = choices.map((_, at) =>
    items.reduce(
      (most, { campaign }, place) =>
        (saved[place]?.[at] ?? 0n) > 0n ? Math.max(most, campaign.pointsMultiplier ?? 1) : most,
      1,
    ),
  );
  // Above, an item campaign matters by its coupon and its exclusive group only.
  const ruled = items.reduce(
    (bits, one, place) => ((one.couponId ?? one.campaign.exclusiveGroup) ? bits | (1 << place) : bits),
    0,
  );
  const poolKey = pools.map((of) => of.map((pool) => `${pool.counts}:${pool.units}:${pool.cost}`).join());
  const key = `${applied & ruled}/${poolKey.join(';')}/${policy.points ? multipliers.join() : ''}`;
  return { applied, pools, multipliers, saved, key };
}

/** Every answer of the item layer: each unit taken by none, by one campaign or by a stack, groups formed in every way. */
export function* itemStates(layer: ItemLayer): Generator<ItemState> {
  const { items, lines, policy } = layer;
  const all = lines.map((line) => lineChoices(layer, line));
  const countsOf = new Map(
    lines.flatMap((line, at) =>
      tokensOf(layer, line).flatMap((token) => token.places.map((place) => [`${place} ${at}`, token.counts] as const)),
    ),
  );
  const groupCounts = (place: number, at: number): number => countsOf.get(`${place} ${at}`) ?? 0;
  const meets = new Map<number, boolean>();
  const known = new Map<string, bigint[][]>();
  const fits = (applied: number, chosen: readonly LineChoice[]): boolean => {
    const bits =
      meets.get(applied) ??
      mayMeet(
        items.filter((_, place) => applied & (1 << place)),
        policy,
      );
    meets.set(applied, bits);
    return (
      bits &&
      items.every(({ campaign }, place) => {
        const most = campaign.limits?.perBasket;
        if (most === undefined || !isUnitKind(campaign)) return true;
        return chosen.reduce((units, choice) => units + (choice.taken[place] ?? 0), 0) <= most;
      })
    );
  };
  const resultsOf = (place: number, chosen: readonly LineChoice[]): bigint[][] => {
    const campaign = items[place]?.campaign;
    const taken = chosen.map((choice) => choice.taken[place] ?? 0);
    const key = `${place} ${taken.join()}`;
    const results =
      known.get(key) ?? (campaign && isGroupCampaign(campaign) ? groupSavings(campaign, lines, taken) : []);
    known.set(key, results);
    return results;
  };
  function* walk(chosen: readonly LineChoice[], applied: number): Generator<ItemState> {
    if (!fits(applied, chosen)) return;
    const open = all[chosen.length];
    if (open) {
      for (const choice of open) yield* walk([...chosen, choice], applied | choice.applied);
      return;
    }
    let groups: Map<number, bigint[]>[] = [new Map()];
    for (const [place, { campaign }] of items.entries()) {
      if ((applied & (1 << place)) === 0 || !isGroupCampaign(campaign)) continue;
      const results = resultsOf(place, chosen);
      groups = groups.flatMap((before) => results.map((saving) => new Map([...before, [place, saving]])));
    }
    for (const of of groups) {
      const state = stateOf(layer, applied, chosen, of, groupCounts);
      if (state) yield state;
    }
  }
  yield* walk([], 0);
}
