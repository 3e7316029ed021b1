import { compareTotals } from '../compare.ts';
import type { ToVerify } from './verify.ts';

/** X by session and by day, then Z: the agent's totals against what each till printed, to the fen, by tender and by promotion. */
export async function verifyDays({ tills, ledger, businessDate }: ToVerify): Promise<void> {
  for (const till of tills) {
    const { deviceId: terminalId } = till.terminal;
    const own = ledger.totalsOf(terminalId);
    const params = { businessDate };
    const day = await till.call('dayTotals', { params, query: {} });
    ledger.failures.push(...compareTotals({ terminalId, ...own }, day));
    if (day.cancelled !== own.cancelled)
      ledger.fail('JOURNAL_TOTALS_DIFFER', `${terminalId} cancelled: ${own.cancelled}, the journal ${day.cancelled}`);
    const { sessionId } = await till.call('currentSession', {});
    const session = await till.call('closeSession', { params: { sessionId }, body: {}, key: till.newKey() });
    // What was sold alone before the session began, if anything, is in no session.
    if (session.sales > day.sales || session.salesFen > day.salesFen)
      ledger.fail('JOURNAL_TOTALS_DIFFER', `${terminalId}: its session has ${session.salesFen} of ${day.salesFen} fen`);
    const { cancelled: _cancelled, ...pos } = own;
    const closing = await till.call('closeDay', { params, body: pos, key: till.newKey() });
    if (closing.agreed && closing.differences.length === 0) continue;
    const [first] = closing.differences;
    ledger.fail('Z_DIFFERS', `${terminalId}: ${closing.differences.length}, e.g. ${JSON.stringify(first)}`);
  }
}
