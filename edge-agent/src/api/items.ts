import type { ImportReport, ItemView } from '@tillside/agent-contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import { importCoupons, importMembersByTurns, importPurchases } from '../members/import.ts';
import { IMPORT_LIMITS } from '../prices/import/limits.ts';
import type { Item } from '../prices/item.ts';
import { localeOf } from './errors.ts';
import { register } from './register.ts';

const JSON_LINES = 'application/x-ndjson';

/** The item master: search, imports, prices that wait; and the other files that an integrator brings. */
export function itemRoutes(fastify: FastifyInstance, app: App): void {
  const { items, imports, priceChanges } = app;
  for (const type of ['text/csv', JSON_LINES])
    fastify.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
  register(fastify, app, {
    findItems: ({ query }) => ({ items: items.find(query.q, query.limit).map((item) => itemView(app, item)) }),
    putItems: ({ body, query }) =>
      imports.put(body.items, { effectiveFrom: query.effectiveFrom, effectiveTo: query.effectiveTo }),
    importFile: async ({ params, query, request }) => {
      const body = bytesOf(request);
      if (params.what !== 'items') return importText(app, params.what, await textOf(body));
      return imports.file(body, {
        format: request.headers['content-type']?.startsWith(JSON_LINES) ? 'json-lines' : 'csv',
        mode: query.mode,
        force: query.force === 'true',
        effectiveFrom: query.effectiveFrom,
        effectiveTo: query.effectiveTo,
      });
    },
    listImports: ({ request }) => ({ imports: imports.list(localeOf(request)) }),
    getImport: ({ params, request }) => imports.get(params.importId, localeOf(request)),
    importQuarantine: ({ params }) => imports.quarantine(params.importId),
    listPriceChanges: ({ query }) => ({ changes: priceChanges.list(query) }),
    cancelPriceChange: ({ params }) => priceChanges.cancel(params.changeId),
  });
}

function itemView({ book }: App, item: Item): ItemView {
  return {
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
  };
}

async function importText(
  { journal, recommender }: App,
  what: 'members' | 'coupons' | 'purchases',
  csv: string,
): Promise<ImportReport> {
  if (what === 'members') return importMembersByTurns(journal, csv);
  if (what === 'coupons') return importCoupons(journal, csv);
  const report = importPurchases(journal, csv);
  recommender.refreshStats();
  return report;
}

/** Throws IMPORT_REFUSED for a request without a file. */
function bytesOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  if (request.body !== request.raw)
    throw new AgentError('IMPORT_REFUSED', { detail: 'There is no file in the request.' });
  return request.raw;
}

/** A file that is small enough to be read whole. Throws IMPORT_TOO_LARGE, IMPORT_ENCODING. */
async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > IMPORT_LIMITS.maxTextBytes)
      throw new AgentError('IMPORT_TOO_LARGE', { detail: `(> ${IMPORT_LIMITS.maxTextBytes} bytes)` });
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new AgentError('IMPORT_ENCODING');
  }
}
