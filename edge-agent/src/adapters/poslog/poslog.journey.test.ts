import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CallError, callAgent, type PoslogReport } from '@tillside/agent-contract';
import { afterEach, describe, expect, it } from 'vitest';
import { runCli } from '../../cli/program.ts';
import { ITEMS_CSV, type Rig, startRig } from '../../testing.ts';
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

let rig: Rig;
afterEach(async () => rig.stop());

async function start(more: Record<string, unknown> = {}): Promise<void> {
  rig = await startRig(more);
  const admin = { url: rig.agent.url, credential: rig.adminCredential() };
  await callAgent(admin, 'importFile', { params: { what: 'items' }, body: ITEMS_CSV });
  await callAgent(admin, 'importFile', {
    params: { what: 'members' },
    body: 'memberId,code,tier,points,joinedAt,personalisation\nM000001,card-1,gold,100,2025-01-01T00:00:00Z,yes\n',
  });
}

const admin = () => ({ url: rig.agent.url, credential: rig.adminCredential(), locale: 'en' as const });
const deliver = (body: string, credential = rig.adminCredential()): Promise<PoslogReport> =>
  callAgent({ ...admin(), credential }, 'importPoslog', { body });

const code = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'ok';
  } catch (error) {
    return error instanceof CallError ? error.code : String(error);
  }
};

const rows = (sql: string): unknown[] => rig.agent.app.journal.all(sql);
const events = (type: string): Record<string, unknown>[] =>
  rig.agent.app.journal
    .all<{ envelope: string }>(`SELECT envelope FROM event WHERE type = '${type}' ORDER BY seq`)
    .map(({ envelope }) => (JSON.parse(envelope) as { data: Record<string, unknown> }).data);

const bread = { code: '2900000000025', amount: '9.90' };
const refund = (amount: string): string => tender(amount, 'Cash', '', 'Refund');
/** A day of one till: what its own totals are stands beside it. */
const day = [
  transaction({ sequence: 1 }, '<ControlTransaction><OperatorSignOn/></ControlTransaction>'),
  plainSale({ sequence: 2 }),
  transaction(
    { sequence: 3 },
    retail(
      [
        sale({ amount: '25.80', price: '12.90', quantity: '2' }),
        sale({ code: '2900000000032', amount: '7.98', price: '15.80', quantity: '0.505', uom: 'KGM' }),
        sale({ code: 'unheard-of', amount: '3.00', discount: '1.00' }),
        tender('50.00', 'Cash', '<TenderChange><Amount>13.22</Amount></TenderChange>'),
      ],
      `${total('36.78')}<LoyaltyAccount><CustomerID>card-1</CustomerID></LoyaltyAccount>`,
    ),
  ),
  transaction({ sequence: 4, attributes: 'TrainingModeFlag="true"' }, retail([sale(bread), tender('9.90')])),
  transaction({ sequence: 5 }, retail([sale(bread), tender('9.90', 'CreditDebit')], total('9.90'))),
  transaction(
    { sequence: 6 },
    retail([returned({ amount: '12.90', more: link(2, '', 'Return') }), refund('12.90')], total('-12.90')),
  ),
  transaction({ sequence: 7 }, retail([returned(bread), sale({ amount: '12.90' }), tender('3.00')], total('3.00'))),
  transaction({ sequence: 8 }, retail([], link(5), 'TransactionStatus="PostVoided"')),
  transaction({ sequence: 9, attributes: 'CancelFlag="true"' }, retail([sale(bread)])),
];

describe('a POS that sells alone and tells it by a file', () => {
  it('its sales, returns and voids reach the journal; the day reconciles with its own totals; the events are right', async () => {
    await start();
    const report = await deliver(poslog(day));
    expect(report).toMatchObject({ transactions: 9, accepted: 6, ignored: 2, training: 1, quarantined: 0 });
    expect(report).toMatchObject({
      ignoredBy: { control: 1, cancelled: 1 },
      importedFen: 1290 + 3678 + 990 + 1290,
      refundedFen: 1290 + 990 + 990,
    });

    const terminal = 'poslog-store-test-3';
    const sold = events('tillside.sale.completed.v1');
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
    const back = events('tillside.goods.returned.v1');
    expect(back.map(({ receiptNumber, refundFen, tenders }) => [receiptNumber, refundFen, tenders])).toEqual([
      ['20261122.3.6.R', 1290, [{ kind: 'cash', amountFen: 1290 }]],
      ['20261122.3.7.R', 990, [{ kind: 'exchange', amountFen: 990 }]],
      ['20261122.3.8.R', 990, [{ kind: 'token', amountFen: 990 }]],
    ]);
    const saleIds = sold.map(({ saleId }) => saleId);
    expect(back.map(({ saleId }) => saleIds.indexOf(saleId))).toEqual([0, -1, 2]);
    expect(events('tillside.item.unknown.v1')).toMatchObject([{ sku: 'unheard-of', terminalId: terminal, sold: true }]);
  });

  it('reconciles with the totals that the POS itself tells at the end of the day', async () => {
    await start({ poslog: { workstations: { '3': 'till-3' } } });
    const till = await rig.pair('terminal', '9', 'pos-reports');
    Object.assign(rig.config.poslog.workstations, { '3': till.deviceId });
    await deliver(poslog(day), till.credential);
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
    await start();
    await deliver(poslog(day.slice(0, 4)));
    await rig.restart();
    expect(await deliver(poslog(day))).toMatchObject({ accepted: 4, repeated: 2, quarantined: 0 });
    const [a, b] = await Promise.all([deliver(poslog(day)), deliver(poslog([...day].reverse()))]);
    expect([a.repeated, b.repeated, a.accepted + b.accepted]).toEqual([6, 6, 0]);
    expect(rows('SELECT 1 FROM sale').length).toBe(4);
    expect(rows('SELECT 1 FROM goods_return').length).toBe(3);
  });

  it('the same key with other content waits, and the first stands', async () => {
    await start();
    await deliver(poslog([plainSale({ sequence: 1 })]));
    const report = await deliver(
      poslog([plainSale({ sequence: 1 }, '9.90'), plainSale({ sequence: 1, day: '2026-11-23' })]),
    );
    expect(report).toMatchObject({
      accepted: 1,
      quarantined: 1,
      quarantine: [{ code: 'POSLOG_CONFLICT', sequence: '1', line: 3, retryable: true }],
    });
    expect(rows('SELECT payable_fen FROM sale ORDER BY receipt_number')).toEqual([
      { payable_fen: 1290 },
      { payable_fen: 1290 },
    ]);
    const [entry] = (await callAgent(admin(), 'listPoslogQuarantine', {})).entries;
    await callAgent(admin(), 'dismissPoslogEntry', { params: { entryId: entry?.entryId ?? '' } });
    expect(await code(callAgent(admin(), 'dismissPoslogEntry', { params: { entryId: 'x' } }))).toBe(
      'POSLOG_ENTRY_UNKNOWN',
    );
    expect(await callAgent(admin(), 'listPoslogQuarantine', {})).toEqual({ total: 0, entries: [] });
  });
});

describe('what waits in quarantine', () => {
  it('is told in status until its cause is mended and it is tried again', async () => {
    await start();
    const voided = transaction({ sequence: 9 }, `<PostVoid>${link(8)}</PostVoid>`);
    const elsewhere = plainSale({ sequence: 10, store: 'elsewhere' });
    expect(await deliver(poslog([voided, elsewhere]))).toMatchObject({ accepted: 0, quarantined: 2 });
    await deliver(poslog([voided, elsewhere]));
    const { total: waiting, entries } = await callAgent(admin(), 'listPoslogQuarantine', { query: { limit: 1 } });
    expect([waiting, entries.length, entries[0]?.tries]).toEqual([2, 1, 2]);
    const status = await callAgent(admin(), 'status', {});
    expect(status.conditions).toMatchObject([{ code: 'POSLOG_QUARANTINED', message: expect.stringContaining('(2)') }]);

    await deliver(poslog([plainSale({ sequence: 8 })]));
    expect(await callAgent(admin(), 'retryPoslogQuarantine', { body: {} })).toMatchObject({
      accepted: 1,
      quarantined: 1,
      refundedFen: 1290,
    });
    rig.config.poslog.storeIds.push('store-test', 'elsewhere');
    await rig.restart();
    const [left] = (await callAgent(admin(), 'listPoslogQuarantine', {})).entries;
    expect(await callAgent(admin(), 'retryPoslogQuarantine', { body: { entryId: left?.entryId ?? '' } })).toMatchObject(
      { accepted: 1 },
    );
    expect((await callAgent(admin(), 'status', {})).conditions).toEqual([]);
    const metrics = await (await fetch(`${rig.agent.url}/metrics`)).text();
    expect(metrics).toContain('tillside_poslog_transactions_total{outcome="accepted"} 1');
    expect(metrics).toContain('tillside_poslog_quarantined 0');
  });

  it('a void is booked once, and a void cannot be voided', async () => {
    await start();
    const voidOf = (sequence: number, of: number): string =>
      transaction({ sequence }, `<PostVoid>${link(of)}</PostVoid>`);
    const report = await deliver(poslog([plainSale({ sequence: 1 }), voidOf(2, 1), voidOf(3, 1), voidOf(4, 2)]));
    expect(report).toMatchObject({ accepted: 2, quarantined: 2 });
    expect(report.quarantine.map(({ code: why }) => why)).toEqual(['POSLOG_VOID_TARGET', 'POSLOG_VOID_TARGET']);
  });

  it('a void of an exchange takes both sides back, with the tax that stood on top', async () => {
    await start();
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
    expect(await deliver(poslog([exchange, taxed, voidOf(3, 1), voidOf(4, 2)]))).toMatchObject({
      accepted: 4,
      quarantined: 0,
    });
    expect(rows('SELECT receipt_number, refund_fen FROM goods_return ORDER BY receipt_number')).toEqual([
      { receipt_number: '20261122.3.1.R', refund_fen: 990 },
      { receipt_number: '20261122.3.3.R', refund_fen: 1290 },
      { receipt_number: '20261122.3.4.R', refund_fen: 3100 },
    ]);
    expect(rows(`SELECT payable_fen FROM sale WHERE receipt_number = '20261122.3.3'`)).toEqual([{ payable_fen: 990 }]);
  });
});

describe('what is refused', () => {
  it('a card number: nothing of it in the journal, the answer or the log; the rest is taken', async () => {
    await start();
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
    const report = await deliver(poslog([card, plainSale({ sequence: 2 })]));
    expect(report).toMatchObject({
      accepted: 1,
      quarantined: 1,
      quarantine: [{ code: 'POSLOG_CARD_NUMBER', sequence: '1', retryable: false }],
    });
    expect(report.quarantine[0]?.message).toContain('CreditDebit/PrimaryAccountNumber');
    expect(JSON.stringify(report)).not.toContain(TEST_CARD);
    expect(JSON.stringify(rows('SELECT * FROM poslog_quarantine'))).not.toContain(TEST_CARD);
    expect(
      await code(
        callAgent(admin(), 'retryPoslogQuarantine', { body: { entryId: report.quarantine[0]?.entryId ?? '' } }),
      ),
    ).toBe('POSLOG_NOT_KEPT');
    const mended = await deliver(poslog([card.replace(TEST_CARD, '411111******1111')]));
    expect(mended).toMatchObject({ accepted: 1 });
    expect(await callAgent(admin(), 'listPoslogQuarantine', {})).toEqual({ total: 0, entries: [] });
  });

  it('documents, callers and content types that are none of it', async () => {
    await start();
    const one = poslog([plainSale()]);
    expect(
      await code(deliver(one.replace('?>\n', '?>\n<!DOCTYPE POSLog [<!ENTITY x SYSTEM "file:///etc/hostname">]>'))),
    ).toBe('POSLOG_DOCTYPE');
    expect(await code(deliver(poslog([plainSale()], 'urn:other')))).toBe('POSLOG_NAMESPACE');
    expect(await code(deliver('{}'))).toBe('POSLOG_NOT_WELL_FORMED');
    expect(await code(deliver(''))).toBe('POSLOG_NOT_WELL_FORMED');
    const send = async (type: string): Promise<unknown> =>
      (
        (await (
          await fetch(`${rig.agent.url}/v1/imports/poslog`, {
            method: 'POST',
            body: '{}',
            headers: { 'content-type': type, authorization: `Bearer ${rig.adminCredential()}` },
          })
        ).json()) as { code: string }
      ).code;
    expect([await send('application/json'), await send('image/png'), await send('text/xml')]).toEqual([
      'BODY_REFUSED',
      'BODY_REFUSED',
      'POSLOG_NOT_WELL_FORMED',
    ]);
    const [ours, reporting, kiosk] = [
      await rig.pair('terminal', '1'),
      await rig.pair('terminal', '2', 'pos-reports'),
      await rig.pair('kiosk'),
    ];
    expect(await code(deliver(one, ours.credential))).toBe('NOT_ALLOWED');
    expect(await code(deliver(one, kiosk.credential))).toBe('NOT_ALLOWED');
    expect(await code(deliver(one, 'nobody'))).toBe('CREDENTIAL_MISSING');
    expect(rows('SELECT 1 FROM sale')).toEqual([]);
    expect(await deliver(one, reporting.credential)).toMatchObject({ accepted: 1 });
    expect(await code(callAgent({ ...admin(), credential: reporting.credential }, 'listPoslogQuarantine', {}))).toBe(
      'NOT_ALLOWED',
    );
  });

  it('the rest of a document that breaks off: what was whole stays, the place is told', async () => {
    await start();
    const whole = poslog([plainSale({ sequence: 1 }), plainSale({ sequence: 2 })]);
    const report = await deliver(whole.slice(0, whole.lastIndexOf('<Tender ')));
    expect(report).toMatchObject({ accepted: 1, stopped: { code: 'POSLOG_NOT_WELL_FORMED', line: 14 } });
    expect(await deliver(whole)).toMatchObject({ accepted: 1, repeated: 1 });
  });

  it('a caller that hangs up: what had come is taken, and the same again takes the rest', async () => {
    await start();
    const whole = poslog(Array.from({ length: 40 }, (_, index) => plainSale({ sequence: index + 1 })));
    const { port } = new URL(rig.agent.url);
    const call = request({
      port,
      method: 'POST',
      path: '/v1/imports/poslog',
      headers: { authorization: `Bearer ${rig.adminCredential()}`, 'content-type': 'application/xml' },
    });
    call.on('error', () => {});
    call.write(whole.slice(0, whole.length / 2));
    while (rows('SELECT 1 FROM sale').length < 10) await wait(20);
    call.destroy();
    await new Promise((resolve) => call.once('close', resolve));
    const report = await deliver(whole);
    expect(report.repeated).toBeGreaterThanOrEqual(10);
    expect(report.accepted + report.repeated).toBe(40);
    expect(rows('SELECT 1 FROM sale').length).toBe(40);
  });
});

describe('the command line and the folder', () => {
  it('imports a file, lists and tries again what waits', async () => {
    await start();
    const config = join(rig.dir, 'agent.json');
    writeFileSync(config, JSON.stringify(rig.config));
    const said: string[] = [];
    const cli = (...args: string[]): Promise<number> =>
      runCli([...args, '--config', config], {
        locale: 'en',
        out: (text) => said.push(text),
        err: (text) => said.push(text),
        input: async () => '',
        lines: async function* () {},
        signal: new AbortController().signal,
      });
    const file = join(rig.dir, 'day.xml');
    writeFileSync(file, poslog([...day, plainSale({ sequence: 20, store: 'elsewhere' })]));
    expect(await cli('import', 'poslog', file)).toBe(0);
    expect(said.join('\n')).toContain(
      '6 taken, 0 repeated, 2 ignored, 1 of training, 1 quarantined; sales ¥72.48, returns ¥32.70',
    );
    expect(said.join('\n')).toContain('POSLOG_STORE_UNKNOWN');
    expect(await cli('poslog-quarantine')).toBe(0);
    expect(said.at(-2)).toBe('1 wait');
    expect(await cli('poslog-quarantine', '--retry')).toBe(0);
    const entryId = said.at(-2)?.split('  ')[0] ?? '';
    expect(await cli('poslog-quarantine', '--dismiss', entryId)).toBe(0);
    expect(await cli('poslog-quarantine', '--dismiss', entryId)).toBe(2);
    writeFileSync(file, poslog([30, 31].map((sequence) => plainSale({ sequence }))).slice(0, -30));
    expect(await cli('import', 'poslog', file)).toBe(2);
    expect(said.join('\n')).toContain('Stopped at ');
    expect(await cli('import', 'poslog', join(rig.dir, 'none.xml'))).toBe(2);
  });

  it('picks a dropped file up, and one that lay in processing when the agent ended', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tillside-drop-'));
    mkdirSync(join(folder, 'processing'));
    writeFileSync(join(folder, 'processing', 'yesterday.xml'), poslog([plainSale({ sequence: 1, day: '2026-11-21' })]));
    await start({ poslog: { dropFolder: folder, settleMs: 0 } });
    writeFileSync(join(folder, 'today.xml.tmp'), poslog(day));
    renameSync(join(folder, 'today.xml.tmp'), join(folder, 'today.xml'));
    while (!existsSync(join(folder, 'done', 'today.xml'))) await wait(50);
    expect(readdirSync(join(folder, 'done')).sort()).toEqual([
      'today.report.json',
      'today.report.txt',
      'today.xml',
      'yesterday.report.json',
      'yesterday.report.txt',
      'yesterday.xml',
    ]);
    expect(readFileSync(join(folder, 'done', 'today.report.txt'), 'utf8')).toMatch(/^导入 6 笔[\s\S]*\n\n6 taken/);
    expect(rows('SELECT 1 FROM sale').length).toBe(5);
    rmSync(folder, { recursive: true, force: true });
  });
});
