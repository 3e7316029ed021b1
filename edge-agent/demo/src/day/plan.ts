import type { DemoData } from '../data/index.ts';
import { demoWallets } from '../store/campaigns.ts';
import { memberCode } from '../store/import-files.ts';
import { phoneOf } from './member-phone.ts';
import type { Errand } from './shopping.ts';
import type { Pays } from './tenders.ts';

/** Every so-many-th basket of the day is suspended, loses a line, is cancelled, gives a unit back, or takes what was recommended. */
const SUSPEND_EVERY = 17;
const VOID_EVERY = 13;
const CANCEL_EVERY = 41;
const RETURN_EVERY = 23;
const TAKE_EVERY = 9;
const COUPONS_PER_BASKET = 2;
/** Most pay by phone. */
const PAYS: readonly Pays[] = ['token', 'token', 'cash', 'token', 'token', 'split', 'token', 'cash', 'token', 'token'];

/** The day's baskets as errands: real members and goods, with the coupons of each member's wallet that fit the goods; the same in every run. */
export function planDay(data: DemoData): Errand[] {
  const wallets = new Map<string, { code: string; skus: ReadonlySet<string>; used: boolean }[]>();
  const skusOf = new Map(data.coupons.map((coupon) => [coupon.couponId, new Set(coupon.skus)]));
  for (const coupon of demoWallets(data)) {
    const entry = {
      code: coupon.code,
      skus: skusOf.get(coupon.couponId.split('-')[0] ?? '') ?? new Set<string>(),
      used: false,
    };
    wallets.set(coupon.memberId, [...(wallets.get(coupon.memberId) ?? []), entry]);
  }
  return data.day.map((basket, index) => {
    const { memberId } = basket;
    const cancel = index % CANCEL_EVERY === CANCEL_EVERY - 1;
    const voidOne = index % VOID_EVERY === VOID_EVERY - 1;
    const fitting =
      cancel || voidOne
        ? []
        : (wallets.get(basket.memberId ?? '') ?? [])
            .filter((coupon) => !coupon.used && basket.lines.some((line) => coupon.skus.has(line.sku)))
            .slice(0, COUPONS_PER_BASKET);
    for (const coupon of fitting) coupon.used = true;
    return {
      basket,
      memberCode: memberId === undefined ? undefined : `TM:${memberCode(memberId)}`,
      phone: memberId === undefined ? undefined : phoneOf(memberId),
      coupons: fitting.map((coupon) => `TC:${coupon.code}`),
      suspend: index % SUSPEND_EVERY === SUSPEND_EVERY - 1,
      voidOne,
      cancel,
      giveBackOne: index % RETURN_EVERY === RETURN_EVERY - 1,
      takesPick: index % TAKE_EVERY === TAKE_EVERY - 1,
      pays: PAYS[index % PAYS.length] ?? 'token',
    };
  });
}
