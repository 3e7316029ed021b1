import {
  type Campaign,
  type CampaignSet,
  type CompiledCampaigns,
  compileCampaigns,
  type DecisionContext,
  decide,
} from '@tillside/decide';
import type { Reader } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import { type Item, singleBasket } from './item.ts';

type Channel = DecisionContext['channel'];

/** What a store sells by until HQ has sent its first set. */
const EMPTY_SET: CampaignSet = {
  schema: 1,
  setId: 'none',
  version: 1,
  campaigns: [],
  policy: { version: 1, objective: 'best-for-customer', couponsPerBasket: 3 },
};
const GUARD_YEARS_MS = 50 * 365 * 24 * 3_600_000;

/**
 * Every campaign that acts in this store: HQ's set, the store's own promotions, and shelf guards. A guard keeps the till at the price that a shelf
 * label still shows while a higher one is on its way: the shelf never shows less than the till charges. Compiled once, used by every basket.
 */
export class CampaignBook {
  #reader: Reader;
  #clock: Clock;
  #store: { storeId: string; zone: string };
  #hq: CampaignSet = EMPTY_SET;
  #hqVersion = 0;
  #compiled: CompiledCampaigns | undefined;
  #effective: CampaignSet = EMPTY_SET;
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

  /** Guards alone changed: the price that people are charged may differ, what labels should show does not. */
  refreshGuards(): void {
    this.#rebuild();
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  compiled(): CompiledCampaigns {
    this.#compiled ??= compileCampaigns(this.#effective);
    return this.#compiled;
  }

  /** Campaigns people may be shown: no guards, only those of this store that are live now. */
  live(): Campaign[] {
    const now = this.#clock.now();
    return this.#effective.campaigns.filter(
      (campaign) =>
        !isGuard(campaign.id) &&
        Date.parse(campaign.window.from) <= now &&
        now < Date.parse(campaign.window.to) &&
        (campaign.audience?.stores === undefined || campaign.audience.stores.includes(this.#store.storeId)),
    );
  }

  byId(campaignId: string): Campaign | undefined {
    return this.#effective.campaigns.find((campaign) => campaign.id === campaignId);
  }

  context(channel: Channel, atMs = this.#clock.now()): DecisionContext {
    return { storeId: this.#store.storeId, channel, at: instantOf(atMs), zone: this.#store.zone };
  }

  /** What anybody pays for one piece (or kg) at the till now, guards included. */
  shelfPriceFen(item: Item): number {
    return decide(this.context('till'), this.compiled(), singleBasket(item)).payableFen;
  }

  /** What the shelf label should say: the same without guards, which follow the label and must not lead it. */
  labelPriceFen(item: Item): number {
    const withoutGuards = compileCampaigns({
      ...this.#effective,
      campaigns: this.#effective.campaigns.filter((campaign) => !isGuard(campaign.id) && touchesSku(campaign, item)),
    });
    return decide(this.context('label'), withoutGuards, singleBasket(item)).payableFen;
  }

  #rebuild(): void {
    const promotions = this.#reader
      .all<{ campaign: string }>('SELECT campaign FROM promotion')
      .map((row) => JSON.parse(row.campaign) as Campaign);
    this.#effective = {
      ...this.#hq,
      version: Math.max(1, this.#hqVersion),
      campaigns: [...this.#hq.campaigns, ...promotions, ...this.#guards()],
    };
    this.#compiled = undefined;
  }

  #guards(): Campaign[] {
    const shown = this.#reader.all<{ sku: string; fen: number; zh: string; en: string }>(
      `SELECT label.sku AS sku, min(label.shown_fen) AS fen, item.name_zh AS zh, item.name_en AS en FROM label JOIN item ON item.sku = label.sku
       WHERE label.shown_fen IS NOT NULL GROUP BY label.sku`,
    );
    const now = this.#clock.now();
    return shown.map(({ sku, fen }) => ({
      schema: 1,
      id: `shelf-guard:${sku}`,
      version: 1,
      kind: 'discount',
      name: { zh: '按货架价签结算', en: 'Charged as the shelf label says' },
      window: { from: instantOf(0), to: instantOf(now + GUARD_YEARS_MS) },
      fundedBy: 'store',
      items: { skus: [sku] },
      discount: { by: 'fixed-price', fixedPriceFen: fen },
    }));
  }
}

const isGuard = (campaignId: string): boolean => campaignId.startsWith('shelf-guard:');

function touchesSku(campaign: Campaign, item: Item): boolean {
  if (campaign.kind === 'member-price') return campaign.prices.some((price) => price.sku === item.sku);
  const { items } = campaign;
  if (items.excludeSkus?.includes(item.sku)) return false;
  return Boolean(
    items.all ||
      items.skus?.includes(item.sku) ||
      items.categories?.includes(item.category) ||
      items.departments?.includes(item.department),
  );
}
