import type { Arguments } from '@tillside/agent-contract';
import type { PoolItem } from '../bench/generator.ts';
import type { Chance } from '../random.ts';
import type { TillClient } from '../store/shopper.ts';
import type { Told } from './compare.ts';

const MAX_LINES = 6;
const MAX_QUANTITY = 4;
/** How often a session does what; each is drawn on its own. */
const SHARE = { member: 0.5, voids: 0.2, suspends: 0.15, cancels: 0.1, asksTwice: 0.2, givesBack: 0.15, late: 0.1 };

export interface Completion {
  readonly till: TillClient;
  readonly told: Told;
  /** The very call that made the sale, to be sent again. */
  readonly args: Arguments<'completeBasket'>;
}

/** What the tills were told; the yardstick of the soak. */
export interface Ledger {
  readonly sales: Told[];
  readonly completions: Completion[];
  readonly returns: Told[];
  cancelled: number;
}

export interface SessionPorts {
  readonly pool: readonly PoolItem[];
  readonly memberCodes: readonly string[];
  readonly businessDate: string;
  readonly ledger: Ledger;
}

/** One shopper at one till, from the first line to the sale, a cancelled basket or a sale made alone and posted late. */
export async function runSession(till: TillClient, chance: Chance, ports: SessionPorts): Promise<void> {
  const { ledger } = ports;
  const lines = chance.sample(ports.pool, chance.between(1, MAX_LINES)).map((item) => ({
    sku: item.sku,
    quantity: chance.between(1, MAX_QUANTITY),
    payableFen: item.unitPriceFen,
  }));
  const memberCode = chance.happens(SHARE.member) ? chance.pick(ports.memberCodes) : undefined;
  if (chance.happens(SHARE.late)) {
    ledger.sales.push(await postLate(till, lines, ports.businessDate));
    return;
  }
  let view = await till.fillBasket(lines, memberCode);
  const params = { basketId: view.basketId };
  const last = view.lines.at(-1);
  if (chance.happens(SHARE.voids) && view.lines.length > 1 && last !== undefined)
    view = await till.call('voidLine', { params: { ...params, lineId: last.lineId }, key: till.newKey() });
  if (chance.happens(SHARE.suspends)) {
    await till.call('suspendBasket', { params, key: till.newKey() });
    view = await till.call('resumeBasket', { params, key: till.newKey() });
  }
  await till.call('getDecision', { params });
  if (chance.happens(SHARE.cancels)) {
    await till.call('cancelBasket', { params, key: till.newKey() });
    ledger.cancelled += 1;
    return;
  }
  const args = till.completion(view.basketId, view.decision.payableFen, ports.businessDate);
  const asks = chance.happens(SHARE.asksTwice) ? 2 : 1;
  const answers = await Promise.all(Array.from({ length: asks }, () => till.call('completeBasket', args)));
  const [sale] = answers;
  if (sale === undefined || answers.some((answer) => answer.saleId !== sale.saleId))
    throw new Error(`basket ${view.basketId} became ${answers.length} sales`);
  const told = { id: sale.saleId, terminalId: sale.terminalId, amountFen: sale.decision.payableFen };
  ledger.sales.push(told);
  ledger.completions.push({ till, told, args });
  const line = sale.decision.lines[0];
  if (chance.happens(SHARE.givesBack) && line !== undefined)
    ledger.returns.push(await giveBack(till, sale.saleId, line.lineId, ports.businessDate));
}

async function postLate(
  till: TillClient,
  lines: readonly { sku: string; quantity: number; payableFen: number }[],
  businessDate: string,
): Promise<Told> {
  const amountFen = lines.reduce((sum, line) => sum + line.payableFen, 0);
  const sale = await till.call('postLateSale', {
    body: {
      cashierId: till.name,
      receiptNumber: till.receiptNumber(),
      businessDate,
      completedAt: `${businessDate}T09:00:00+08:00`,
      lines: [...lines],
      tenders: [{ kind: 'cash', amountFen }],
    },
    key: till.newKey(),
  });
  return { id: sale.saleId, terminalId: sale.terminalId, amountFen };
}

async function giveBack(till: TillClient, saleId: string, lineId: string, businessDate: string): Promise<Told> {
  const back = await till.call('returnLines', {
    body: {
      saleId,
      cashierId: till.name,
      receiptNumber: till.receiptNumber(),
      businessDate,
      lines: [{ lineId, quantity: 1 }],
    },
    key: till.newKey(),
  });
  return { id: back.returnId, terminalId: till.terminal.deviceId, amountFen: back.refundFen };
}
