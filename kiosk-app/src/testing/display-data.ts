/** What the agent's display route answers in the browser tests. */
import type { DisplayView } from '@tillside/agent-contract';
import { ITEMS, OFFERS } from './store-data.ts';

type Line = NonNullable<DisplayView['basket']>['lines'][number];

const PAGE = { storeName: { zh: '晨光市集 · 中山路店', en: 'Morning Market, Zhongshan Road' }, lane: '1', offers: [] };

export const IDLE_DISPLAY: DisplayView = { ...PAGE, state: 'idle', offers: [...OFFERS] };

/** Every third product is a quarter off; the first is weighed. */
function lineOf(index: number): Line {
  const item = ITEMS[index % ITEMS.length];
  if (item === undefined) throw new Error('no items');
  const { sku, gtin, name, size, pictogram, priceFen } = item;
  const weighed = item.soldBy === 'weight';
  const quantity = weighed ? 1 : (index % 3) + 1;
  const listFen = weighed ? Math.round(priceFen * 1.285) : priceFen * quantity;
  const payableFen = index % 3 === 1 ? Math.round(listFen * 0.75) : listFen;
  return {
    lineId: String(index + 1),
    sku,
    gtin,
    name,
    size,
    pictogram,
    quantity,
    ...(weighed ? { weightGrams: 1285 } : {}),
    unitPriceFen: priceFen,
    listFen,
    payableFen,
  };
}

const PICKS: NonNullable<DisplayView['basket']>['picks'] = [
  {
    sku: 'p-1',
    name: { zh: '高钙低脂鲜牛奶（巴氏杀菌）家庭装', en: 'Pasteurised low-fat milk with extra calcium, family size' },
    size: { zh: '1.8 升', en: '1.8 L' },
    priceFen: 1890,
    why: { zh: '常与全麦吐司面包一起购买', en: 'Often bought with wholemeal toast bread' },
    offer: { zh: '现省 ¥3', en: 'Save ¥3 now' },
  },
  {
    sku: 'p-2',
    name: { zh: '花生酱', en: 'Peanut butter' },
    size: { zh: '340 克', en: '340 g' },
    priceFen: 1650,
    why: { zh: '为您挑选', en: 'Picked for you' },
  },
];

/** A basket of `count` lines, of a member or of a guest. */
export function basketDisplay(count: number, isMember = true): DisplayView {
  const lines = Array.from({ length: count }, (_, index) => lineOf(index));
  const sum = (pick: (line: Line) => number): number => lines.reduce((total, line) => total + pick(line), 0);
  const listFen = sum((line) => line.listFen);
  const totalFen = sum((line) => line.payableFen);
  const savingsFen = listFen - totalFen;
  return {
    ...PAGE,
    state: 'basket',
    basket: {
      basketId: 'b-1',
      revision: count + 1,
      lines,
      savings:
        savingsFen === 0
          ? []
          : [
              {
                campaignId: 'c-1',
                name: { zh: '周末生鲜 75 折', en: 'Weekend: a quarter off' },
                amountFen: savingsFen,
              },
            ],
      gifts: count > 4 ? [{ name: { zh: '环保购物袋', en: 'Shopping bag' }, quantity: 1 }] : [],
      listFen,
      savingsFen,
      totalFen,
      ...(isMember ? { member: { tier: 'gold', pointsBalance: 1280, pointsToEarn: Math.floor(totalFen / 100) } } : {}),
      unlocks: count > 2 ? [{ zh: '再买 ¥12.50，立减 ¥10', en: 'Add ¥12.50 more, save ¥10' }] : [],
      picks: count > 2 ? PICKS : [],
    },
  };
}

export const PAID_DISPLAY: DisplayView = {
  ...PAGE,
  state: 'paid',
  paid: {
    saleId: 's-1',
    at: '2026-11-22T02:00:00Z',
    totalFen: 4260,
    savingsFen: 845,
    changeFen: 740,
    pointsEarned: 42,
    pointsBalance: 1322,
  },
};
