import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { importCoupons, importMembers, importPurchases } from '../members/import.ts';
import { importItems } from '../prices/import.ts';
import { localeOf } from './errors.ts';
import { register } from './register.ts';

const MAX_IMPORT_BYTES = 64 * 1024 * 1024;

/** Pairing, items and status. */
export function storeRoutes(fastify: FastifyInstance, app: App): void {
  const { pairing, items, book, journal } = app;
  fastify.addContentTypeParser('text/csv', { parseAs: 'string', bodyLimit: MAX_IMPORT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  register(fastify, app, {
    createPairingCode: ({ body }) => pairing.createCode(body),
    pair: ({ body }) => pairing.pair(body),
    listPaired: () => ({ devices: pairing.list() }),
    revoke: ({ params }) => {
      pairing.revoke(params.deviceId);
      return {};
    },
    findItems: ({ query }) => ({
      items: items.find(query.q, query.limit).map((item) => ({
        sku: item.sku,
        gtin: item.gtin,
        name: item.name,
        size: item.size,
        department: item.department,
        category: item.category,
        pictogram: item.pictogram,
        soldBy: item.soldBy,
        unit: item.unit,
        state: item.state,
        ...(item.plu === undefined ? {} : { plu: item.plu }),
        ...(item.minAge === undefined ? {} : { minAge: item.minAge }),
        ...(item.keyedPrice ? { keyedPrice: true as const } : {}),
        priceFen: item.priceFen,
        shelfPriceFen: book.shelfPriceFen(item),
      })),
    }),
    importFile: ({ params, body: csv }) => {
      switch (params.what) {
        case 'items': {
          const report = importItems(journal, app.clock, csv);
          book.reload();
          return report;
        }
        case 'members':
          return importMembers(journal, csv);
        case 'coupons':
          return importCoupons(journal, csv);
        case 'purchases': {
          const report = importPurchases(journal, csv);
          app.recommender.refreshStats();
          return report;
        }
      }
    },
    status: ({ request }) => app.status(localeOf(request)),
  });
}
