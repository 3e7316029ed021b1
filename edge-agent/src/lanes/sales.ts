import type { CompleteBasket, LateSale, ReturnRequest, ReturnView, SaleView } from '@tillside/agent-contract';
import type { Decision } from '@tillside/decide';
import type { z } from 'zod';
import { couponsOf, spendCoupon } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { addPoints, memberByCode, memberById, recordPurchase, spendPoints } from '../members/members.ts';
import { zonedInstants } from '../ports.ts';
import type { Item } from '../prices/item.ts';
import { type StoredBasket, saveBasket } from './basket.ts';
import { bookingOf } from './booking.ts';
import { type LineFacts, readSale, recordSale } from './record-sale.ts';
import { returnLines } from './returns.ts';
import { changedSince, checkReceiptNumber, checkTenders, dueOf } from './sale-checks.ts';
import { ownBasket, type Terminal, type TillDeps } from './till.ts';
import { basketInput, decisionKey } from './view.ts';

/** Of an ISO instant: `2026-11-22`. */
const DATE_CHARS = 10;

type Completion = z.infer<typeof CompleteBasket>;

/** Completes baskets, takes late sales and returns. Every effect of a sale is in one transaction and keyed by it, so a retry can't earn or spend twice. */
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
    const { book, clock, random } = this.#deps;
    const basket = ownBasket(tx, terminal, basketId);
    if (basket.lines.length === 0) throw new AgentError('BASKET_EMPTY');
    const at = clock.now();
    const { decision, campaigns } = book.decideSale(basketInput(tx, basket, at), at);
    this.#checkAgreed(basket, decision, input);
    const due = dueOf(decision, input.tenders);
    checkTenders(input.tenders, due.paidFen);
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
    };
    const byId = new Map(basket.lines.map(({ line }) => [line.lineId, line]));
    const { memberId, lane } = basket;
    recordSale(tx, this.#deps.items, view, { memberId, lane, campaigns, linesOf: (lineId) => byId.get(lineId) });
    spendCoupons(tx, view, memberId);
    if (memberId !== undefined) {
      for (const { line } of basket.lines) recordPurchase(tx, memberId, line.sku, view.completedAt, line.quantity);
    }
    saveBasket(tx, { ...basket, state: 'completed' });
    return view;
  }

  /** What the till charged alone is a fact: taken as it is, earning points on what was paid; an unknown item is kept as an open item. */
  postLate(tx: Tx, terminal: Terminal, input: z.infer<typeof LateSale>): SaleView {
    const { random, items } = this.#deps;
    const payableFen = input.lines.reduce((sum, line) => sum + line.payableFen, 0);
    checkTenders(input.tenders, payableFen);
    checkReceiptNumber(tx, terminal, input.receiptNumber);
    const found = input.lines.map((line) =>
      line.sku !== undefined ? items.bySku(line.sku) : line.gtin === undefined ? undefined : items.byGtin(line.gtin),
    );
    const member = input.memberCode === undefined ? undefined : memberByCode(tx, input.memberCode);
    const decision = this.#asCharged(input, found, member === undefined ? 0 : Math.floor(payableFen / 100));
    const saleId = random.uuid();
    const view: SaleView = {
      saleId,
      basketId: saleId,
      receiptNumber: input.receiptNumber,
      businessDate: input.businessDate,
      completedAt: input.completedAt,
      terminalId: terminal.deviceId,
      cashierId: input.cashierId,
      late: true,
      decision,
      tenders: input.tenders,
      paidFen: payableFen,
      roundingFen: 0,
      ...movePoints(tx, member?.memberId, decision.points),
    };
    recordSale(tx, items, view, {
      memberId: member?.memberId,
      lane: terminal.lane,
      campaigns: undefined,
      linesOf: (lineId) => ({
        ...category(found[Number(lineId) - 1]),
        weightGrams: input.lines[Number(lineId) - 1]?.weightGrams,
      }),
    });
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

  #asCharged(input: z.infer<typeof LateSale>, found: readonly (Item | undefined)[], earned: number): Decision {
    const { book } = this.#deps;
    const payableFen = input.lines.reduce((sum, line) => sum + line.payableFen, 0);
    return {
      schema: 1,
      policyVersion: book.policyVersion,
      campaignSetVersion: book.version,
      moneyRule: 'as-charged',
      listFen: payableFen,
      savingsFen: 0,
      payableFen,
      // What tax the till worked out alone is not known here.
      taxFen: 0,
      totalFen: payableFen,
      lines: input.lines.map((line, index) => ({
        lineId: String(index + 1),
        sku: found[index]?.sku ?? `open:${line.gtin ?? line.sku ?? index + 1}`,
        quantity: line.quantity,
        listFen: line.payableFen,
        payableFen: line.payableFen,
        adjustments: [],
      })),
      applied: [],
      gifts: [],
      notApplied: [],
      couponsConsumed: [],
      points: { earned, spent: 0, spentFen: 0 },
      provenOptimal: true,
      gapFen: 0,
    };
  }
}

/** Takes what was paid with, then adds what was earned. Throws POINTS_SPENT. */
function movePoints(
  tx: Tx,
  memberId: string | undefined,
  { earned, spent }: Decision['points'],
): Pick<SaleView, 'pointsEarned' | 'pointsSpent' | 'pointsBalance'> {
  const moved = { pointsEarned: earned, pointsSpent: spent };
  if (memberId === undefined) return moved;
  if (spent > 0) spendPoints(tx, memberId, spent);
  addPoints(tx, memberId, earned);
  return { ...moved, pointsBalance: memberById(tx, memberId)?.points ?? 0 };
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

const category = (item: Item | undefined): LineFacts => ({ department: item?.department, category: item?.category });
