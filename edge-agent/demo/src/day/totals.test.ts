import type { AnswerOf, SaleView } from '@tillside/agent-contract';
import { expect, it } from 'vitest';
import { TillTotals } from './totals.ts';

const sale = (payableFen: number, tenders: [string, number][], applied: [string, number][] = [], more = {}): SaleView =>
  ({
    decision: { payableFen, applied: applied.map(([campaignId, amountFen]) => ({ campaignId, amountFen })) },
    tenders: tenders.map(([kind, amountFen]) => ({ kind, amountFen })),
    roundingFen: 0,
    late: false,
    ...more,
  }) as unknown as SaleView;

it('a till adds up its day by tender, refund and promotion', () => {
  const totals = new TillTotals();
  totals.addSale(
    sale(
      1_000,
      [['cash', 998]],
      [
        ['a', 30],
        ['points', 0],
      ],
      { roundingFen: -2, changeFen: 402 },
    ),
  );
  totals.addSale(
    sale(
      700,
      [
        ['token', 500],
        ['cash', 200],
      ],
      [
        ['a', 5],
        ['b', 7],
      ],
    ),
  );
  totals.addSale(sale(300, [['token', 300]], [], { late: true }));
  // A return that asks for more than it refunds takes cash in.
  totals.addReturn({ refundFen: 100, payFen: 40 });
  totals.addReturn({ refundFen: 80 }, [{ kind: 'token', amountFen: 80 }]);
  totals.addExchange({
    returned: { refundFen: 600 },
    sale: sale(450, [['exchange', 450]]),
    payFen: 0,
    refundFen: 150,
  } as unknown as AnswerOf<'exchange'>);
  expect(totals.closing).toEqual({
    sales: 4,
    returns: 3,
    salesFen: 2_450,
    refundsFen: 740,
    roundingFen: -2,
    tenders: { cash: 1_198, token: 800, exchange: 450 },
    refundTenders: { cash: 210, token: 80, exchange: 450 },
    promotions: { a: 35, b: 7 },
  });
  expect(totals).toMatchObject({ handedOutFen: 780, withChange: 1, split: 1, alone: 1, cashFen: 988 });
});
