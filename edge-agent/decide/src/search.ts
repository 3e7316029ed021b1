import { type BoundFacts, boundFacts, lowestPayableFen } from './bounds.ts';
import { type BestItems, bestItems, mostSavedFen } from './item-best.ts';
import { itemPromoOf, outcomeOf } from './item-promos.ts';
import { ItemSearch } from './item-search.ts';
import { applyLayers, type BasketOutcome } from './layers.ts';
import { DECIDE_LIMITS } from './limits.ts';
import {
  type ItemOutcome,
  type ItemPromo,
  type LiveCampaign,
  type PreparedLine,
  type WorkBudget,
  workBudget,
} from './model.ts';
import type { PreparedBasket } from './prepare.ts';

/** The best answer found, and a payable amount below which nothing allowed was left unseen. */
export interface SearchResult {
  readonly outcome: BasketOutcome;
  readonly lowestFen: number;
}

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

const groupOf = (live: LiveCampaign): string | undefined => live.compiled.campaign.exclusiveGroup;

/** Exact search over the campaigns that may act together and over the units that item campaigns take. */
class BasketSearch {
  private readonly prepared: PreparedBasket;
  private readonly lines: readonly PreparedLine[];
  private readonly couponsPerBasket: number;
  private readonly budget: WorkBudget;
  private found: Found | undefined;
  /** Lowest bound among the parts that the work limit left unseen. */
  private openFen = Number.POSITIVE_INFINITY;

  constructor(prepared: PreparedBasket, couponsPerBasket: number, budget: WorkBudget) {
    this.prepared = prepared;
    this.lines = prepared.lines;
    this.couponsPerBasket = couponsPerBasket;
    this.budget = budget;
  }

  run(): SearchResult {
    const { items, basket, coupons } = this.prepared;
    const crowd = new Map<string, number>();
    for (const live of [...items, ...basket, ...coupons]) {
      const group = groupOf(live);
      if (group !== undefined) crowd.set(group, (crowd.get(group) ?? 0) + 1);
    }
    const contested = (live: LiveCampaign): boolean => (crowd.get(groupOf(live) ?? '') ?? 0) > 1;
    const promos = items.map((live) => itemPromoOf(live, this.lines));
    this.chooseItems(
      promos.filter((promo) => !contested(promo.live)),
      promos.filter((promo) => contested(promo.live)),
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

  /** True when a part can't be better, or may not be entered any more; in that case its bound is kept. */
  private closes(lowFen: number): boolean {
    if (lowFen >= this.bestFen) return true;
    if (this.budget.spend() || !this.found) return false;
    this.openFen = Math.min(this.openFen, lowFen);
    return true;
  }

  /** Decides, one by one, which item campaigns of contested groups may act. */
  private chooseItems(chosen: readonly ItemPromo[], open: readonly ItemPromo[], groups: ReadonlySet<string>): void {
    const [next, ...rest] = open;
    const promos = [...chosen, ...open];
    const facts = boundFacts(this.lines, next ? promos : chosen);
    if (!next) {
      const best = bestItems(this.lines, chosen, this.share());
      this.chooseOthers({ promos: chosen, facts, best, groups }, [], this.layered());
      return;
    }
    if (
      this.closes(
        lowestPayableFen(facts, mostSavedFen(this.lines, promos), this.prepared.basket, this.prepared.coupons),
      )
    )
      return;
    const group = groupOf(next.live) ?? '';
    const others = rest.filter((promo) => groupOf(promo.live) !== group);
    this.chooseItems([...chosen, next], others, new Set([...groups, group]));
    this.chooseItems(chosen, rest, groups);
  }

  /** A part of the budget, so that one hard choice does not starve all the others. */
  private share(): WorkBudget {
    const own = workBudget(DECIDE_LIMITS.maxItemNodes);
    return { spend: () => own.spend() && this.budget.spend() };
  }

  private layered(): readonly LiveCampaign[] {
    return [...this.prepared.basket, ...this.prepared.coupons];
  }

  /** Decides which spend-saves and coupons act, all of them first. */
  private chooseOthers(choice: ItemChoice, on: readonly LiveCampaign[], open: readonly LiveCampaign[]): void {
    const taken = new Set([...choice.groups, ...on.map(groupOf)]);
    const couponsFull = on.filter(isCoupon).length >= this.couponsPerBasket;
    const possible = open.filter((live) => {
      const group = groupOf(live);
      return !(group !== undefined && taken.has(group)) && !(couponsFull && isCoupon(live));
    });
    const all = [...on, ...possible];
    const lowFen = this.lowFen(choice, choice.best.boundFen, all);
    if (this.closes(lowFen)) return;
    const [next, ...rest] = possible;
    if (!next) {
      this.solve(choice, on);
      return;
    }
    this.chooseOthers(choice, [...on, next], rest);
    this.chooseOthers(choice, on, rest);
  }

  private lowFen(choice: ItemChoice, savedFen: number, on: readonly LiveCampaign[]): number {
    const coupons = on.filter(isCoupon);
    return lowestPayableFen(
      choice.facts,
      savedFen,
      on.filter((live) => !isCoupon(live)),
      coupons,
    );
  }

  /** The item layer's own optimum first; only if the bound does not prove it, all of its assignments. */
  private solve(choice: ItemChoice, on: readonly LiveCampaign[]): void {
    this.offer(choice.best.outcome, on);
    const { boundFen } = choice.best;
    if (this.lowFen(choice, boundFen, on) >= this.bestFen) return;
    const only = this.lines.map((_, index) => index);
    const low = (savedFen: number): number => this.lowFen(choice, Math.min(savedFen, boundFen), on);
    let hopelessFen = -1;
    const search = new ItemSearch(
      this.lines,
      choice.promos,
      only,
      true,
      {
        prune: (savedFen) => {
          // The bound falls as more can be saved, and the best answer only improves: what was hopeless once stays so.
          if (savedFen <= hopelessFen) return true;
          if (low(savedFen) < this.bestFen) return false;
          hopelessFen = savedFen;
          return true;
        },
        cut: (savedFen) => {
          this.openFen = Math.min(this.openFen, low(savedFen));
        },
        leaf: (units) => this.offer(outcomeOf(this.lines, choice.promos, units), on),
      },
      this.share(),
    );
    search.run();
  }

  private offer(items: ItemOutcome, on: readonly LiveCampaign[]): void {
    const basket = on.filter((live) => !isCoupon(live));
    const coupons = on.filter(isCoupon);
    const outcome = applyLayers(this.lines, items, basket, coupons);
    if (outcome.payableFen < this.bestFen) this.found = { items, basket, coupons, outcome };
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

function isCoupon(live: LiveCampaign): boolean {
  return live.couponId !== undefined;
}

/** The lowest payable amount over everything that the policy allows, within the work limit. */
export function searchBasket(prepared: PreparedBasket, couponsPerBasket: number): SearchResult {
  return new BasketSearch(prepared, couponsPerBasket, workBudget(DECIDE_LIMITS.maxSearchNodes)).run();
}
