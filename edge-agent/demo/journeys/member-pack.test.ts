import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PackReader } from '@tillside/edge-agent/journal';
import { PackFile } from '@tillside/hub/storage';
import { keyIdOf, type MemberRecord } from '@tillside/protocol';
import Sqlite from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';

const dir = mkdtempSync(join(tmpdir(), 'tillside-pack-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const KEY = Buffer.alloc(32, 7);
const PACK = { store: 'store-1', version: 3 } as const;
const ABOUT = {
  asOf: '2026-11-20T08:00:00.000Z',
  cursor: 41,
  leftOut: 0,
  included: [],
};
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const phoneOf = (index: number): string => `+86139${String(10_000_000 + index)}`;
const keyOf = (index: number): string => Buffer.from(sha256(`key ${index}`), 'hex').toString('base64url');

const member = (index: number, more: Partial<MemberRecord> = {}): MemberRecord => ({
  memberId: `m${String(index).padStart(24, '0')}`,
  number: String(100_000_000 + index),
  joinedAt: '2026-03-01T10:00:00.000Z',
  tier: index % 3 === 0 ? 'gold' : 'basic',
  consents: [{ purpose: 'membership', granted: true, textVersion: 't1', at: '2026-03-01T10:00:00.000Z' }],
  tags: [],
  segments: ['active'],
  publicKeys: index % 2 === 0 ? [keyOf(index)] : [],
  codeHashes: [sha256(`code ${index}`)],
  orders: index,
  points: {
    lots: [{ lotId: `earn:s1:${index}`, points: 50 + index, availableAtMs: null, expiresAtMs: null }],
    debt: 0,
  },
  aliases: index === 5 ? ['m-merged-into-5'] : [],
  ...more,
});

let count = 0;
function write({
  members = 40,
  key = KEY,
  pack = PACK as { store: string; version: number },
  maxBytes = 2 ** 30,
} = {}) {
  count += 1;
  const file = join(dir, `pack-${count}`);
  const writer = PackFile.create(file, { ...pack, key, maxBytes });
  let leftOut = 0;
  for (let index = 1; index <= members; index += 1)
    if (!writer.add({ record: member(index), phone: phoneOf(index) })) leftOut += 1;
  const header = writer.finish({ ...ABOUT, leftOut });
  return { file, header, bytes: readFileSync(file) };
}
const open = (file: string, more: Partial<Parameters<typeof PackReader.open>[0]> = {}): Promise<PackReader> =>
  PackReader.open({ file, sha256: sha256(readFileSync(file)), ...PACK, key: KEY, ...more });
const codeOf = async (work: Promise<PackReader>): Promise<string> =>
  work.then(
    (reader) => {
      reader.close();
      return 'opened';
    },
    (error: { code?: string }) => error.code ?? String(error),
  );

const AGREES = ['membership', 'personalisation'] as const;
const agreeing = (index: number): MemberRecord => {
  const at = '2026-03-01T10:00:00.000Z';
  return member(index, {
    consents: AGREES.map((purpose) => ({
      purpose,
      granted: index % 4 !== 0 || purpose === 'membership',
      textVersion: 't1',
      at,
    })),
  });
};
const tasteOf = (index: number): Buffer => Buffer.alloc(700 + index, index);
/** Everybody but each fourth agrees to personal offers; of each fifth HQ knows nothing. */
async function writeTastes({ members = 40, maxBytes = 2 ** 30 } = {}) {
  count += 1;
  const file = join(dir, `pack-${count}`);
  const writer = PackFile.create(file, { ...PACK, key: KEY, maxBytes });
  for (let index = 1; index <= members; index += 1) writer.add({ record: agreeing(index), phone: phoneOf(index) });
  const known = new Map(
    Array.from({ length: members }, (_, at) => at + 1)
      .filter((index) => index % 5 !== 0)
      .map((index) => [member(index).memberId, tasteOf(index)]),
  );
  const asked: string[] = [];
  const tastes = await writer.addTastes(async (ids) => {
    asked.push(...ids);
    return known;
  });
  return { file, header: writer.finish(ABOUT), tastes, asked };
}

describe('tastes in a pack', () => {
  it('are those of members who agree, found by id alone, also by an older one; HQ is asked for nobody else', async () => {
    const { file, tastes, asked } = await writeTastes();
    const pack = await open(file);
    expect(asked).toHaveLength(30);
    expect([tastes, pack.tastes()]).toEqual([24, 24]);
    for (let index = 1; index <= 40; index += 1) {
      const hasOne = index % 4 !== 0 && index % 5 !== 0;
      expect(pack.taste(member(index).memberId)).toEqual(hasOne ? tasteOf(index) : undefined);
      expect(pack.find('id', member(index).memberId)?.memberId).toBe(member(index).memberId);
    }
    expect(pack.taste('m-merged-into-5')).toBeUndefined();
    expect(pack.taste('nobody')).toBeUndefined();
    pack.close();
    const merged = PackFile.create(file, { ...PACK, key: KEY, maxBytes: 2 ** 30 });
    merged.add({ record: { ...agreeing(5) } });
    await merged.addTastes(async () => new Map([[member(5).memberId, tasteOf(5)]]));
    merged.finish(ABOUT);
    const other = await open(file);
    expect(other.taste('m-merged-into-5')).toEqual(tasteOf(5));
    other.close();
  });

  it('take what room members leave, those who were added first; nothing of them lies in clear', async () => {
    const bare = write({ members: 400 }).bytes.length;
    const maxBytes = bare + 200 * 1024;
    const { file, header, tastes } = await writeTastes({ members: 400, maxBytes });
    expect(header).toMatchObject({ members: 400, leftOut: 0 });
    expect(tastes).toBeGreaterThan(60);
    expect(tastes).toBeLessThan(240);
    const bytes = readFileSync(file);
    expect(bytes.length).toBeLessThanOrEqual(maxBytes);
    expect(bytes.includes(Buffer.alloc(64, 7))).toBe(false);
    const pack = await open(file);
    const has = Array.from({ length: 400 }, (_, at) => pack.taste(member(at + 1).memberId) !== undefined);
    expect(has.lastIndexOf(true)).toBeLessThan(has.length - 100);
    expect(has.filter(Boolean)).toHaveLength(tastes);
    pack.close();
  });

  it('are in none that was made before there were any; a newer kind of pack is read as far as it is known', async () => {
    const { file } = await writeTastes({ members: 12 });
    const change = (sql: string): void => {
      const db = new Sqlite(file);
      db.exec(sql);
      db.close();
    };
    change('PRAGMA user_version = 9; CREATE TABLE more (id INTEGER PRIMARY KEY, box BLOB NOT NULL) STRICT');
    const newer = await open(file);
    expect(newer.taste(member(1).memberId)).toEqual(tasteOf(1));
    newer.close();
    change('PRAGMA user_version = 1; DROP TABLE tastes');
    const older = await open(file);
    expect(older.find('phone', phoneOf(1))).toBeDefined();
    expect([older.taste(member(1).memberId), older.tastes()]).toEqual([undefined, 0]);
    older.close();
  });

  it('that a disk has spoilt, or that lie at another place, are a code and no taste', async () => {
    const { file } = await writeTastes({ members: 3 });
    const db = new Sqlite(file);
    db.exec('UPDATE tastes SET box = (SELECT box FROM tastes WHERE id = 2) WHERE id = 1');
    db.exec(`UPDATE tastes SET box = x'00' WHERE id = 0`);
    db.close();
    const pack = await open(file);
    for (const read of [() => pack.taste(member(1).memberId), () => pack.tastes()])
      expect(read).toThrow(expect.objectContaining({ code: 'MEMBERS_PACK_DAMAGED' }));
    expect(pack.taste(member(2).memberId)).toEqual(tasteOf(2));
    expect(pack.find('phone', phoneOf(1))).toBeDefined();
    pack.close();
  });
});

describe('a member pack', () => {
  it('gives each member by code, phone, key, number, id and older id, and nobody else', async () => {
    const { file, header } = write();
    const pack = await open(file);
    expect(pack.header).toEqual(header);
    expect(header).toMatchObject({ ...PACK, members: 40, leftOut: 0, cursor: 41 });
    for (let index = 1; index <= 40; index += 1) {
      const whole = member(index);
      expect(pack.find('code', sha256(`code ${index}`))).toEqual(whole);
      expect(pack.find('phone', phoneOf(index))?.memberId).toBe(whole.memberId);
      expect(pack.find('number', String(100_000_000 + index))?.memberId).toBe(whole.memberId);
      expect(pack.find('id', whole.memberId)?.memberId).toBe(whole.memberId);
      if (index % 2 === 0)
        expect(pack.find('key', keyIdOf(Buffer.from(keyOf(index), 'base64url')))?.memberId).toBe(whole.memberId);
    }
    expect(pack.find('id', 'm-merged-into-5')?.memberId).toBe(member(5).memberId);
    // What is of one kind is found as no other.
    expect(pack.find('number', sha256('code 1'))).toBeUndefined();
    expect(pack.find('phone', phoneOf(41))).toBeUndefined();
    pack.close();
  });

  it('is the same file for the same key and rows, another for another key, and holds nothing of its members in clear', () => {
    const [one, again, other] = [write(), write(), write({ key: Buffer.alloc(32, 8) })];
    expect(one.bytes.equals(again.bytes)).toBe(true);
    expect(one.bytes.equals(other.bytes)).toBe(false);
    for (const text of [phoneOf(7), member(7).memberId, '100000007', 'gold', sha256('code 7'), keyOf(8)])
      expect(one.bytes.includes(text)).toBe(false);
    expect(one.bytes.includes(Buffer.from(sha256('code 7'), 'hex'))).toBe(false);
  });

  it('takes members until it is full, and says how many it left out', async () => {
    const full = write({ members: 2_000, maxBytes: 200 * 1024 });
    expect(full.header.leftOut).toBeGreaterThan(200);
    expect(full.header.members + full.header.leftOut).toBe(2_000);
    expect(full.bytes.length).toBeLessThanOrEqual(200 * 1024);
    expect(full.bytes.length).toBeGreaterThan(120 * 1024);
    const pack = await open(full.file);
    expect(pack.find('id', member(1).memberId)).toBeDefined();
    expect(pack.find('id', member(2_000).memberId)).toBeUndefined();
    pack.close();
  });

  it('of another key, store or version is foreign; without members too', async () => {
    for (const members of [0, 3]) {
      const { file } = write({ members });
      expect(await codeOf(open(file))).toBe('opened');
      expect(await codeOf(open(file, { key: Buffer.alloc(32, 9) }))).toBe('MEMBERS_PACK_FOREIGN');
      expect(await codeOf(open(file, { key: Buffer.alloc(5) }))).toBe('MEMBERS_PACK_FOREIGN');
      expect(await codeOf(open(file, { store: 'store-2' }))).toBe('MEMBERS_PACK_FOREIGN');
      expect(await codeOf(open(file, { version: 4 }))).toBe('MEMBERS_PACK_FOREIGN');
    }
  });

  it('whose header was changed is refused, even where the hash is that of the changed file', async () => {
    const { file, bytes } = write();
    const at = bytes.indexOf('"cursor":41');
    writeFileSync(file, Buffer.from(bytes).fill('"cursor":14', at, at + 11));
    expect(await codeOf(open(file))).toBe('MEMBERS_PACK_FOREIGN');
    const store = bytes.indexOf('"store":"store-1"');
    writeFileSync(file, Buffer.from(bytes).fill('"store":"store-2"', store, store + 17));
    expect(await codeOf(open(file, { store: 'store-2' }))).toBe('MEMBERS_PACK_FOREIGN');
  });

  it('that is cut off, empty, gone or something else is damaged', async () => {
    const { file, bytes } = write();
    for (const length of [0, 1, 99, 100, 4_095, 4_096, bytes.length - 1]) {
      writeFileSync(file, bytes.subarray(0, length));
      expect(await codeOf(open(file, { sha256: sha256(bytes) }))).toBe('MEMBERS_PACK_DAMAGED');
      // A file that lacks its last byte alone is still one to SQLite: the hash tells.
      if (length < bytes.length - 1) expect(await codeOf(open(file))).toMatch(/^MEMBERS_PACK_/);
    }
    writeFileSync(file, 'no pack at all'.repeat(1_000));
    expect(await codeOf(open(file))).toBe('MEMBERS_PACK_DAMAGED');
    rmSync(file);
    expect(await codeOf(PackReader.open({ file, sha256: '', ...PACK, key: KEY }))).toBe('MEMBERS_PACK_DAMAGED');
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('is refused for each byte that is another; a byte that the disk spoils later gives the right member, nobody or a refusal', async () => {
    const { file, bytes } = write({ members: 12 });
    const signed = sha256(bytes);
    const outcomes = new Map<string, number>();
    const note = (what: string): void => void outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
    for (let at = 0; at < bytes.length; at += 601) {
      const bad = Buffer.from(bytes);
      bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(file, bad);
      expect(await codeOf(open(file, { sha256: signed }))).toBe('MEMBERS_PACK_DAMAGED');
      // As if the hash had been right: nothing but codes and right answers may come out.
      const pack = await open(file).catch((error: { code?: string }) => {
        expect(error.code).toMatch(/^MEMBERS_PACK_/);
      });
      for (let index = 1; index <= 12 && pack !== undefined; index += 1) {
        try {
          const found = pack.find('phone', phoneOf(index));
          if (found !== undefined) expect(found).toEqual(member(index, { codeHashes: [] }));
          note(found === undefined ? 'nobody' : 'right');
        } catch (error) {
          expect((error as { code?: string }).code).toBe('MEMBERS_PACK_DAMAGED');
          note('refused');
        }
      }
      pack?.close();
    }
    expect(outcomes.get('right')).toBeGreaterThan(200);
    expect(outcomes.get('refused')).toBeGreaterThan(3);
  });
});
