import {
  type Basket,
  type BasketMember,
  type Campaign,
  type CampaignPolicy,
  type CampaignSet,
  type CampaignUsage,
  closedToPerson,
  compileCampaigns,
  confirmUnlocks,
  type Decision,
  type DecisionContext,
  decide,
  type NotAppliedCode,
  saleSetOf,
  type UnlockOptions,
} from '@tillside/decide';
import type { Reader, Tx } from '../journal/index.ts';
import { type Clock, instantOf, zonedInstants } from '../ports.ts';
import { type Decided, type DecidedBaskets, questionOf, touchedBy } from './decided.ts';
import { type GuardedLine, guardBasket, guardsFor, holdsForAnybody, shownPrices, withoutGuards } from './guards.ts';
import { type Item, singleBasket, singleLine } from './item.ts';
import { Moment } from './moment.ts';
import { countUses, isCounted, isUsedUp, pruneUses, uncountUse, usageOf } from './usage.ts';

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
  #instant: (ms: number) => string;
  #hq: CampaignSet = EMPTY_SET;
  #hqVersion = 0;
  /** Version and content of HQ's set, and the store's own promotions as they were written: what did not change is not read again. */
  #hqMark = '';
  #promotions: ReadonlyMap<string, Campaign> = new Map();
  #effective: CampaignSet = EMPTY_SET;
  #compiled = compileCampaigns(EMPTY_SET);
  /** Those whose limits look at what was given before. */
  #counted: ReadonlyMap<string, Campaign> = new Map();
  /** Those that a label may promise to anybody, however many pieces are bought. */
  #shelf = compileCampaigns(EMPTY_SET);
  /** Lowest price that a label of the SKU is proven to show, or that a picture on its way may show. */
  #shown = new Map<string, number>();
  #now: Moment | undefined;
  /** The moment before the book changed. */
  #before: Moment | undefined;
  #made = 0;
  #listeners = new Set<() => void>();

  constructor(reader: Reader, clock: Clock, store: { storeId: string; zone: string }) {
    this.#reader = reader;
    this.#clock = clock;
    this.#store = store;
    this.#instant = zonedInstants(store.zone);
  }

  /** Version of HQ's set, 0 before the first. */
  get version(): number {
    return this.#hqVersion;
  }

  /** Reads everything again from the journal; call after HQ's set, a promotion, a price or a label's proof changed, once that is committed. */
  reload(): void {
    const row = this.#reader.get<{ version: number; sha256: string }>(
      `SELECT version, sha256 FROM desired WHERE kind = 'campaigns'`,
    );
    const mark = row === undefined ? '' : `${row.version} ${row.sha256}`;
    if (mark !== this.#hqMark) {
      const content = this.#reader.get<{ content: string }>(`SELECT content FROM desired WHERE kind = 'campaigns'`);
      this.#hq = content === undefined ? EMPTY_SET : (JSON.parse(content.content) as CampaignSet);
      this.#hqVersion = row?.version ?? 0;
      this.#hqMark = mark;
      this.#now = undefined;
      this.#before = undefined;
    }
    this.#rebuild();
    for (const listener of this.#listeners) listener();
  }

  /** A label's proof changed: what people are charged may differ, what labels should show does not. With `skus` only theirs are read again. */
  refreshGuards(skus?: ReadonlySet<string>): void {
    const was = this.#shown;
    const is = shownPrices(this.#reader, skus);
    const asked = skus ?? new Set([...was.keys(), ...is.keys()]);
    const changed = new Set([...asked].filter((sku) => was.get(sku) !== is.get(sku)));
    if (changed.size === 0) return;
    for (const sku of changed) {
      const shownFen = is.get(sku);
      if (shownFen === undefined) was.delete(sku);
      else was.set(sku, shownFen);
    }
    for (const moment of [this.#now, this.#before]) {
      moment?.alone.clear();
      moment?.baskets.forget(({ sku }) => changed.has(sku));
    }
  }

  /** Baskets that were decided since the start, without those whose answer was known. */
  get decisionsMade(): number {
    return this.#made;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** How campaigns combine, and how cash is rounded. */
  get policy(): CampaignPolicy {
    return this.#effective.policy;
  }

  /** Version of the policy that combines campaigns. */
  get policyVersion(): number {
    return this.#effective.policy.version;
  }

  /** What the till charges for a basket at an instant, guards included. Guards that did not act are nobody's business and left out of the reasons. */
  decide(basket: Basket, atMs = this.#clock.now()): Decision {
    return this.#decided(basket, atMs).decision;
  }

  /** The same for a screen: with the nearest changes that would bring a saving, each confirmed by deciding again, at most `most` times. */
  decideWithUnlocks(basket: Basket, options: UnlockOptions, atMs = this.#clock.now()): Decision {
    const { key, kept, make } = this.#question(basket, atMs);
    return kept.unlocked(key, options, make, ({ context, compiled, guarded, decision }, using) =>
      confirmUnlocks(context, compiled, guarded, decision, using),
    );
  }

  /** A decision to be sold, and the campaigns that it took something from, as a return will need them. */
  decideSale(basket: Basket, atMs: number): { decision: Decision; campaigns: CampaignSet } {
    const { decision, compiled } = this.#decided(basket, atMs);
    return { decision, campaigns: saleSetOf(decision, compiled.set) };
  }

  /** What a sale that was decided elsewhere took from the campaigns of now, with their policy. */
  setOf(decision: Decision): CampaignSet {
    return saleSetOf(decision, this.#effective);
  }

  /**
   * What some campaigns alone give: those that a person chose at a POS which owns its prices. Shelf guards are not among them, since that POS's prices are its own. Coupons in the
   * basket must be of these campaigns.
   */
  decideAmong(basket: Basket, campaignIds: ReadonlySet<string>, atMs: number): Decision {
    const campaigns = [...campaignIds].flatMap((id) => this.byId(id) ?? []);
    const memberId = basket.member?.memberId;
    const counted = campaigns.filter(({ id }) => this.#counted.has(id)).map(({ id }) => id);
    const usage = usageOf(this.#reader, counted, { memberId, day: this.#dayOf(atMs) });
    const context = { ...this.#context('till', atMs), ...(usage.length === 0 ? {} : { usage }) };
    return decide(context, compileCampaigns({ ...this.#effective, campaigns }), basket);
  }

  /** Counts a sale's uses and money in its transaction. Throws LIMIT_REACHED. */
  countSale(tx: Tx, decision: Decision, memberId: string | undefined, atMs: number): void {
    countUses(tx, decision, (campaignId) => this.byId(campaignId), { memberId, day: this.#dayOf(atMs) }, atMs);
  }

  /** Takes a use back that was counted at `atMs`, for a POS that undoes it before anything is sold. A return takes none back. */
  uncountUse(
    tx: Tx,
    given: { campaignId: string; amountFen: number },
    memberId: string | undefined,
    atMs: number,
  ): void {
    uncountUse(tx, given, { memberId, day: this.#dayOf(atMs) });
  }

  /** Whether a campaign's limits look at what was given before. */
  isCounted(campaignId: string): boolean {
    return this.#counted.has(campaignId);
  }

  /** Whether a campaign's limits leave nothing for anybody now. */
  usedUp(campaign: Campaign): boolean {
    if (!this.#counted.has(campaign.id)) return false;
    const day = this.#dayOf(this.#clock.now());
    return isUsedUp(campaign, usageOf(this.#reader, [campaign.id], { memberId: undefined, day })[0]);
  }

  pruneUses(tx: Tx): void {
    const ids = this.#effective.campaigns.map(({ id }) => id);
    pruneUses(tx, ids, this.#clock.now());
  }

  /** Campaigns people may be shown: no guards, only those of this store that are live now. */
  live(): Campaign[] {
    const now = this.#clock.now();
    return this.#effective.campaigns.filter((campaign) => this.isLive(campaign, now));
  }

  /** Those that are over, or not begun, too. */
  all(): readonly Campaign[] {
    return this.#effective.campaigns;
  }

  /** Why a campaign gives a member nothing, whatever they buy and at what hour; undefined: it is open to them. */
  closedTo(campaignId: string, member: BasketMember, atMs: number): NotAppliedCode | undefined {
    const compiled = this.#compiled.byId.get(campaignId);
    if (compiled === undefined) return 'COUPON_UNKNOWN';
    const counted = this.#counted.has(campaignId) ? [campaignId] : [];
    const usage = usageOf(this.#reader, counted, { memberId: member.memberId, day: this.#dayOf(atMs) });
    return closedToPerson({ ...this.#context('till', atMs), usage }, compiled, member);
  }

  /** In its window, and for this store. */
  isLive({ window, audience }: Campaign, atMs: number): boolean {
    if (atMs < Date.parse(window.from) || atMs >= Date.parse(window.to)) return false;
    return audience?.stores === undefined || audience.stores.includes(this.#store.storeId);
  }

  byId(campaignId: string): Campaign | undefined {
    return this.#compiled.byId.get(campaignId)?.campaign;
  }

  /** What anybody pays for one piece (or kg) at the till now: campaigns for everybody, and never more than a label shows. */
  shelfPriceFen(item: Item): number {
    const { priceFen } = this.#priceOf('till', singleLine(item), this.#clock.now());
    return Math.min(priceFen, this.#shown.get(item.sku) ?? priceFen);
  }

  /** What one piece (or kg) costs when bought alone now, promotions that are limited or of the whole basket included. */
  aloneFen(item: Item): number {
    const { alone } = this.#moment(this.#clock.now());
    const key = `${item.sku} ${item.priceFen}`;
    const known = alone.get(key);
    if (known !== undefined) return known;
    const { payableFen } = this.decide(singleBasket(item));
    alone.set(key, payableFen);
    return payableFen;
  }

  /** What the shelf label should say: guards follow the label and must not lead it. */
  labelPrice(item: Item): ShelfPrice {
    return this.#priceOf('label', singleLine(item), this.#clock.now());
  }

  /** The same object as long as no price can be another: until the book changes, or a window opens or closes. */
  get moment(): object {
    return this.#moment(this.#clock.now());
  }

  #decided(basket: Basket, atMs: number): Decided {
    const { key, kept, make } = this.#question(basket, atMs);
    return kept.decided(key, make);
  }

  /** What is asked of a basket now, and where its answer is kept as long as it holds. */
  #question(basket: Basket, atMs: number): { key: string; kept: DecidedBaskets; make: () => Decided } {
    const counted = [...this.#counted.values()].filter((campaign) => this.isLive(campaign, atMs)).map(({ id }) => id);
    const memberId = basket.member?.memberId;
    const usage = usageOf(this.#reader, counted, { memberId, day: this.#dayOf(atMs) });
    return {
      key: questionOf(basket, usage, atMs),
      kept: this.#moment(atMs).baskets,
      make: () => this.#decide(basket, usage, atMs),
    };
  }

  /** Decides with all that a decision looks at: what was given before, and guards for lines whose label shows less. */
  #decide(basket: Basket, usage: CampaignUsage[], atMs: number): Decided {
    this.#made += 1;
    const context = { ...this.#context('till', atMs), ...(usage.length === 0 ? {} : { usage }) };
    const lines = this.#guardedLines(basket, atMs);
    const campaigns = lines.length === 0 ? [] : [...this.#effective.campaigns, ...guardsFor(lines, atMs)];
    const compiled = lines.length === 0 ? this.#compiled : compileCampaigns({ ...this.#effective, campaigns });
    const guarded = lines.length === 0 ? basket : guardBasket(basket, lines);
    return { context, compiled, guarded, decision: withoutGuards(decide(context, compiled, guarded)) };
  }

  /** The store's calendar day, `YYYY-MM-DD`. */
  #dayOf(atMs: number): string {
    return this.#instant(atMs).slice(0, 10);
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
    const { prices } = this.#moment(atMs);
    const key = `${channel} ${line.noPromotions ?? false} ${line.sku} ${line.unitPriceFen}`;
    const known = prices.get(key);
    if (known !== undefined) return known;
    // What a scale's label says is the amount of its pack, not of a kilogram.
    const { amountFen: _label, ...goods } = line;
    const one = { ...goods, quantity: 1, ...(line.weightGrams === undefined ? {} : { weightGrams: 1000 }) };
    const decision = decide(this.#context(channel, atMs), this.#shelf, { lines: [one], coupons: [] });
    const starts = decision.applied.map(({ campaignId }) => Date.parse(this.byId(campaignId)?.window.from ?? ''));
    const price = { priceFen: decision.payableFen, ...(starts.length === 0 ? {} : { sinceMs: Math.max(...starts) }) };
    prices.set(key, price);
    return price;
  }

  #moment(atMs: number): Moment {
    if (this.#now?.holds(atMs)) return this.#now;
    this.#now = new Moment(atMs, this.#effective.campaigns, this.#before);
    this.#before = undefined;
    return this.#now;
  }

  #context(channel: Channel, atMs: number): DecisionContext {
    return { storeId: this.#store.storeId, channel, at: instantOf(atMs), zone: this.#store.zone };
  }

  #rebuild(): void {
    const was = this.#promotions;
    const texts = this.#reader.all<{ campaign: string }>('SELECT campaign FROM promotion').map((row) => row.campaign);
    const is = new Map(texts.map((text) => [text, was.get(text) ?? (JSON.parse(text) as Campaign)]));
    const changed = [...was, ...is]
      .filter(([text]) => !(was.has(text) && is.has(text)))
      .map(([, campaign]) => campaign);
    this.#promotions = is;
    this.#effective = {
      ...this.#hq,
      version: Math.max(1, this.#hqVersion),
      campaigns: [...this.#hq.campaigns, ...is.values()],
    };
    this.#compiled = compileCampaigns(this.#effective);
    this.#counted = new Map(this.#effective.campaigns.filter(isCounted).map((campaign) => [campaign.id, campaign]));
    this.#shelf = compileCampaigns({
      ...this.#effective,
      campaigns: this.#effective.campaigns.filter(holdsForAnybody),
    });
    this.#before = this.#now ?? this.#before;
    this.#before?.baskets.forget(touchedBy(changed));
    this.#now = undefined;
    this.refreshGuards();
  }
}
