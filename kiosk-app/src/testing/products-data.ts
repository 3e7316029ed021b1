/** Answers about products for the browser tests: the demo store's map, and goods in every state that a price can have. */
import { readFileSync } from 'node:fs';
import {
  type FoundProduct,
  type FoundProducts,
  type KioskMap,
  type PriceCheck,
  StoreMap,
} from '@tillside/agent-contract';
import type { Call, FakeAgent } from './fake-agent.ts';
import { Refusal } from './refusal.ts';
import { ITEMS } from './store-data.ts';

const MAP_FILE = new URL('../../../edge-agent/demo/data/store-map.json', import.meta.url);
const map = StoreMap.parse(JSON.parse(readFileSync(MAP_FILE, 'utf8')));

export const KIOSK_MAP: KioskMap = { map, here: { floorId: 'ground', areaId: 'kiosk' } };

const UNTIL = '2026-11-30T16:00:00Z';
const PLACES: Readonly<Record<string, PriceCheck['place']>> = {
  dairy: { floorId: 'ground', areaId: 'dairy', bay: 3, name: { zh: '牛奶与奶油', en: 'Milk and cream' } },
  snacks: {
    floorId: 'ground',
    areaId: 'aisle-3',
    bay: 1,
    name: { zh: '薯片与椒盐卷饼', en: 'Chips and pretzels' },
    sign: '3',
  },
};
/** What the kiosk's scanner reads. */
export const SCANS = {
  milk: '2000000000010',
  banana: '2000000000000',
  expired: ']C1010200000000001017200101',
  unknown: '6901234567892',
};

const placed = (pictogram: string): Pick<FoundProduct, 'place'> => {
  const place = PLACES[pictogram];
  return place === undefined ? {} : { place };
};

const found = ({ sku, name, size, pictogram, soldBy, priceFen }: (typeof ITEMS)[number]): FoundProduct => ({
  sku,
  name,
  size,
  pictogram,
  soldBy,
  priceFen,
  shelfPriceFen: sku === '1127831' ? Math.round(priceFen * 0.7) : priceFen,
  ...placed(pictogram),
});

function findProducts({ body }: Call): FoundProducts {
  const q = String(body.q ?? '').toLowerCase();
  const { pictogram } = body;
  const hits = ITEMS.filter(
    (item) =>
      (pictogram === undefined || item.pictogram === pictogram) &&
      `${item.name.zh} ${item.name.en}`.toLowerCase().includes(q),
  );
  const near = hits.length === 0 && q.startsWith('niun') ? ITEMS.filter(({ sku }) => sku === '1029743') : [];
  const from = Number(body.from);
  const match = hits.length > 0 ? 'exact' : near.length > 0 ? 'near' : 'none';
  return {
    match,
    total: hits.length + near.length,
    products: [...hits, ...near].slice(from, from + Number(body.limit)).map(found),
  };
}

function priceCheck({ body }: Call): PriceCheck {
  const scan = String(body.scan ?? '');
  if (scan === SCANS.expired) throw new Refusal('ITEM_EXPIRED');
  const sku = scan === SCANS.milk ? '1029743' : scan === SCANS.banana ? '1082185' : body.sku;
  const item = ITEMS.find((one) => one.sku === sku);
  if (item === undefined) throw new Refusal('ITEM_UNKNOWN');
  const { name, size, pictogram, soldBy, unit, priceFen: listFen } = item;
  const isLoose = soldBy === 'weight';
  const payableFen = isLoose ? listFen : Math.round(listFen * 0.85);
  const beside = ITEMS.slice(2, 5).map((one) => ({
    sku: one.sku,
    name: one.name,
    size: one.size,
    pictogram: one.pictogram,
    priceFen: one.priceFen,
    reason: { code: 'OFTEN_TOGETHER', text: { zh: '常和它一起买', en: 'Often bought with it' } },
  }));
  return {
    sku: item.sku,
    name,
    size,
    pictogram,
    soldBy,
    unit,
    quantity: 1,
    price: { per: isLoose ? 'kg' : 'this', payableFen, listFen, ...(isLoose ? {} : { until: UNTIL }) },
    ...(isLoose ? {} : { unitPrice: { fen: 604, per: 'l' as const } }),
    ...(body.visit === undefined && !isLoose ? { memberFen: payableFen - 20 } : {}),
    offers: isLoose
      ? []
      : [
          {
            campaignId: 'breakfast',
            name: { zh: '早餐搭着买', en: 'Breakfast together' },
            text: { zh: '八五折', en: '15% off' },
            state: 'applied',
            why: { zh: '已减 ¥0.40', en: 'saved ¥0.40' },
            membersOnly: false,
            until: UNTIL,
          },
          {
            campaignId: 'two',
            name: { zh: '第二件半价', en: 'Second at half price' },
            text: { zh: '第 2 件半价', en: '2nd item half price' },
            state: 'unlock',
            why: { zh: '再买 1 件，立减 ¥1.15', en: 'Add 1 more, save ¥1.15' },
            membersOnly: true,
            until: UNTIL,
          },
        ],
    ...(scan === '' ? {} : { lotId: 'L2026-11', goodThrough: '2026-12-04' }),
    ...placed(pictogram),
    beside: isLoose ? [] : beside,
  };
}

/** A store with a map; without one, `map` is null. */
export function tellProducts(agent: FakeAgent, kioskMap: KioskMap = KIOSK_MAP): void {
  agent.answers.priceCheck = priceCheck;
  agent.answers.findProducts = findProducts;
  agent.answers.productGroups = () => ({
    groups: [...new Set(ITEMS.map(({ pictogram }) => pictogram))].map((pictogram) => ({ pictogram, products: 1 })),
  });
  agent.answers.storeMap = () => kioskMap;
}
