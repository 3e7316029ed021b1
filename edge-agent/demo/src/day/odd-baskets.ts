import { type BasketView, callAgent } from '@tillside/agent-contract';
import { type DemoData, gtin13CheckDigit } from '../data/index.ts';
import type { DemoStore } from '../store/demo-store.ts';
import { STAFF_PIN, SUPERVISOR_PIN } from '../store/layout.ts';
import type { Cashier } from './cashier.ts';
import { mustBe, mustRefuse } from './refused.ts';
import { addLine, tender } from './shopping.ts';
import type { Terminal } from './terminal.ts';

const ADULT_YEARS = 18;
const OPEN_FEN = 660;
const CUT_FEN = 200;
/** An article of another store: the prefix is China's, the rest is made up. */
const STRANGE = '690123456001';

/** A code that no item of the store has; its check digit is right. */
export const STRANGE_GTIN = `${STRANGE}${gtin13CheckDigit(STRANGE)}`;

/** Goods by the piece of one department, most bought first. */
export const goodsOf = (data: DemoData, department: string): DemoData['items'][number][] =>
  data.items.filter((item) => item.department === department && item.soldBy === 'each');

export async function openBasket(till: Terminal, training?: true): Promise<string> {
  const body = { cashierId: till.cashierId, ...(training === undefined ? {} : { training }) };
  return (await till.call('openBasket', { body, key: till.newKey() })).basketId;
}

/** The retailer's ERP tells which goods have an age limit: a delta of two columns. Returns how many. */
export async function limitAges(demo: DemoStore): Promise<number> {
  const items = demo.data.items
    .filter(({ category }) => category === 'beer')
    .map(({ sku }) => ({ sku, minAge: ADULT_YEARS }));
  const admin = { url: demo.agentUrl, credential: demo.adminCredential() };
  const report = await callAgent(admin, 'putItems', { query: {}, body: { items } });
  mustBe('items with an age limit', report.accepted, items.length);
  return items.length;
}

/** Beer: refused until the cashier has looked at the shopper. Returns how often one did. */
export async function sellToAdult(till: Cashier, data: DemoData): Promise<number> {
  const beer = data.items.find(({ category }) => category === 'beer');
  const basketId = await openBasket(till);
  const scan = await till.scan(beer?.gtin ?? '', ']E0');
  const { view, ageChecked } = await addLine(till, basketId, { scan: scan.data });
  if (!ageChecked) throw new Error('beer was sold without a look at the shopper');
  await tender(till, view, 'cash');
  return 1;
}

/** An open item at a keyed price, a code that nobody knows, and a price that a supervisor approves, in one basket. */
export async function sellOddThings(
  till: Terminal,
  data: DemoData,
): Promise<{ openItems: number; unknownRefused: number; overrides: number }> {
  const basketId = await openBasket(till);
  const params = { basketId };
  await mustRefuse('ITEM_UNKNOWN', addLine(till, basketId, { gtin: STRANGE_GTIN }));
  const open = { department: 'leisure', price: { unitPriceFen: OPEN_FEN, reason: 'keyed' as const } };
  await addLine(till, basketId, open);
  const damaged = goodsOf(data, 'household')[0];
  const { view } = await addLine(till, basketId, { sku: damaged?.sku });
  const [opened, line] = view.lines;
  mustBe('the open item', opened?.payableFen, OPEN_FEN);
  if (line === undefined) throw new Error('no line to set a price on');
  const price = { unitPriceFen: line.unitPriceFen - CUT_FEN, reason: 'damaged' as const };
  const setPrice = (approvalId?: string): Promise<BasketView> =>
    till.call('changeLine', {
      params: { basketId, lineId: line.lineId },
      body: { price: { ...price, ...(approvalId === undefined ? {} : { approvalId }) } },
      key: till.newKey(),
    });
  const action = 'price-override' as const;
  await mustRefuse('APPROVAL_NEEDED', setPrice());
  await mustRefuse('APPROVAL_REFUSED', till.call('approve', { body: { pin: STAFF_PIN, action } }));
  const { approvalId, staffId } = await till.call('approve', { body: { pin: SUPERVISOR_PIN, action } });
  const cut = (await setPrice(approvalId)).lines.find(({ lineId }) => lineId === line.lineId);
  const { by, approvedBy, masterFen } = cut?.priceSet ?? {};
  mustBe(
    'the price that was set',
    { fen: cut?.payableFen, by, approvedBy, masterFen },
    { fen: price.unitPriceFen, by: 'override', approvedBy: staffId, masterFen: line.unitPriceFen },
  );
  await tender(till, await till.call('getBasket', { params }), 'token');
  return { openItems: 1, unknownRefused: 1, overrides: 1 };
}

/** A new cashier practises: a whole basket that counts nowhere and can't be brought back. */
export async function train(till: Terminal, data: DemoData, businessDate: string): Promise<number> {
  const totals = () => till.call('dayTotals', { params: { businessDate }, query: {} });
  const before = await totals();
  const basketId = await openBasket(till, true);
  const { view } = await addLine(till, basketId, { sku: goodsOf(data, 'pantry')[0]?.sku, quantity: 9 });
  const sale = await tender(till, view, 'cash');
  mustBe('a training sale', sale.training, true);
  const lines = [{ lineId: view.lines[0]?.lineId ?? '', quantity: 1 }];
  const body = { saleId: sale.saleId, cashierId: till.cashierId, lines };
  await mustRefuse('RETURN_OF_TRAINING', till.call('returnLines', { body, key: till.newKey() }));
  mustBe('what a training sale left in the totals', await totals(), before);
  return 1;
}
