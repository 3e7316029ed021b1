import type { CompleteBasket, ReturnRequest, ReturnView, SaleView } from '@tillside/agent-contract';
import type { Decision } from '@tillside/decide';
import type { z } from 'zod';
import { couponsOf, spendCoupon } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { recordPurchase } from '../members/members.ts';
import { zonedInstants } from '../ports.ts';
import { type StoredBasket, saveBasket } from './basket.ts';
import { bookingOf } from './booking.ts';
import { refuseCardNumbers } from './card-number.ts';
import { movePoints } from './points.ts';
import { readSale, recordSale } from './record-sale.ts';
import { returnLines } from './returns.ts';
import { changedSince } from './sale-checks.ts';
import { changeOf, checkTenders, dueOf } from './tenders.ts';
import { ownBasket, type Terminal, type TillDeps } from './till.ts';
import { basketInput, decisionKey } from './view.ts';

/** Of an ISO instant: `2026-11-22`. */
const DATE_CHARS = 10;

type Completion = z.infer<typeof CompleteBasket>;

/** Completes baskets and takes returns. Every effect of a sale is in one transaction and keyed by it, so a retry can't earn or spend twice. */
export class Sales {
  #deps: TillDeps;
  #instant: (ms: number) => string;

  constructor(deps: TillDeps) {
    this.#deps = deps;
    this.#instant = zonedInstants(deps.zone);
  }

  /**
   * Sells a basket as the shopper agreed to it, or not at all. It is decided again here: what another till took meanwhile (uses of a campaign,
   * coupons, points) is gone. Throws BASKET_*, PRICE_CHANGED, LIMIT_REACHED, COUPON_SPENT, POINTS_SPENT, TENDER_MISMATCH, CARD_NUMBER_REFUSED,
   * RECEIPT_NUMBER_USED.
   */
  complete(tx: Tx, terminal: Terminal, basketId: string, input: Completion): SaleView {
    const { book, items, clock, random } = this.#deps;
    const basket = ownBasket(tx, terminal, basketId);
    if (basket.lines.length === 0) throw new AgentError('BASKET_EMPTY');
    const at = clock.now();
    const { decision, campaigns } = book.decideSale(basketInput(tx, basket, at), at);
    this.#checkAgreed(basket, decision, input);
    refuseCardNumbers(input);
    const due = dueOf(decision.totalFen, book.policy.cashRounding, input.tenders);
    checkTenders(input.tenders, due.paidFen);
    const change = changeOf(input.tenders);
    const completedAt = this.#instant(at);
    const booking = bookingOf(tx, terminal, input, completedAt.slice(0, DATE_CHARS));

    const saleId = random.uuid();
    book.countSale(tx, decision, basket.memberId, at);
    const view: SaleView = {
      saleId,
      basketId,
      ...booking,
      completedAt,
      terminalId: terminal.deviceId,
      cashierId: input.cashierId,
      late: false,
      decision,
      tenders: input.tenders,
      ...due,
      ...movePoints(tx, basket.memberId, decision.points),
      ...change,
      priceVersion: items.priceVersion(),
    };
    const byId = new Map(basket.lines.map(({ line }) => [line.lineId, line]));
    const { memberId, lane } = basket;
    recordSale(tx, view, { memberId, lane, campaigns, linesOf: (lineId) => byId.get(lineId) }, at);
    spendCoupons(tx, view, memberId);
    if (memberId !== undefined) {
      for (const { line } of basket.lines) recordPurchase(tx, memberId, line.sku, view.completedAt, line.quantity);
    }
    saveBasket(tx, { ...basket, state: 'completed' });
    return view;
  }

  get(reader: Reader, saleId: string): SaleView {
    return readSale(reader, saleId).view;
  }

  returnLines(tx: Tx, terminal: Terminal, input: z.infer<typeof ReturnRequest>): z.infer<typeof ReturnView> {
    const { clock, random } = this.#deps;
    return returnLines(tx, terminal, input, { returnId: random.uuid(), at: this.#instant(clock.now()) });
  }

  #checkAgreed({ promisedFen }: StoredBasket, decision: Decision, input: Completion): void {
    const { expectedPayableFen, expectedDecisionKey } = input;
    const isAgreed =
      decision.payableFen === expectedPayableFen &&
      (expectedDecisionKey === undefined || decisionKey(decision) === expectedDecisionKey);
    if (!isAgreed) throw changedSince(promisedFen, expectedPayableFen, decision, this.#deps.book);
  }
}

/** Throws COUPON_SPENT. */
function spendCoupons(tx: Tx, { saleId, decision }: SaleView, memberId: string | undefined): void {
  for (const { couponId, campaignId } of couponsOf(tx, decision.couponsConsumed)) {
    spendCoupon(tx, couponId, saleId);
    tx.append('tillside.coupon.redeemed.v1', {
      couponId,
      campaignId,
      saleId,
      amountFen: decision.applied.find((entry) => entry.couponId === couponId)?.amountFen ?? 0,
      ...(memberId === undefined ? {} : { memberId }),
    });
  }
}
