import type { Arguments } from '@tillside/agent-contract';
import type { DemoData } from '../data/index.ts';
import { goodsOf, openBasket, STRANGE_GTIN } from './odd-baskets.ts';
import { mustBe, mustRefuse } from './refused.ts';
import { tender } from './shopping.ts';
import type { Terminal } from './terminal.ts';

/** What the POS asks more than our item master. */
const ABOVE_FEN = 100;
const OWN_FEN = 1_234;
/** The campaign on bread, and what it takes off a piece. */
const BAKERY = { campaignId: 'bakery-fixed', offFen: 200 };

/** A POS that owns its prices: it puts its lines at them and takes our adjustments line by line. Returns the sales. */
export async function sellAtPosPrices(pos: Terminal, data: DemoData): Promise<number> {
  const bread = goodsOf(data, 'bakery')[0];
  const unitPriceFen = (bread?.priceFen ?? 0) + ABOVE_FEN;
  const basketId = await openBasket(pos);
  await mustRefuse(
    'PRICE_OWNER',
    pos.call('addLine', { params: { basketId }, body: { sku: bread?.sku }, key: pos.newKey() }),
  );
  const view = await pos.call('putLines', {
    params: { basketId },
    body: {
      lines: [
        { lineId: 'pos-1', gtin: bread?.gtin, quantity: 2, unitPriceFen },
        { lineId: 'pos-2', name: '熟食拼盘', unitPriceFen: OWN_FEN, noPromotions: true },
      ],
    },
    key: pos.newKey(),
  });
  const adjusted = view.decision.lines.map(({ lineId, payableFen, adjustments }) => ({
    lineId,
    payableFen,
    by: adjustments.map(({ campaignId }) => campaignId),
  }));
  mustBe('adjustments of a POS that owns its prices', adjusted, [
    { lineId: 'pos-1', payableFen: 2 * (unitPriceFen - BAKERY.offFen), by: [BAKERY.campaignId] },
    { lineId: 'pos-2', payableFen: OWN_FEN, by: [] },
  ]);
  const sale = await tender(pos, view, 'cash');
  mustBe('who owned the price', sale.priceOwner, 'pos-adjusts');
  return 1;
}

/** A POS that sells alone tells a sale, twice, and goods that came back; other content under a used number is refused. Returns how many were booked. */
export async function report(pos: Terminal, data: DemoData, businessDate: string): Promise<number> {
  const snack = goodsOf(data, 'snacks')[0];
  const payableFen = (snack?.priceFen ?? 0) - ABOVE_FEN;
  const past = { cashierId: pos.cashierId, businessDate, completedAt: new Date().toISOString() };
  const told: Arguments<'reportSale'>['body'] = {
    ...past,
    receiptNumber: 'R-0001',
    lines: [
      { gtin: snack?.gtin, quantity: 1, listFen: snack?.priceFen, payableFen },
      { gtin: STRANGE_GTIN, name: '进口糖果', quantity: 1, payableFen: OWN_FEN },
    ],
    tenders: [{ kind: 'token', amountFen: payableFen + OWN_FEN, token: 'tok-pos-1' }],
  };
  const sale = await pos.call('reportSale', { body: told, key: pos.newKey() });
  const again = await pos.call('reportSale', { body: told, key: pos.newKey() });
  mustBe('a report that came twice', again.saleId, sale.saleId);
  mustBe('what was charged', sale.decision.payableFen, payableFen + OWN_FEN);
  const other = { ...told, tenders: [{ kind: 'cash' as const, amountFen: payableFen + OWN_FEN }] };
  await mustRefuse('RECEIPT_NUMBER_USED', pos.call('reportSale', { body: other, key: pos.newKey() }));
  pos.totals.addSale(sale);
  const back = await pos.call('reportReturn', {
    body: {
      ...past,
      receiptNumber: 'R-0002',
      saleReceiptNumber: told.receiptNumber,
      lines: [{ gtin: snack?.gtin, quantity: 1, payableFen }],
      tenders: [{ kind: 'token', amountFen: payableFen, token: 'tok-pos-2' }],
    },
    key: pos.newKey(),
  });
  mustBe('a reported return', back.refundFen, payableFen);
  pos.totals.addReturn(back, [{ kind: 'token', amountFen: back.refundFen }]);
  return 2;
}
