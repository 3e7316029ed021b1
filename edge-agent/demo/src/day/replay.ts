import type { ReplayBasket } from '@tillside/edge-agent';
import type { DemoData } from '../data/index.ts';
import { planDay } from './plan.ts';

/** The demo day as `tillside-agent simulate pos --replay` reads it, a basket a line: the same goods, members, coupons and whims, weights as the scale would say them. */
export function replayText(data: DemoData): string {
  const weighed = new Set(data.items.filter(({ soldBy }) => soldBy === 'weight').map(({ sku }) => sku));
  const gtins = new Map(data.items.map(({ sku, gtin }) => [sku, gtin]));
  return planDay(data)
    .map(
      ({ basket, memberCode, coupons, suspend, voidOne, cancel, giveBackOne }): ReplayBasket => ({
        lines: basket.lines.map(({ sku, quantity, weightGrams }) => ({
          gtin: gtins.get(sku) ?? sku,
          ...(weighed.has(sku) ? { weightGrams } : { quantity }),
        })),
        ...(memberCode === undefined ? {} : { member: memberCode }),
        ...(coupons.length === 0 ? {} : { coupons }),
        ...(suspend ? { suspend } : {}),
        ...(voidOne ? { voidLast: voidOne } : {}),
        ...(cancel ? { cancel } : {}),
        ...(giveBackOne ? { giveBack: giveBackOne } : {}),
      }),
    )
    .map((basket) => `${JSON.stringify(basket)}\n`)
    .join('');
}
