import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentConfig } from '../../config.ts';
import { Journal } from '../../journal/index.ts';
import { holdsCardNumber } from '../../lanes/card-number.ts';
import { Reported } from '../../lanes/reported.ts';
import { scanRules } from '../../lanes/scanned-item.ts';
import { TestShop } from '../../lanes/testing/shop.ts';
import type { Shown } from '../../members/find.ts';
import { importMembers } from '../../members/import.ts';
import { systemRandom } from '../../ports.ts';
import { Items } from '../../prices/item.ts';
import { PoslogConfig } from './config.ts';
import { type PoslogDeps, PoslogImport } from './import.ts';
import { MAX_QUARANTINED } from './quarantine.ts';
import { rulesOf, shopOf, terminalsOf } from './shop.ts';
import { plainSale, poslog, retail, sale, tender, total, transaction } from './testing/samples.ts';

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

function importer(config: Record<string, unknown> = {}, more: Partial<PoslogDeps> = {}): PoslogImport {
  const parsed = PoslogConfig.parse(config);
  return new PoslogImport({
    journal: shop.journal,
    reported: shop.reported,
    clock: { now: () => shop.now },
    random: systemRandom,
    rules: rulesOf(parsed, { storeId: 'store-test', zone: 'Asia/Shanghai' }),
    shop: shopOf(shop.journal, shop.items),
    finder: () => ({ know: () => false, prepare: async () => ({ isChecked: false, isUnanswered: false }) }),
    terminalOf: terminalsOf(parsed, { list: () => [] }),
    counted: () => {},
    ...more,
  });
}

/** The bytes in pieces; behind the last one the line breaks, where it is told to. */
async function* pieces(
  text: string,
  bytes: number,
  breaksAfter = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text);
  for (let at = 0, count = 0; at < all.length; at += bytes, count += 1) {
    if (count >= breaksAfter) throw new Error('the line broke');
    yield all.subarray(at, at + bytes);
  }
}

const many = (count: number): string =>
  poslog(Array.from({ length: count }, (_, index) => plainSale({ sequence: index + 1 })));
const booked = (journal = shop.journal): { sales: number; keys: number; events: number; fen: number } =>
  journal.get(`SELECT (SELECT count(*) FROM sale) AS sales, (SELECT count(*) FROM poslog_transaction) AS keys,
    (SELECT count(*) FROM event WHERE type = 'tillside.sale.completed.v1') AS events, (SELECT coalesce(sum(payable_fen), 0) FROM sale) AS fen`) ?? {
    sales: -1,
    keys: -1,
    events: -1,
    fen: -1,
  };

describe('an import', () => {
  it('that breaks off anywhere loses nothing of what came and books nothing twice when it comes again', async () => {
    const document = many(30);
    for (const breaksAfter of [0, 1, 3, 8, 15]) {
      await expect(importer().take(pieces(document, 1_000, breaksAfter), 'x')).rejects.toThrow('the line broke');
      const { sales, keys, events } = booked();
      expect([keys, events]).toEqual([sales, sales]);
    }
    const before = booked().sales;
    expect(before).toBeGreaterThan(10);
    expect(await importer().take(pieces(document, 777), 'x')).toMatchObject({
      accepted: 30 - before,
      repeated: before,
    });
    expect(booked()).toEqual({ sales: 30, keys: 30, events: 30, fen: 30 * 1290 });
  });

  it('ends when the disk is full, with every sale whole or not there; the same document later takes the rest', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tillside-full-'));
    const open = (maxBytes?: number): Journal =>
      Journal.open({
        dataDir: dir,
        store: 'store-test',
        clock: { now: () => shop.now },
        random: systemRandom,
        maxBytes,
      });
    const on = (journal: Journal): PoslogImport => {
      const items = new Items(journal);
      const { book, approvals } = shop;
      const clock = { now: () => shop.now };
      const scans = scanRules(AgentConfig.pick({ inStoreCodes: true, refuseAfter: true }).parse({}));
      const deps = {
        journal,
        items,
        book,
        approvals,
        clock,
        random: systemRandom,
        scans,
        zone: 'Asia/Shanghai',
        unknownItems: 'refuse',
      } as const;
      return importer({}, { journal, reported: new Reported(deps), shop: shopOf(journal, items) });
    };
    open().close();
    let journal = open(1_200_000);
    await expect(on(journal).take(pieces(many(400), 10_000), 'x')).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    const { sales, keys, events } = booked(journal);
    expect([keys, events, sales > 0]).toEqual([sales, sales, true]);
    journal.close();
    journal = open();
    expect(await on(journal).take(pieces(many(400), 10_000), 'x')).toMatchObject({
      repeated: sales,
      accepted: 400 - sales,
    });
    journal.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('one that is refused while it is booked does not take the others of its write with it', async () => {
    const taken = {
      cashierId: 'c',
      receiptNumber: '20261122.3.3',
      businessDate: '2026-11-22',
      completedAt: '2026-11-22T09:00:00+08:00',
    };
    const terminal = { deviceId: 'poslog-store-test-3', lane: '3', priceOwner: 'pos-reports' } as const;
    const lines = [{ sku: 'tea', quantity: 1, payableFen: 1 }];
    shop.journal.write((tx) =>
      shop.reported.sale(tx, terminal, { ...taken, lines, tenders: [{ kind: 'cash', amountFen: 1 }] }, { late: true }),
    );
    const result = await importer().take(pieces(many(6), 100_000), 'x');
    expect(result).toMatchObject({ accepted: 5, quarantined: 1 });
    expect(shop.journal.all('SELECT code, sequence FROM poslog_quarantine')).toEqual([
      { code: 'RECEIPT_NUMBER_USED', sequence: '3' },
    ]);
  });

  it('keeps nothing of what the books take for a card number', async () => {
    // Too long for a card, so the reader lets it pass; its first digits are one.
    const long =
      Array.from({ length: 10 }, (_, digit) => `411111111111111${'000'}${digit}5`).find(holdsCardNumber) ?? '';
    const one = transaction({}, retail([sale({ amount: '1' }).replace('某商品', long), tender('1')], total('1')));
    expect(await importer().take(pieces(poslog([one]), 100_000), 'x')).toMatchObject({ quarantined: 1 });
    expect(shop.journal.all('SELECT code, content FROM poslog_quarantine')).toEqual([
      { code: 'CARD_NUMBER_REFUSED', content: null },
    ]);
    expect(JSON.stringify(shop.journal.all('SELECT * FROM poslog_quarantine'))).not.toContain(long);
  });

  it('what waits is released by the same transaction once it is booked, and by nothing else', async () => {
    const waits = (): number => shop.journal.all('SELECT 1 FROM poslog_quarantine').length;
    const take = (...documents: string[]) => importer().take(pieces(poslog(documents), 100_000), 'x');
    const nameless = plainSale().replace(/<SequenceNumber>1<\/SequenceNumber>\n/, '');
    await take(plainSale({ sequence: 5 }).replace('CNY">12.90', 'CNY">1.00'), nameless);
    expect(waits()).toBe(2);
    await take(
      transaction({ sequence: 5 }, '<ControlTransaction/>'),
      transaction({ sequence: '' }, '<ControlTransaction/>'),
    );
    expect(waits()).toBe(2);
    await take(plainSale({ sequence: 6 }), plainSale({ sequence: 5, day: '2026-11-23' }));
    expect(waits()).toBe(2);
    await take(plainSale({ sequence: 5 }));
    expect(shop.journal.all('SELECT code, sequence FROM poslog_quarantine')).toEqual([
      { code: 'POSLOG_FIELD', sequence: '' },
    ]);
  });

  it('stops when the quarantine is full, and what was booked stays', async () => {
    const insert = `INSERT INTO poslog_quarantine (entry_id, store, workstation, sequence, business_day, code, source, line, content_hash, first_at, last_at, tries)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MAX_QUARANTINED}) SELECT i, '', '', '', '', 'POSLOG_FIELD', '', 1, i, 0, 0, 1 FROM n`;
    shop.journal.write((tx) => tx.run(insert));
    const document = poslog([
      plainSale({ sequence: 1 }),
      ...Array.from({ length: 9 }, (_, index) => plainSale({ sequence: index + 2 })),
      plainSale({ sequence: 99, store: 'elsewhere' }),
    ]);
    await expect(importer().take(pieces(document, 100_000), 'x')).rejects.toMatchObject({
      code: 'POSLOG_QUARANTINE_FULL',
    });
    expect(booked().sales).toBe(8);
  });

  it('a workstation is a terminal of its own, at the lane that the store names', async () => {
    const from = (workstation: string): string => plainSale({ workstation });
    await importer({ workstations: { '7': 'lane-seven' } }).take(pieces(poslog([from('7'), from('8')]), 100_000), 'x');
    const rows = shop.journal
      .all<{ body: string }>('SELECT body FROM sale ORDER BY receipt_number')
      .map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(rows.map(({ terminalId, lane }) => [terminalId, lane])).toEqual([
      ['poslog-store-test-7', 'lane-seven'],
      ['poslog-store-test-8', '8'],
    ]);
  });

  it('a document as long as it likes: never more of it at hand than a slice', async () => {
    let open = 0;
    let most = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(poslog([]).replace('</POSLog>', ''));
      for (let sequence = 1; sequence <= 300; sequence += 1) {
        open += 1;
        most = Math.max(most, open);
        yield Buffer.from(plainSale({ sequence }));
      }
      yield Buffer.from('</POSLog>');
    }
    await importer(
      {},
      {
        counted: () => {
          open -= 1;
        },
      },
    ).take(endless(), 'x');
    expect(most).toBeLessThanOrEqual(2);
    expect(booked().sales).toBe(300);
  });
});

describe('a member code that nobody here has', () => {
  const sold = (sequence: number, ...codes: string[]): string =>
    plainSale({ sequence }).replace(
      '</RetailTransaction>',
      `${codes.map((code) => `<LoyaltyAccount><CustomerID>${code}</CustomerID></LoyaltyAccount>`).join('')}</RetailTransaction>`,
    );
  const day = poslog([
    sold(1, 'of-another', 'card-1'),
    sold(2, 'stranger'),
    sold(3, 'stranger'),
    sold(4, 'another'),
    sold(5, '138 0013 8000'),
  ]);
  const claims = () =>
    shop.journal
      .all<{ body: string }>('SELECT body FROM sale ORDER BY receipt_number')
      .map(({ body }) => JSON.parse(body) as { memberId?: string; guest?: { codeHash?: string; points: number } });

  it('makes a guest of its sale while HQ does not answer, which is asked once a document', async () => {
    const asked: string[] = [];
    const finder = {
      know: () => false,
      prepare: async (shown: Shown) => {
        asked.push('code' in shown ? shown.code : shown.phone);
        return { isChecked: false, isUnanswered: true };
      },
    };
    expect(await importer({}, { finder: () => finder }).take(pieces(day, 10_000), 'x')).toMatchObject({ accepted: 5 });
    expect(asked).toEqual(['of-another']);
    const [known, stranger, again, another, phone] = claims();
    expect(known).toMatchObject({ memberId: 'M000001' });
    expect(known?.guest).toBeUndefined();
    const codeHash = createHash('sha256').update('stranger').digest('hex');
    expect(stranger?.guest).toMatchObject({ codeHash, points: expect.any(Number) });
    expect(again?.guest?.codeHash).toBe(codeHash);
    expect(another?.guest).toBeDefined();
    // The bare hash of a phone is as good as the phone.
    expect(phone?.guest).toBeUndefined();
  });

  it('is nobody where HQ knows nobody either, and the member whom HQ tells of', async () => {
    const finder = {
      know: () => false,
      prepare: async (shown: Shown) => {
        if ('code' in shown && shown.code === 'stranger')
          importMembers(
            shop.journal,
            'memberId,code,tier,points,joinedAt,personalisation\nM000009,stranger,gold,0,2025-01-01T00:00:00Z,no\n',
          );
        return { isChecked: false, isUnanswered: false };
      },
    };
    await importer({}, { finder: () => finder }).take(pieces(day, 10_000), 'x');
    expect(claims().map(({ memberId, guest }) => memberId ?? guest)).toEqual([
      'M000001',
      'M000009',
      'M000009',
      undefined,
      undefined,
    ]);
  });
});
