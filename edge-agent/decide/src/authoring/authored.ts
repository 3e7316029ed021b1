import {
  type CompiledCampaign,
  type CompiledCampaigns,
  campaignsTouching,
  compileCampaigns,
  rolesOf,
  selectorsOf,
} from '../compile.ts';
import type { BasketLine } from '../schema/basket.ts';
import type { Campaign, CampaignSet } from '../schema/campaign.ts';
import { channelsOf } from './audience.ts';
import type { CatalogueItem } from './catalogue.ts';
import { type OpenTimes, openTimesOf } from './times.ts';

/** A campaign with what the checks ask of it again and again. */
export interface Entry {
  readonly compiled: CompiledCampaign;
  readonly campaign: Campaign;
  /** `campaigns[3]` */
  readonly path: string;
  readonly times: OpenTimes;
  readonly channels: ReadonlySet<string> | undefined;
}

/** A set that is looked at: in the set's order. */
export interface Authored {
  readonly set: CampaignSet;
  readonly compiled: CompiledCampaigns;
  readonly entries: readonly Entry[];
  readonly byId: ReadonlyMap<string, Entry>;
  readonly catalogue: readonly CatalogueItem[] | undefined;
  /** What one unit costs the store, by SKU, as far as it is known. */
  readonly costFenBySku: ReadonlyMap<string, number>;
  /** Lots that markdowns name, by SKU. */
  readonly lots: ReadonlyMap<string, ReadonlySet<string>>;
}

export function authoredOf(set: CampaignSet, catalogue: readonly CatalogueItem[] | undefined): Authored {
  const compiled = compileCampaigns(set);
  const entries = set.campaigns.flatMap((campaign, index): Entry[] => {
    const one = compiled.byId.get(campaign.id);
    if (!one) return [];
    const times = openTimesOf(campaign.window, one.window);
    return [{ compiled: one, campaign, path: `campaigns[${index}]`, times, channels: channelsOf(campaign) }];
  });
  const byId = new Map(entries.map((entry) => [entry.campaign.id, entry]));
  const costFenBySku = new Map<string, number>();
  for (const { sku, costFen } of catalogue ?? []) if (costFen !== undefined) costFenBySku.set(sku, costFen);
  return { set, compiled, entries, byId, catalogue, costFenBySku, lots: lotsBySku(entries) };
}

/** Bounded work: `take` says whether there was enough left. */
export class Work {
  #left: number;
  #isCut = false;

  constructor(most: number) {
    this.#left = most;
  }

  take(amount: number): boolean {
    this.#left -= amount;
    return this.#left >= 0;
  }

  /** Something was left out on purpose; the work goes on. */
  cut(): void {
    this.#isCut = true;
  }

  get isSpent(): boolean {
    return this.#left < 0;
  }

  get isWhole(): boolean {
    return !this.isSpent && !this.#isCut;
  }
}

/** In no id: what stands for "some item" where only a category or nothing is known of it. */
const ANY = ' ';

/** A unit of an item as a line, as the engine asks about it. */
export function lineOf(item: Omit<CatalogueItem, 'costFen'>, lotId: string | undefined): BasketLine {
  const { sku, department, category, unitPriceFen } = item;
  const line = { lineId: ANY, sku, department, category, name: { zh: sku, en: sku }, quantity: 1, unitPriceFen };
  return lotId === undefined ? line : { ...line, lotId };
}

const unknown = { sku: ANY, department: ANY, category: ANY, unitPriceFen: 0 };

/** Items that a campaign names, as lines: what can be known without a catalogue. */
function namedLines(campaign: Campaign): BasketLine[] {
  const lots = campaign.kind === 'markdown' ? campaign.lots : [];
  return [
    ...lots.map(({ sku, lotId }) => lineOf({ ...unknown, sku }, lotId)),
    ...selectorsOf(campaign).flatMap((items) => [
      ...(items.all ? [lineOf(unknown, undefined)] : []),
      ...(items.skus ?? []).map((sku) => lineOf({ ...unknown, sku }, undefined)),
      ...(items.categories ?? []).map((category) => lineOf({ ...unknown, category }, undefined)),
      ...(items.departments ?? []).map((department) => lineOf({ ...unknown, department }, undefined)),
    ]),
  ];
}

/** Every kind of item that the checks tell apart: those of the catalogue and their marked-down lots, else those that campaigns name. */
export function* linesOf({ catalogue, entries, lots }: Authored): Generator<BasketLine> {
  if (!catalogue) {
    const seen = new Set<string>();
    for (const { campaign } of entries) {
      for (const line of namedLines(campaign)) {
        const key = `${line.sku}|${line.category}|${line.department}|${line.lotId ?? ANY}`;
        if (!seen.has(key)) yield line;
        seen.add(key);
      }
    }
    return;
  }
  for (const item of catalogue) {
    yield lineOf(item, undefined);
    for (const lotId of lots.get(item.sku) ?? []) yield lineOf(item, lotId);
  }
}

function lotsBySku(entries: readonly Entry[]): Map<string, Set<string>> {
  const lots = new Map<string, Set<string>>();
  for (const { campaign } of entries) {
    if (campaign.kind !== 'markdown') continue;
    for (const { sku, lotId } of campaign.lots) lots.set(sku, (lots.get(sku) ?? new Set()).add(lotId));
  }
  return lots;
}

/** A campaign that an item belongs to, with the roles that a unit of it may have there. */
export interface Touch {
  readonly entry: Entry;
  readonly roles: readonly number[];
}

/** The campaigns that an item belongs to, in the set's order. */
export function touchesOf(authored: Authored, line: BasketLine): Touch[] {
  return [...campaignsTouching(authored.compiled, line)]
    .sort(([a], [b]) => a.order - b.order)
    .flatMap(([one, roles]) => {
      const entry = authored.entries[one.order];
      return entry ? [{ entry, roles }] : [];
    });
}

/** Whether some item is known to belong to all of them. Without a catalogue, a SKU is not known to be of a category. */
export function shareAnItem(authored: Authored, entries: readonly Entry[], work: Work): boolean {
  const catalogue = authored.catalogue;
  const candidates = entries.map((entry) => namedLines(entry.campaign)).sort((a, b) => a.length - b.length);
  const lines = catalogue ? linesOf(authored) : candidates.flat();
  for (const line of lines) {
    if (!work.take(entries.length)) return false;
    if (entries.every((entry) => rolesOf(entry.compiled, line).length > 0)) return true;
  }
  return false;
}
