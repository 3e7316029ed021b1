import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '@tillside/protocol';
import Sqlite from 'better-sqlite3';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownEntries, postPoints } from '../points/entries.ts';
import { systemClock, systemRandom } from '../ports.ts';
import { backUpJournal } from './backup.ts';
import { Backups } from './backups.ts';
import { Journal } from './journal.ts';
import { type Mended, mendJournal, restoreJournal } from './mend.ts';
import { mendedCondition, noteMended } from './mended-note.ts';

let root: string;
let dataDir: string;
let backupDir: string;
let journal: Journal;
const ports = { clock: systemClock, random: systemRandom };
const open = (dir = dataDir): Journal => Journal.open({ dataDir: dir, store: 's1', ...ports });
const mend = (): Promise<Mended | undefined> => mendJournal({ dataDir, store: 's1', backupDir, ...ports });
const backUp = (nowMs = systemClock.now()) =>
  backUpJournal({ dataDir, store: 's1', to: backupDir }, { ...systemClock, now: () => nowMs });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tillside-mend-'));
  [dataDir, backupDir] = [join(root, 'data'), join(root, 'backups')];
  journal = open();
  journal.write((tx) => {
    tx.run(`INSERT INTO coupon (coupon_id, code_hash, code, campaign_id) VALUES ('k7', 'h', 'c', 'x')`);
    tx.run(`INSERT INTO receipt_series (terminal_id, series, next) VALUES ('t1', 'online', 41)`);
  });
});
afterEach(() => {
  journal.close();
  rmSync(root, { recursive: true });
});

const redeem = (n: number): unknown =>
  journal.write((tx) =>
    tx.append('tillside.coupon.redeemed.v1', { couponId: `k${n}`, campaignId: 'x', saleId: `sale-${n}`, amountFen: 1 }),
  );
const events = (): Envelope[] =>
  journal
    .all<{ envelope: string }>('SELECT envelope FROM event ORDER BY epoch, stream, seq')
    .map(({ envelope }) => JSON.parse(envelope) as Envelope);
const couponsOf = (all: Envelope[]) => all.map(({ data }) => data.couponId);
/** As a power cut leaves it: the log is there, and one page of an index is not what it was. */
const damage = (): void => {
  const db = new Sqlite(join(dataDir, 'journal.db'));
  const page = db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'idempotency_age'`).pluck().get() as number;
  const size = db.pragma('page_size', { simple: true }) as number;
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  redeem(900);
  const copy = join(root, 'copy');
  mkdirSync(copy);
  for (const name of ['journal.db', 'journal.db-wal']) copyFileSync(join(dataDir, name), join(copy, name));
  journal.close();
  for (const name of readdirSync(dataDir).filter((each) => each.startsWith('journal.db'))) rmSync(join(dataDir, name));
  for (const name of readdirSync(copy)) copyFileSync(join(copy, name), join(dataDir, name));
  const file = openSync(join(dataDir, 'journal.db'), 'r+');
  writeSync(file, Buffer.alloc(size, 0xa5), 0, size, (page - 1) * size);
};

describe('a backup', () => {
  it('made while the store sells is whole, and a new machine goes on from it without taking a number twice', async () => {
    for (let n = 0; n < 5; n++) redeem(n);
    const made = backUp();
    for (let n = 5; n < 9; n++) redeem(n);
    const { folder, manifest } = await made;
    expect(manifest).toMatchObject({ of: 'store', store: 's1', files: [{ name: 'journal.db' }] });
    const [before, old] = [events(), journal.epoch];
    journal.close();
    dataDir = join(root, 'new-machine');
    await restoreJournal({ dataDir, store: 's1', ...ports }, folder);
    journal = open();
    const kept = events();
    expect(kept.length).toBeGreaterThanOrEqual(5);
    expect(kept).toEqual(before.slice(0, kept.length));
    expect(journal.epoch).not.toBe(old);
    redeem(100);
    expect(events().filter(({ epoch }) => epoch === journal.epoch)).toMatchObject([{ seq: 1 }]);
    const lanes = journal.all<{ epoch: string; held: number }>('SELECT epoch, held FROM outbox_lane ORDER BY opened');
    expect(lanes).toEqual([
      { epoch: old, held: 0 },
      { epoch: journal.epoch, held: 0 },
    ]);
    expect(journal.get<{ next: number }>('SELECT next FROM receipt_series')?.next).toBeGreaterThan(1000);
  });

  it('of another store, or one that is not whole, is refused before anything is touched', async () => {
    const { folder } = await backUp();
    const restore = (store: string) => restoreJournal({ dataDir, store, ...ports }, folder);
    await expect(restore('s1')).rejects.toMatchObject({ code: 'DATABASE_IN_USE' });
    journal.close();
    await expect(restore('s2')).rejects.toMatchObject({ code: 'BACKUP_REFUSED' });
    writeFileSync(join(folder, 'journal.db'), 'x');
    await expect(restore('s1')).rejects.toMatchObject({ code: 'BACKUP_REFUSED' });
    journal = open();
    expect(journal.get<{ next: number }>('SELECT next FROM receipt_series')?.next).toBe(41);
  });

  it('that can not be made says so, and leaves nothing', async () => {
    writeFileSync(backupDir, '');
    await expect(backUp()).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
  });

  it('is made when the newest is too old, and the oldest go', async () => {
    let nowMs = Date.parse('2026-11-22T10:00:00Z');
    const clock = { ...systemClock, now: () => nowMs };
    const log = pino({ level: 'silent' });
    const backups = new Backups({ dataDir, store: 's1', dir: backupDir, everyHours: 24, keep: 2, clock, log });
    for (const hours of [0, 1, 24, 48]) {
      nowMs = Date.parse('2026-11-22T10:00:00Z') + hours * 3_600_000;
      await backups.look();
    }
    expect(readdirSync(backupDir)).toEqual(['s1-20261123T100000Z', 's1-20261124T100000Z']);
    rmSync(backupDir, { recursive: true });
    writeFileSync(backupDir, '');
    await backups.look();
    expect(backups.failure?.code).toBe('BACKUP_FAILED');
    await backups.stop();
  });
});

describe('a damaged journal', () => {
  it('that is sound is left alone', async () => {
    expect(await mend()).toBeUndefined();
    journal.close();
    expect(await mend()).toBeUndefined();
    rmSync(join(dataDir, 'journal.db'));
    expect(await mend()).toBeUndefined();
    journal = open();
  });

  it('is set aside; the newest whole backup takes its place, with what can still be read of later events', async () => {
    redeem(1);
    await backUp(Date.parse('2026-11-22T08:00:00Z'));
    const later = await backUp(Date.parse('2026-11-22T09:00:00Z'));
    writeFileSync(join(later.folder, 'journal.db'), 'damaged too');
    redeem(7);
    const [before, epoch] = [events(), journal.epoch];
    damage();
    const mended = await mend();
    expect(mended).toMatchObject({ from: { at: '2026-11-22T08:00:00.000Z' }, salvaged: 2 });
    expect(mended?.aside.every((name) => existsSync(name))).toBe(true);
    journal = open();
    expect(couponsOf(events())).toEqual(['k1', 'k7', 'k900']);
    expect(events().slice(0, 2)).toEqual(before);
    expect(journal.epoch).not.toBe(epoch);
    expect(journal.get('SELECT spent_sale_id FROM coupon')).toEqual({ spent_sale_id: 'sale-7' });
    noteMended(dataDir, mended as Mended, systemClock.now());
    expect(mendedCondition(dataDir, systemClock.now())?.code).toBe('DATABASE_MENDED');
    expect(mendedCondition(dataDir, systemClock.now() + 8 * 24 * 3_600_000)).toBeUndefined();
  });

  it('keeps the points that later events moved: the balance here is what HQ will hear', async () => {
    const entryOf = (n: number) => ({
      entryId: `earn:s1:sale-${n}`,
      memberId: 'm_0001',
      kind: 'earn' as const,
      points: 10 * n,
      at: '2026-11-22T09:00:00.000Z',
    });
    journal.write((tx) => postPoints(tx, [entryOf(1)]));
    await backUp();
    journal.write((tx) => postPoints(tx, [entryOf(2), entryOf(3)]));
    const own = () => ownEntries(journal, ['m_0001']).toSorted((a, b) => a.entry.points - b.entry.points);
    const before = own();
    expect(before.map(({ entry }) => entry.points)).toEqual([10, 20, 30]);
    damage();
    expect(await mend()).toMatchObject({ salvaged: 2 });
    journal = open();
    expect(own()).toEqual(before);
  });

  it('of which nothing can be read is kept byte for byte, and without a backup the store begins empty', async () => {
    redeem(1);
    journal.close();
    const garbage = Buffer.alloc(5000, 0x5a);
    writeFileSync(join(dataDir, 'journal.db'), garbage);
    const mended = (await mend()) as Mended;
    expect(mended.from).toBeUndefined();
    expect(readFileSync(mended.aside[0] ?? '').equals(garbage)).toBe(true);
    journal = open();
    expect(events()).toEqual([]);
    noteMended(dataDir, mended, systemClock.now());
    expect(mendedCondition(dataDir, systemClock.now())?.code).toBe('DATABASE_EMPTY');
  });
});
