import type { AnswerOf, SaleView } from '@tillside/agent-contract';
import type { DemoData } from '../data/index.ts';
import { STAFF_PIN, SUPERVISOR_PIN } from '../store/layout.ts';
import { goodsOf, openBasket } from './odd-baskets.ts';
import { mustBe, mustRefuse } from './refused.ts';
import { addLine, tender } from './shopping.ts';
import { cash, cashFen } from './tenders.ts';
import type { Terminal } from './terminal.ts';

/** Two things of a department, the second one the dearer. */
function pairOf(data: DemoData, department: string): [string, string] {
  const [cheap, ...others] = goodsOf(data, department);
  const dear = others.find(({ priceFen }) => priceFen > (cheap?.priceFen ?? 0));
  return [cheap?.sku ?? '', dear?.sku ?? ''];
}

/** The wrong thing for another one: what came back pays, cash pays the rest. Gives the sale that came of it. */
export async function exchange(till: Terminal, data: DemoData): Promise<SaleView> {
  const [cheap, dear] = pairOf(data, 'personal-care');
  const bought = await addLine(till, await openBasket(till), { sku: cheap });
  const sale = await tender(till, bought.view, 'token');
  const basketId = await openBasket(till);
  const { view } = await addLine(till, basketId, { sku: dear });
  const backFen = sale.decision.lines[0]?.payableFen ?? 0;
  const { cashRounding } = await till.call('currentSession', {});
  const dueFen = cashFen(view.decision.totalFen - backFen, cashRounding);
  const exchanged = await till.call('exchange', {
    body: {
      returned: { saleId: sale.saleId, lines: [{ lineId: '1', quantity: 1 }], reason: 'wrong one' },
      basketId,
      complete: {
        cashierId: till.cashierId,
        expectedPayableFen: view.decision.payableFen,
        expectedDecisionKey: view.decisionKey,
      },
      tenders: [cash(dueFen)],
    },
    key: till.newKey(),
  });
  const { returned, payFen, refundFen } = exchanged;
  mustBe(
    'an exchange',
    { back: returned.refundFen, payFen, refundFen },
    { back: backFen, payFen: dueFen, refundFen: 0 },
  );
  till.totals.addExchange(exchanged);
  return exchanged.sale;
}

/** Goods without a receipt, for a supervisor's PIN, good once; a clerk's is not enough. */
export async function takeBackBlind(till: Terminal, data: DemoData): Promise<AnswerOf<'returnWithoutReceipt'>> {
  const item = goodsOf(data, 'kitchen')[0];
  const action = 'return-without-receipt' as const;
  const take = (approvalId: string) =>
    till.call('returnWithoutReceipt', {
      body: {
        approvalId,
        cashierId: till.cashierId,
        reason: 'a present, no receipt',
        lines: [{ sku: item?.sku ?? '', quantity: 1 }],
      },
      key: till.newKey(),
    });
  await mustRefuse('APPROVAL_REFUSED', till.call('approve', { body: { pin: STAFF_PIN, action } }));
  const { approvalId } = await till.call('approve', { body: { pin: SUPERVISOR_PIN, action } });
  const back = await take(approvalId);
  await mustRefuse('APPROVAL_REFUSED', take(approvalId));
  if (back.basis !== 'no-receipt' || back.refundFen === 0 || back.refundFen > (item?.priceFen ?? 0))
    throw new Error(`a return without a receipt: ${JSON.stringify(back)}`);
  till.totals.addReturn(back);
  return back;
}
