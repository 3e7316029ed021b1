import type { Basket, BasketLine, Campaign, CampaignKind, CampaignSet } from '@tillside/decide';
import type { Chance } from '../random.ts';
import { CARDS, type CardName, cardOf } from './generator-cards.ts';
import { lotOf } from './generator-deal.ts';
import { generateLines, generatePool, MEAN_QUANTITY, type PoolItem } from './generator-pool.ts';
import { limitSome, refuseSome, stackSome } from './generator-terms.ts';

export { generateLines, generatePool, type PoolItem } from './generator-pool.ts';

/** How many campaigns, and how much they get in each other's way. */
export interface CampaignMix {
  readonly count: number;
  /** Campaigns that an item is in, on average; those of the whole store come on top. */
  readonly perItem: number;
  /** Campaigns of the whole store among them. */
  readonly broad: number;
  /** Share of the campaigns that want the very units that another one wants and can't share them with it, 0 to 1. */
  readonly competing: number;
  /** Lines that the baskets will have: thresholds are set around what those cost. */
  readonly basketLines: number;
  /** Every campaign has at least one of these lines' items. Absent: only the pool is known. */
  readonly touching?: readonly BasketLine[];
  /** Only these kinds, of which there must be one at least. Absent: all of the language. */
  readonly kinds?: readonly CampaignKind[];
  /** What ids of campaigns and groups begin with; absent: `c`. */
  readonly idPrefix?: string;
}

/** Campaigns of the whole store, in the order that they are taken: two thresholds (满减), a members' day, points. */
const BROAD_CARDS: readonly CardName[] = ['spend-tiered', 'member-discount', 'spend-per-step', 'points-multiplier'];
const NARROW_CARDS = (Object.keys(CARDS) as CardName[]).filter((name) => name !== 'member-discount');
/** Other items of the pool that a campaign names, for each of its items in the basket. */
const ABSENT_PER_LINE = 0.5;
const SECOND_COUPON = 0.2;
const CHOSEN_GIFT = 0.3;

/** What campaigns choose from: items that are sure to be (or, without a basket, may be) bought, and others. */
interface Shelf {
  readonly near: readonly PoolItem[];
  readonly far: readonly PoolItem[];
  /** Units of a near item that a basket is expected to have. */
  readonly unitsEach: number;
}

/** A campaign before its numbers are drawn. Rivals have the very items of another. */
interface Draft {
  readonly card: CardName;
  readonly near: readonly PoolItem[];
  readonly far: readonly PoolItem[];
  readonly wholeStore: boolean;
  readonly rival: boolean;
  readonly group?: string;
}

/**
 * Campaigns of every kind on a pool, overlapping as told, in random order. Competing ones come in pairs on the same items, and of the pairs
 * every second one excludes each other. A few campaigns stack, stay out of the basket layer, or are limited in a basket.
 */
export function generateCampaigns(chance: Chance, pool: readonly PoolItem[], mix: CampaignMix): CampaignSet {
  const shelf = shelfOf(pool, mix);
  const drafts = chance.sample(draftsOf(chance, shelf, mix), mix.count);
  const dealt = drafts.map((draft, place) => campaignOf(chance, draft, `${mix.idPrefix ?? 'c'}-${place + 1}`, shelf));
  const rivals = new Set(dealt.filter((_, place) => drafts[place]?.rival).map(({ id }) => id));
  const campaigns = limitSome(chance, refuseSome(chance, stackSome(chance, dealt, { rivals, items: shelf.near })));
  return {
    schema: 1,
    setId: 'generated',
    version: 1,
    campaigns,
    policy: {
      version: 1,
      objective: 'best-for-customer',
      couponsPerBasket: chance.between(1, 3),
      points: { fenPerPoint: 100, fenPer100Points: 100 },
    },
  };
}

function shelfOf(pool: readonly PoolItem[], mix: CampaignMix): Shelf {
  if (mix.touching === undefined)
    return { near: pool, far: [], unitsEach: MEAN_QUANTITY * Math.min(1, mix.basketLines / pool.length) };
  const bought = new Set(mix.touching.map((line) => line.sku));
  return {
    near: pool.filter((item) => bought.has(item.sku)),
    far: pool.filter((item) => !bought.has(item.sku)),
    unitsEach: MEAN_QUANTITY,
  };
}

function draftsOf(chance: Chance, shelf: Shelf, mix: CampaignMix): Draft[] {
  const broad = Math.min(mix.broad, mix.count);
  const narrow = mix.count - broad;
  const rivalling = rivalsOf(mix);
  const pairs = rivalling.length < 2 ? 0 : Math.min(Math.ceil((mix.count * mix.competing) / 2), Math.floor(narrow / 2));
  const drafts: Draft[] = Array.from({ length: broad }, (_, place) => ({
    card: BROAD_CARDS[place % BROAD_CARDS.length] as CardName,
    ...shelf,
    wholeStore: true,
    rival: false,
  }));
  const mean = (shelf.near.length * mix.perItem) / narrow;
  for (const [place, card] of dealCards(chance, narrow - pairs, pairs, mix).entries()) {
    const breadth = Math.max(cardOf(card).leastItems ?? 1, Math.round(mean * (0.5 + chance.next())));
    const draft: Draft = {
      card,
      near: chance.sample(shelf.near, breadth),
      far: chance.sample(shelf.far, Math.round(breadth * ABSENT_PER_LINE)),
      wholeStore: false,
      rival: place < pairs,
      ...(place < pairs && place % 2 === 0 ? { group: `${mix.idPrefix ?? 'c'}-group-${place}` } : {}),
    };
    drafts.push(draft);
    if (draft.rival) drafts.push({ ...draft, card: chance.pick(rivalling.filter((other) => other !== card)) });
  }
  return drafts;
}

const allowed = ({ kinds }: CampaignMix): CardName[] =>
  NARROW_CARDS.filter((name) => kinds === undefined || kinds.includes(cardOf(name).kind));
const rivalsOf = (mix: CampaignMix): CardName[] => allowed(mix).filter((name) => cardOf(name).rivals);

/** Cards for so many campaigns, the whole deck before any of it again; those that can have a rival first, at least as many as told. */
function dealCards(chance: Chance, count: number, pairs: number, mix: CampaignMix): CardName[] {
  const deck = allowed(mix);
  if (deck.length === 0) throw new RangeError('no card for these kinds');
  const cards: CardName[] = [];
  while (cards.length < count) cards.push(...chance.sample(deck, count - cards.length));
  const rivalling = cards.filter((name) => cardOf(name).rivals);
  const others = cards.filter((name) => !cardOf(name).rivals);
  while (rivalling.length < pairs) {
    rivalling.push(chance.pick(rivalsOf(mix)));
    others.pop();
  }
  return [...rivalling, ...others];
}

function campaignOf(chance: Chance, draft: Draft, id: string, shelf: Shelf): Campaign {
  const { near, far, wholeStore, group } = draft;
  const campaign = cardOf(draft.card).make({
    chance,
    id,
    near,
    far,
    wholeStore,
    expectedFen: near.reduce((sum, item) => sum + item.unitPriceFen, 0) * shelf.unitsEach,
    expectedUnits: near.length * shelf.unitsEach,
  });
  return group === undefined ? campaign : { ...campaign, exclusiveGroup: group };
}

/**
 * A basket of a gold member with points, so that no campaign is out of reach for want of one: it presents a coupon for every campaign that
 * needs one (now and then two), often more than the policy lets it use; lines of items that a markdown names carry its lot.
 */
export function generateBasket(chance: Chance, set: CampaignSet, lines: readonly BasketLine[]): Basket {
  const lots = new Set(set.campaigns.flatMap((one) => (one.kind === 'markdown' ? one.lots.map(({ sku }) => sku) : [])));
  const coupons = set.campaigns
    .filter((campaign) => campaign.requiresCoupon)
    .flatMap(({ id }) => Array.from({ length: chance.happens(SECOND_COUPON) ? 2 : 1 }, () => id))
    .map((campaignId, place) => ({ couponId: `coupon-${place + 1}`, campaignId }));
  const giftChoices = set.campaigns.flatMap((campaign) =>
    campaign.kind === 'gift' && chance.happens(CHOSEN_GIFT)
      ? [{ campaignId: campaign.id, sku: chance.pick(campaign.gifts).sku }]
      : [],
  );
  const pointsBalance = chance.between(10, 200) * 100;
  return {
    lines: lines.map((line) => (lots.has(line.sku) ? { ...line, lotId: lotOf(line.sku) } : line)),
    member: { memberId: 'member-1', tier: 'gold', pointsBalance },
    coupons,
    giftChoices,
    ...(chance.happens(0.5) ? { payWithPoints: chance.between(1, 20) * 100 } : {}),
  };
}

/** A basket and the campaigns that are live beside it, each of which touches it. */
export function generateScene(
  chance: Chance,
  of: { lines: number; campaigns: number; perItem: number; broad: number; competing: number },
): { set: CampaignSet; basket: Basket } {
  const pool = generatePool(chance, of.lines);
  const lines = generateLines(chance, pool, of.lines);
  const { campaigns: count, ...overlap } = of;
  const set = generateCampaigns(chance, pool, { ...overlap, count, basketLines: of.lines, touching: lines });
  return { set, basket: generateBasket(chance, set, lines) };
}
