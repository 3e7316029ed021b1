import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { targetPath } from '@tillside/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HubStorage } from '../storage/port.ts';
import { openSqliteStorage } from '../storage/sqlite/index.ts';
import { createOneProcess } from '../storage/sqlite/one-process.ts';
import { type Verified, verified } from '../testing/repo-client.ts';
import { contentOf, sealed, TargetsJson } from './format.ts';
import { keyFile, loadSigningKeys, makeSigner } from './keys.ts';
import { expiryOf, firstRoot, snapshotDoc, targetsDoc, timestampDoc } from './metadata.ts';
import { createPublisher } from './publisher.ts';
import { namedKeys } from './repository.ts';

const clock = { now: () => Date.now() };
let dir: string;
let storage: HubStorage;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-publisher-'));
  storage = openSqliteStorage(join(dir, 'hub.db'));
});
afterEach(async () => {
  await storage.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Each takes its turns for itself, as if it had lost the one it shares with the other hubs: what is signed must hold together all the same. */
const publisherOf = () =>
  createPublisher({ storage: { ...storage, turns: createOneProcess().turns }, clock, keysDir: dir });
const addStores = async (from: number, to: number): Promise<string[]> => {
  const ids = Array.from({ length: to - from }, (_, index) => `s${from + index}`);
  for (const id of ids) await storage.registry.putStore({ id, name: id, createdAt: new Date().toISOString() });
  return ids;
};
const artifactOf = async (store: string, version: number) => {
  const text = `${store} ${version}`;
  return { sha256: createHash('sha256').update(text).digest('hex'), lengthBytes: text.length };
};
const push = (stores: readonly string[], by = publisherOf()) =>
  by.publish({ kind: 'campaigns', stores, origin: 'o', artifact: artifactOf });

/** What a store would read, straight from the database. */
async function read(rootVersion = 1): Promise<Verified> {
  const pinned = await storage.desired.metadata('root', rootVersion);
  const send = async (path: string): Promise<Response> => {
    const [, version, role = ''] = /^\/repo\/(?:(\d+)\.)?([\w-]+)\.json$/u.exec(path) ?? [];
    const doc = await storage.desired.metadata(role, version === undefined ? undefined : Number(version));
    return new Response(doc?.body ?? '', { status: doc === null ? 404 : 200 });
  };
  return verified({ root: JSON.parse(pinned?.body ?? '{}'), send }, Date.now());
}

test('a repository from before delegations rolls over: the same root, the same versions, what is wanted stays', async () => {
  const [root, online] = [await makeSigner(keyFile(dir, 'root')), await makeSigner(keyFile(dir, 'online'))];
  const at = { version: 1, nowMs: Date.now() };
  const keys = { root, online, kinds: {} } as never;
  const custom = { kind: 'campaigns', version: 7, store: 's1' } as const;
  const entry = { length: 3, hashes: { sha256: 'a'.repeat(64) }, custom };
  const flat = {
    _type: 'targets',
    spec_version: '1.0.31',
    version: 4,
    expires: expiryOf('targets', Date.now()),
    targets: {
      [targetPath('s1', 'campaigns')]: entry,
      [targetPath('s1', 'model')]: { ...entry, custom: { ...custom, kind: 'model', version: 2 } },
    },
  };
  const docs = [
    sealed('root', firstRoot(root, online, at), [root]),
    sealed('targets', flat, [online]),
    snapshotDoc(keys, { ...at, version: 9 }, { 'targets.json': { version: 4 } }),
    timestampDoc(keys, { ...at, version: 11 }, 9),
  ];
  await storage.desired.publish({ docs, desired: [] });
  await addStores(1, 2);
  const publisher = publisherOf();
  await publisher.maintain();
  const { targets, meta } = await read();
  expect(meta).toEqual({
    'targets.json': 5,
    'campaigns.json': 1,
    'items.json': 1,
    'model.json': 1,
    'devices.json': 1,
    'members.json': 1,
    'terms.json': 1,
    'content.json': 1,
  });
  expect(targets[targetPath('s1', 'model')]?.custom).toMatchObject({ kind: 'model', version: 2 });
  expect(await push(['s1'], publisher)).toMatchObject([{ version: 8 }]);
  expect((await storage.desired.metadata('timestamp'))?.version).toBe(13);
  const before = (await read()).meta;
  await publisher.maintain();
  expect((await read()).meta).toEqual(before);
});

test('a repository of a hub that knew fewer kinds gets a key and a role for the new one; nothing else is signed anew', async () => {
  await addStores(1, 2);
  await publisherOf().maintain();
  await push(['s1']);
  const all = await loadSigningKeys(dir, await namedKeys(storage));
  const nowMs = Date.now();
  // As a hub left it before content was signed: no key, no role, no word of them.
  await rm(keyFile(dir, 'kind-content'));
  const { 'content.json': _, ...listed } = (await read()).meta;
  const older = contentOf(TargetsJson, targetsDoc(all, { version: 2, nowMs }));
  const kept = older.delegations?.roles?.filter(({ name }) => name !== 'content');
  const delegations = { ...older.delegations, roles: kept, keys: { ...older.delegations?.keys } };
  delete delegations.keys[all.kinds.content.keyId];
  const meta = Object.fromEntries(
    Object.entries({ ...listed, 'targets.json': 2 }).map(([name, version]) => [name, { version }]),
  );
  const docs = [
    sealed('targets', { ...older, delegations }, [all.online]),
    snapshotDoc(all, { version: 50, nowMs }, meta),
    timestampDoc(all, { version: 50, nowMs }, 50),
  ];
  await storage.desired.publish({ docs, desired: [] });
  const before = await read();
  expect(Object.keys(before.meta)).not.toContain('content.json');

  await publisherOf().maintain();
  const after = await read();
  const changed = Object.keys(after.meta).filter((name) => after.meta[name] !== before.meta[name]);
  expect(changed.toSorted()).toEqual(['content.json', 'targets.json']);
  expect(after.targets[targetPath('s1', 'campaigns')]).toEqual(before.targets[targetPath('s1', 'campaigns')]);
  await publisherOf().publish({ kind: 'content', stores: ['s1'], origin: 'content', artifact: artifactOf });
  expect((await read()).targets[targetPath('s1', 'content')]?.custom).toMatchObject({ kind: 'content', version: 1 });
});

test('many stores are split into bins; one publish signs the one bin that holds it', async () => {
  await publisherOf().maintain();
  const some = await addStores(0, 100);
  await push(some);
  expect(Object.keys((await read()).meta)).toHaveLength(8);
  const more = await addStores(100, 200);
  await push(more);
  const split = await read();
  expect(Object.keys(split.meta).filter((name) => name.startsWith('campaigns-'))).toHaveLength(16);
  expect(Object.keys(split.targets)).toHaveLength(200);
  await push(['s42']);
  const after = await read();
  const changed = Object.keys(after.meta).filter((name) => after.meta[name] !== split.meta[name]);
  expect(changed).toEqual([expect.stringMatching(/^campaigns-[0-9a-f]\.json$/u)]);
  expect(after.targets['stores/s42/campaigns.json']?.custom).toMatchObject({ store: 's42', version: 2 });
  expect(after.targets['stores/s43/campaigns.json']?.custom).toMatchObject({ store: 's43', version: 1 });
  expect(await publisherOf().target('s42', 'campaigns')).toMatchObject({ custom: { version: 2 } });
  expect(await publisherOf().target('s9999', 'campaigns')).toBeNull();
});

test('two hub processes on one database: of two that sign at once one does it again, and nothing of the other is lost', async () => {
  await addStores(0, 3);
  await publisherOf().maintain();
  await push(['s0', 's1', 's2']);
  const asked: number[] = [];
  const artifact = async (store: string, version: number) => {
    asked.push(version);
    // In the middle of this publication another process publishes.
    if (asked.length === 1) await push(['s1', 's2']);
    return artifactOf(store, version);
  };
  const [late] = await publisherOf().publish({ kind: 'campaigns', stores: ['s1'], origin: 'o', artifact });
  expect(asked).toEqual([2, 3]);
  expect(late?.version).toBe(3);
  const { targets } = await read();
  expect(['s0', 's1', 's2'].map((id) => targets[targetPath(id, 'campaigns')]?.custom.version)).toEqual([1, 3, 2]);
});

test('ways from older versions are signed with the target', async () => {
  await addStores(1, 2);
  await publisherOf().maintain();
  const deltas = [{ from: 1, sha256: 'b'.repeat(64), lengthBytes: 10 }];
  const artifact = async (store: string, version: number) => ({ ...(await artifactOf(store, version)), deltas });
  await publisherOf().publish({ kind: 'items', stores: ['s1'], origin: 'o', artifact });
  expect((await read()).targets[targetPath('s1', 'items')]?.custom).toMatchObject({ deltas });
});
