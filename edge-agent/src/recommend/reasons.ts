import type { RecommendedItem } from '@tillside/agent-contract';
import {
  type Daypart,
  explainReason,
  type NotApplied,
  type ReasonArgs,
  type ReasonCode,
  type RecommendationReason,
} from '@tillside/decide';
import type { Reason } from '@tillside/features';
import type { z } from 'zod';
import type { Item, Items } from '../prices/item.ts';

/** From this share of members with like histories who buy it on, it is worth saying so. */
const LIKED_FROM = 0.05;

/** What the store knows beside what the model said. */
export interface Grounds {
  readonly item: Item;
  readonly proposed: Reason;
  /** What anybody pays for one now. */
  readonly shelfFen: number;
  /** How much members with like histories buy it; 0 where nothing is known of the shopper. */
  readonly neighbours: number;
  readonly daypart: Daypart | undefined;
  /** Savings of the basket that are one step away. */
  readonly unlocks: readonly Pick<NotApplied, 'unlock'>[];
}

type Worded = z.infer<typeof RecommendedItem>['reason'];

/**
 * Why an item is shown, the strongest ground first, and beside it what a live campaign makes true of its price. What one more piece of it is sure to save this basket beats all else; a habit and a pair
 * beat an offer, and so does what it is like; an offer beats what merely sells.
 */
export function reasonsOf({ item, proposed, shelfFen, neighbours, daypart, unlocks }: Grounds): RecommendationReason[] {
  const unlock = unlocks.find(({ unlock: one }) => one?.needSku === item.sku && one.needUnits === 1)?.unlock;
  const saves = unlock !== undefined && !unlock.needCoupon && !unlock.needMember ? unlock.saveFen : undefined;
  const unlocked = saves === undefined ? [] : [{ code: 'UNLOCKS_SAVING' as const, args: { saveFen: saves } }];
  const offFen = item.priceFen - shelfFen;
  const offer = offFen > 0 ? [{ code: 'ON_PROMOTION' as const, args: { saveFen: offFen } }] : [];
  const liked = neighbours >= LIKED_FROM ? [{ code: 'SHOPPERS_ALSO_BUY' as const, args: {} }] : [];
  if (proposed.code === 'LIKE_ITEM') return [...unlocked, ...liked, { code: proposed.code, args: {} }, ...offer];
  if (proposed.code !== 'POPULAR_HERE')
    return [...unlocked, { code: proposed.code, args: numbersOf(proposed) }, ...offer];
  const popular = { code: proposed.code, args: daypart === undefined ? {} : { daypart } };
  return [...unlocked, ...liked, ...offer, popular];
}

function numbersOf(reason: Exclude<Reason, { code: 'POPULAR_HERE' | 'LIKE_ITEM' }>): ReasonArgs {
  if ('withSku' in reason) return {};
  const { code: _code, ...numbers } = reason;
  return numbers;
}

const OF_PRICE: ReadonlySet<ReasonCode> = new Set(['UNLOCKS_SAVING', 'ON_PROMOTION']);

/** What a page shows: the first, and an offer where that is another. */
export function wordsOf(
  items: Items,
  reasons: readonly RecommendationReason[],
  proposed: Reason,
): { reason: Worded; offer?: Worded } | undefined {
  const other = 'withSku' in proposed ? items.bySku(proposed.withSku) : undefined;
  const worded = ({ code, args }: RecommendationReason): Worded => {
    const say = (locale: 'zh-CN' | 'en', withName: string | undefined): string =>
      explainReason(code, { ...args, ...(withName === undefined ? {} : { withName }) }, locale);
    return { code, text: { zh: say('zh-CN', other?.name.zh), en: say('en', other?.name.en) } };
  };
  const [first, ...more] = reasons;
  if (first === undefined) return undefined;
  const offer = more.find(({ code }) => OF_PRICE.has(code));
  return { reason: worded(first), ...(offer === undefined ? {} : { offer: worded(offer) }) };
}
