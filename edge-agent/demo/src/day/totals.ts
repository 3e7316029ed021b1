import type { AnswerOf, Arguments, SaleView } from '@tillside/agent-contract';

type Amounts = Record<string, number>;
type Tenders = readonly { readonly kind: string; readonly amountFen: number }[];

const add = (amounts: Amounts, key: string, fen: number): void => {
  amounts[key] = (amounts[key] ?? 0) + fen;
};

/** What a till counts of its own day, from nothing but the answers it got, to be compared with the agent's and with HQ's. */
export class TillTotals {
  sales = 0;
  returns = 0;
  salesFen = 0;
  /** Handed out less what returns asked for. */
  refundsFen = 0;
  /** Refunds alone, as HQ adds them up. */
  handedOutFen = 0;
  roundingFen = 0;
  readonly tenders: Amounts = {};
  readonly refundTenders: Amounts = {};
  readonly promotions: Amounts = {};
  /** Sales that were paid with cash and got change, and those that several tenders paid. */
  withChange = 0;
  split = 0;
  /** Sales that the till made alone, under numbers of its own. */
  alone = 0;

  addSale({ decision, tenders, roundingFen, changeFen, late }: SaleView): void {
    this.sales += 1;
    this.salesFen += decision.payableFen;
    this.roundingFen += roundingFen;
    for (const { kind, amountFen } of tenders) add(this.tenders, kind, amountFen);
    for (const { campaignId, amountFen } of decision.applied)
      if (amountFen > 0) add(this.promotions, campaignId, amountFen);
    if (changeFen !== undefined) this.withChange += 1;
    if (tenders.length > 1) this.split += 1;
    if (late) this.alone += 1;
  }

  /** `tenders`: how the refund was handed out. Money that the return asked for is paid in cash here. */
  addReturn({ refundFen, payFen = 0 }: { refundFen: number; payFen?: number }, tenders?: Tenders): void {
    this.returns += 1;
    this.handedOutFen += refundFen;
    this.refundsFen += refundFen - payFen;
    for (const { kind, amountFen } of tenders ?? [{ kind: 'cash', amountFen: refundFen - payFen }])
      if (amountFen !== 0) add(this.refundTenders, kind, amountFen);
  }

  /** The goods that came back pay the new ones; the rest of the refund goes out in cash. */
  addExchange({ returned, sale, refundFen }: AnswerOf<'exchange'>): void {
    this.addSale(sale);
    const exchanged = sale.tenders.filter(({ kind }) => kind === 'exchange');
    this.addReturn(returned, [...exchanged, { kind: 'cash', amountFen: refundFen }]);
  }

  /** Cash taken less cash handed out. */
  get cashFen(): number {
    return (this.tenders.cash ?? 0) - (this.refundTenders.cash ?? 0);
  }

  /** What the till tells the agent at the end of its day. */
  get closing(): Arguments<'closeDay'>['body'] {
    const { sales, returns, salesFen, refundsFen, roundingFen, tenders, refundTenders, promotions } = this;
    return { sales, returns, salesFen, refundsFen, roundingFen, tenders, refundTenders, promotions };
  }
}
