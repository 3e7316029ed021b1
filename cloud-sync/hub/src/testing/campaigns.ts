import type { Basket, CampaignSet, DecisionContext } from '@tillside/decide';

/** Ten percent off milk, all of 2024. */
export const MILK_SET: CampaignSet = {
  schema: 1,
  setId: 'spring',
  version: 1,
  campaigns: [
    {
      schema: 1,
      id: 'milk-10',
      version: 1,
      kind: 'discount',
      name: { zh: '牛奶九折', en: 'Milk 10% off' },
      window: { from: '2024-01-01T00:00:00+08:00', to: '2025-01-01T00:00:00+08:00' },
      fundedBy: 'store',
      items: { categories: ['milk'] },
      discount: { by: 'percent', percentOffBp: 1000 },
    },
  ],
  policy: { version: 1, objective: 'best-for-customer', couponsPerBasket: 5 },
};

export const MILK_BASKET: Basket = {
  lines: [
    {
      lineId: 'l1',
      sku: '1001',
      department: 'grocery',
      category: 'milk',
      name: { zh: '牛奶', en: 'Milk' },
      quantity: 2,
      unitPriceFen: 1000,
    },
  ],
  coupons: [],
};

export const AT_NOON: DecisionContext = {
  storeId: 's1',
  channel: 'till',
  at: '2024-03-02T12:00:00+08:00',
  zone: 'Asia/Shanghai',
};
