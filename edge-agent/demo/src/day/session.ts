import type { AnswerOf, TillSession } from '@tillside/agent-contract';
import { mustBe } from './refused.ts';
import type { Terminal } from './terminal.ts';

const FLOAT_FEN = 50_000;

export const signOn = (till: Terminal): Promise<TillSession> =>
  till.call('openSession', {
    body: { cashierId: till.cashierId, openingFloatFen: FLOAT_FEN },
    key: till.newKey(),
  });

/** The cashier counts the drawer and signs off: the X report must say what the till counted itself, and the agent's receipt numbers have no gap. */
export async function signOff(till: Terminal): Promise<AnswerOf<'closeSession'>> {
  const { sessionId, numbering } = await till.call('currentSession', {});
  const numbered = till.totals.sales + till.totals.returns - till.totals.alone;
  mustBe(`receipt numbers of till ${till.lane}`, numbering.online.next, numbered + 1);
  const report = await till.call('closeSession', {
    params: { sessionId },
    body: { countedCashFen: FLOAT_FEN + till.totals.cashFen },
    key: till.newKey(),
  });
  const { sales, returns, salesFen, refundsFen, roundingFen, cashOverFen } = report;
  const own = till.totals;
  mustBe(
    `X report of till ${till.lane}`,
    { sales, returns, salesFen, refundsFen, roundingFen, cashOverFen },
    {
      sales: own.sales,
      returns: own.returns,
      salesFen: own.salesFen,
      refundsFen: own.refundsFen,
      roundingFen: own.roundingFen,
      cashOverFen: 0,
    },
  );
  return report;
}

/** The Z report: the till's own totals, per tender, per refund and per promotion, against the agent's. */
export async function closeDay(till: Terminal, businessDate: string): Promise<AnswerOf<'closeDay'>> {
  const closing = await till.call('closeDay', {
    params: { businessDate },
    body: till.totals.closing,
    key: till.newKey(),
  });
  if (!closing.agreed) throw new Error(`till ${till.lane} does not reconcile: ${JSON.stringify(closing.differences)}`);
  return closing;
}

/** A total that was keyed wrongly is named with both sums, and the day can be closed again. */
export async function closeWrongly(till: Terminal, businessDate: string): Promise<void> {
  const { closing } = till.totals;
  const cashFen = closing.tenders.cash ?? 0;
  const body = { ...closing, tenders: { ...closing.tenders, cash: cashFen + 100 } };
  const { agreed, differences } = await till.call('closeDay', { params: { businessDate }, body, key: till.newKey() });
  mustBe(
    'a wrong total',
    { agreed, differences },
    {
      agreed: false,
      differences: [{ what: 'tender cash', ours: cashFen, pos: cashFen + 100 }],
    },
  );
}

/** A till that runs for days: a new business day is a new session. */
export async function keepSession(till: Terminal, today: string): Promise<void> {
  const { sessionId, businessDate } = await till.call('currentSession', {});
  if (businessDate === today) return;
  await till.call('closeSession', { params: { sessionId }, body: {}, key: till.newKey() });
  await signOn(till);
}
