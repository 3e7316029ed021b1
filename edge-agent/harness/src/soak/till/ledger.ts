import type { AnswerOf, Arguments, SaleView } from '@tillside/agent-contract';
import type { SoakFailure } from '../../output/schema.ts';
import type { TillClient } from '../../store/shopper.ts';
import type { Told } from '../compare.ts';

type ReturnView = AnswerOf<'returnLines'>;

/** A till's own totals of the day, as it would print them. */
export interface TillTotals {
  sales: number;
  salesFen: number;
  returns: number;
  refundsFen: number;
  cancelled: number;
  readonly tenders: Record<string, number>;
  readonly refundTenders: Record<string, number>;
  readonly promotions: Record<string, number>;
}

/** The call that sold a basket, to be sent again, and what it answered first. */
export interface Completion {
  readonly till: TillClient;
  readonly saleId: string;
  readonly args: Arguments<'completeBasket'>;
}

/** What goes wrong on purpose, so that a soak that finds nothing can be believed. */
export const FAULTS = ['none', 'double-complete', 'lost-sale'] as const;
export type Fault = (typeof FAULTS)[number];

const nothing = (): TillTotals => ({
  sales: 0,
  salesFen: 0,
  returns: 0,
  refundsFen: 0,
  cancelled: 0,
  tenders: {},
  refundTenders: {},
  promotions: {},
});

const add = (sums: Record<string, number>, key: string, amount: number): void => {
  sums[key] = (sums[key] ?? 0) + amount;
};

/**
 * What the tills were told, and what they asked for without hearing of it again since they crashed: the yardstick of the soak. A sale is known by its basket; one that was made
 * alone by its own id.
 */
export class Ledger {
  readonly sales: Told[] = [];
  readonly views = new Map<string, SaleView>();
  readonly completions: Completion[] = [];
  readonly returns: Told[] = [];
  readonly returnViews: ReturnView[] = [];
  readonly totals = new Map<string, TillTotals>();
  readonly failures: SoakFailure[] = [];
  readonly counts = new Map<string, number>();
  /** Every basket that a till heard of; those that were only trained apart. */
  readonly baskets = new Set<string>();
  readonly trained = new Set<string>();
  readonly cancelled = new Set<string>();
  /** Amounts under which a crashed till asked to complete a basket: it may be sold for one of them. */
  readonly askedFen = new Map<string, number[]>();
  /** Baskets that a crashed till asked to cancel. */
  readonly askedCancel = new Map<string, string>();
  readonly spentCoupons = new Set<string>();
  readonly couponUses = new Map<string, number>();
  readonly couponsBack = new Map<string, number>();
  readonly #fault: Fault;
  #told = 0;

  constructor(fault: Fault) {
    this.#fault = fault;
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  fail(code: string, message: string): void {
    this.failures.push({ code, message });
  }

  totalsOf(terminalId: string): TillTotals {
    const known = this.totals.get(terminalId);
    if (known !== undefined) return known;
    const made = nothing();
    this.totals.set(terminalId, made);
    return made;
  }

  /** A sale that a till was told of. `lost-sale` forgets the third one, `double-complete` counts it twice. */
  sold(view: SaleView): void {
    this.views.set(view.basketId, view);
    for (const couponId of view.decision.couponsConsumed) {
      this.spentCoupons.add(couponId);
      this.couponUses.set(couponId, (this.couponUses.get(couponId) ?? 0) + 1);
    }
    this.#told += 1;
    const isThird = this.#told === 3;
    if (isThird && this.#fault === 'lost-sale') return;
    this.sales.push({ id: view.basketId, terminalId: view.terminalId, amountFen: view.decision.payableFen });
    this.#total(view);
    if (isThird && this.#fault === 'double-complete') this.#total(view);
  }

  #total({ terminalId, decision, tenders }: SaleView): void {
    const totals = this.totalsOf(terminalId);
    totals.sales += 1;
    totals.salesFen += decision.payableFen;
    for (const { kind, amountFen } of tenders) add(totals.tenders, kind, amountFen);
    for (const { campaignId, amountFen } of decision.applied) add(totals.promotions, campaignId, amountFen);
  }

  /** `handedOut`: by kind of tender, negative where it was asked for. */
  returned(terminalId: string, view: ReturnView, handedOut: readonly (readonly [kind: string, fen: number])[]): void {
    const netFen = view.refundFen - view.payFen;
    this.returns.push({ id: view.returnId, terminalId, amountFen: view.refundFen });
    this.returnViews.push(view);
    const totals = this.totalsOf(terminalId);
    totals.returns += 1;
    totals.refundsFen += netFen;
    for (const [kind, fen] of handedOut) if (fen !== 0) add(totals.refundTenders, kind, fen);
    for (const { couponId } of view.couponsBack) {
      this.spentCoupons.delete(couponId);
      this.couponsBack.set(couponId, (this.couponsBack.get(couponId) ?? 0) + 1);
    }
  }

  gone(basketId: string, terminalId: string): void {
    this.cancelled.add(basketId);
    this.totalsOf(terminalId).cancelled += 1;
  }

  /** A terminal crashed on a completing call: its answer is never read. */
  asks(basketId: string, amountFen: number): void {
    this.askedFen.set(basketId, [...(this.askedFen.get(basketId) ?? []), amountFen]);
  }
}
