import { callAgent } from '@tillside/agent-contract';
import { afterEach, describe, expect, it } from 'vitest';
import { day } from './testing/day.ts';
import { codeOf, PoslogRig } from './testing/rig.ts';
import { plainSale, poslog } from './testing/samples.ts';

let shop: PoslogRig;
afterEach(async () => shop.rig.stop());

describe('a POS that sells alone and tells it by a file', () => {
  it('its sales, returns and voids reach the journal; the day reconciles with its own totals; the events are right', async () => {
    shop = await PoslogRig.start();
    const report = await shop.deliver(poslog(day));
    expect(report).toMatchObject({ transactions: 9, accepted: 6, ignored: 2, training: 1, quarantined: 0 });
    expect(report).toMatchObject({
      ignoredBy: { control: 1, cancelled: 1 },
      importedFen: 1290 + 3678 + 990 + 1290,
      refundedFen: 1290 + 990 + 990,
    });

    const terminal = 'poslog-store-test-3';
    const sold = shop.events('tillside.sale.completed.v1');
    expect(
      sold.map(({ receiptNumber, payableFen, source, priceOwner, terminalId, lane }) => [
        receiptNumber,
        payableFen,
        source,
        priceOwner,
        terminalId,
        lane,
      ]),
    ).toEqual(
      [
        ['20261122.3.2', 1290],
        ['20261122.3.3', 3678],
        ['20261122.3.5', 990],
        ['20261122.3.7', 1290],
      ].map((head) => [...head, 'poslog', 'pos-reports', terminal, '3']),
    );
    expect(sold[1]).toMatchObject({
      memberId: 'M000001',
      cashierId: '117',
      completedAt: '2026-11-22T10:00:00+08:00',
      lines: [
        { sku: 'milk', quantity: 2, payableFen: 2580 },
        { sku: 'apple', weightGrams: 505, payableFen: 798 },
        { sku: 'open:unheard-of', listFen: 400, payableFen: 300 },
      ],
      tenders: [{ kind: 'cash', amountFen: 3678 }],
    });
    const back = shop.events('tillside.goods.returned.v1');
    expect(back.map(({ receiptNumber, refundFen, tenders }) => [receiptNumber, refundFen, tenders])).toEqual([
      ['20261122.3.6.R', 1290, [{ kind: 'cash', amountFen: 1290 }]],
      ['20261122.3.7.R', 990, [{ kind: 'exchange', amountFen: 990 }]],
      ['20261122.3.8.R', 990, [{ kind: 'token', amountFen: 990 }]],
    ]);
    const saleIds = sold.map(({ saleId }) => saleId);
    expect(back.map(({ saleId }) => saleIds.indexOf(saleId))).toEqual([0, -1, 2]);
    expect(shop.events('tillside.item.unknown.v1')).toMatchObject([
      { sku: 'unheard-of', terminalId: terminal, sold: true },
    ]);
  });

  it('reconciles with the totals that the POS itself tells at the end of the day', async () => {
    shop = await PoslogRig.start({ poslog: { workstations: { '3': 'till-3' } } });
    const till = await shop.rig.pair('terminal', '9', 'pos-reports');
    Object.assign(shop.rig.config.poslog.workstations, { '3': till.deviceId });
    await shop.deliver(poslog(day), till.credential);
    const params = { businessDate: '2026-11-22' };
    expect(await till.call('dayTotals', { params })).toMatchObject({
      sales: 4,
      returns: 3,
      salesFen: 7248,
      refundsFen: 3270,
      savingsFen: 100,
      tenders: { cash: 1290 + 3678 + 300, token: 990, exchange: 990 },
      refundTenders: { cash: 1290, token: 990, exchange: 990 },
      cashFen: 1290 + 3678 + 300 - 1290,
    });
    const pos = {
      sales: 4,
      returns: 3,
      salesFen: 7248,
      refundsFen: 3270,
      tenders: { cash: 5268, token: 990, exchange: 990 },
    };
    expect(await till.call('closeDay', { key: 'z', params, body: pos })).toMatchObject({
      agreed: true,
      differences: [],
    });
  });

  it('delivers twice, in pieces, or again after the agent was off: nothing is booked twice', async () => {
    shop = await PoslogRig.start();
    await shop.deliver(poslog(day.slice(0, 4)));
    await shop.rig.restart();
    expect(await shop.deliver(poslog(day))).toMatchObject({ accepted: 4, repeated: 2, quarantined: 0 });
    const [a, b] = await Promise.all([shop.deliver(poslog(day)), shop.deliver(poslog([...day].reverse()))]);
    expect([a.repeated, b.repeated, a.accepted + b.accepted]).toEqual([6, 6, 0]);
    expect(shop.rows('SELECT 1 FROM sale').length).toBe(4);
    expect(shop.rows('SELECT 1 FROM goods_return').length).toBe(3);
  });

  it('the same key with other content waits, and the first stands', async () => {
    shop = await PoslogRig.start();
    await shop.deliver(poslog([plainSale({ sequence: 1 })]));
    const report = await shop.deliver(
      poslog([plainSale({ sequence: 1 }, '9.90'), plainSale({ sequence: 1, day: '2026-11-23' })]),
    );
    expect(report).toMatchObject({
      accepted: 1,
      quarantined: 1,
      quarantine: [{ code: 'POSLOG_CONFLICT', sequence: '1', line: 3, retryable: true }],
    });
    expect(shop.rows('SELECT payable_fen FROM sale ORDER BY receipt_number')).toEqual([
      { payable_fen: 1290 },
      { payable_fen: 1290 },
    ]);
    const [entry] = (await callAgent(shop.admin, 'listPoslogQuarantine', {})).entries;
    await callAgent(shop.admin, 'dismissPoslogEntry', { params: { entryId: entry?.entryId ?? '' } });
    expect(await codeOf(callAgent(shop.admin, 'dismissPoslogEntry', { params: { entryId: 'x' } }))).toBe(
      'POSLOG_ENTRY_UNKNOWN',
    );
    expect(await callAgent(shop.admin, 'listPoslogQuarantine', {})).toEqual({ total: 0, entries: [] });
  });
});
