import type { ExchangeRequest, ExchangeView, ReturnRequest, ReturnView } from '@tillside/agent-contract';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Tx } from '../journal/index.ts';
import { zonedInstants } from '../ports.ts';
import { refuseCardNumbers } from './card-number.ts';
import { recordReturn, type SetOff, type SettledExchange, settleExchange, settleReturn } from './returns.ts';
import type { AgreedBasket, Payment, Sales } from './sales.ts';
import { changeOf, checkTenders, dueOf, refundTenders, splitTenders, type Tendered, type TenderIn } from './tenders.ts';
import type { Terminal, TillDeps } from './till.ts';

type Exchange = z.infer<typeof ExchangeRequest>;

/** Returns of sales of this store, and exchanges: each in the one transaction of its call. */
export class TakeBack {
  #deps: TillDeps;
  #sales: Sales;
  #instant: (ms: number) => string;

  constructor(deps: TillDeps, sales: Sales) {
    this.#deps = deps;
    this.#sales = sales;
    this.#instant = zonedInstants(deps.zone);
  }

  /**
   * Takes units, and gifts, of a sale back. Throws SALE_UNKNOWN, RETURN_OF_TRAINING, RECEIPT_NUMBER_USED, LINE_UNKNOWN, GIFT_UNKNOWN, RETURN_TOO_MANY,
   * TENDER_MISMATCH, CARD_NUMBER_REFUSED, BUSINESS_DAY_CLOSED, DATE_FAR.
   */
  lines(tx: Tx, terminal: Terminal, input: z.infer<typeof ReturnRequest>): z.infer<typeof ReturnView> {
    refuseCardNumbers(input);
    const { clock, random } = this.#deps;
    const atMs = clock.now();
    const pending = settleReturn(tx, input, this.#instant(atMs));
    const { refundFen, payFen } = pending.settled;
    return recordReturn(tx, pending, {
      returnId: random.uuid(),
      terminalId: terminal.deviceId,
      cashierId: input.cashierId,
      booking: this.#sales.book(tx, terminal, input, atMs),
      tenders: refundTenders(input.tenders, refundFen - payFen),
    });
  }

  /**
   * Goods of a past sale for those of a basket: what comes back pays as far as it reaches (tender `exchange` on both sides), the tenders pay the rest or hand the rest
   * of the refund out. Cash rounding is of what is then paid. Throws what `lines` and `Sales.complete` throw.
   */
  exchange(tx: Tx, terminal: Terminal, input: Exchange): z.infer<typeof ExchangeView> {
    refuseCardNumbers(input);
    const { random } = this.#deps;
    const { basketId, complete, returned } = input;
    const agreed = this.#sales.agreed(tx, terminal, basketId, complete);
    if (agreed.basket.training) throw new AgentError('RETURN_OF_TRAINING');
    const { decision, atMs } = agreed;
    const pending = settleExchange(tx, returned, this.#instant(atMs), decision);
    const paid = this.#setOff(agreed, pending, input.tenders);
    const { businessDate } = complete;
    if (complete.receiptNumber !== undefined && complete.receiptNumber === returned.receiptNumber)
      throw new AgentError('RECEIPT_NUMBER_USED', { detail: `(${complete.receiptNumber})` });
    const ofReturn = this.#sales.book(tx, terminal, { receiptNumber: returned.receiptNumber, businessDate }, atMs);
    const ofSale = this.#sales.book(tx, terminal, complete, atMs);
    const sale = this.#sales.sell(tx, terminal, agreed, paid.sale, complete.cashierId, ofSale);
    const view = recordReturn(tx, pending, {
      returnId: random.uuid(),
      terminalId: terminal.deviceId,
      cashierId: complete.cashierId,
      booking: ofReturn,
      tenders: paid.returned,
      exchangeSaleId: sale.saleId,
    });
    return { returned: view, sale, payFen: paid.payFen, refundFen: paid.refundFen };
  }

  /**
   * Who pays what: the tenders of the sale and of the return. A return that asks for money itself, since a gift was kept, is paid before the goods. Throws
   * TENDER_MISMATCH.
   */
  #setOff({ decision: { totalFen } }: AgreedBasket, exchange: SettledExchange, tenders: readonly TenderIn[]): Paid {
    const { settled, setOff } = exchange;
    const exchanged = { kind: 'exchange' as const, amountFen: Math.min(settled.refundFen, totalFen) };
    const [asked, rest] = splitTenders(tenders, settled.payFen);
    const returned = exchanged.amountFen > 0 ? [exchanged] : asked;
    if (setOff.payFen === 0) {
      const out = refundTenders(tenders.length === 0 ? undefined : tenders, setOff.refundFen);
      const sale = { paidFen: totalFen, roundingFen: 0, tenders: [exchanged] };
      return { sale, returned: [...returned, ...out], ...setOff };
    }
    const dueFen = totalFen - exchanged.amountFen;
    const due = dueOf(dueFen, this.#deps.book.policy.cashRounding, rest);
    checkTenders(tenders, settled.payFen + due.paidFen);
    const isPaid = exchanged.amountFen === 0 && rest.length > 0;
    return {
      sale: {
        paidFen: totalFen + due.roundingFen,
        roundingFen: due.roundingFen,
        tenders: isPaid ? rest : [exchanged, ...rest],
        ...changeOf(tenders),
      },
      returned,
      payFen: settled.payFen + due.paidFen,
      refundFen: 0,
    };
  }
}

interface Paid extends SetOff {
  readonly sale: Payment;
  readonly returned: Tendered[];
}
