/**
 * Pictures of two receipts for docs/screenshots, as a receipt printer put them on paper: sales of the real day to members, with coupons, promotions, weighed
 * goods, points and the code for the e-invoice, one in each language.
 *
 *     node --conditions=@tillside/source --import tsx edge-agent/demo/journeys/receipt-pictures.ts [FOLDER]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BasketView } from '@tillside/agent-contract';
import type { Cashier } from '../src/day/cashier.ts';
import { pushCampaigns, until } from '../src/day/headquarters.ts';
import { openTill } from '../src/day/open-till.ts';
import { planDay } from '../src/day/plan.ts';
import type { Errand } from '../src/day/shopping.ts';
import { demoCampaigns } from '../src/store/campaigns.ts';
import type { DemoStore } from '../src/store/demo-store.ts';
import { openShop } from './shop.ts';

const FOLDER = process.argv[2] ?? fileURLToPath(new URL('../../../docs/screenshots', import.meta.url));
const LANE = '2';
const LINES = { least: 5, most: 9 };
const CAMPAIGNS = 4;
const POINTS = 300;
const NOTE_FEN = 5_000;
const ONLINE_MS = 20_000;
const LANGUAGES = [
  { suffix: 'zh', locale: 'zh-CN' },
  { suffix: 'en', locale: 'en' },
] as const;

/** An errand as a basket at the till, paid with some points; undefined where it is not worth a picture. */
async function fill(
  demo: DemoStore,
  till: Cashier,
  { basket, memberCode, coupons }: Errand,
): Promise<BasketView | undefined> {
  const items = new Map(demo.data.items.map((item) => [item.sku, item]));
  const { basketId } = await till.call('openBasket', { body: { cashierId: till.cashierId }, key: till.newKey() });
  const params = { basketId };
  await till.call('setMember', { params, body: { code: memberCode ?? '' }, key: till.newKey() });
  for (const { sku, quantity, weightGrams } of basket.lines) {
    const isWeighed = items.get(sku)?.soldBy === 'weight';
    const body = { sku, ...(isWeighed ? { weightGrams } : { quantity }) };
    await till.call('addLine', { params, body, key: till.newKey() });
  }
  for (const code of coupons) await till.call('addCoupon', { params, body: { code }, key: till.newKey() });
  const view = await till.call('payWithPoints', { params, body: { points: POINTS }, key: till.newKey() });
  const { applied, points } = view.decision;
  if (applied.length >= CAMPAIGNS && points.spent > 0) return view;
  await till.call('cancelBasket', { params, key: till.newKey() });
  return undefined;
}

const isWorthwhile = (demo: DemoStore, { basket, memberCode, coupons }: Errand): boolean => {
  const { length } = basket.lines;
  const isWeighed = (sku: string): boolean => demo.data.items.find((item) => item.sku === sku)?.soldBy === 'weight';
  return (
    memberCode !== undefined &&
    coupons.length > 0 &&
    length >= LINES.least &&
    length <= LINES.most &&
    basket.lines.some(({ sku }) => isWeighed(sku))
  );
};

async function sell(till: Cashier, { basketId, decision, decisionKey }: BasketView): Promise<string> {
  const amountFen = decision.cash?.totalFen ?? decision.totalFen;
  const givenFen = Math.ceil(amountFen / NOTE_FEN) * NOTE_FEN;
  const sale = await till.call('completeBasket', {
    params: { basketId },
    body: {
      cashierId: till.cashierId,
      expectedPayableFen: decision.payableFen,
      expectedDecisionKey: decisionKey,
      tenders: [{ kind: 'cash', amountFen, givenFen }],
    },
    key: till.newKey(),
  });
  return sale.saleId;
}

mkdirSync(FOLDER, { recursive: true });
const { demo, close } = await openShop();
try {
  await pushCampaigns(demo, demoCampaigns(demo.data, Date.now()));
  const till = await openTill(demo, LANE);
  const { printer } = till.counter;
  const errands = planDay(demo.data).filter((errand) => isWorthwhile(demo, errand));
  for (const { suffix, locale } of LANGUAGES) {
    let view: BasketView | undefined;
    while (view === undefined) {
      const errand = errands.shift();
      if (errand === undefined) throw new Error('no basket of the day is worth a picture');
      view = await fill(demo, till, errand);
    }
    const saleId = await sell(till, view);
    const key = till.newKey();
    await until('the printer is at hand', ONLINE_MS, () =>
      till
        .once('printSale', { params: { saleId }, body: { locale, format: 'escpos', printer: true }, key })
        .catch(() => undefined),
    );
    writeFileSync(join(FOLDER, `receipt-${suffix}.png`), await printer.png());
    printer.takeAway();
    process.stderr.write(`receipt-${suffix}\n`);
  }
  till.stop();
} finally {
  await close();
}
