import {
  type Basket,
  type Campaign,
  type CampaignSet,
  compileCampaigns,
  type Decision,
  type DecisionContext,
  decide,
} from '@tillside/decide';
import type { Reader } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import { type GuardedLine, guardsFor, isGuard } from './guards.ts';
import { type Item, singleBasket, singleLine } from './item.ts';

type Line = Basket['lines'][number];
type Channel = DecisionContext['channel'];

/** What a store sells by until HQ has sent its first set. */
const EMPTY_SET: CampaignSet = {
  schema: 1,
  setId: 'none',
  version: 1,
  campaigns: [],
  policy: { version: 1, objective: 'best-for-customer', couponsPerBasket: 3 },
};

/** A price on the shelf, and since when the promotion that makes it runs; no promotion, no `sinceMs`. */
export interface ShelfPrice {
  priceFen: number;
  sinceMs?: number;
}

/**
 * Every campaign that acts in this store: HQ's set and the store's own promotions, compiled once and used by every basket, and the shelf guards: while a
 * shelf label is proven to show less than the till would charge, the till charges what the label shows.
 */
export class CampaignBook {
  #reader: Reader;
  #clock: Clock;
  #store: { storeId: string; zone: string };
  #hq: CampaignSet = EMPTY_SET;
  #hqVersion = 0;
  #effective: CampaignSet = EMPTY_SET;
  #compiled = compileCampaigns(EMPTY_SET);
  /** Those that a label may promise to anybody, however many pieces are bought. */
  #shelf = compileCampaigns(EMPTY_SET);
  /** Lowest price that a label of the SKU is proven to show, or that a picture on its way may show. */
  #shown = new Map<string, number>();
  #cache: PriceCache | undefined;
  #listeners = new Set<() => void>();

  constructor(reader: Reader, clock: Clock, store: { storeId: string; zone: string }) {
    this.#reader = reader;
    this.#clock = clock;
    this.#store = store;
  }

  /** Version of HQ's set, 0 before the first. */
  get version(): number {
    return this.#hqVersion;
  }

  /** Reads everything again from the journal; call after HQ's set, a promotion or a label's proof changed, once that is committed. */
  reload(): void {
    const row = this.#reader.get<{ version: number; content: string }>(
      `SELECT version, content FROM desired WHERE kind = 'campaigns'`,
    );
    this.#hq = row === undefined ? EMPTY_SET : (JSON.parse(row.content) as CampaignSet);
    this.#hqVersion = row?.version ?? 0;
    this.#rebuild();
    for (const listener of this.#listeners) listener();
  }

  /** A label's proof changed: what people are charged may differ, what labels should show does not. */
  refreshGuards(): void {
    this.#cache = undefined;
    this.#shown = new Map(
      this.#reader
        .all<{ sku: string; fen: number }>(
          `SELECT sku, min(min(coalesce(shown_fen, pending_fen), coalesce(pending_fen, shown_fen))) AS fen FROM label
           WHERE sku IS NOT NULL AND coalesce(shown_fen, pending_fen) IS NOT NULL GROUP BY sku`,
        )
        .map(({ sku, fen }) => [sku, fen]),
    );
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Version of the policy that combines campaigns. */
  get policyVersion(): number {
    return this.#effective.policy.version;
  }

  /** What the till charges for a basket at an instant, guards included. Guards that did not act are nobody's business and left out of the reasons. */
  decide(basket: Basket, atMs = this.#clock.now()): Decision {
    const context = this.#context('till', atMs);
    const guards = guardsFor(this.#guardedLines(basket, atMs), atMs);
    if (guards.length === 0) return decide(context, this.#compiled, basket);
    const campaigns = [...this.#effective.campaigns, ...guards];
    const decision = decide(context, compileCampaigns({ ...this.#effective, campaigns }), basket);
    return { ...decision, notApplied: decision.notApplied.filter((entry) => !isGuard(entry.campaignId)) };
  }

  /** Campaigns people may be shown: no guards, only those of this store that are live now. */
  live(): Campaign[] {
    const now = this.#clock.now();
    return this.#effective.campaigns.filter(
      (campaign) =>
        Date.parse(campaign.window.from) <= now &&
        now < Date.parse(campaign.window.to) &&
        (campaign.audience?.stores === undefined || campaign.audience.stores.includes(this.#store.storeId)),
    );
  }

  byId(campaignId: string): Campaign | undefined {
    return this.#effective.campaigns.find((campaign) => campaign.id === campaignId);
  }

  /** What anybody pays for one piece (or kg) at the till now: campaigns for everybody, and never more than a label shows. */
  shelfPriceFen(item: Item): number {
    const { priceFen } = this.#priceOf('till', singleLine(item), this.#clock.now());
    return Math.min(priceFen, this.#shown.get(item.sku) ?? priceFen);
  }

  /** What one piece (or kg) costs when bought alone now, promotions that are limited or of the whole basket included. */
  aloneFen(item: Item): number {
    const cache = this.#cacheAt(this.#clock.now());
    const key = `alone ${item.sku} ${item.priceFen}`;
    const known = cache.prices.get(key);
    if (known !== undefined) return known.priceFen;
    const { payableFen: priceFen } = this.decide(singleBasket(item));
    cache.prices.set(key, { priceFen });
    return priceFen;
  }

  /** What the shelf label should say: guards follow the label and must not lead it. */
  labelPrice(item: Item): ShelfPrice {
    return this.#priceOf('label', singleLine(item), this.#clock.now());
  }

  #guardedLines(basket: Basket, atMs: number): GuardedLine[] {
    if (this.#shown.size === 0) return [];
    return basket.lines.flatMap((line) => {
      const shownFen = this.#shown.get(line.sku);
      return shownFen !== undefined && shownFen < this.#priceOf('till', line, atMs).priceFen
        ? [{ line, shownFen }]
        : [];
    });
  }

  /** Price of one piece (or kg) of a line's product under campaigns for everybody. */
  #priceOf(channel: Channel, line: Line, atMs: number): ShelfPrice {
    const { prices } = this.#cacheAt(atMs);
    const key = `${channel} ${line.sku} ${line.unitPriceFen}`;
    const known = prices.get(key);
    if (known !== undefined) return known;
    const one = { ...line, quantity: 1, ...(line.weightGrams === undefined ? {} : { weightGrams: 1000 }) };
    const decision = decide(this.#context(channel, atMs), this.#shelf, { lines: [one], coupons: [] });
    const starts = decision.applied.map(({ campaignId }) => Date.parse(this.byId(campaignId)?.window.from ?? ''));
    const price = { priceFen: decision.payableFen, ...(starts.length === 0 ? {} : { sinceMs: Math.max(...starts) }) };
    prices.set(key, price);
    return price;
  }

  /** Prices hold until the minute ends (days and hours are wall-clock minutes), a campaign begins or ends, or the book changes. */
  #cacheAt(atMs: number): PriceCache {
    const minute = Math.floor(atMs / 60_000);
    if (this.#cache?.minute === minute && this.#cache.fromMs <= atMs && atMs < this.#cache.toMs) return this.#cache;
    let fromMs = Number.NEGATIVE_INFINITY;
    let toMs = Number.POSITIVE_INFINITY;
    for (const { window } of this.#effective.campaigns) {
      for (const at of [Date.parse(window.from), Date.parse(window.to)]) {
        if (at <= atMs) fromMs = Math.max(fromMs, at);
        else toMs = Math.min(toMs, at);
      }
    }
    this.#cache = { minute, fromMs, toMs, prices: new Map() };
    return this.#cache;
  }

  #context(channel: Channel, atMs: number): DecisionContext {
    return { storeId: this.#store.storeId, channel, at: instantOf(atMs), zone: this.#store.zone };
  }

  #rebuild(): void {
    const promotions = this.#reader
      .all<{ campaign: string }>('SELECT campaign FROM promotion')
      .map((row) => JSON.parse(row.campaign) as Campaign);
    this.#effective = {
      ...this.#hq,
      version: Math.max(1, this.#hqVersion),
      campaigns: [...this.#hq.campaigns, ...promotions],
    };
    this.#compiled = compileCampaigns(this.#effective);
    this.#shelf = compileCampaigns({
      ...this.#effective,
      campaigns: this.#effective.campaigns.filter(holdsForAnybody),
    });
    this.refreshGuards();
  }
}

interface PriceCache {
  readonly minute: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly prices: Map<string, ShelfPrice>;
}

/** A label stands for every piece that anybody takes: no members' prices, coupons, limits, bundles or savings of the whole basket. */
function holdsForAnybody(campaign: Campaign): boolean {
  const { audience, limits, requiresCoupon, exclusiveGroup } = campaign;
  if (campaign.kind !== 'discount' || requiresCoupon === true || exclusiveGroup !== undefined) return false;
  return limits?.perBasket === undefined && audience?.memberOnly !== true && audience?.tiers === undefined;
}
