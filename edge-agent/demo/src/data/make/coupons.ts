import { join } from 'node:path';
import type { DemoCampaign, DemoCoupon, DemoItem, DemoRedemption } from '../types.ts';
import { memberIdOf } from './baskets.ts';
import { centsToFen } from './money.ts';
import { field, groupBy, median, readCsv, type SourceLine } from './source.ts';

export interface CouponData {
  readonly campaigns: readonly DemoCampaign[];
  readonly coupons: readonly DemoCoupon[];
  readonly redemptions: readonly DemoRedemption[];
}

const couponIdOf = (upc: string): string => `C${upc}`;

type Discount = Pick<DemoCoupon, 'discountFen' | 'discountBasis'>;

/** Observed coupon discounts, from the nearest evidence: this coupon's redemptions, its items, its category, all. */
class Discounts {
  readonly #couponLines: readonly SourceLine[];
  readonly #items: ReadonlyMap<string, DemoItem>;

  constructor(lines: readonly SourceLine[], items: ReadonlyMap<string, DemoItem>) {
    this.#couponLines = lines.filter((line) => line.couponCents > 0);
    this.#items = items;
  }

  of(skus: ReadonlySet<string>, redeemed: ReadonlySet<string>): Discount {
    const eligible = this.#couponLines.filter((line) => skus.has(line.productId));
    const own = eligible.filter((line) => redeemed.has(`${line.householdId}|${line.localTime.slice(0, 10)}`));
    const categories = new Set([...skus].map((sku) => this.#items.get(sku)?.category));
    const near = this.#couponLines.filter((line) => {
      const item = this.#items.get(line.productId);
      return item !== undefined && categories.has(item.category);
    });
    const [basis, evidence] =
      own.length > 0
        ? (['redemption', own] as const)
        : eligible.length > 0
          ? (['items', eligible] as const)
          : near.length > 0
            ? (['category', near] as const)
            : (['all', this.#couponLines] as const);
    const observedFen = centsToFen(median(evidence.map((line) => line.couponCents)));
    const prices = [...skus].map((sku) => this.#items.get(sku)?.priceFen ?? 0);
    // A coupon worth more than its usual item would print money; the till still caps it at each line.
    return { discountFen: Math.min(observedFen, median(prices)), discountBasis: basis };
  }
}

/** Campaigns, their coupons within the kept items, and real redemptions of those coupons. */
export function makeCoupons(folder: string, items: readonly DemoItem[], lines: readonly SourceLine[]): CouponData {
  const read = (name: string) => readCsv(join(folder, `${name}.csv.gz`));
  const bySku = new Map(items.map((item) => [item.sku, item]));
  const targets = groupBy(read('campaigns'), (row) => field(row, 'campaign_id'));
  const campaigns = read('campaign_descriptions').map((row) => ({
    campaignId: field(row, 'campaign_id'),
    campaignType: field(row, 'campaign_type').replace('Type ', ''),
    startsOn: field(row, 'start_date'),
    endsOn: field(row, 'end_date'),
    members: (targets.get(field(row, 'campaign_id')) ?? [])
      .map((target) => memberIdOf(field(target, 'household_id')))
      .sort(),
  }));
  const keyOf = (row: Parameters<typeof field>[0]) => `${field(row, 'coupon_upc')}|${field(row, 'campaign_id')}`;
  const redeemed = groupBy(read('coupon_redemptions'), keyOf);
  const discounts = new Discounts(lines, bySku);
  const coupons: DemoCoupon[] = [];
  const redemptions: DemoRedemption[] = [];
  for (const [key, rows] of groupBy(read('coupons'), keyOf)) {
    const skus = new Set(rows.map((row) => field(row, 'product_id')).filter((sku) => bySku.has(sku)));
    if (skus.size === 0) continue;
    const [upc = '', campaignId = ''] = key.split('|');
    const used = redeemed.get(key) ?? [];
    const usedOn = new Set(used.map((row) => `${field(row, 'household_id')}|${field(row, 'redemption_date')}`));
    coupons.push({
      couponId: couponIdOf(upc),
      campaignId,
      ...discounts.of(skus, usedOn),
      redemptions: used.length,
      skus: [...skus].sort((a, b) => Number(a) - Number(b)),
    });
    for (const row of used)
      redemptions.push({
        memberId: memberIdOf(field(row, 'household_id')),
        couponId: couponIdOf(upc),
        campaignId,
        redeemedOn: field(row, 'redemption_date'),
      });
  }
  redemptions.sort((a, b) =>
    a.redeemedOn + a.memberId + a.couponId < b.redeemedOn + b.memberId + b.couponId ? -1 : 1,
  );
  return { campaigns, coupons, redemptions };
}
