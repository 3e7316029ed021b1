import { LedgerEntry } from '@tillside/decide';
import Sqlite, { type Database } from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS, migrate } from '../migrate.ts';

/** A database as it was at a version. */
function at(version: number): Database {
  const db = new Sqlite(':memory:');
  migrate(db, version);
  expect(db.pragma('user_version', { simple: true })).toBe(version);
  return db;
}

const tables = (db: Database): unknown[] =>
  db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).pluck().all();

describe('migrations', () => {
  it('are numbered from 1 without a hole, and each has its case below', () => {
    expect(MIGRATIONS.map((step) => step.version)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
    ]);
  });

  it('run again change nothing', () => {
    const db = at(MIGRATIONS.length);
    const before = tables(db);
    expect(migrate(db)).toBe(MIGRATIONS.length);
    expect(tables(db)).toEqual(before);
  });

  it('0001 leaves what is there and makes an empty store', () => {
    const db = at(0);
    db.exec(`CREATE TABLE stranger (word TEXT); INSERT INTO stranger VALUES ('kept')`);
    migrate(db, 1);
    expect(db.prepare('SELECT * FROM stranger').all()).toEqual([{ word: 'kept' }]);
    expect(tables(db)).toContain('sale');
    expect(db.prepare('SELECT count(*) FROM sale').pluck().get()).toBe(0);
  });

  it('0002 derives sold prices from the sales that are there', () => {
    const db = at(1);
    const sale = (id: string, completedAt: string, lines: unknown[]): void => {
      db.prepare(
        `INSERT INTO sale (sale_id, basket_id, terminal_id, receipt_number, business_date, payable_fen, savings_fen, body, view)
         VALUES (?, ?, 't1', ?, '2026-11-22', 0, 0, ?, '{}')`,
      ).run(id, id, id, JSON.stringify({ completedAt, lines }));
    };
    sale('s1', '2026-11-22T10:00:00.000Z', [
      { sku: 'milk', quantity: 3, payableFen: 1000 },
      { sku: 'apple', quantity: 1, weightGrams: 505, payableFen: 798 },
    ]);
    sale('s2', '2026-11-21T20:00:00+08:00', [{ sku: 'milk', quantity: 1, payableFen: 1290 }]);
    migrate(db, 2);
    expect(db.prepare('SELECT * FROM sold_price ORDER BY at, sku').all()).toEqual([
      { sku: 'milk', at: Date.parse('2026-11-21T12:00:00Z'), fen: 1290 },
      { sku: 'apple', at: Date.parse('2026-11-22T10:00:00Z'), fen: 1580 },
      { sku: 'milk', at: Date.parse('2026-11-22T10:00:00Z'), fen: 333 },
    ]);
    expect(db.prepare('SELECT count(*) FROM sale').pluck().get()).toBe(2);
  });

  it('0003 takes a picture on its way as one that may appear', () => {
    const db = at(2);
    const add = db.prepare(
      `INSERT INTO label (tag_id, device_id, sku, state, wanted, shown_fen) VALUES (?, 'labels', 'milk', ?, ?, 1290)`,
    );
    add.run('A', 'shown', '{"priceFen":1290}');
    add.run('B', 'queued', '{"priceFen":990}');
    add.run('C', 'sending', null);
    migrate(db, 3);
    expect(db.prepare('SELECT tag_id, pending_fen, shown_fen FROM label ORDER BY tag_id').raw().all()).toEqual([
      ['A', null, 1290],
      ['B', 990, 1290],
      ['C', null, 1290],
    ]);
  });

  it('0004 lets what was kept be read by what is asked for now, and counts from here on', () => {
    const db = at(3);
    const decision = {
      payableFen: 800,
      applied: [
        { campaignId: 'tea', amountFen: 200, name: { zh: '茶', en: 'Tea' } },
        { campaignId: 'all', amountFen: 5, name: { zh: '全', en: 'All' } },
      ],
      points: { earned: 8 },
      lines: [{ lineId: '1', adjustments: [{ campaignId: 'tea', amountFen: 200, units: 1 }] }],
    };
    const view = { saleId: 's1', decision, pointsEarned: 8 };
    db.prepare(
      `INSERT INTO sale (sale_id, basket_id, terminal_id, receipt_number, business_date, payable_fen, savings_fen, body, view)
       VALUES ('s1', 'b1', 't1', 'R1', '2026-11-22', 800, 205, '{}', ?)`,
    ).run(JSON.stringify(view));
    const answers = {
      sale: view,
      basket: { basketId: 'b1', openedAt: '2026-11-22T10:00:00Z', decision: { ...decision, applied: [] } },
      back: { returnId: 'r1', refundFen: 800, pointsTakenBack: 8 },
      other: { words: 'kept' },
    };
    for (const [key, answer] of Object.entries(answers))
      db.prepare(`INSERT INTO idempotency VALUES ('t1', ?, '', ?, 0)`).run(key, JSON.stringify(answer));
    db.exec(`INSERT INTO item VALUES ('milk', '1', '奶', 'Milk', '', '', 'd', 'c', '', 'each', 1290, 900, '', '', 1)`);
    migrate(db, 4);
    const now = {
      ...decision,
      applied: decision.applied.map((one) => ({ ...one, storeFen: one.amountFen, brandFen: 0 })),
      taxFen: 0,
      totalFen: 800,
      gifts: [],
      points: { earned: 8, spent: 0, spentFen: 0 },
    };
    const sale = { ...view, decision: now, paidFen: 800, roundingFen: 0, pointsSpent: 0 };
    expect(JSON.parse(db.prepare('SELECT view FROM sale').pluck().get() as string)).toEqual(sale);
    const kept = db.prepare('SELECT key, response FROM idempotency').raw().all() as [string, string][];
    expect(Object.fromEntries(kept.map(([key, response]) => [key, JSON.parse(response) as unknown]))).toEqual({
      sale,
      basket: { ...answers.basket, decision: { ...now, applied: [] }, giftChoices: [], decisionKey: '' },
      back: {
        ...answers.back,
        payFen: 0,
        heldBackFen: 0,
        giftChargeFen: 0,
        pointsGivenBack: 0,
        gifts: [],
        couponsBack: [],
      },
      other: answers.other,
    });
    expect(db.prepare('SELECT sku, no_promotions FROM item').raw().all()).toEqual([['milk', 0]]);
    expect(db.prepare('SELECT campaigns FROM sale').pluck().get()).toBeNull();
    expect(tables(db)).toEqual(expect.arrayContaining(['campaign_use', 'sold_campaign']));
  });

  it('0005 makes the totals of days from the sales and returns that are there', () => {
    const db = at(4);
    const sale = (id: string, day: string, view: Record<string, unknown>, tenders: unknown[]): void => {
      db.prepare(
        `INSERT INTO sale (sale_id, basket_id, terminal_id, receipt_number, business_date, payable_fen, savings_fen, body, view)
         VALUES (?, ?, 't1', ?, ?, 800, 200, ?, ?)`,
      ).run(id, id, `R-${id}`, day, JSON.stringify({ tenders }), JSON.stringify(view));
    };
    const name = { zh: '茶', en: 'Tea' };
    const applied = [{ campaignId: 'tea', name, amountFen: 200, storeFen: 150, brandFen: 50 }];
    const decision = { applied, taxFen: 92, points: { earned: 8, spent: 100, spentFen: 100 } };
    sale('s1', '2026-11-22', { decision, roundingFen: -3 }, [{ kind: 'cash', amountFen: 797 }]);
    sale('s2', '2026-11-22', { decision }, [
      { kind: 'cash', amountFen: 300 },
      { kind: 'token', amountFen: 500 },
    ]);
    sale('s3', '2026-11-23', {}, [{ kind: 'token', amountFen: 800 }]);
    db.exec(`INSERT INTO sale_return VALUES ('r1', 's1', 't1', 'R-9', '2026-11-22', 400, '{}')`);
    migrate(db, 5);
    const of = (day: string): unknown[] =>
      db.prepare('SELECT what, key, amount FROM till_total WHERE business_date = ? ORDER BY what, key').raw().all(day);
    expect(of('2026-11-22')).toEqual([
      ['firstReceipt', '', 0],
      ['lastReceipt', '', 0],
      ['pointsSpentFen', '', 200],
      ['promotionBrandFen', 'tea', 100],
      ['promotionFen', 'tea', 400],
      ['promotionSales', 'tea', 2],
      ['refundTender', 'cash', 400],
      ['refundsFen', '', 400],
      ['returns', '', 1],
      ['roundingFen', '', -3],
      ['sales', '', 2],
      ['salesFen', '', 1600],
      ['savingsFen', '', 400],
      ['taxFen', '', 184],
      ['tender', 'cash', 1097],
      ['tender', 'token', 500],
    ]);
    expect(of('2026-11-23')).toContainEqual(['tender', 'token', 800]);
    const text = `SELECT text FROM till_total WHERE business_date = '2026-11-22' AND what = ?`;
    expect(db.prepare(text).pluck().get('firstReceipt')).toBe('R-s1');
    expect(db.prepare(text).pluck().get('lastReceipt')).toBe('R-s2');
    expect(JSON.parse(db.prepare(text).pluck().get('promotionFen') as string)).toEqual(name);
    expect(db.prepare('SELECT session_id, told_hash FROM sale').raw().all()).toEqual(Array(3).fill([null, null]));
    expect(tables(db)).toEqual(
      expect.arrayContaining(['day_closing', 'goods_return', 'receipt_series', 'till_session', 'training_sale']),
    );
  });

  it('0006 keeps items, their prices and the count of versions, and finds each item by its code', () => {
    const db = at(5);
    const add = db.prepare(
      `INSERT INTO item (sku, gtin, name_zh, name_en, size_zh, size_en, department, category, type, sold_by, price_fen, vat_bp, shelf, pictogram, price_version, no_promotions)
       VALUES (?, ?, '名', 'Name', '', '', 'd', 'c', 't', ?, ?, 900, 'A1', 'p', 2, ?)`,
    );
    add.run('milk', '02900000000018', 'each', 1290, 0);
    add.run('apple', '02900000000032', 'weight', 1580, 1);
    db.exec(
      `INSERT INTO item_import VALUES (1, '2026-11-21T00:00:00Z', 1, 0, '[]'), (2, '2026-11-22T00:00:00Z', 2, 5, '[]')`,
    );
    migrate(db, 6);
    expect(
      db
        .prepare('SELECT sku, unit, price_fen, base_fen, no_promotions, state, price_version FROM item ORDER BY sku')
        .raw()
        .all(),
    ).toEqual([
      ['apple', 'kg', 1580, 1580, 1, 'on-sale', 2],
      ['milk', 'each', 1290, 1290, 0, 'on-sale', 2],
    ]);
    expect(db.prepare('SELECT * FROM item_code ORDER BY code').raw().all()).toEqual([
      ['02900000000018', 'milk', 1],
      ['02900000000032', 'apple', 1],
    ]);
    expect(db.prepare('SELECT max(version) FROM price_version').pluck().get()).toBe(2);
    expect(tables(db)).toEqual(expect.arrayContaining(['price_change', 'import_quarantine']));
  });

  it('0007 leaves returns as they are, and has counted no print', () => {
    const db = at(6);
    db.exec(`
      INSERT INTO sale (sale_id, basket_id, terminal_id, receipt_number, business_date, payable_fen, savings_fen, body, view)
        VALUES ('s1', 'b1', 't1', 'R1', '2026-11-22', 1000, 0, '{}', '{}');
      INSERT INTO sale_return (return_id, sale_id, terminal_id, receipt_number, business_date, refund_fen, body)
        VALUES ('r1', 's1', 't1', 'R2', '2026-11-22', 400, '{"refundFen":400}')`);
    migrate(db, 7);
    expect(db.prepare('SELECT return_id, refund_fen, body, view FROM sale_return').raw().all()).toEqual([
      ['r1', 400, '{"refundFen":400}', null],
    ]);
    expect(db.prepare('SELECT count(*) FROM receipt_print').pluck().get()).toBe(0);
  });

  it('0008 leaves what is there, and remembers nothing of other POS systems yet', () => {
    const db = at(7);
    const kept = tables(db);
    migrate(db, 8);
    const made = tables(db).filter((name) => !kept.includes(name)) as string[];
    expect(made).toEqual(expect.arrayContaining(['poslog_quarantine', 'poslog_transaction', 'toast_transaction']));
    for (const name of made) expect(db.prepare(`SELECT count(*) FROM ${name}`).pluck().get()).toBe(0);
    const add = db.prepare(
      `INSERT INTO poslog_transaction (store, workstation, sequence, business_day, content_hash, booked, at) VALUES ('s', '3', '1', ?, '', '{}', 0)`,
    );
    add.run('2026-11-22');
    add.run('2026-11-23');
    expect(() => add.run('2026-11-22')).toThrow('UNIQUE');
  });

  it('0009 keeps members, and gives a key id to one of them only', () => {
    const db = at(8);
    const join = (id: string): void => {
      db.prepare(
        `INSERT INTO member (member_id, code_hash, tier, points, consents, joined_at) VALUES (?, ?, 'basic', 7, '[]', 'then')`,
      ).run(id, id);
    };
    join('m1');
    join('m2');
    migrate(db, 9);
    expect(db.prepare('SELECT member_id, points, public_key FROM member').all()).toEqual([
      { member_id: 'm1', points: 7, public_key: null },
      { member_id: 'm2', points: 7, public_key: null },
    ]);
    const give = (id: string): unknown => db.prepare(`UPDATE member SET key_id = 'k' WHERE member_id = ?`).run(id);
    give('m1');
    expect(() => give('m2')).toThrow(/UNIQUE/);
  });

  it('0010 keeps what waits for the hub, as marks of each stream', () => {
    const db = at(9);
    const add = db.prepare(
      `INSERT INTO event (epoch, stream, seq, type, time, hash, envelope) VALUES (?, ?, ?, 't', ?, 'h', '{}')`,
    );
    const wait = db.prepare('INSERT INTO outbox (epoch, stream, seq, bytes) VALUES (?, ?, ?, 2)');
    for (const seq of [1, 2, 3, 4]) add.run('e1', 'sales', seq, '2024-01-01');
    for (const seq of [1, 2]) add.run('e1', 'ops', seq, '2024-01-01');
    add.run('e2', 'sales', 1, '2024-02-01');
    for (const seq of [2, 4]) wait.run('e1', 'sales', seq);
    wait.run('e2', 'sales', 1);
    migrate(db, 10);
    expect(
      db.prepare('SELECT epoch, stream, held, ranges, moved FROM outbox_lane ORDER BY opened').raw().all(),
    ).toEqual([
      ['e1', 'ops', 2, '[]', '[]'],
      ['e1', 'sales', 1, '[]', '[]'],
      ['e2', 'sales', 0, '[]', '[]'],
    ]);
    expect(tables(db)).not.toContain('outbox');
  });

  it('0011 leaves the keys where they are until they are taken over, and nobody is forgotten yet', () => {
    const db = at(10);
    db.exec(`INSERT INTO member_key (member_id, key) VALUES ('m1', 'k')`);
    migrate(db, 11);
    expect(db.prepare('SELECT count(*) FROM member_key').pluck().get()).toBe(1);
    expect(db.prepare('SELECT count(*) FROM erasure').pluck().get()).toBe(0);
  });

  it('0012 leaves every item to the store, and nothing on trial', () => {
    const db = at(11);
    db.exec(`INSERT INTO price_version (version, at, cause) VALUES (1, '2026-11-22T10:00:00Z', 'import')`);
    db.prepare(
      `INSERT INTO item (sku, gtin, name_zh, name_en, size_zh, size_en, department, category, type, sold_by, unit, price_fen, base_fen, vat_bp, keyed_price, shelf,
         pictogram, no_promotions, state, price_version) VALUES ('milk', '02900000000018', '奶', 'Milk', '', '', 'd', 'c', '', 'each', 'each', 1, 1, 0, 0, '', '', 0, 'on-sale', 1)`,
    ).run();
    migrate(db, 12);
    expect(db.prepare('SELECT sku, owner, price_fen FROM item').all()).toEqual([
      { sku: 'milk', owner: 'store', price_fen: 1 },
    ]);
    expect(() => db.exec(`UPDATE item SET owner = 'nobody'`)).toThrow(/CHECK/);
    expect(db.prepare('SELECT count(*) FROM device_trial').pluck().get()).toBe(0);
  });

  it('0013 keeps the keys of phones, and takes several of a member', () => {
    const db = at(12);
    const add = db.prepare(
      `INSERT INTO member (member_id, code_hash, tier, points, consents, joined_at, public_key, key_id) VALUES (?, ?, 'basic', 7, '[]', 'then', ?, ?)`,
    );
    add.run('m1', 'c1', 'key', 'k1');
    add.run('m2', 'c2', null, null);
    migrate(db, 13);
    expect(db.prepare('SELECT key_id, member_id, public_key FROM member_phone').raw().all()).toEqual([
      ['k1', 'm1', 'key'],
    ]);
    expect(db.prepare('SELECT member_id, points, number FROM member').raw().all()).toEqual([
      ['m1', 7, null],
      ['m2', 7, null],
    ]);
    const give = (id: string): unknown => db.prepare(`UPDATE member SET number = '9' WHERE member_id = ?`).run(id);
    give('m1');
    expect(() => give('m2')).toThrow(/UNIQUE/);
  });

  it('0014 makes a balance of before an entry that is not told yet, and one of what was owed', () => {
    const db = at(13);
    db.exec(`INSERT INTO meta (key, value) VALUES ('store', 's1')`);
    const add = db.prepare(
      `INSERT INTO member (member_id, code_hash, tier, points, consents, joined_at) VALUES (?, ?, 'basic', ?, '[]', '2026-01-02T03:04:05Z')`,
    );
    for (const [id, points] of [
      ['M001', 7],
      ['M002', 0],
      ['M003', -5],
    ] as const)
      add.run(id, id, points);
    migrate(db, 14);
    const rows = db.prepare('SELECT entry, epoch, seq FROM points_entry ORDER BY entry_id').all() as {
      entry: string;
    }[];
    expect(rows.map(({ entry, ...place }) => [LedgerEntry.parse(JSON.parse(entry)), place])).toEqual([
      [
        {
          entryId: 'adjust:s1:M003',
          memberId: 'M003',
          kind: 'adjust',
          points: -5,
          at: '2026-01-02T03:04:05Z',
          reason: 'balance of before',
        },
        { epoch: null, seq: null },
      ],
      [
        { entryId: 'open:s1:M001', memberId: 'M001', kind: 'open', points: 7, at: '2026-01-02T03:04:05Z' },
        { epoch: null, seq: null },
      ],
    ]);
    expect(db.prepare('SELECT count(*) FROM member').pluck().get()).toBe(3);
  });

  it('0015 takes the members of before for the store’s own, of whom HQ has told nothing', () => {
    const db = at(14);
    db.exec(
      `INSERT INTO member (member_id, code_hash, tier, consents, joined_at) VALUES ('M001', 'c1', 'gold', '[]', '2026-01-02T03:04:05Z')`,
    );
    migrate(db, 15);
    expect(db.prepare('SELECT member_id, tier, source, as_of, orders, into_id FROM member').all()).toEqual([
      { member_id: 'M001', tier: 'gold', source: 'own', as_of: null, orders: null, into_id: null },
    ]);
    expect(db.prepare('SELECT count(*) FROM member_news').pluck().get()).toBe(0);
    const card = (): unknown => db.exec(`INSERT INTO member_card VALUES ('h', 'M001')`);
    card();
    expect(card).toThrow(/UNIQUE/);
  });

  it('0016 forgets news that was kept in clear, and has the feed tell it again', () => {
    const db = at(15);
    db.exec(`INSERT INTO member_news VALUES ('M001', '{"record":{}}', NULL, 7), ('M002', NULL, 'M001', 7)`);
    db.exec(`INSERT INTO meta (key, value) VALUES ('members-cursor', '7'), ('store', 's1')`);
    migrate(db, 16);
    expect(db.prepare('SELECT count(*) FROM member_news').pluck().get()).toBe(0);
    expect(db.prepare('SELECT key FROM meta').pluck().all()).toEqual(['store']);
    db.exec(`INSERT INTO member_news VALUES ('M001', 'x', NULL, 8, 1)`);
    const way = (): unknown => db.exec(`INSERT INTO member_news_way VALUES ('id:M001', 'M001')`);
    way();
    expect(way).toThrow(/UNIQUE/);
  });

  it('0017 knows no birthday of the members of before', () => {
    const db = at(16);
    db.exec(
      `INSERT INTO member (member_id, code_hash, tier, consents, joined_at) VALUES ('M001', 'c1', 'gold', '[]', '2026-01-02T03:04:05Z')`,
    );
    migrate(db, 17);
    expect(db.prepare('SELECT member_id, tier, birthday FROM member').raw().all()).toEqual([['M001', 'gold', null]]);
  });

  it('0018 has shown nobody anything yet, and holds a SKU back once', () => {
    const db = at(17);
    migrate(db, 18);
    expect(db.prepare('SELECT count(*) FROM exposure').pluck().get()).toBe(0);
    const hold = (): unknown => db.exec(`INSERT INTO held_back VALUES ('milk', '2026-01-02T03:04:05Z', 'staff-1')`);
    hold();
    expect(hold).toThrow(/UNIQUE/);
  });

  it('0019 leaves the model of before in force, on no trial', () => {
    const db = at(18);
    db.exec(`INSERT INTO desired VALUES ('model', 3, 'ab', '/models/ab', '2026-01-02T03:04:05Z')`);
    migrate(db, 19);
    expect(db.prepare('SELECT kind, version, content FROM desired').raw().all()).toEqual([['model', 3, '/models/ab']]);
    expect(db.prepare('SELECT count(*) FROM model_rollout').pluck().get()).toBe(0);
    const second = (): unknown =>
      db.exec(`INSERT INTO model_rollout VALUES (2, 4, 'cd', 0, 'shadow', 0, 1, NULL, NULL, NULL)`);
    expect(second).toThrow(/CHECK/);
  });

  it('0020 knows of no end of a tier, and keeps one gift of a campaign for a member', () => {
    const db = at(19);
    db.exec(
      `INSERT INTO member (member_id, code_hash, tier, consents, joined_at) VALUES ('M001', 'c1', 'gold', '[]', '2026-01-02T03:04:05Z')`,
    );
    migrate(db, 20);
    expect(db.prepare('SELECT tier, tier_until FROM member').raw().all()).toEqual([['gold', null]]);
    const choose = (): unknown => db.exec(`INSERT INTO gift_choice VALUES ('M001', 'tea-gift', 'cup', 1)`);
    choose();
    expect(choose).toThrow(/UNIQUE/);
    expect(db.prepare('SELECT count(*) FROM tier_told').pluck().get()).toBe(0);
  });

  it('0021 has asked nobody of before for a proof of their phone, and takes a request once', () => {
    const db = at(20);
    db.exec(
      `INSERT INTO member (member_id, code_hash, tier, consents, joined_at) VALUES ('M001', 'c1', 'gold', '[]', '2026-01-02T03:04:05Z')`,
    );
    migrate(db, 21);
    expect(db.prepare('SELECT tier, phone_verified FROM member').raw().all()).toEqual([['gold', null]]);
    const ask = (): unknown =>
      db.exec(`INSERT INTO phone_code VALUES ('r1', 'k1', 'p1', NULL, 'h', NULL, 1, 2, 0, 0, 0, 0, 0)`);
    ask();
    expect(ask).toThrow(/UNIQUE/);
  });

  it('0022 keeps what labels of before are proven to show, and takes them up at once', () => {
    const db = at(21);
    db.exec(
      `INSERT INTO label (tag_id, hw_type, device_id, sku, state, wanted, image_hash, shown_fen, shown_hash, shown_at, pending_fen)
       VALUES ('A1', 1, 'labels', 'milk', 'sending', '{"priceFen":1290}', 'h2', 990, 'h1', '2026-01-02T03:04:05Z', 990)`,
    );
    migrate(db, 22);
    expect(
      db.prepare('SELECT sku, state, shown_fen, pending_fen, sent_at, tries, next_try_ms FROM label').raw().all(),
    ).toEqual([['milk', 'sending', 990, 990, null, 0, 0]]);
    const hand = (): unknown => db.exec(`INSERT INTO label_picture VALUES ('A1', 'h2', 1290, 1)`);
    hand();
    expect(hand).toThrow(/UNIQUE/);
  });

  it('0023 keeps what was sold, and notes a price once an instant and an evidence once', () => {
    const db = at(22);
    db.exec(`INSERT INTO sold_price VALUES ('milk', 1, 1290)`);
    migrate(db, 23);
    expect(db.prepare('SELECT fen FROM sold_price').pluck().all()).toEqual([1290]);
    for (const insert of [
      `INSERT INTO applied_price VALUES ('milk', 1, 1290)`,
      `INSERT INTO reference_evidence VALUES ('milk', 1, 'last-sold', 1290, '[]', 2)`,
    ]) {
      const put = (): unknown => db.exec(insert);
      put();
      expect(put).toThrow(/UNIQUE/);
    }
  });
});
