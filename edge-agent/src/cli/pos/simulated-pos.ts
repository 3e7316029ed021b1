import {
  type AnswerOf,
  type Arguments,
  type BasketView,
  CallError,
  callAgent,
  type RouteName,
  type SaleView,
} from '@tillside/agent-contract';
import type { ReplayBasket } from './replay.ts';
import type { Times } from './times.ts';

const RETRY_MS = 250;
/** A till asks again for a minute while nobody answers. */
const MAX_ATTEMPTS = 240;
/** What means that the basket is no longer what the shopper was shown. */
const CHANGED: ReadonlySet<string> = new Set(['PRICE_CHANGED', 'LIMIT_REACHED', 'POINTS_SPENT', 'COUPON_SPENT']);
const MAX_TRIES = 5;

export interface Fleet {
  readonly times: Times;
  /** Refusals that a cashier would shrug at: an item that the store lacks, a coupon that was spent. By code. */
  readonly refused: Map<string, number>;
}

/** A POS terminal as an integrator would write it: each write under a key that its retries keep, totals of its own, its day closed against them. */
export class SimulatedPos {
  readonly name: string;
  readonly totals = {
    sales: 0,
    returns: 0,
    salesFen: 0,
    refundsFen: 0,
    tenders: {} as Record<string, number>,
    promotions: {} as Record<string, number>,
  };
  readonly #options: { url: string; credential: string };
  readonly #runId: string;
  readonly #fleet: Fleet;
  #businessDate = '';
  #sessionId = '';
  #nextKey = 1;

  constructor(of: { name: string; url: string; credential: string; runId: string; fleet: Fleet }) {
    this.name = of.name;
    this.#options = { url: of.url, credential: of.credential };
    this.#runId = of.runId;
    this.#fleet = of.fleet;
  }

  /** A cashier signs on; one who is signed on already goes on. */
  async start(training: boolean): Promise<void> {
    const body = { cashierId: this.name, training };
    const session = await this.#call('openSession', { body, key: this.#key() }).catch((error: unknown) => {
      if (!(error instanceof CallError) || error.code !== 'SESSION_OPEN') throw error;
      return this.#call('currentSession', {});
    });
    this.#sessionId = session.sessionId;
    this.#businessDate = session.businessDate;
  }

  /** One shopper, from the first scan to the receipt. Says whether there was a sale. */
  async serve(basket: ReplayBasket): Promise<boolean> {
    let view = await this.#time('openBasket', { body: { cashierId: this.name }, key: this.#key() });
    const params = { basketId: view.basketId };
    const { member, coupons = [], lines } = basket;
    if (member !== undefined)
      view = await this.#may(view, this.#time('setMember', { params, body: { code: member }, key: this.#key() }));
    for (const line of lines)
      view = await this.#may(view, this.#time('addLine', { params, body: line, key: this.#key() }));
    const last = view.lines.at(-1);
    if (basket.voidLast && view.lines.length > 1 && last !== undefined)
      view = await this.#time('voidLine', { params: { ...params, lineId: last.lineId }, key: this.#key() });
    for (const code of coupons)
      view = await this.#may(view, this.#time('addCoupon', { params, body: { code }, key: this.#key() }));
    if (basket.suspend) {
      await this.#time('suspendBasket', { params, key: this.#key() });
      await this.#time('resumeBasket', { params, key: this.#key() });
    }
    view = (await this.#time('getDecision', { params })).basket;
    if (basket.cancel || view.lines.length === 0) {
      await this.#time('cancelBasket', { params, key: this.#key() });
      return false;
    }
    const sale = await this.#pay(view);
    if (basket.giveBack) await this.#giveBack(sale);
    return true;
  }

  /** Signs off and closes the day with what this till counted itself: every difference, in words for a log. */
  async close(training: boolean): Promise<string[]> {
    await this.#call('closeSession', { params: { sessionId: this.#sessionId }, body: {}, key: this.#key() });
    if (training) return [];
    const { agreed, differences } = await this.#call('closeDay', {
      params: { businessDate: this.#businessDate },
      body: this.totals,
      key: this.#key(),
    });
    if (agreed) return [];
    return differences.map(({ what, ours, pos }) => `${this.name}: ${what}: ${pos} / ${ours}`);
  }

  /** Pays what the shopper was shown by a provider's token; asks again when something of it changed meanwhile. */
  async #pay(view: BasketView): Promise<SaleView> {
    const params = { basketId: view.basketId };
    let shown = view;
    for (let tries = 1; ; tries++) {
      const { decision, decisionKey } = shown;
      const body = {
        cashierId: this.name,
        expectedPayableFen: decision.payableFen,
        expectedDecisionKey: decisionKey,
        tenders: [{ kind: 'token' as const, amountFen: decision.totalFen, token: `tok-${view.basketId.slice(-12)}` }],
      };
      try {
        const sale = await this.#time('completeBasket', { params, body, key: this.#key() });
        this.#count(sale);
        return sale;
      } catch (error) {
        if (!(error instanceof CallError) || !CHANGED.has(error.code) || tries >= MAX_TRIES) throw error;
        this.#refused(error.code);
        shown = await this.#call('getBasket', { params });
      }
    }
  }

  async #giveBack({ saleId, decision, training }: SaleView): Promise<void> {
    const line = decision.lines[0];
    if (line === undefined || training === true) return;
    const body = { saleId, cashierId: this.name, lines: [{ lineId: line.lineId, quantity: 1 }] };
    const back = await this.#time('returnLines', { body, key: this.#key() });
    this.totals.returns += 1;
    this.totals.refundsFen += back.refundFen - back.payFen;
  }

  #count({ decision, tenders, training }: SaleView): void {
    if (training === true) return;
    this.totals.sales += 1;
    this.totals.salesFen += decision.payableFen;
    for (const { kind, amountFen } of tenders) this.totals.tenders[kind] = (this.totals.tenders[kind] ?? 0) + amountFen;
    for (const { campaignId, amountFen } of decision.applied)
      this.totals.promotions[campaignId] = (this.totals.promotions[campaignId] ?? 0) + amountFen;
  }

  /** The basket after a change that the store may refuse: the cashier goes on with what is there. */
  async #may(before: BasketView, change: Promise<BasketView>): Promise<BasketView> {
    try {
      return await change;
    } catch (error) {
      if (!(error instanceof CallError) || error.status < 400 || error.status >= 500 || error.status === 401)
        throw error;
      this.#refused(error.code);
      return before;
    }
  }

  #refused(code: string): void {
    this.#fleet.refused.set(code, (this.#fleet.refused.get(code) ?? 0) + 1);
  }

  #key(): string {
    return `${this.#runId}-${this.name}-${this.#nextKey++}`;
  }

  #time<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>> {
    return this.#fleet.times.of(name, this.#call(name, args));
  }

  /** While nobody answers it asks again, a write under the same key. */
  async #call<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await callAgent(this.#options, name, args);
      } catch (error) {
        const away = error instanceof CallError && (error.status === 0 || error.code === 'NOT_READY');
        if (!away || attempt >= MAX_ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
