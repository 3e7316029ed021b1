import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeTaste, HistoryFold, skuKey } from '@tillside/features';
import { PACK_LIMITS } from '@tillside/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMyData } from '../members/my-data.ts';
import { dueBefore } from '../members/pack-due.ts';
import type { HubStorage } from '../storage/port.ts';
import { openSqliteStorage } from '../storage/sqlite/index.ts';
import { chainOf, incoming } from '../testing/events.ts';
import { AT, consent, LATER, member } from '../testing/members.ts';
import { takeTastes } from './tastes.ts';

let out: string;
let storage: HubStorage;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'tillside-tastes-'));
  storage = openSqliteStorage(join(out, 'hub.db'));
});
afterEach(async () => {
  await storage.close();
  rmSync(out, { recursive: true });
});

const idOf = (place: number): string => `m_${String(place).padStart(5, '0')}`;
const joins = (place: number) =>
  storage.members.directory.add(member(idOf(place), { consents: [consent('personalisation', true)] }), AT);
const lineOf = (place: number, bytes = 800): string =>
  JSON.stringify({ memberId: idOf(place), taste: Buffer.alloc(bytes, place).toString('base64') });
const leave = (...lines: string[]): void => writeFileSync(join(out, 'tastes.ndjson'), lines.join('\n'));
const take = () => takeTastes(storage, { out, modelId: 'm1', now: () => LATER });

test('what a training left is kept of those who are members; nothing happens without members or without the file', async () => {
  expect(await take()).toBeNull();
  const lines = Array.from({ length: 1_200 }, (_, place) => lineOf(place));
  leave(...lines, '');
  expect(await take()).toBeNull();
  for (const place of [0, 7, 499, 500, 1_199]) await joins(place);
  expect(await take()).toBe(5);
  const held = await storage.members.tastes.of([0, 7, 499, 500, 1_199].map(idOf));
  expect([...held.values()].map((bytes) => bytes.length)).toEqual([800, 800, 800, 800, 800]);
  expect(held.get(idOf(7))?.equals(Buffer.alloc(800, 7))).toBe(true);
});

test('a line that is none, too long or of no member’s id ends it with a code, and says nothing of who it is', async () => {
  await joins(1);
  const bad = [
    '{"memberId":"m_00001"',
    JSON.stringify({ memberId: 'm_00001', taste: '§' }),
    JSON.stringify({ memberId: '', taste: 'AAAA' }),
    lineOf(1, PACK_LIMITS.tasteBytes + 1),
    'm_00001'.repeat(20_000),
  ];
  for (const line of bad) {
    leave(lineOf(1), line);
    const error = await take().catch((fault: unknown) => fault);
    expect(error).toMatchObject({ code: 'HUB_TRAINING_FAILED' });
    expect(String(error)).not.toContain('m_00001');
  }
  expect(await storage.members.tastes.newest()).toBeNull();
});

test('a member reads what is kept of their habits: by name where they bought it or HQ’s catalogue has it, else by its key', async () => {
  await joins(1);
  const row = await storage.members.directory.find({ memberId: idOf(1) });
  if (row === null) throw new Error('joined');
  const data = createMyData({ storage, clock: { now: () => Date.parse(LATER) } });
  expect((await data.export(row)).habits).toBeNull();

  const chain = chainOf('s1');
  const bought = chain.sale({ memberId: idOf(1) });
  await storage.events.ingest([{ store: 's1', receivedAt: AT, events: [incoming(bought)] }]);
  const [line] = (bought.data as { lines: { sku: string }[] }).lines;
  const receiptSku = line?.sku ?? '';
  const content = Buffer.from(['{"sku":"oat-drink","gtin":"1"}', '{"sku":"rye","gtin":"2"}'].join('\n'));
  const sha256 = createHash('sha256').update(content).digest('hex');
  await storage.registry.putStore({ id: 's1', name: 's1', createdAt: AT });
  await storage.artifacts.put(sha256, content);
  const signed = { store: 's1', kind: 'items', origin: 'i', version: 1, sha256, publishedAt: AT } as const;
  await storage.desired.publish({ docs: [], desired: [{ ...signed, lengthBytes: content.length }] });

  const fold = new HistoryFold();
  fold.add([receiptSku], Date.parse(AT));
  fold.add([receiptSku, 'sold-out'], Date.parse(LATER));
  const scores = [
    { sku: 'rye', neighbours: 0.25, factors: 0 },
    { sku: 'oat-drink', neighbours: 1, factors: 1 },
  ];
  const taste = encodeTaste({ untilMs: Date.parse(LATER), history: fold.snapshot(), scores });
  leave(JSON.stringify({ memberId: idOf(1), taste: taste.toString('base64') }));
  await take();
  const { habits } = await data.export(row);
  expect(habits).toMatchObject({ until: LATER, baskets: 2 });
  expect(habits?.bought).toEqual([
    { sku: `#${skuKey('sold-out')}`, baskets: 1, firstAt: LATER, lastAt: LATER },
    { sku: receiptSku, baskets: 2, firstAt: AT, lastAt: LATER },
  ]);
  expect(habits?.mayLike.map(({ sku }) => sku)).toEqual(['oat-drink', 'rye']);
  expect(habits?.mayLike[1]?.likeOthers).toBeCloseTo(0.25, 2);
});

test('packs are due by their age; new tastes make them so sooner, but not at once', () => {
  const nowMs = Date.parse('2026-03-10T12:00:00.000Z');
  expect(dueBefore(nowMs, 24, undefined)).toBe('2026-03-09T12:00:00.000Z');
  expect(dueBefore(nowMs, 24, '2026-03-01T00:00:00.000Z')).toBe('2026-03-09T12:00:00.000Z');
  expect(dueBefore(nowMs, 24, '2026-03-10T02:00:00.000Z')).toBe('2026-03-10T02:00:00.000Z');
  expect(dueBefore(nowMs, 24, '2026-03-10T11:59:00.000Z')).toBe('2026-03-10T06:00:00.000Z');
  expect(dueBefore(nowMs, 3, '2026-03-10T11:59:00.000Z')).toBe('2026-03-10T09:00:00.000Z');
});
