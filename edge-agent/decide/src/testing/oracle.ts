import type { Basket } from '../schema/basket.ts';
import type { Campaign, CampaignSet, ItemSelector } from '../schema/campaign.ts';

/**
 * An independent answer for small baskets: tries every campaign subset and every assignment of units, with rules written out naively
 * and money as BigInt. Shares no code with the engine. Assumes that all campaigns are live and lines are in id order.
 */
export function naiveOptimumFen(set: CampaignSet, basket: Basket): bigint {
  let best: bigint | undefined;
  const coupons = set.campaigns.filter(
    (one) => one.requiresCoupon && basket.coupons.some((coupon) => coupon.campaignId === one.id),
  );
  const open = set.campaigns.filter((one) => !one.requiresCoupon);
  for (const on of subsets([...open, ...coupons])) {
    const groups = on.flatMap((one) => one.exclusiveGroup ?? []);
    if (new Set(groups).size !== groups.length) continue;
    if (on.filter((one) => one.requiresCoupon).length > set.policy.couponsPerBasket) continue;
    for (const afterItems of itemResults(
      on.filter((one) => !one.requiresCoupon && one.kind !== 'spend-save'),
      basket,
    )) {
      const payable = laterLayers(on, afterItems, basket);
      if (best === undefined || payable < best) best = payable;
    }
  }
  return best ?? 0n;
}

function subsets<T>(all: readonly T[]): T[][] {
  const sets: T[][] = [[]];
  for (const one of all) sets.push(...sets.map((set) => [...set, one]));
  return sets;
}

function touches(campaign: Campaign, line: Basket['lines'][number]): boolean {
  if (campaign.kind === 'member-price') return campaign.prices.some((price) => price.sku === line.sku);
  const items: ItemSelector = campaign.items;
  if (items.excludeSkus?.includes(line.sku)) return false;
  return Boolean(
    items.all ||
      items.skus?.includes(line.sku) ||
      items.categories?.includes(line.category) ||
      items.departments?.includes(line.department),
  );
}

function half(a: bigint, b: bigint): bigint {
  return (2n * a + b) / (2n * b);
}

function reduced(campaign: Campaign, sku: string, price: bigint): bigint {
  if (campaign.kind === 'buy-get') return half(price * BigInt(campaign.percentOffBp), 10_000n);
  if (campaign.kind === 'member-price') {
    const own = BigInt(campaign.prices.find((entry) => entry.sku === sku)?.priceFen ?? 0);
    return price > own ? price - own : 0n;
  }
  if (campaign.kind !== 'discount') return 0n;
  const { discount } = campaign;
  if (discount.by === 'percent') return half(price * BigInt(discount.percentOffBp), 10_000n);
  if (discount.by === 'amount') return price < BigInt(discount.amountOffFen) ? price : BigInt(discount.amountOffFen);
  return price > BigInt(discount.fixedPriceFen) ? price - BigInt(discount.fixedPriceFen) : 0n;
}

interface Unit {
  readonly line: number;
  readonly price: bigint;
  readonly sku: string;
}

/** What an item campaign saves on the units handed to it, by line; undefined when it may not take them. */
function takes(campaign: Campaign, units: readonly Unit[]): Map<number, bigint> | undefined {
  const saved = new Map<number, bigint>();
  const limit = campaign.limits?.perBasket ?? 1e9;
  const put = (unit: Unit): void =>
    void saved.set(unit.line, (saved.get(unit.line) ?? 0n) + reduced(campaign, unit.sku, unit.price));
  if (campaign.kind !== 'buy-get') {
    if (units.length > limit) return undefined;
    units.forEach(put);
    return saved;
  }
  const size = campaign.buy + campaign.get;
  if (units.length % size !== 0 || units.length / size > limit) return undefined;
  const dearestFirst = [...units].sort((a, b) => (a.price === b.price ? a.line - b.line : a.price > b.price ? -1 : 1));
  for (let at = 0; at < dearestFirst.length; at += size) dearestFirst.slice(at + campaign.buy, at + size).forEach(put);
  return saved;
}

function* itemResults(campaigns: readonly Campaign[], basket: Basket): Generator<bigint[]> {
  const units: Unit[] = basket.lines.flatMap((line, index) =>
    Array.from({ length: line.quantity }, () => ({ line: index, sku: line.sku, price: BigInt(line.unitPriceFen) })),
  );
  const seen = new Set<string>();
  function* assign(at: number, given: readonly Unit[][]): Generator<bigint[]> {
    const unit = units[at];
    if (!unit) {
      const after = basket.lines.map((line) => BigInt(line.unitPriceFen) * BigInt(line.quantity));
      for (const [index, campaign] of campaigns.entries()) {
        const saved = takes(campaign, given[index] ?? []);
        if (!saved) return;
        for (const [line, amount] of saved) after[line] = (after[line] ?? 0n) - amount;
      }
      const key = after.join();
      if (!seen.has(key)) yield after;
      seen.add(key);
      return;
    }
    yield* assign(at + 1, given);
    const line = basket.lines[unit.line];
    for (const [index, campaign] of campaigns.entries()) {
      if (!line || !touches(campaign, line)) continue;
      yield* assign(
        at + 1,
        given.map((list, other) => (other === index ? [...list, unit] : list)),
      );
    }
  }
  yield* assign(
    0,
    campaigns.map(() => []),
  );
}

function takeShares(total: bigint, lines: readonly number[], left: bigint[]): void {
  const sum = lines.reduce((all, line) => all + (left[line] ?? 0n), 0n);
  const wanted = total < sum ? total : sum;
  if (sum === 0n) return;
  const shares = lines.map((line) => ({
    line,
    whole: (wanted * (left[line] ?? 0n)) / sum,
    rest: (wanted * (left[line] ?? 0n)) % sum,
  }));
  let missing = wanted - shares.reduce((all, share) => all + share.whole, 0n);
  for (const share of shares) left[share.line] = (left[share.line] ?? 0n) - share.whole;
  for (const share of shares.sort((a, b) => (a.rest === b.rest ? a.line - b.line : a.rest > b.rest ? -1 : 1))) {
    if (missing === 0n) break;
    left[share.line] = (left[share.line] ?? 0n) - 1n;
    missing -= 1n;
  }
}

function stepsSaving(campaign: Campaign & { kind: 'spend-save' }, base: bigint): bigint {
  const options = campaign.tiers.map((tier) => {
    const steps = base / BigInt(tier.spendFen);
    const most = campaign.repeat === 'once' ? 1n : BigInt(campaign.limits?.perBasket ?? 1_000_000_000);
    return (steps < most ? steps : most) * BigInt(tier.saveFen);
  });
  return options.sort((a, b) => (a < b ? -1 : 1)).at(-1) ?? 0n;
}

function couponUnits(campaign: Campaign, lines: readonly number[], start: readonly bigint[], basket: Basket): Unit[] {
  const units = lines.flatMap((index) => {
    const quantity = BigInt(basket.lines[index]?.quantity ?? 0);
    const sku = basket.lines[index]?.sku ?? '';
    return Array.from({ length: Number(quantity) }, (_, unit) => {
      const upTo = ((start[index] ?? 0n) * BigInt(unit + 1)) / quantity;
      return { line: index, sku, price: upTo - ((start[index] ?? 0n) * BigInt(unit)) / quantity };
    });
  });
  const worth = (unit: Unit): bigint =>
    campaign.kind === 'buy-get' ? unit.price : reduced(campaign, unit.sku, unit.price);
  const sorted = units.sort((a, b) => (worth(a) === worth(b) ? a.line - b.line : worth(a) > worth(b) ? -1 : 1));
  const limit = campaign.limits?.perBasket ?? 1e9;
  if (campaign.kind !== 'buy-get') return sorted.slice(0, limit);
  const size = campaign.buy + campaign.get;
  return sorted.slice(0, Math.min(Math.floor(sorted.length / size), limit) * size);
}

function laterLayers(on: readonly Campaign[], afterItems: readonly bigint[], basket: Basket): bigint {
  const list = basket.lines.map((line) => BigInt(line.unitPriceFen) * BigInt(line.quantity));
  const left = [...afterItems];
  const linesOf = (campaign: Campaign): number[] =>
    basket.lines.flatMap((line, index) => (touches(campaign, line) ? [index] : []));
  const spendSave = (campaign: Campaign & { kind: 'spend-save' }): void => {
    const lines = linesOf(campaign);
    const base = lines.reduce((sum, line) => sum + ((campaign.base === 'list' ? list : afterItems)[line] ?? 0n), 0n);
    takeShares(stepsSaving(campaign, base), lines, left);
  };
  for (const one of on) if (one.kind === 'spend-save' && !one.requiresCoupon) spendSave(one);
  const start = [...left];
  for (const one of on) {
    if (!one.requiresCoupon) continue;
    const lines = linesOf(one);
    if (one.kind === 'spend-save') {
      spendSave(one);
    } else if (one.kind === 'discount' && one.discount.by === 'percent' && one.limits?.perBasket === undefined) {
      const base = lines.reduce((sum, line) => sum + (start[line] ?? 0n), 0n);
      takeShares(half(base * BigInt(one.discount.percentOffBp), 10_000n), lines, left);
    } else {
      for (const [line, amount] of takes(one, couponUnits(one, lines, start, basket)) ?? []) {
        const now = left[line] ?? 0n;
        left[line] = now > amount ? now - amount : 0n;
      }
    }
  }
  return left.reduce((sum, fen) => sum + fen, 0n);
}
