import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { startHub } from '../hub.ts';
import { MILK_SET } from '../testing/campaigns.ts';
import { chainOf, many } from '../testing/events.ts';
import { type PairedStore, type TestHub, testHub } from '../testing/hub.ts';
import { backUp, restore } from './backup.ts';

let hub: TestHub;
let store: PairedStore;
let backups: string;
beforeEach(async () => {
  hub = await testHub();
  store = await hub.pairStore('s1');
  backups = mkdtempSync(join(tmpdir(), 'tillside-backups-'));
});
afterEach(async () => {
  await hub.dispose();
  rmSync(backups, { recursive: true });
});

const KEY = 'Kq'.repeat(21).concat('K');
const deposit = () =>
  store.send('/v1/sync/keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ store: 's1', keys: [{ memberId: 'm_0001', key: KEY }] }),
  });
const timestampVersion = async (): Promise<number> => {
  const answer = await fetch(`${hub.hub.url}/repo/timestamp.json`, {
    headers: { authorization: `Bearer ${store.credential}` },
  });
  return ((await answer.json()) as { signed: { version: number } }).signed.version;
};
const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());
const wish = (withSigningKeys = false) => ({ dataDir: hub.dataDir, to: backups, withSigningKeys });

test('a hub that lost its disk comes back from a backup made while it took events in; stores fill what it lacks', async () => {
  const chain = chainOf('s1');
  const sales = many(60, () => chain.sale());
  await store.acked(sales.slice(0, 20));
  await hub.call('pushCampaigns', { body: { stores: ['*'], set: MILK_SET } });
  const sending = (async () => {
    for (let from = 20; from < 40; from += 5) await store.acked(sales.slice(from, from + 5));
  })();
  const { folder } = await backUp(wish(true), systemClock);
  await sending;
  await hub.call('pushCampaigns', { body: { stores: ['*'], set: { ...MILK_SET, setId: 'after-the-backup' } } });
  const seen = await timestampVersion();
  await hub.hub.stop();
  writeFileSync(join(hub.dataDir, 'hub.db'), 'no database at all');
  const again = () =>
    startHub({ dataDir: hub.dataDir, port: 0, mqtt: { port: 0 } }, { logger: pino({ level: 'silent' }) });
  await expect(again()).rejects.toMatchObject({ code: 'HUB_DATA_CORRUPT' });
  const aside = await restore(folder, hub.dataDir, systemClock);
  expect(readFileSync(aside[0] ?? '', 'utf8')).toBe('no database at all');
  await hub.restart();
  expect(await timestampVersion()).toBeGreaterThan(seen);
  const { acks } = await store.acked([...sales.slice(0, 1), ...sales.slice(58)]);
  expect(acks[0]?.contiguousSeq).toBeGreaterThanOrEqual(20);
  expect((await store.acked(sales)).acks).toMatchObject([{ contiguousSeq: 60, ranges: [] }]);
  expect((await hub.call('store', { params: { id: 's1' } })).days[0]?.sales).toBe(60);
  const pushed = await hub.call('pushCampaigns', { body: { stores: ['*'], set: MILK_SET } });
  expect(pushed.stores[0]?.version).toBeGreaterThan(2);
});

test('no backup holds a sealing key, nor a signing key unless it was asked for', async () => {
  await deposit();
  await store.acked([chainOf('s1').sale()]);
  const { folder, manifest } = await backUp(wish(), systemClock);
  expect(manifest.files.map(({ name }) => name)).toContain('hub.db');
  for (const path of filesBelow(folder)) {
    expect(readFileSync(path).includes(KEY), path).toBe(false);
    expect(readFileSync(path).includes('PRIVATE KEY'), path).toBe(false);
  }
  expect(filesBelow(hub.dataDir).some((path) => readFileSync(path).includes(KEY))).toBe(true);
});

test('once a member is erased, no file of the hub holds the key, and an older copy of the keys is erased when it is opened', async () => {
  await deposit();
  const older = readFileSync(join(hub.dataDir, 'keys.db'));
  const chain = chainOf('s1', 'members');
  const erased = { memberId: 'm_0001', at: '2024-03-02T01:00:00Z', by: 'member' };
  await store.acked([chain.next('tillside.member.erased.v1', erased)]);
  const holding = () => filesBelow(hub.dataDir).filter((path) => readFileSync(path).includes(KEY));
  expect(holding()).toEqual([]);
  await hub.hub.stop();
  writeFileSync(join(hub.dataDir, 'keys.db'), older);
  expect(holding()).toHaveLength(1);
  await hub.restart();
  expect(holding()).toEqual([]);
  expect(await (await deposit()).json()).toEqual({ stored: 0 });
});

test('what is no whole backup is refused before anything is touched; so is a hub that runs', async () => {
  const { folder } = await backUp(wish(), systemClock);
  await expect(restore(folder, hub.dataDir, systemClock)).rejects.toMatchObject({ code: 'HUB_DATA_LOCKED' });
  await hub.hub.stop();
  const before = readFileSync(join(hub.dataDir, 'hub.db'));
  writeFileSync(join(folder, 'hub.db'), 'x');
  await expect(restore(folder, hub.dataDir, systemClock)).rejects.toMatchObject({ code: 'HUB_BACKUP_DAMAGED' });
  await expect(restore(backups, hub.dataDir, systemClock)).rejects.toMatchObject({ code: 'HUB_BACKUP_DAMAGED' });
  expect(readFileSync(join(hub.dataDir, 'hub.db')).equals(before)).toBe(true);
  await hub.restart();
});

test('a backup to where it can not be written says so and leaves no half', async () => {
  writeFileSync(join(backups, 'file'), '');
  await expect(backUp({ ...wish(), to: join(backups, 'file') }, systemClock)).rejects.toMatchObject({
    code: 'HUB_BACKUP_FAILED',
  });
  expect(readdirSync(backups)).toEqual(['file']);
});
