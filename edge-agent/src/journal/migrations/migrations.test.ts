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
    expect(MIGRATIONS.map((step) => step.version)).toEqual([1, 2, 3]);
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
});
