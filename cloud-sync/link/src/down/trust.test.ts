import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Bench, campaigns, checked, STORE, says, soon } from '../testing/bench.ts';
import { testEnvelope } from '../testing/hub.ts';
import { DAY_MS, TestRepo } from '../testing/repo.ts';

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  await bench.open();
});
afterEach(() => bench.close());

test('rollback of timestamp, snapshot or target version is refused, also after a restart', async () => {
  bench.repo.publish([campaigns(5)]);
  const old = new Map(bench.repo.files);
  let link = await bench.applies(bench.start(), 5);
  bench.repo.publish([campaigns(6)]);
  await bench.applies(link, 6);
  bench.repo.files.set('timestamp.json', old.get('timestamp.json') ?? Buffer.alloc(0));
  await says(link, 'TUF_ROLLBACK');
  bench.applied = bench.applied.filter(({ version }) => version < 6);
  await link.stop();
  link = bench.start();
  await says(link, 'TUF_ROLLBACK');
  expect(bench.inForce('campaigns')).toBe(5);
  bench.repo.publish([campaigns(4)]);
  await vi.waitFor(() => expect(link.status().lastError?.message).toContain('version 4 after 5'), soon);
});

test('freeze: expired metadata is named, what is in force stays, and a renewed timestamp ends it', async () => {
  bench.repo.publish([campaigns(1)]);
  const link = await bench.applies(bench.start(), 1);
  bench.skewMs = 29 * DAY_MS;
  bench.repo.expiresMs.timestamp = Date.now() + 28 * DAY_MS;
  bench.repo.publish([campaigns(2)]);
  await says(link, 'TUF_EXPIRED');
  expect(bench.inForce('campaigns')).toBe(1);
  bench.repo.expiresMs.timestamp = Date.now() + 40 * DAY_MS;
  bench.repo.publishTimestamp();
  await bench.applies(link, 2);
});

test('metadata signed below its threshold, and a root not signed by the old root, are refused', async () => {
  const link = bench.start();
  await checked(link);
  const foreign = new TestRepo(Date.now());
  Object.assign(foreign.versions, { timestamp: 50, snapshot: bench.repo.versions.snapshot });
  foreign.files.set(bench.repo.newest('snapshot'), bench.repo.bytesOf('snapshot'));
  foreign.publishTimestamp();
  const good = bench.repo.files.get('timestamp.json') ?? Buffer.alloc(0);
  bench.repo.files.set('timestamp.json', foreign.files.get('timestamp.json') ?? Buffer.alloc(0));
  await says(link, 'TUF_SIGNATURE_BELOW_THRESHOLD');
  bench.repo.files.set('timestamp.json', good);
  await vi.waitFor(() => expect(link.status().lastError).toBeUndefined(), soon);
  foreign.versions.root = 1;
  bench.repo.files.set('2.root.json', foreign.publishRoot());
  await says(link, 'TUF_SIGNATURE_BELOW_THRESHOLD');
});

test('one of two root keys is not enough; a chain of rotated roots is followed', async () => {
  const link = bench.start();
  await checked(link);
  const both = bench.repo.signers.root;
  bench.repo.signers.root = both.slice(0, 1);
  bench.repo.thresholds.root = 1;
  bench.repo.publishRoot();
  await says(link, 'TUF_SIGNATURE_BELOW_THRESHOLD');
  bench.repo.signers.root = both;
  bench.repo.thresholds.root = 2;
  bench.repo.versions.root = 1;
  bench.repo.rotate('root');
  bench.repo.rotate('timestamp');
  bench.repo.rotate('targets');
  // New timestamp keys are the way out of a stolen key's high versions: older numbers are accepted again.
  bench.repo.versions.timestamp = 0;
  bench.repo.publish([campaigns(1)]);
  await bench.applies(link, 1);
});

test('a flipped bit in targets.json or in the artifact is refused, and a clean copy ends it', async () => {
  bench.repo.publish([campaigns(1)]);
  const name = `${bench.repo.versions.targets}.targets.json`;
  const flipped = (file: string): Buffer => {
    const bytes = Buffer.from(bench.repo.files.get(file) ?? []);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    return bytes;
  };
  const clean = new Map(bench.repo.files);
  bench.repo.files.set(name, flipped(name));
  const link = bench.start();
  await says(link, 'TUF_HASH_MISMATCH');
  bench.repo.files.set(name, clean.get(name) ?? Buffer.alloc(0));
  const target = bench.repo.fileOf(Buffer.from('set 1'));
  bench.repo.files.set(target, flipped(target));
  await says(link, 'TARGET_HASH_MISMATCH');
  expect(bench.applied).toEqual([]);
  bench.repo.files.set(target, clean.get(target) ?? Buffer.alloc(0));
  await bench.applies(link, 1);
});

test('damaged trusted state is named and nothing is forgotten; sales go on', async () => {
  bench.repo.publish([campaigns(1)]);
  const first = await bench.applies(bench.start(), 1);
  await first.stop();
  await writeFile(join(bench.folder, 'trusted', 'timestamp.json'), '{');
  const link = bench.start();
  await says(link, 'TUF_STATE_UNREADABLE');
  bench.outbox.rows = [testEnvelope(STORE, 1)];
  link.nudge();
  await vi.waitFor(() => expect(bench.hub.held.size).toBe(1), soon);
});
