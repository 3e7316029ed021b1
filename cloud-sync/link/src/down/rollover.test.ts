import { DESIRED_KINDS } from '@tillside/protocol';
import { beforeEach, expect, test } from 'vitest';
import { TestDisk } from '../testing/disk.ts';
import { follow, TRUST_FOLDER } from '../testing/follow.ts';
import { DAY_MS, desiredTarget, type JsonObject, newKey, TestRepo, type TestTarget } from '../testing/repo.ts';
import { openMetadataStore } from './files.ts';
import type { Versions } from './wanted.ts';

const now = Date.now();
const set = (version: number): TestTarget => desiredTarget('demo', 'campaigns', version, Buffer.from(`set ${version}`));
let repo: TestRepo;
let disk: TestDisk;
let pinned: string;
beforeEach(() => {
  repo = new TestRepo(now);
  disk = new TestDisk();
  pinned = repo.publishRoot().toString('utf8');
});

const check = (inForce: Partial<Versions> = {}, nowMs = now) =>
  follow({ disk, pinned, store: 'demo', serve: (name) => repo.files.get(name), nowMs, inForce });

/** As hubs published before there were delegations: everything in targets.json. */
function publishFlat(targets: readonly TestTarget[]): void {
  repo.edit = {
    targets: (signed) => {
      delete signed.delegations;
      signed.targets = repo.listed(targets);
    },
    snapshot: (signed) => {
      signed.meta = { 'targets.json': (signed.meta as JsonObject)['targets.json'] ?? null };
    },
  };
  repo.publishTargets();
  repo.edit = {};
}

test('a store that follows one flat targets file goes over to delegations, and to a root of new holders', async () => {
  publishFlat([set(1)]);
  expect((await check()).handed).toEqual([{ kind: 'campaigns', version: 1 }]);
  const former = repo.signers.root;
  repo.signers.root = [newKey(), newKey(), newKey()];
  repo.publishRoot(former);
  repo.publish([set(2)]);
  const { state, handed } = await check({ campaigns: 1 });
  expect(state.problem).toBeUndefined();
  expect(handed).toEqual([{ kind: 'campaigns', version: 2 }]);
  expect(state.trusted.root.body.version).toBe(2);
});

test('nothing that has not changed is fetched again, also after a restart', async () => {
  repo.publish([set(1)]);
  const first = await check();
  expect(first.asked).toHaveLength(1 + 3 + DESIRED_KINDS.length);
  expect((await check({ campaigns: 1 })).asked).toEqual(['2.root.json', 'timestamp.json']);
  repo.publishRole('campaigns', [set(2)]);
  repo.publishSnapshot();
  expect((await check({ campaigns: 1 })).asked).toEqual([
    '2.root.json',
    'timestamp.json',
    '2.snapshot.json',
    '2.campaigns.json',
  ]);
});

test("one kind's fault is its own: the others are followed", async () => {
  repo.expiresMs.model = now - DAY_MS;
  repo.publish([set(1), desiredTarget('demo', 'model', 1, Buffer.from('model'))]);
  const { state, handed } = await check();
  expect(handed).toEqual([{ kind: 'campaigns', version: 1 }]);
  expect(state.problem?.code).toBe('TUF_EXPIRED');
  expect(state.desired.model).toMatchObject({ state: 'refused', code: 'TUF_EXPIRED' });
  expect(state.desired.campaigns).toMatchObject({ state: 'applied' });
});

test.each(['timestamp', 'snapshot'] as const)(
  'fast-forward: what a stolen %s key made too high is overcome by new keys, and by nothing else',
  async (role) => {
    repo.publish([set(1)]);
    await check();
    const honest = { ...repo.versions };
    repo.versions[role] = 2 ** 53 - 2;
    if (role === 'snapshot') repo.publishSnapshot();
    else repo.publishTimestamp();
    expect((await check({ campaigns: 1 })).state.problem).toBeUndefined();
    Object.assign(repo.versions, honest, { timestamp: role === 'timestamp' ? honest.timestamp : honest.timestamp + 5 });
    repo.publish([set(2)]);
    const stuck = await check({ campaigns: 1 });
    expect(stuck.state.problem?.code).toBe('TUF_ROLLBACK');
    expect(stuck.handed).toEqual([]);
    repo.rotate(role);
    Object.assign(repo.versions, { snapshot: honest.snapshot + 1 });
    repo.publish([set(2)]);
    const free = await check({ campaigns: 1 });
    expect(free.state.problem).toBeUndefined();
    expect(free.handed).toEqual([{ kind: 'campaigns', version: 2 }]);
  },
);

test("fast-forward of a kind's role ends with a new snapshot key", async () => {
  repo.publish([set(1)]);
  await check();
  const { campaigns } = repo.versions;
  repo.versions.campaigns = 2 ** 53 - 2;
  repo.publish([set(2)]);
  expect((await check({ campaigns: 1 })).handed).toEqual([{ kind: 'campaigns', version: 2 }]);
  repo.versions.campaigns = campaigns;
  repo.publish([set(3)]);
  expect((await check({ campaigns: 2 })).state.problem?.code).toBe('TUF_ROLLBACK');
  repo.rotate('snapshot');
  repo.publish([set(3)]);
  expect((await check({ campaigns: 2 })).handed).toEqual([{ kind: 'campaigns', version: 3 }]);
});

test('what is verified is kept even when the next check fails', async () => {
  repo.publish([set(1)]);
  await check();
  repo.publish([set(2)]);
  repo.files.delete(repo.newest('snapshot'));
  const missing = await check({ campaigns: 1 });
  expect(missing.state.problem?.code).toBe('TUF_MISSING');
  const again = await check({ campaigns: 1 });
  expect(again.state.trusted.timestamp?.body.version).toBe(repo.versions.timestamp);
  repo.expiresMs.snapshot = now - 1;
  repo.publish([set(3)]);
  await check({ campaigns: 1 });
  const expired = await check({ campaigns: 1 });
  expect(expired.state.problem?.code).toBe('TUF_EXPIRED');
  expect(expired.state.trusted.timestamp?.body.version).toBe(repo.versions.timestamp);
  expect(expired.state.trusted.snapshot?.body.version).toBe(1);
});

test('a timestamp that came with an expired snapshot is kept, so that it cannot be rolled back', async () => {
  repo.expiresMs.snapshot = now + 1000;
  repo.publish([set(1)]);
  await check();
  repo.publishTimestamp();
  expect((await check({ campaigns: 1 }, now + 2000)).state.problem?.code).toBe('TUF_EXPIRED');
  expect((await openMetadataStore(TRUST_FOLDER, pinned, disk).load()).timestamp?.body.version).toBe(2);
});

test('delegated roles that are used no more are forgotten', async () => {
  const key = newKey();
  const bin = (name: string, targets: JsonObject) => ({
    name,
    keys: [key],
    signed: {
      _type: 'targets',
      version: 1,
      spec_version: '1.0.31',
      expires: new Date(now + DAY_MS).toISOString(),
      targets,
    },
  });
  const split = (bits: number, name: string): void => {
    repo.extra = [...repo.extra, bin(name, repo.listed([set(bits)]))];
    repo.edit.campaigns = (signed) => {
      const succinct = { keyids: [key.keyId], threshold: 1, bit_length: bits, name_prefix: 'campaigns' };
      Object.assign(signed, {
        targets: {},
        delegations: { keys: { [key.keyId]: key.json }, succinct_roles: succinct },
      });
    };
    repo.publish([]);
  };
  split(4, 'campaigns-f');
  expect((await check()).handed).toEqual([{ kind: 'campaigns', version: 4 }]);
  expect(disk.names()).toContain('role-campaigns-f.json');
  split(8, 'campaigns-f3');
  expect((await check({ campaigns: 4 })).handed).toEqual([{ kind: 'campaigns', version: 8 }]);
  expect(disk.names().filter((name) => name.startsWith('role-campaigns'))).toEqual([
    'role-campaigns-f3.json',
    'role-campaigns.json',
  ]);
});

test('a role that two others delegate to is checked against the one through which it is reached', async () => {
  repo.publish([set(1)]);
  await check();
  // Held and good for campaigns; targets now names another key for it, and the file stays.
  const held = repo.newest('campaigns');
  repo.signers.campaigns = [newKey()];
  repo.publishTargets();
  const { state, asked } = await check({ campaigns: 1 });
  expect(asked).toContain(held);
  expect(state.problem?.code).toBe('TUF_SIGNATURE_BELOW_THRESHOLD');
});
