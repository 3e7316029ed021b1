import {
  type Basket,
  type BasketLine,
  type CampaignSet,
  compileCampaigns,
  confirmUnlocks,
  type Decision,
  decide,
  type ItemFacts,
  parseBasket,
  wallClockAt,
} from '@tillside/decide';
import { fenOf } from './draft.ts';

/** A line of the sample basket, as typed. */
export interface SampleLine {
  readonly sku: string;
  readonly zh: string;
  readonly en: string;
  readonly department: string;
  readonly category: string;
  readonly priceYuan: string;
  readonly quantity: string;
}

/** Everyday shopping to start from; every field can be changed on the page. */
export const SAMPLE_BASKET: readonly SampleLine[] = [
  {
    sku: '1082185',
    zh: '香蕉',
    en: 'Bananas',
    department: 'produce',
    category: 'tropical-fruit',
    priceYuan: '9.10',
    quantity: '1',
  },
  {
    sku: '995242',
    zh: '鲜牛奶',
    en: 'Milk',
    department: 'dairy',
    category: 'milk-cream',
    priceYuan: '13.00',
    quantity: '2',
  },
  {
    sku: '1127831',
    zh: '草莓',
    en: 'Strawberries',
    department: 'produce',
    category: 'berries',
    priceYuan: '24.90',
    quantity: '1',
  },
  {
    sku: '981760',
    zh: '鸡蛋 12枚',
    en: 'Eggs, 12',
    department: 'dairy',
    category: 'eggs',
    priceYuan: '15.80',
    quantity: '1',
  },
  {
    sku: 'rice-5kg',
    zh: '大米 5公斤',
    en: 'Rice, 5 kg',
    department: 'pantry',
    category: 'rice',
    priceYuan: '48.00',
    quantity: '1',
  },
];

/** Points of the member that the preview plays. */
export const PREVIEW_POINTS = 1000;
/** An earlier shopper: what is for first orders or new members is not for them. */
const PREVIEW_MEMBER = { memberId: 'preview', tier: 'jade', orders: 5, pointsBalance: PREVIEW_POINTS };
/** Of food and most groceries. */
const TAX_RATE_BP = 900;
/** Baskets that are decided again to confirm what would bring a saving. */
const MAX_CONFIRMED = 5;

export interface PreviewContext {
  readonly isMember: boolean;
  /** It is the member's birthday. */
  readonly isBirthday: boolean;
  /** The member asks to pay with all their points. */
  readonly paysWithPoints: boolean;
  readonly at: Date;
  readonly zone: string;
  readonly storeId: string;
}

/** MM-DD. */
const monthAndDay = (at: Date, zone: string): string => wallClockAt(at.getTime(), zone).date.slice(-5);

function lineOf(line: SampleLine, index: number): BasketLine | undefined {
  const unitPriceFen = fenOf(line.priceYuan);
  const quantity = /^\d{1,3}$/.test(line.quantity) ? Number(line.quantity) : 0;
  if (unitPriceFen === undefined || quantity < 1) return undefined;
  const { sku, department, category, zh, en } = line;
  const name = { zh, en };
  return { lineId: `l${index + 1}`, sku, department, category, name, quantity, unitPriceFen, taxRateBp: TAX_RATE_BP };
}

/** Facts of the sample's own products, for a bundle that lacks one of them. */
function sampleItem(lines: readonly SampleLine[], sku: string): ItemFacts | undefined {
  const line = lines.find((one) => one.sku === sku);
  const unitPriceFen = line === undefined ? undefined : fenOf(line.priceYuan);
  if (line === undefined || unitPriceFen === undefined) return undefined;
  const { department, category, zh, en } = line;
  return { sku, department, category, name: { zh, en }, unitPriceFen };
}

/**
 * What the tills would do with this basket on that day, and the nearest changes that would bring a saving. Undefined when a number can't be read. A campaign that hasn't begun is looked
 * at on the day it begins, by the caller's `at`.
 */
export function preview(
  set: CampaignSet,
  lines: readonly SampleLine[],
  { isMember, isBirthday, paysWithPoints, at, zone, storeId }: PreviewContext,
): Decision | undefined {
  const read = lines.map(lineOf);
  if (read.some((line) => line === undefined)) return undefined;
  const basket: Basket = {
    lines: read.filter((line) => line !== undefined),
    coupons: [],
    ...(isMember ? { member: { ...PREVIEW_MEMBER, ...(isBirthday ? { birthday: monthAndDay(at, zone) } : {}) } } : {}),
    ...(isMember && paysWithPoints ? { payWithPoints: PREVIEW_POINTS } : {}),
  };
  const parsed = parseBasket(basket);
  if (!parsed.ok) return undefined;
  const context = { storeId, channel: 'till' as const, at: at.toISOString(), zone };
  const compiled = compileCampaigns(set);
  const decision = decide(context, compiled, parsed.value);
  const itemOf = (sku: string): ItemFacts | undefined => sampleItem(lines, sku);
  return confirmUnlocks(context, compiled, parsed.value, decision, { most: MAX_CONFIRMED, itemOf });
}

/** Now, or the first day of the newest campaign when that lies ahead. */
export function previewInstant(set: CampaignSet, now: Date): Date {
  const newest = set.campaigns.at(-1);
  const begins = newest === undefined ? 0 : Date.parse(newest.window.from);
  return begins > now.getTime() ? new Date(begins) : now;
}
