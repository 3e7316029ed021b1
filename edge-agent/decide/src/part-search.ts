import { type BoundFacts, boundFacts, couponListSavings, lowestPayableFen } from './bounds.ts';
import { Improver } from './improve.ts';
import { type BestItems, bestItems, mostSavedFen } from './item-best.ts';
import { itemPromoOf, outcomeOf } from './item-promos.ts';
import { ItemSearch } from './item-search.ts';
import { applyLayers, type BasketOutcome, spendSaveFen, sumOver } from './layers.ts';
import { DECIDE_LIMITS } from './limits.ts';
import type { ItemOutcome, ItemPromo, LiveCampaign, PreparedLine, WorkBudget } from './model.ts';
import type { SearchPart } from './parts.ts';
import { shareBest, type ThresholdTerm, thresholdsOf } from './thresholds.ts';

interface Found {
  readonly items: ItemOutcome;
  readonly basket: readonly LiveCampaign[];
  readonly coupons: readonly LiveCampaign[];
  readonly outcome: BasketOutcome;
}

/** A choice of item campaigns and what is known about it. */
interface ItemChoice {
  readonly promos: readonly ItemPromo[];
  readonly facts: BoundFacts;
  readonly best: BestItems;
  readonly groups: ReadonlySet<string>;
}

/** Most spend-saves whose subsets are tried one by one when they take more from a line than it costs. */
const MAX_SUBSET_CAMPAIGNS = 6;

const groupOf = (live: LiveCampaign): string | undefined => live.compiled.campaign.exclusiveGroup;
const isCoupon = (live: LiveCampaign): boolean => live.couponId !== undefined;

/** Exact search over the campaigns of one part that may act together and over the units that item campaigns take. */
export class PartSearch {
  private readonly part: SearchPart;
  private readonly lines: readonly PreparedLine[];
  private readonly couponsPerBasket: number;
  private readonly budget: WorkBudget;
  private readonly contested: ReadonlySet<LiveCampaign>;
  /** Exclusive groups with a spend-save or coupon: an item campaign that takes the group keeps those out. */
  private readonly layeredGroups: ReadonlySet<string | undefined>;
  private readonly listFen: readonly number[];
  /** No coupons: items and thresholds add up, as long as no line runs out of money. */
  private readonly plain: boolean;
  private readonly couponListFen: ReadonlyMap<LiveCampaign, number>;
  /** Spend-saves, then coupons by what they may give: the order in which the search tries them. */
  private readonly layered: readonly LiveCampaign[];
  private readonly unitCount: number;
  private found: Found | undefined;
  /** Lowest bound among the parts that the work limit left unseen. */
  private openFen = Number.POSITIVE_INFINITY;

  constructor(part: SearchPart, couponsPerBasket: number, budget: WorkBudget) {
    this.part = part;
    this.lines = part.lines;
    this.couponsPerBasket = couponsPerBasket;
    this.budget = budget;
    const all = [...part.items, ...part.basket, ...part.coupons];
    const crowd = new Map<string | undefined, number>();
    for (const live of all) crowd.set(groupOf(live), (crowd.get(groupOf(live)) ?? 0) + 1);
    this.contested = new Set(all.filter((live) => groupOf(live) !== undefined && (crowd.get(groupOf(live)) ?? 0) > 1));
    this.layeredGroups = new Set([...part.basket, ...part.coupons].map(groupOf));
    this.plain = part.coupons.length === 0;
    this.listFen = part.lines.map((line) => line.listFen);
    this.unitCount = part.lines.reduce((sum, line) => sum + line.quantity, 0);
    this.couponListFen = couponListSavings(part.lines, part.coupons);
    const reach = (live: LiveCampaign): number =>
      this.couponListFen.get(live) ?? sumOver(live.lines, this.listFen) / 10;
    this.layered = [...part.basket, ...[...part.coupons].sort((a, b) => reach(b) - reach(a))];
  }

  run(): { outcome: BasketOutcome; lowestFen: number } {
    const promos = this.part.items.map((live) => itemPromoOf(live, this.lines));
    const open = promos.filter((promo) => this.contested.has(promo.live));
    this.chooseItems(
      promos.filter((promo) => !this.contested.has(promo.live)),
      open,
      new Set(),
    );
    const best = this.leanest(this.found ?? this.nothing());
    return { outcome: best.outcome, lowestFen: Math.min(this.openFen, best.outcome.payableFen) };
  }

  private nothing(): Found {
    const items = outcomeOf(this.lines, [], []);
    return { items, basket: [], coupons: [], outcome: applyLayers(this.lines, items, [], []) };
  }

  private get bestFen(): number {
    return this.found?.outcome.payableFen ?? Number.POSITIVE_INFINITY;
  }

  /** True when a branch can't be better, or may not be entered any more; in that case its bound is kept. */
  private closes(lowFen: number, steps: number): boolean {
    if (lowFen >= this.bestFen) return true;
    if (this.budget.spend(steps) || !this.found) return false;
    this.openFen = Math.min(this.openFen, lowFen);
    return true;
  }

  /** Decides, group by group, which item campaigns of contested groups may act. */
  private chooseItems(chosen: readonly ItemPromo[], open: readonly ItemPromo[], groups: ReadonlySet<string>): void {
    const promos = [...chosen, ...open];
    const facts = boundFacts(this.lines, promos, this.couponListFen);
    if (this.closes(this.quickLowFen(facts, promos), 2 * (promos.length + 4) * this.lines.length)) return;
    const [next] = open;
    if (!next) {
      const best = bestItems(this.lines, chosen, this.budget.share(DECIDE_LIMITS.maxItemSteps));
      this.chooseOthers({ promos: chosen, facts, best, groups }, [], this.layered);
      return;
    }
    const group = groupOf(next.live) ?? '';
    const others = open.filter((promo) => groupOf(promo.live) !== group);
    const rivals = open.filter((promo) => groupOf(promo.live) === group);
    const taken = new Set([...groups, group]);
    for (const promo of rivals.sort((a, b) => this.reachFen(b) - this.reachFen(a))) {
      this.chooseItems([...chosen, promo], others, taken);
    }
    // A chosen campaign may still take no unit, so choosing none of them only pays where that frees the group for another layer.
    if (this.layeredGroups.has(group)) this.chooseItems(chosen, others, groups);
  }

  /** A bound on what these item campaigns and everything after them leave payable, without a search. */
  private quickLowFen(facts: BoundFacts, promos: readonly ItemPromo[]): number {
    const { basket, coupons } = this.part;
    if (!this.found) return 0;
    const some = { on: [], possible: coupons, more: this.couponsPerBasket };
    const lowFen = lowestPayableFen(facts, mostSavedFen(this.lines, promos), basket, some);
    if (!this.plain || lowFen >= this.bestFen) return lowFen;
    const only = this.lines.map((_, index) => index);
    const { terms, fixedFen } = thresholdsOf(this.lines, basket, facts.maxSavedFen);
    const space = { lines: this.lines, promos, only, tryAll: new Set(only), terms };
    const unused = { prune: () => true, leaf: () => {}, cut: () => {} };
    const search = new ItemSearch(space, unused, this.budget);
    shareBest(terms, () => search.rootBoundFen());
    return Math.max(lowFen, facts.totalFen - fixedFen - search.rootBoundFen());
  }

  private reachFen({ saveFen, group }: ItemPromo): number {
    const share = group ? group.get / group.size : 1;
    return this.lines.reduce((sum, line, index) => sum + line.quantity * (saveFen[index] ?? 0) * share, 0);
  }

  /** Decides which spend-saves and coupons act, all of them first. */
  private chooseOthers(choice: ItemChoice, on: readonly LiveCampaign[], open: readonly LiveCampaign[]): void {
    const taken = new Set([...choice.groups, ...on.map(groupOf)]);
    const couponsFull = on.filter(isCoupon).length >= this.couponsPerBasket;
    const possible = open.filter((live) => {
      const group = groupOf(live);
      return !(group !== undefined && taken.has(group)) && !(couponsFull && isCoupon(live));
    });
    const steps = 4 * this.lines.length + this.lowCost([...on, ...possible]);
    if (this.closes(this.lowFen(choice, choice.best.boundFen, on, possible), steps)) return;
    const [next, ...rest] = possible;
    if (!next) {
      this.solve(choice, on);
      return;
    }
    this.chooseOthers(choice, [...on, next], rest);
    if (!this.isFree(next)) this.chooseOthers(choice, on, rest);
  }

  /** A spend-save that nothing competes with: leaving it out can pay only where lines run out of money, which `offer` looks after. */
  private isFree(live: LiveCampaign): boolean {
    return this.plain && !this.contested.has(live);
  }

  /** A bound where these campaigns act, and of the possible ones as many as the policy lets. */
  private lowFen(
    choice: ItemChoice,
    savedFen: number,
    on: readonly LiveCampaign[],
    possible: readonly LiveCampaign[],
  ): number {
    const isBasket = (live: LiveCampaign): boolean => !isCoupon(live);
    const used = on.filter(isCoupon);
    return lowestPayableFen(choice.facts, savedFen, [...on.filter(isBasket), ...possible.filter(isBasket)], {
      on: used,
      possible: possible.filter(isCoupon),
      more: this.couponsPerBasket - used.length,
    });
  }

  /** Steps of one such bound. */
  private lowCost(all: readonly LiveCampaign[]): number {
    return all.reduce((sum, live) => sum + 3 * live.lines.length + 12, 0);
  }

  /** The item layer's own optimum first; only if the bound does not prove it, all of its assignments. */
  private solve(choice: ItemChoice, on: readonly LiveCampaign[]): void {
    this.offer(choice.best.outcome, on);
    const { boundFen } = choice.best;
    if (this.lowFen(choice, boundFen, on, []) >= this.bestFen) return;
    const { plain } = this;
    const { terms, fixedFen } = thresholdsOf(this.lines, plain ? on : [], choice.facts.maxSavedFen);
    const low = plain
      ? (savedFen: number): number => Math.max(0, choice.facts.totalFen - fixedFen - savedFen)
      : (savedFen: number): number => this.lowFen(choice, Math.min(savedFen, boundFen), on, []);
    const only = this.lines.map((_, index) => index);
    if (terms.length > 0) {
      const improver = new Improver(this.lines, choice.promos, terms, this.budget);
      this.offer(outcomeOf(this.lines, choice.promos, improver.run(choice.best.units, only)), on);
    }
    const lowCost = plain ? 0 : this.lowCost(on);
    let hopelessFen = -1;
    let openFrom = { savedFen: Number.POSITIVE_INFINITY, bestFen: -1 };
    const search = new ItemSearch(
      { lines: this.lines, promos: choice.promos, only, tryAll: tryAll(only, plain, terms), terms },
      {
        prune: (savedFen) => {
          // The bound falls as more can be saved, and the best answer only improves: what was hopeless once stays so.
          if (savedFen <= hopelessFen) return true;
          if (savedFen >= openFrom.savedFen && openFrom.bestFen === this.bestFen) return false;
          this.budget.spend(lowCost);
          if (low(savedFen) < this.bestFen) {
            openFrom = { savedFen, bestFen: this.bestFen };
            return false;
          }
          hopelessFen = savedFen;
          return true;
        },
        cut: (savedFen) => {
          this.openFen = Math.min(this.openFen, Math.max(low(savedFen), this.lowFen(choice, boundFen, on, [])));
        },
        leaf: (units) => this.offer(outcomeOf(this.lines, choice.promos, units), on),
      },
      this.budget.share(DECIDE_LIMITS.maxAssignmentSteps),
    );
    shareBest(terms, () => search.rootBoundFen());
    search.run();
  }

  private offer(items: ItemOutcome, on: readonly LiveCampaign[]): void {
    const basket = on.filter((live) => !isCoupon(live));
    const coupons = on.filter(isCoupon).sort((a, b) => a.compiled.order - b.compiled.order);
    this.budget.spend(
      4 * this.lines.length +
        this.unitCount * (2 + 6 * coupons.length) +
        on.reduce((sum, live) => sum + 6 * live.lines.length, 0),
    );
    const outcome = applyLayers(this.lines, items, basket, coupons);
    if (outcome.payableFen < this.bestFen) this.found = { items, basket, coupons, outcome };
    if (!this.plain) return;
    const addedFen = this.wantedFen(items, basket);
    if (outcome.payableFen > addedFen && addedFen < this.bestFen) this.offerFewer(items, basket, Math.max(0, addedFen));
  }

  /** What would be payable if every spend-save got all that its threshold gives. */
  private wantedFen(items: ItemOutcome, basket: readonly LiveCampaign[]): number {
    let wantedFen = items.afterFen.reduce((sum, fen) => sum + fen, 0);
    for (const { compiled, lines } of basket) {
      const { campaign } = compiled;
      if (campaign.kind !== 'spend-save') continue;
      wantedFen -= spendSaveFen(campaign, sumOver(lines, campaign.base === 'list' ? this.listFen : items.afterFen));
    }
    return wantedFen;
  }

  /** Some line ran out: a spend-save may be better left out, so that its rounding or its share helps another one. */
  private offerFewer(items: ItemOutcome, basket: readonly LiveCampaign[], lowFen: number): void {
    const free = basket.filter((live) => this.isFree(live));
    if (free.length > MAX_SUBSET_CAMPAIGNS || !this.budget.spend(2 ** free.length * 8 * this.lines.length)) {
      this.openFen = Math.min(this.openFen, lowFen);
      return;
    }
    for (let mask = 1; mask < 2 ** free.length; mask += 1) {
      const fewer = basket.filter((live) => !(free.includes(live) && (mask >> free.indexOf(live)) & 1));
      const outcome = applyLayers(this.lines, items, fewer, []);
      if (outcome.payableFen < this.bestFen) this.found = { items, basket: fewer, coupons: [], outcome };
    }
  }

  /** Leaves out coupons that the best answer does not need: they stay the customer's. */
  private leanest(found: Found): Found {
    let lean = found;
    for (const coupon of [...found.coupons].reverse()) {
      const coupons = lean.coupons.filter((other) => other !== coupon);
      const outcome = applyLayers(this.lines, lean.items, lean.basket, coupons);
      if (outcome.payableFen <= lean.outcome.payableFen) lean = { ...lean, coupons, outcome };
    }
    return lean;
  }
}

/** Lines on which saving less on items may win more elsewhere: those of thresholds, or all beside coupons. */
function tryAll(only: readonly number[], plain: boolean, terms: readonly ThresholdTerm[]): ReadonlySet<number> {
  return new Set(plain ? terms.flatMap((term) => [...term.inside]) : only);
}
