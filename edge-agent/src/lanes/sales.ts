import type { CompleteBasket, LateSale, ReturnRequest, ReturnView, SaleView } from '@tillside/agent-contract';
import { type Decision, refundFor } from '@tillside/decide';
import type { EventBody } from '@tillside/protocol';
import type { z } from 'zod';
import { couponsOf, spendCoupon } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { noteSoldPrice } from '../labels/reference-price.ts';
import { addPoints, memberByCode, memberById, recordPurchase } from '../members/members.ts';
import { zonedInstants } from '../ports.ts';
import type { Item } from '../prices/item.ts';
import { saveBasket } from './basket.ts';
import { checkReceiptNumber, checkTenders, pointsShare } from './sale-checks.ts';
import { ownBasket, type Terminal, type TillDeps } from './till.ts';
import { decideBasket } from './view.ts';

type SaleBody = EventBody<'tillside.sale.completed.v1'>;

/** Completes baskets, takes late sales and returns. Every effect of a sale is in one transaction and keyed by it, so a retry can't earn or spend twice. */
export class Sales {
  #deps: TillDeps;
  #instant: (ms: number) => string;

  constructor(deps: TillDeps) {
    this.#deps = deps;
    this.#instant = zonedInstants(deps.zone);
  }

  complete(tx: Tx, terminal: Terminal, basketId: string, input: z.infer<typeof CompleteBasket>): SaleView {
    const { book, clock, random } = this.#deps;
    const basket = ownBasket(tx, terminal, basketId);
    if (basket.lines.length === 0) throw new AgentError('BASKET_EMPTY');
    const at = clock.now();
    const decision = decideBasket(tx, book, basket, at);
    if (decision.payableFen !== input.expectedPayableFen) {
      throw new AgentError('PRICE_CHANGED', { detail: `(${input.expectedPayableFen} -> ${decision.payableFen})` });
    }
    checkTenders(input.tenders, decision.payableFen);
    checkReceiptNumber(tx, terminal, input.receiptNumber);

    const saleId = random.uuid();
    const spent = couponsOf(tx, decision.couponsConsumed);
    for (const coupon of spent) spendCoupon(tx, coupon.couponId, saleId);
    const view: SaleView = {
      saleId,
      basketId,
      receiptNumber: input.receiptNumber,
      businessDate: input.businessDate,
      completedAt: this.#instant(at),
      terminalId: terminal.deviceId,
      cashierId: input.cashierId,
      late: false,
      decision,
      tenders: input.tenders,
      pointsEarned: decision.points.earned,
      ...this.#earn(tx, basket.memberId, decision.points.earned),
    };
    const byId = new Map(basket.lines.map(({ line }) => [line.lineId, line]));
    this.#store(tx, view, {
      memberId: basket.memberId,
      lane: basket.lane,
      coupons: spent.map(({ couponId }) => couponId),
      linesOf: (lineId) => byId.get(lineId),
    });
    for (const coupon of spent) {
      const amountFen = decision.applied.find((entry) => entry.couponId === coupon.couponId)?.amountFen ?? 0;
      tx.append('tillside.coupon.redeemed.v1', {
        couponId: coupon.couponId,
        campaignId: coupon.campaignId,
        saleId,
        amountFen,
        ...(basket.memberId === undefined ? {} : { memberId: basket.memberId }),
      });
    }
    if (basket.memberId !== undefined) {
      for (const { line } of basket.lines)
        recordPurchase(tx, basket.memberId, line.sku, view.completedAt, line.quantity);
    }
    saveBasket(tx, { ...basket, state: 'completed' });
    return view;
  }

  /** What the till charged alone is a fact: taken as it is, earning points on what was paid; an unknown item is kept as an open item. */
  postLate(tx: Tx, terminal: Terminal, input: z.infer<typeof LateSale>): SaleView {
    const { random, items, book } = this.#deps;
    const payableFen = input.lines.reduce((sum, line) => sum + line.payableFen, 0);
    checkTenders(input.tenders, payableFen);
    checkReceiptNumber(tx, terminal, input.receiptNumber);
    const found = input.lines.map((line) =>
      line.sku !== undefined ? items.bySku(line.sku) : line.gtin === undefined ? undefined : items.byGtin(line.gtin),
    );
    const member = input.memberCode === undefined ? undefined : memberByCode(tx, input.memberCode);
    const earned = member === undefined ? 0 : Math.floor(payableFen / 100);
    const decision: Decision = {
      schema: 1,
      policyVersion: book.policyVersion,
      campaignSetVersion: book.version,
      moneyRule: 'as-charged',
      listFen: payableFen,
      savingsFen: 0,
      payableFen,
      lines: input.lines.map((line, index) => ({
        lineId: String(index + 1),
        sku: found[index]?.sku ?? `open:${line.gtin ?? line.sku ?? index + 1}`,
        quantity: line.quantity,
        listFen: line.payableFen,
        payableFen: line.payableFen,
        adjustments: [],
      })),
      applied: [],
      notApplied: [],
      couponsConsumed: [],
      points: { earned },
      provenOptimal: true,
      gapFen: 0,
    };
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
      pointsEarned: earned,
      ...this.#earn(tx, member?.memberId, earned),
    };
    this.#store(tx, view, {
      memberId: member?.memberId,
      lane: terminal.lane,
      coupons: [],
      linesOf: (lineId) => ({
        ...category(found[Number(lineId) - 1]),
        weightGrams: input.lines[Number(lineId) - 1]?.weightGrams,
      }),
    });
    return view;
  }

  get(reader: Reader, saleId: string): SaleView {
    const row = reader.get<{ view: string }>('SELECT view FROM sale WHERE sale_id = ?', saleId);
    if (row === undefined) throw new AgentError('SALE_UNKNOWN');
    return JSON.parse(row.view) as SaleView;
  }

  /** Refunds units of a sale: independent of the order of returns and never above what was paid (decide/refundFor). Points follow. */
  returnLines(tx: Tx, terminal: Terminal, input: z.infer<typeof ReturnRequest>): z.infer<typeof ReturnView> {
    const { clock, random } = this.#deps;
    const sale = this.get(tx, input.saleId);
    checkReceiptNumber(tx, terminal, input.receiptNumber);
    const already = tx
      .all<{ body: string }>('SELECT body FROM sale_return WHERE sale_id = ?', input.saleId)
      .flatMap((row) => (JSON.parse(row.body) as EventBody<'tillside.sale.returned.v1'>).lines);
    const units = (lines: readonly { lineId: string; quantity: number }[]) =>
      lines.map((line) => ({ lineId: line.lineId, units: line.quantity }));
    const refund = refundFor(sale.decision, units(input.lines), units(already));
    if (!refund.ok) {
      throw new AgentError(refund.errors[0]?.code === 'RETURN_LINE_UNKNOWN' ? 'LINE_UNKNOWN' : 'RETURN_TOO_MANY');
    }
    const skus = new Map(sale.decision.lines.map((line) => [line.lineId, line.sku]));
    const lines = refund.lines.map((line) => ({
      lineId: line.lineId,
      sku: skus.get(line.lineId) ?? '',
      quantity: line.units,
      refundFen: line.refundFen,
    }));
    const returnId = random.uuid();
    const memberId =
      tx.get<{ member_id: string | null }>('SELECT member_id FROM sale WHERE sale_id = ?', input.saleId)?.member_id ??
      undefined;
    const pointsTakenBack = memberId === undefined ? 0 : pointsShare(sale, already, refund.refundFen);
    if (memberId !== undefined) addPoints(tx, memberId, -pointsTakenBack);
    const body: EventBody<'tillside.sale.returned.v1'> = {
      returnId,
      saleId: input.saleId,
      businessDate: input.businessDate,
      returnedAt: this.#instant(clock.now()),
      terminalId: terminal.deviceId,
      cashierId: input.cashierId,
      receiptNumber: input.receiptNumber,
      lines,
      refundFen: refund.refundFen,
    };
    tx.run(
      'INSERT INTO sale_return (return_id, sale_id, terminal_id, receipt_number, business_date, refund_fen, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
      returnId,
      input.saleId,
      terminal.deviceId,
      input.receiptNumber,
      input.businessDate,
      refund.refundFen,
      JSON.stringify(body),
    );
    tx.append('tillside.sale.returned.v1', body);
    return { returnId, saleId: input.saleId, refundFen: refund.refundFen, lines, pointsTakenBack };
  }

  #earn(tx: Tx, memberId: string | undefined, points: number): { pointsBalance?: number } {
    if (memberId === undefined) return {};
    addPoints(tx, memberId, points);
    return { pointsBalance: memberById(tx, memberId)?.points ?? 0 };
  }

  #store(
    tx: Tx,
    view: SaleView,
    more: {
      memberId: string | undefined;
      lane: string;
      coupons: string[];
      linesOf(lineId: string): LineFacts | undefined;
    },
  ): void {
    const { items } = this.#deps;
    const { decision } = view;
    const body: SaleBody = {
      saleId: view.saleId,
      basketId: view.basketId,
      businessDate: view.businessDate,
      completedAt: view.completedAt,
      terminalId: view.terminalId,
      lane: more.lane,
      cashierId: view.cashierId,
      receiptNumber: view.receiptNumber,
      ...(more.memberId === undefined ? {} : { memberId: more.memberId }),
      late: view.late,
      lines: decision.lines.map((line) => {
        const facts = more.linesOf(line.lineId);
        return {
          lineId: line.lineId,
          sku: line.sku,
          department: facts?.department ?? 'open',
          category: facts?.category ?? 'open',
          quantity: line.quantity,
          ...(facts?.weightGrams === undefined ? {} : { weightGrams: facts.weightGrams }),
          listFen: line.listFen,
          payableFen: line.payableFen,
          adjustments: line.adjustments.map(({ campaignId, couponId, amountFen }) => ({
            campaignId,
            amountFen,
            ...(couponId === undefined ? {} : { couponId }),
          })),
        };
      }),
      tenders: view.tenders.map(({ kind, amountFen, token }) => ({
        kind,
        amountFen,
        ...(token === undefined ? {} : { token }),
      })),
      coupons: more.coupons,
      listFen: decision.listFen,
      savingsFen: decision.savingsFen,
      payableFen: decision.payableFen,
      pointsEarned: view.pointsEarned,
      policyVersion: `${decision.policyVersion}/${decision.moneyRule}`,
      campaignSetVersion: decision.campaignSetVersion,
      priceVersion: items.priceVersion(),
    };
    tx.run(
      `INSERT INTO sale (sale_id, basket_id, terminal_id, receipt_number, business_date, member_id, payable_fen, savings_fen, body, view)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      view.saleId,
      view.basketId,
      view.terminalId,
      view.receiptNumber,
      view.businessDate,
      more.memberId ?? null,
      decision.payableFen,
      decision.savingsFen,
      JSON.stringify(body),
      JSON.stringify(view),
    );
    const atMs = Date.parse(view.completedAt);
    for (const line of body.lines) noteSoldPrice(tx, atMs, line);
    tx.append('tillside.sale.completed.v1', body);
  }
}

interface LineFacts {
  department?: string | undefined;
  category?: string | undefined;
  weightGrams?: number | undefined;
}

const category = (item: Item | undefined): LineFacts => ({ department: item?.department, category: item?.category });
