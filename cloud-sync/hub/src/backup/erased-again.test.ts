import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createErasures } from '../members/erase.ts';
import { eraseListed, erasureList } from '../members/erasure-list.ts';
import { erasureSigner } from '../members/erasure-proof.ts';
import type { HubStorage } from '../storage/port.ts';
import { openSqliteStorage } from '../storage/sqlite/index.ts';
import { AT, member } from '../testing/members.ts';
import { backUp, restore } from './backup.ts';

const clock = { now: () => Date.parse('2024-03-02T01:00:00Z') };
const LEFT = { at: '2024-03-02T01:00:00.000Z', by: 'member', reason: 'asked' } as const;
const KEY = 'Kq'.repeat(21).concat('K');
let dir: string;
let storage: HubStorage;
const open = (): HubStorage => openSqliteStorage(join(dir, 'hub.db'));
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-erased-again-'));
  storage = open();
});
afterEach(async () => {
  await storage.close();
  rmSync(dir, { recursive: true });
});

const signUp = (memberId: string) => storage.members.directory.add(member(memberId), AT);

test('a member who left after the backup has left the hub that came back from it, and every store is told', async () => {
  await signUp('m_0001');
  await storage.keys.put('s2', [{ memberId: 'm_0001', key: KEY }]);
  const { folder } = await backUp({ dataDir: dir, to: join(dir, 'backups'), withSigningKeys: false }, clock);
  await signUp('m_0002');
  await storage.members.directory.erase('m_0001', LEFT);
  await storage.members.directory.erase('m_0002', LEFT);
  const told = (store: HubStorage) =>
    Promise.all(['m_0001', 'm_0002'].map((memberId) => store.members.directory.erasure(memberId)));
  const known = await told(storage);
  const destroyed = await storage.partners.destroyed.of(['m_0001']);
  const seen = await storage.members.feed.newest();
  expect(known[0]?.stores.map(({ store }) => store)).toEqual(['s2']);
  expect(destroyed).toHaveLength(1);
  await storage.close();
  await restore(folder, dir, clock);
  storage = open();
  expect(await storage.members.directory.find({ memberId: 'm_0001' })).toBeNull();
  expect(await told(storage)).toEqual(known);
  expect(await storage.partners.destroyed.of(['m_0001'])).toEqual(destroyed);
  const { changes } = await storage.members.feed.since(['s9'], seen, 9);
  expect(changes).toEqual(['m_0001', 'm_0002'].map((memberId) => ({ memberId, erasedAt: LEFT.at })));
  // Sign-ups that the store sends again are not taken, nor are keys.
  expect(await signUp('m_0002')).toBe('erased');
  expect(await storage.keys.put('s1', [{ memberId: 'm_0001', key: KEY }])).toBe(0);
});

test('what stores are told after any restore has a cursor that none of them has seen', async () => {
  await signUp('m_0001');
  const { folder } = await backUp({ dataDir: dir, to: join(dir, 'backups'), withSigningKeys: false }, clock);
  for (const memberId of ['m_0002', 'm_0003']) await signUp(memberId);
  const seen = await storage.members.feed.newest();
  await storage.close();
  await restore(folder, dir, clock);
  storage = open();
  await storage.members.feed.touch(['m_0001'], 'all', AT);
  expect((await storage.members.feed.since(['s9'], seen, 9)).changes).toEqual([{ memberId: 'm_0001', erasedAt: null }]);
});

test('whom HQ had erased is erased again from the list beside the signing keys, where the keys lie in the database', async () => {
  const list = erasureList(join(dir, 'keys'));
  const signer = await erasureSigner(join(dir, 'keys'));
  const erasures = createErasures({ storage, clock, signer, list, wake: async () => undefined });
  await signUp('m_0001');
  await erasures.eraseEverywhere('m_0001', 'member', 'asked');
  // As a database that was put back by its own tools: nothing of the erasure is known to it.
  const back = openSqliteStorage(join(mkdtempSync(join(dir, 'back-')), 'hub.db'));
  await back.members.directory.add(member('m_0001'), AT);
  await back.members.directory.add(member('m_0002'), AT);
  expect(await eraseListed(list, back)).toBe(1);
  expect(await back.members.directory.find({ memberId: 'm_0001' })).toBeNull();
  expect(await back.members.directory.erasure('m_0001')).toMatchObject({ by: 'member', at: LEFT.at });
  expect(await back.members.directory.find({ memberId: 'm_0002' })).not.toBeNull();
  expect(await eraseListed(list, back)).toBe(0);
  await back.close();
});
