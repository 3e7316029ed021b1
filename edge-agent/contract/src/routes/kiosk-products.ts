import * as products from '../kiosk-products.ts';
import { KioskMap } from '../store-map.ts';
import type { Route } from './route.ts';

export const kioskProductRoutes = {
  priceCheck: {
    method: 'POST',
    path: '/v1/kiosk/price-check',
    auth: 'kiosk',
    tag: 'kiosk',
    summary: 'What a till would charge now for what was scanned, and why; its offers, its place, what goes with it',
    body: products.PriceQuestion,
    response: products.PriceCheck,
  },
  findProducts: {
    method: 'POST',
    path: '/v1/kiosk/products',
    auth: 'kiosk',
    tag: 'kiosk',
    summary:
      'Find products by Chinese, pinyin or its initials, English, GTIN or SKU, or by the pictogram of their group',
    body: products.ProductQuery,
    response: products.FoundProducts,
  },
  productGroups: {
    method: 'GET',
    path: '/v1/kiosk/product-groups',
    auth: 'kiosk',
    tag: 'kiosk',
    summary: 'The groups that products of this store belong to, by their pictograms',
    response: products.ProductGroups,
  },
  storeMap: {
    method: 'GET',
    path: '/v1/kiosk/map',
    auth: 'kiosk',
    tag: 'kiosk',
    summary: "The store's map, and where this kiosk stands",
    response: KioskMap,
  },
} as const satisfies Record<string, Route>;
