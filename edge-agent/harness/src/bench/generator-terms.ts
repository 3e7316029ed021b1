import type { Campaign } from '@tillside/decide';
import type { Chance } from '../random.ts';
import type { PoolItem } from './generator-pool.ts';
import { namesItem, pricesUnits, takesUnits } from './overlap.ts';

/** Pairs that agree to stack, and campaigns that stay out of the basket layer, for each campaign of a set. */
const STACKED_PAIRS = 0.025;
const REFUSING = 0.03;
/** Share of the item campaigns that are limited in a basket (每单限购). */
const LIMITED = 0.05;
const OTHER_LAYERS = ['layer:basket', 'layer:coupon', 'layer:points'];

/** So many on average, whole: 0.25 is one in a quarter of the cases. */
const about = (chance: Chance, mean: number): number => Math.floor(mean + chance.next());

/** Lets a few pairs of campaigns share units: of the kinds that can, on one of these items at least, none with a coupon or of `rivals`. */
export function stackSome(
  chance: Chance,
  campaigns: readonly Campaign[],
  { rivals, items }: { rivals: ReadonlySet<string>; items: readonly PoolItem[] },
): readonly Campaign[] {
  const free = new Set(campaigns.filter((one) => pricesUnits(one) && !one.requiresCoupon && !rivals.has(one.id)));
  const partnerOf = new Map<string, string>();
  for (let left = about(chance, campaigns.length * STACKED_PAIRS); left > 0 && free.size > 1; left--) {
    const one = chance.pick([...free]);
    free.delete(one);
    const partners = [...free].filter((two) => items.some((item) => namesItem(one, item) && namesItem(two, item)));
    if (partners.length === 0) continue;
    const two = chance.pick(partners);
    free.delete(two);
    partnerOf.set(one.id, two.id).set(two.id, one.id);
  }
  return campaigns.map((one) => {
    const partner = partnerOf.get(one.id);
    return partner === undefined ? one : { ...one, stackWith: [partner, ...OTHER_LAYERS] };
  });
}

/** Keeps a few item campaigns out of the basket layer (特价商品不参与满减). */
export function refuseSome(chance: Chance, campaigns: readonly Campaign[]): readonly Campaign[] {
  const candidates = campaigns.filter((one) => takesUnits(one) && !one.stackWith && !one.requiresCoupon);
  const refusing = new Set(chance.sample(candidates, about(chance, campaigns.length * REFUSING)));
  return campaigns.map((one) => (refusing.has(one) ? { ...one, stackWith: ['layer:coupon', 'layer:points'] } : one));
}

/** Limits a few item campaigns to some units or groups in a basket; none of the whole store, and none that asks for many units itself. */
export function limitSome(chance: Chance, campaigns: readonly Campaign[]): Campaign[] {
  return campaigns.map((one) => {
    const canBe = takesUnits(one) && one.kind !== 'bulk-price' && !('items' in one && one.items.all);
    return canBe && chance.happens(LIMITED) ? { ...one, limits: { perBasket: chance.between(1, 3) } } : one;
  });
}
