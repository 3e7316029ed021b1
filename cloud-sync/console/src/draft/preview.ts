import {
  type Basket,
  type BasketLine,
  type CampaignSet,
  compileCampaigns,
  type Decision,
  decide,
  parseBasket,
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
    sku: '1029743',
    zh: '大米 5公斤',
    en: 'Rice, 5 kg',
    department: 'pantry',
    category: 'rice',
    priceYuan: '48.00',
    quantity: '1',
  },
];

export interface PreviewContext {
  readonly isMember: boolean;
  readonly at: Date;
  readonly zone: string;
  readonly storeId: string;
}

function lineOf(line: SampleLine, index: number): BasketLine | undefined {
  const unitPriceFen = fenOf(line.priceYuan);
  const quantity = /^\d{1,3}$/.test(line.quantity) ? Number(line.quantity) : 0;
  if (unitPriceFen === undefined || quantity < 1) return undefined;
  const { sku, department, category, zh, en } = line;
  return { lineId: `l${index + 1}`, sku, department, category, name: { zh, en }, quantity, unitPriceFen };
}

/**
 * What the tills would do with this basket on that day. Undefined when a number can't be read. A campaign that hasn't begun is looked
 * at on the day it begins, by the caller's `at`.
 */
export function preview(
  set: CampaignSet,
  lines: readonly SampleLine[],
  { isMember, at, zone, storeId }: PreviewContext,
): Decision | undefined {
  const read = lines.map(lineOf);
  if (read.some((line) => line === undefined)) return undefined;
  const basket: Basket = {
    lines: read.filter((line) => line !== undefined),
    coupons: [],
    ...(isMember ? { member: { memberId: 'preview', tier: 'jade' } } : {}),
  };
  const parsed = parseBasket(basket);
  if (!parsed.ok) return undefined;
  return decide({ storeId, channel: 'till', at: at.toISOString(), zone }, compileCampaigns(set), parsed.value);
}

/** Now, or the first day of the newest campaign when that lies ahead. */
export function previewInstant(set: CampaignSet, now: Date): Date {
  const newest = set.campaigns.at(-1);
  const begins = newest === undefined ? 0 : Date.parse(newest.window.from);
  return begins > now.getTime() ? new Date(begins) : now;
}
