import { expect, test } from 'vitest';
import { PowerCut, TestDisk } from '../testing/disk.ts';
import { follow, TRUST_FOLDER } from '../testing/follow.ts';
import { DAY_MS, desiredTarget, TestRepo } from '../testing/repo.ts';
import { openMetadataStore } from './files.ts';

const STORE = 'demo';
const now = Date.now();
const set = (version: number) => desiredTarget(STORE, 'campaigns', version, Buffer.from(`set ${version}`));

/** A repository that a store knows, and news on top: a root that revokes the timestamp's and snapshot's keys, one that does not, new metadata everywhere. */
function known() {
  const repo = new TestRepo(now);
  const pinned = repo.publishRoot().toString('utf8');
  repo.publish([set(1)]);
  return { repo, pinned };
}

function news(repo: TestRepo): void {
  repo.rotate('targets');
  repo.rotate('snapshot');
  repo.rotate('timestamp');
  repo.signers.campaigns = [...repo.signers.model];
  repo.publish([set(2)]);
}

const run = (disk: TestDisk, repo: TestRepo, pinned: string) =>
  follow({ disk, pinned, store: STORE, serve: (name) => repo.files.get(name), nowMs: now, inForce: { campaigns: 0 } });

/** Runs with the power cut after `steps`; false when the run came to its end before. */
async function cutAfter(disk: TestDisk, steps: number, repo: TestRepo, pinned: string): Promise<boolean> {
  disk.steps = 0;
  disk.cutAfter = steps;
  try {
    await run(disk, repo, pinned);
    return false;
  } catch (error) {
    // The store of metadata names the failure; only a cut is expected here.
    expect(disk.steps).toBe(steps);
    expect(error instanceof PowerCut || String(error).includes('power is out')).toBe(true);
    return true;
  }
}

test.each([
  ['with all that was written', false],
  ['with only what was flushed', true],
])(
  'the power may fail between any two steps: the next start, %s, accepts what it finds and gets to the end',
  async (_, lose) => {
    const { repo, pinned } = known();
    const started = new TestDisk();
    await run(started, repo, pinned);
    news(repo);
    const before = await openMetadataStore(TRUST_FOLDER, pinned, started).load();
    let cuts = 0;
    for (let steps = 0; ; steps += 1) {
      const disk = started.clone();
      if (!(await cutAfter(disk, steps, repo, pinned))) break;
      cuts += 1;
      disk.restart(lose);
      const after = await openMetadataStore(TRUST_FOLDER, pinned, disk).load();
      expect(after.root.body.version).toBeGreaterThanOrEqual(before.root.body.version);
      // Forgetting is what a root that revokes keys asks for, and nothing else.
      if (after.root.body.version <= 2) {
        expect(after.timestamp?.body.version).toBe(before.timestamp?.body.version);
        expect(after.snapshot?.body.version).toBe(before.snapshot?.body.version);
      }
      const { state, handed } = await run(disk, repo, pinned);
      expect(state.problem).toBeUndefined();
      expect(handed).toEqual([{ kind: 'campaigns', version: 2 }]);
      expect(disk.names().filter((name) => name.startsWith('revoking'))).toEqual([]);
    }
    expect(cuts).toBeGreaterThan(40);
  },
);

test('a cut during the recovery from a cut is survived as well', async () => {
  const { repo, pinned } = known();
  const disk = new TestDisk();
  await run(disk, repo, pinned);
  disk.restart(true);
  news(repo);
  // Into the middle of the root that revokes the snapshot key.
  for (let steps = 6; steps < 24; steps += 1) {
    await cutAfter(disk, steps, repo, pinned);
    disk.restart(true);
    await cutAfter(disk, steps % 5, repo, pinned);
    disk.restart(true);
  }
  const { state } = await run(disk, repo, pinned);
  expect(state.problem).toBeUndefined();
  expect(state.trusted.root.body.version).toBe(4);
});

test('after a cut in a rotation, versions that a stolen key made too high do not block the store', async () => {
  const { repo, pinned } = known();
  repo.versions.timestamp = 9_000_000;
  repo.versions.snapshot = 9_000_000;
  repo.publish([set(1)]);
  const disk = new TestDisk();
  await run(disk, repo, pinned);
  disk.restart(true);
  // One of two keys goes, so that old metadata would still verify under the new root.
  const kept = repo.signers.timestamp;
  repo.rotate('timestamp');
  repo.signers.timestamp = [...kept, ...repo.signers.timestamp];
  repo.rotate('snapshot');
  repo.versions.timestamp = 3;
  repo.versions.snapshot = 3;
  repo.publish([set(2)]);
  for (let steps = 1; await cutAfter(disk, steps, repo, pinned); steps += 1) disk.restart(true);
  const { state } = await run(disk, repo, pinned);
  expect(state.problem).toBeUndefined();
  expect(state.trusted.timestamp?.body.version).toBe(4);
});

test('the clock may jump by years both ways: nothing trusted is lost, and it comes back by itself', async () => {
  const { repo, pinned } = known();
  const disk = new TestDisk();
  const at = (years: number, inForce = 1) =>
    follow({
      disk,
      pinned,
      store: STORE,
      serve: (name) => repo.files.get(name),
      nowMs: now + years * 365 * DAY_MS,
      inForce: { campaigns: inForce },
    });
  expect((await at(0, 0)).handed).toEqual([{ kind: 'campaigns', version: 1 }]);
  const held = disk.names();
  repo.publish([set(2)]);
  const ahead = await at(30);
  expect(ahead.state.problem?.code).toBe('TUF_EXPIRED');
  expect(ahead.handed).toEqual([]);
  expect(disk.names()).toEqual(held);
  const back = await at(-30);
  expect(back.state.problem).toBeUndefined();
  expect((await at(0)).handed).toEqual([{ kind: 'campaigns', version: 2 }]);
});
