import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { callAgent } from '@tillside/agent-contract';
import { afterEach, describe, expect, it } from 'vitest';
import { bread } from './testing/day.ts';
import { codeOf, PoslogRig } from './testing/rig.ts';
import {
  link,
  plainSale,
  poslog,
  retail,
  returned,
  sale,
  TEST_CARD,
  tender,
  total,
  transaction,
} from './testing/samples.ts';

let shop: PoslogRig;
afterEach(async () => shop.rig.stop());

describe('what waits in quarantine', () => {
  it('is told in status until its cause is mended and it is tried again', async () => {
    shop = await PoslogRig.start();
    const voided = transaction({ sequence: 9 }, `<PostVoid>${link(8)}</PostVoid>`);
    const elsewhere = plainSale({ sequence: 10, store: 'elsewhere' });
    expect(await shop.deliver(poslog([voided, elsewhere]))).toMatchObject({ accepted: 0, quarantined: 2 });
    await shop.deliver(poslog([voided, elsewhere]));
    const { total: waiting, entries } = await callAgent(shop.admin, 'listPoslogQuarantine', { query: { limit: 1 } });
    expect([waiting, entries.length, entries[0]?.tries]).toEqual([2, 1, 2]);
    const status = await callAgent(shop.admin, 'status', {});
    expect(status.conditions).toMatchObject([{ code: 'POSLOG_QUARANTINED', message: expect.stringContaining('(2)') }]);

    await shop.deliver(poslog([plainSale({ sequence: 8 })]));
    expect(await callAgent(shop.admin, 'retryPoslogQuarantine', { body: {} })).toMatchObject({
      accepted: 1,
      quarantined: 1,
      refundedFen: 1290,
    });
    shop.rig.config.poslog.storeIds.push('store-test', 'elsewhere');
    await shop.rig.restart();
    const [left] = (await callAgent(shop.admin, 'listPoslogQuarantine', {})).entries;
    expect(
      await callAgent(shop.admin, 'retryPoslogQuarantine', { body: { entryId: left?.entryId ?? '' } }),
    ).toMatchObject({ accepted: 1 });
    expect((await callAgent(shop.admin, 'status', {})).conditions).toEqual([]);
    const metrics = await (await fetch(`${shop.rig.agent.url}/metrics`)).text();
    expect(metrics).toContain('tillside_poslog_transactions_total{outcome="accepted"} 1');
    expect(metrics).toContain('tillside_poslog_quarantined 0');
  });

  it('a void is booked once, and a void cannot be voided', async () => {
    shop = await PoslogRig.start();
    const voidOf = (sequence: number, of: number): string =>
      transaction({ sequence }, `<PostVoid>${link(of)}</PostVoid>`);
    const report = await shop.deliver(poslog([plainSale({ sequence: 1 }), voidOf(2, 1), voidOf(3, 1), voidOf(4, 2)]));
    expect(report).toMatchObject({ accepted: 2, quarantined: 2 });
    expect(report.quarantine.map(({ code: why }) => why)).toEqual(['POSLOG_VOID_TARGET', 'POSLOG_VOID_TARGET']);
  });

  it('a void of an exchange takes both sides back, with the tax that stood on top', async () => {
    shop = await PoslogRig.start();
    const exchange = transaction(
      { sequence: 1 },
      retail([returned(bread), sale({ amount: '12.90' }), tender('3.00')], total('3.00')),
    );
    const taxed = transaction(
      { sequence: 2 },
      retail(
        [
          sale({ amount: '10.00' }),
          sale({ amount: '20.00' }),
          '<LineItem><Tax><Amount>1.00</Amount></Tax></LineItem>',
          tender('31.00'),
        ],
        total('31.00'),
      ),
    );
    const voidOf = (sequence: number, of: number): string =>
      transaction({ sequence }, `<PostVoid>${link(of)}</PostVoid>`);
    expect(await shop.deliver(poslog([exchange, taxed, voidOf(3, 1), voidOf(4, 2)]))).toMatchObject({
      accepted: 4,
      quarantined: 0,
    });
    expect(shop.rows('SELECT receipt_number, refund_fen FROM goods_return ORDER BY receipt_number')).toEqual([
      { receipt_number: '20261122.3.1.R', refund_fen: 990 },
      { receipt_number: '20261122.3.3.R', refund_fen: 1290 },
      { receipt_number: '20261122.3.4.R', refund_fen: 3100 },
    ]);
    expect(shop.rows(`SELECT payable_fen FROM sale WHERE receipt_number = '20261122.3.3'`)).toEqual([
      { payable_fen: 990 },
    ]);
  });
});

describe('what is refused', () => {
  it('a card number: nothing of it in the journal, the answer or the log; the rest is taken', async () => {
    shop = await PoslogRig.start();
    const card = transaction(
      { sequence: 1 },
      retail([
        sale({ amount: '1' }),
        tender(
          '1',
          'CreditDebit',
          `<CreditDebit><PrimaryAccountNumber>${TEST_CARD}</PrimaryAccountNumber></CreditDebit>`,
        ),
      ]),
    );
    const report = await shop.deliver(poslog([card, plainSale({ sequence: 2 })]));
    expect(report).toMatchObject({
      accepted: 1,
      quarantined: 1,
      quarantine: [{ code: 'POSLOG_CARD_NUMBER', sequence: '1', retryable: false }],
    });
    expect(report.quarantine[0]?.message).toContain('CreditDebit/PrimaryAccountNumber');
    expect(JSON.stringify(report)).not.toContain(TEST_CARD);
    expect(JSON.stringify(shop.rows('SELECT * FROM poslog_quarantine'))).not.toContain(TEST_CARD);
    expect(
      await codeOf(
        callAgent(shop.admin, 'retryPoslogQuarantine', { body: { entryId: report.quarantine[0]?.entryId ?? '' } }),
      ),
    ).toBe('POSLOG_NOT_KEPT');
    const mended = await shop.deliver(poslog([card.replace(TEST_CARD, '411111******1111')]));
    expect(mended).toMatchObject({ accepted: 1 });
    expect(await callAgent(shop.admin, 'listPoslogQuarantine', {})).toEqual({ total: 0, entries: [] });
  });

  it('documents, callers and content types that are none of it', async () => {
    shop = await PoslogRig.start();
    const one = poslog([plainSale()]);
    expect(
      await codeOf(
        shop.deliver(one.replace('?>\n', '?>\n<!DOCTYPE POSLog [<!ENTITY x SYSTEM "file:///etc/hostname">]>')),
      ),
    ).toBe('POSLOG_DOCTYPE');
    expect(await codeOf(shop.deliver(poslog([plainSale()], 'urn:other')))).toBe('POSLOG_NAMESPACE');
    expect(await codeOf(shop.deliver('{}'))).toBe('POSLOG_NOT_WELL_FORMED');
    expect(await codeOf(shop.deliver(''))).toBe('POSLOG_NOT_WELL_FORMED');
    const send = async (type: string): Promise<unknown> =>
      (
        (await (
          await fetch(`${shop.rig.agent.url}/v1/imports/poslog`, {
            method: 'POST',
            body: '{}',
            headers: { 'content-type': type, authorization: `Bearer ${shop.rig.adminCredential()}` },
          })
        ).json()) as { code: string }
      ).code;
    expect([await send('application/json'), await send('image/png'), await send('text/xml')]).toEqual([
      'BODY_REFUSED',
      'BODY_REFUSED',
      'POSLOG_NOT_WELL_FORMED',
    ]);
    const [ours, reporting, kiosk] = [
      await shop.rig.pair('terminal', '1'),
      await shop.rig.pair('terminal', '2', 'pos-reports'),
      await shop.rig.pair('kiosk'),
    ];
    expect(await codeOf(shop.deliver(one, ours.credential))).toBe('NOT_ALLOWED');
    expect(await codeOf(shop.deliver(one, kiosk.credential))).toBe('NOT_ALLOWED');
    expect(await codeOf(shop.deliver(one, 'nobody'))).toBe('CREDENTIAL_MISSING');
    expect(shop.rows('SELECT 1 FROM sale')).toEqual([]);
    expect(await shop.deliver(one, reporting.credential)).toMatchObject({ accepted: 1 });
    expect(
      await codeOf(callAgent({ ...shop.admin, credential: reporting.credential }, 'listPoslogQuarantine', {})),
    ).toBe('NOT_ALLOWED');
  });

  it('the rest of a document that breaks off: what was whole stays, the place is told', async () => {
    shop = await PoslogRig.start();
    const whole = poslog([plainSale({ sequence: 1 }), plainSale({ sequence: 2 })]);
    const report = await shop.deliver(whole.slice(0, whole.lastIndexOf('<Tender ')));
    expect(report).toMatchObject({ accepted: 1, stopped: { code: 'POSLOG_NOT_WELL_FORMED', line: 14 } });
    expect(await shop.deliver(whole)).toMatchObject({ accepted: 1, repeated: 1 });
  });

  it('a caller that hangs up: what had come is taken, and the same again takes the rest', async () => {
    shop = await PoslogRig.start();
    const whole = poslog(Array.from({ length: 40 }, (_, index) => plainSale({ sequence: index + 1 })));
    const { port } = new URL(shop.rig.agent.url);
    const call = request({
      port,
      method: 'POST',
      path: '/v1/imports/poslog',
      headers: { authorization: `Bearer ${shop.rig.adminCredential()}`, 'content-type': 'application/xml' },
    });
    call.on('error', () => {});
    call.write(whole.slice(0, whole.length / 2));
    while (shop.rows('SELECT 1 FROM sale').length < 10) await wait(20);
    call.destroy();
    await new Promise((resolve) => call.once('close', resolve));
    const report = await shop.deliver(whole);
    expect(report.repeated).toBeGreaterThanOrEqual(10);
    expect(report.accepted + report.repeated).toBe(40);
    expect(shop.rows('SELECT 1 FROM sale').length).toBe(40);
  });
});
