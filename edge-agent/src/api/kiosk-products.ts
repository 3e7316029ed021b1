import type { FoundProduct, PriceCheck } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import { goodThrough, scanRules } from '../lanes/scanned-item.ts';
import { basketMember, type Member, memberById } from '../members/members.ts';
import { zonedInstants } from '../ports.ts';
import type { Item } from '../prices/item.ts';
import { checkPrice } from '../products/price-check.ts';
import { register } from './register.ts';

/** Products shown beside one that was scanned. */
const BESIDE = 3;
const WHOLE_CODE = /^\d{8,14}$/;
const PLU = /^\d{1,6}$/;
/** Of an ISO instant: `2026-11-22T08:30`. */
const LOCAL_MINUTE = 16;

/** What a shopper asks the kiosk of products: prices, where they stand, the map. */
export function kioskProductRoutes(fastify: FastifyInstance, app: App): void {
  const { book, items, journal, clock, config, products, places } = app;
  const rules = scanRules(config);
  const inZone = zonedInstants(config.zone);
  const visitor = (deviceId: string, visit: string | undefined): Member | undefined => {
    if (visit === undefined) return undefined;
    const member = memberById(journal, app.visits.memberOf(deviceId, visit));
    if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
    return member;
  };
  const placed = (item: Item | undefined): Pick<FoundProduct, 'place'> => {
    const place = item && places.placeOf(item);
    return place === undefined ? {} : { place };
  };
  const shown = (item: Item): FoundProduct => ({
    sku: item.sku,
    name: item.name,
    size: item.size,
    pictogram: item.pictogram,
    soldBy: item.soldBy,
    ...(item.keyedPrice ? {} : { priceFen: item.priceFen, shelfPriceFen: book.shelfPriceFen(item) }),
    ...placed(item),
  });
  /** What may be listed to anybody: ages are checked at a till, not here. */
  const isListed = (item: Item): boolean => item.state === 'on-sale' && item.minAge === undefined;
  const byCode = (q: string): Item | undefined => {
    const item = WHOLE_CODE.test(q) ? items.byGtin(q) : PLU.test(q) ? items.byPlu(q) : undefined;
    return item !== undefined && isListed(item) ? item : undefined;
  };

  register(fastify, app, {
    priceCheck: async ({ caller, body }): Promise<PriceCheck> => {
      const { scan, sku, visit } = body;
      const member = visitor(caller.deviceId, visit);
      const atMs = clock.now();
      const { jurisdiction } = app.config;
      const deps = { reader: journal, items, book, goods: app.till.goods, jurisdiction };
      const asked = scan === undefined ? { sku: sku ?? '' } : { scan };
      const priced = checkPrice(deps, asked, member && basketMember(journal, member, atMs), atMs);
      const until = scan === undefined ? undefined : goodThrough(scan, rules, inZone(atMs).slice(0, LOCAL_MINUTE));
      const beside =
        priced.minAge === undefined
          ? await app.recommender.recommend({
              member,
              basketSkus: [priced.sku],
              channel: 'kiosk',
              limit: BESIDE,
              ...(visit === undefined ? {} : { stay: visit }),
            })
          : undefined;
      return {
        ...priced,
        ...(until === undefined ? {} : { goodThrough: until }),
        ...placed(items.bySku(priced.sku)),
        beside: beside?.items ?? [],
      };
    },
    findProducts: async ({ body }) => {
      const { q, pictogram, from, limit } = body;
      const exact = byCode(q.trim());
      if (exact !== undefined) return { match: 'exact', products: [shown(exact)], total: 1 };
      const found = await products.find({ q, pictogram, from, limit });
      if (found === undefined) return { match: 'preparing', products: [], total: 0 };
      const known = items.bySkus(found.skus);
      // The words may be of a version before; what an item is now counts.
      const listed = found.skus.flatMap((one) => known.get(one) ?? []).filter(isListed);
      return { match: found.match, products: listed.map(shown), total: found.total };
    },
    productGroups: async () => ({ groups: (await products.groups()) ?? [] }),
    storeMap: ({ caller }) => places.forKiosk(caller.lane),
  });
}
