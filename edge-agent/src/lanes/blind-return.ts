import type { BlindReturnRequest, GoodsReturnView } from '@tillside/agent-contract';
import { weighedAmountFen } from '@tillside/decide';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { dateOf, zonedInstants } from '../ports.ts';
import type { Item } from '../prices/item.ts';
import { bookingOf } from './booking.ts';
import { refuseCardNumbers } from './card-number.ts';
import { recordGoodsReturn } from './goods-return.ts';
import { refundTenders, toldTenders } from './tenders.ts';
import type { Terminal, TillDeps } from './till.ts';

type Request = z.infer<typeof BlindReturnRequest>;

const LOOK_BACK_MS = 30 * 86_400_000;

export type BlindReturnDeps = Pick<TillDeps, 'book' | 'items' | 'clock' | 'random' | 'zone' | 'approvals'> & {
  /** One return without a receipt is refunded no more than this. */
  readonly maxBlindReturnFen: number;
};

/** Goods without a receipt, for the least that anybody may have paid for them, by a supervisor's word. */
export class BlindReturns {
  #deps: BlindReturnDeps;
  #instant: (ms: number) => string;

  constructor(deps: BlindReturnDeps) {
    this.#deps = deps;
    this.#instant = zonedInstants(deps.zone);
  }

  /**
   * Throws PRICE_OWNER, ITEM_UNKNOWN, WEIGHT_NEEDED, BLIND_RETURN_LIMIT, TENDER_MISMATCH, CARD_NUMBER_REFUSED, RECEIPT_NUMBER_USED, BUSINESS_DAY_CLOSED, DATE_FAR,
   * APPROVAL_NEEDED, APPROVAL_REFUSED.
   */
  take(tx: Tx, terminal: Terminal, input: Request): z.infer<typeof GoodsReturnView> {
    const { clock, random, approvals, maxBlindReturnFen } = this.#deps;
    if (terminal.priceOwner === 'pos-reports') throw new AgentError('PRICE_OWNER', { detail: '(pos-reports)' });
    refuseCardNumbers(input);
    const atMs = clock.now();
    const returnedAt = this.#instant(atMs);
    const lines = input.lines.map((line) => this.#line(tx, line, atMs));
    const refundFen = lines.reduce((sum, line) => sum + line.refundFen, 0);
    if (refundFen > maxBlindReturnFen)
      throw new AgentError('BLIND_RETURN_LIMIT', { detail: `(${refundFen} > ${maxBlindReturnFen})` });
    const tenders = refundTenders(input.tenders, refundFen);
    const { sessionId, ...booking } = bookingOf(tx, terminal, input, dateOf(returnedAt));
    const { staffId } = approvals.useApproval(terminal, input.approvalId, 'return-without-receipt');
    const body = {
      returnId: random.uuid(),
      basis: 'no-receipt' as const,
      ...booking,
      returnedAt,
      terminalId: terminal.deviceId,
      cashierId: input.cashierId,
      lines,
      refundFen,
      tenders: toldTenders(tenders),
      reason: input.reason,
      approvedBy: staffId,
    };
    return recordGoodsReturn(tx, body, { sessionId });
  }

  #line(reader: Reader, { sku, quantity, weightGrams }: Request['lines'][number], atMs: number) {
    const item = this.#deps.items.bySku(sku);
    if (item === undefined) throw new AgentError('ITEM_UNKNOWN', { detail: `(${sku})` });
    const fen = this.#lowestFen(reader, item, atMs);
    if (item.soldBy === 'each') return { sku, quantity, refundFen: fen * quantity };
    if (weightGrams === undefined) throw new AgentError('WEIGHT_NEEDED', { detail: `(${sku})` });
    return { sku, quantity: 1, weightGrams, refundFen: weighedAmountFen(fen, weightGrams) };
  }

  /** Per piece or per kg: the lowest it was sold for here lately, else what anybody pays today. */
  #lowestFen(reader: Reader, item: Item, atMs: number): number {
    const sold = reader.get<{ fen: number | null }>(
      'SELECT min(fen) AS fen FROM sold_price WHERE sku = ? AND at >= ? AND at <= ?',
      item.sku,
      atMs - LOOK_BACK_MS,
      atMs,
    )?.fen;
    return sold ?? this.#deps.book.shelfPriceFen(item);
  }
}
