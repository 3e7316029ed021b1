import type { CompleteBasket, SaleView } from '@tillside/agent-contract';
import type { CampaignSet, Decision } from '@tillside/decide';
import type { z } from 'zod';
import { couponsOf, spendCoupon } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { memberById, personalised, recordPurchase } from '../members/members.ts';
import { dateOf, instantOf, zonedInstants } from '../ports.ts';
import { type StoredBasket, saveBasket } from './basket.ts';
import { type Booking, bookingOf } from './booking.ts';
import { refuseCardNumbers } from './card-number.ts';
import { takeReceiptNumber } from './numbering.ts';
import { movePoints } from './points.ts';
import { readSale, recordSale } from './record-sale.ts';
import { changedSince } from './sale-checks.ts';
import { changeOf, checkTenders, type Due, dueOf } from './tenders.ts';
import { ownBasket, type Terminal, type TillDeps } from './till.ts';
import { recordTraining } from './training.ts';
import { tellUnknownSold } from './unknown-items.ts';
import { basketInput, choicesOf, decisionKey } from './view.ts';

type Completion = z.infer<typeof CompleteBasket>;
/** What the shopper agreed to, and who sells it. */
export type Agreed = Omit<Completion, 'tenders'>;

/** A basket that its shopper agreed to, decided for the last time. */
export interface AgreedBasket {
  readonly basket: StoredBasket;
  readonly decision: Decision;
  readonly campaigns: CampaignSet;
  readonly atMs: number;
}

/** How it is paid: checked against what is due. */
export interface Payment extends Due {
  readonly tenders: SaleView['tenders'];
  readonly changeFen?: number;
}

/** Completes baskets. Every effect of a sale is in one transaction and keyed by it, so a retry can't earn or spend twice. */
export class Sales {
  #deps: TillDeps;
  #instant: (ms: number) => string;

  constructor(deps: TillDeps) {
    this.#deps = deps;
    this.#instant = zonedInstants(deps.zone);
  }

  /**
   * Sells a basket as the shopper agreed to it, or not at all. It is decided again here: what another till took meanwhile (uses of a campaign,
   * coupons, points) is gone. Throws BASKET_*, PRICE_OWNER, PRICE_CHANGED, LIMIT_REACHED, COUPON_SPENT, POINTS_*, TENDER_MISMATCH,
   * CARD_NUMBER_REFUSED, RECEIPT_NUMBER_USED, BUSINESS_DAY_CLOSED, DATE_FAR.
   */
  complete(tx: Tx, terminal: Terminal, basketId: string, input: Completion): SaleView {
    refuseCardNumbers(input);
    const agreed = this.agreed(tx, terminal, basketId, input);
    const { tenders } = input;
    const due = dueOf(agreed.decision.totalFen, this.#deps.book.policy.cashRounding, tenders);
    checkTenders(tenders, due.paidFen);
    const payment = { ...due, tenders, ...changeOf(tenders) };
    if (agreed.basket.training) return this.#train(tx, terminal, agreed, payment, input.cashierId);
    return this.sell(tx, terminal, agreed, payment, input.cashierId, this.book(tx, terminal, input, agreed.atMs));
  }

  get(reader: Reader, saleId: string): SaleView {
    return readSale(reader, saleId).view;
  }

  /** The open basket of this terminal as it is sold now. Throws BASKET_*, PRICE_OWNER, COUPON_SPENT, PRICE_CHANGED, LIMIT_REACHED. */
  agreed(tx: Tx, terminal: Terminal, basketId: string, input: Agreed): AgreedBasket {
    const { book, clock } = this.#deps;
    if (terminal.priceOwner === 'pos-reports') throw new AgentError('PRICE_OWNER', { detail: '(pos-reports)' });
    const open = ownBasket(tx, terminal, basketId);
    if (open.lines.length === 0) throw new AgentError('BASKET_EMPTY');
    const member = open.memberId === undefined ? undefined : memberById(tx, open.memberId);
    const basket = { ...open, giftChoices: choicesOf(tx, open, member?.memberId) };
    const atMs = clock.now();
    const { decision, campaigns } = book.decideSale(basketInput(tx, basket, atMs), atMs);
    const { expectedPayableFen, expectedDecisionKey } = input;
    const isAgreed =
      decision.payableFen === expectedPayableFen &&
      (expectedDecisionKey === undefined || decisionKey(decision) === expectedDecisionKey);
    if (!isAgreed && couponsOf(tx, basket.couponIds).some(({ spentSaleId }) => spentSaleId !== null))
      throw new AgentError('COUPON_SPENT');
    if (!isAgreed) throw changedSince(basket.promisedFen, expectedPayableFen, decision, book);
    return { basket, decision, campaigns, atMs };
  }

  book(tx: Tx, terminal: Terminal, asked: Pick<Agreed, 'receiptNumber' | 'businessDate'>, atMs: number): Booking {
    return bookingOf(tx, terminal, asked, dateOf(this.#instant(atMs)));
  }

  /** Writes an agreed and paid basket down as a sale. Throws LIMIT_REACHED, COUPON_SPENT, POINTS_*. */
  sell(
    tx: Tx,
    terminal: Terminal,
    { basket, decision, campaigns, atMs }: AgreedBasket,
    payment: Payment,
    cashierId: string,
    booking: Booking,
  ): SaleView {
    const { book, items, random } = this.#deps;
    const { basketId, memberId, guest, lane, priceOwner } = basket;
    book.countSale(tx, decision, memberId, atMs);
    const saleId = random.uuid();
    const completedAt = this.#instant(atMs);
    const spending = { trust: basket.memberTrust ?? 'card', basketId };
    const view: SaleView = {
      saleId,
      basketId,
      ...booking,
      completedAt,
      terminalId: terminal.deviceId,
      cashierId,
      late: false,
      decision,
      ...payment,
      ...movePoints(tx, { saleId, memberId, at: instantOf(atMs), nowMs: atMs, spending }, decision.points),
      ...(priceOwner === 'tillside' ? {} : { priceOwner }),
      priceVersion: items.priceVersion(),
    };
    const byId = new Map(basket.lines.map((stored) => [stored.line.lineId, stored]));
    const linesOf = (lineId: string) => {
      const { line, priceSet, unknown } = byId.get(lineId) ?? {};
      return { ...line, priceSet, unknown };
    };
    const member = memberId === undefined ? undefined : memberById(tx, memberId);
    const facts = { memberId, guest, lane, campaigns, personalised: member && personalised(member), linesOf };
    recordSale(tx, view, facts, atMs);
    tellUnknownSold(tx, terminal.deviceId, basket.lines, atMs);
    spendCoupons(tx, view, memberId);
    if (memberId !== undefined) {
      for (const { line, unknown } of basket.lines)
        if (!unknown) recordPurchase(tx, memberId, line.sku, view.completedAt, line.quantity);
    }
    saveBasket(tx, { ...basket, state: 'completed' });
    return view;
  }

  /** The same to learn by: nothing is counted, spent or earned, and its number is of a series of its own. */
  #train(tx: Tx, terminal: Terminal, agreed: AgreedBasket, payment: Payment, cashierId: string): SaleView {
    const { basket, decision, atMs } = agreed;
    const completedAt = this.#instant(atMs);
    const view: SaleView = {
      saleId: this.#deps.random.uuid(),
      basketId: basket.basketId,
      receiptNumber: takeReceiptNumber(tx, terminal.deviceId, 'training'),
      businessDate: dateOf(completedAt),
      completedAt,
      terminalId: terminal.deviceId,
      cashierId,
      late: false,
      decision,
      ...payment,
      pointsEarned: 0,
      pointsSpent: 0,
      priceVersion: this.#deps.items.priceVersion(),
      training: true,
    };
    recordTraining(tx, view, atMs);
    saveBasket(tx, { ...basket, state: 'completed' });
    return view;
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
