import type { GoodsReturnView } from '@tillside/agent-contract';
import type { EventBody } from '@tillside/protocol';
import type { z } from 'zod';
import type { Tx } from '../journal/index.ts';
import { countReturn } from './day-count.ts';

type Body = EventBody<'tillside.goods.returned.v1'>;
type View = z.infer<typeof GoodsReturnView>;

/** What belongs to a return without a sale of this store and is not in its event. */
export interface GoodsReturnFacts {
  readonly sessionId?: string | undefined;
  /** Of what a POS told: the same again is the same return. */
  readonly toldHash?: string | undefined;
  /** Tax that is handed back on top of the lines. */
  readonly taxFen?: number | undefined;
}

/** Writes goods that came back without a sale of this store down: their row, the totals of the day, their event. */
export function recordGoodsReturn(tx: Tx, body: Body, facts: GoodsReturnFacts): View {
  const { returnId, basis, receiptNumber, refundFen, lines } = body;
  const view: View = {
    returnId,
    receiptNumber,
    basis,
    refundFen,
    lines: lines.map(({ lineId: _ofOtherSale, ...line }) => line),
  };
  tx.run(
    `INSERT INTO goods_return (return_id, basis, terminal_id, receipt_number, business_date, session_id, shift_id, sale_id, refund_fen, body, view, told_hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    returnId,
    basis,
    body.terminalId,
    receiptNumber,
    body.businessDate,
    facts.sessionId ?? null,
    body.shiftId ?? null,
    body.saleId ?? null,
    refundFen,
    JSON.stringify(body),
    JSON.stringify(view),
    facts.toldHash ?? null,
  );
  const { terminalId, businessDate, shiftId } = body;
  const scope = { terminalId, businessDate, receiptNumber, shiftId, sessionId: facts.sessionId };
  countReturn(tx, scope, { netFen: refundFen, taxFen: facts.taxFen ?? 0, tenders: body.tenders });
  tx.append('tillside.goods.returned.v1', body);
  return view;
}
