import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Bench, campaigns, checked, STORE, says, soon } from '../testing/bench.ts';
import { desiredTarget } from '../testing/repo.ts';

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  await bench.open();
});
afterEach(() => bench.close());

test('campaigns and model are verified, handed over once, and the previous file is kept', async () => {
  const link = bench.start();
  bench.repo.publish([campaigns(1), desiredTarget(STORE, 'model', 4, Buffer.from('model'))]);
  await bench.applies(link, 1);
  await vi.waitFor(() => expect(bench.inForce('model')).toBe(4), soon);
  for (const version of [2, 3]) {
    bench.repo.publish([campaigns(version), desiredTarget(STORE, 'model', 4, Buffer.from('model'))]);
    await bench.applies(link, version);
  }
  await vi.waitFor(() => expect(link.status().desired.campaigns?.state).toBe('applied'), soon);
  expect(bench.applied.map(({ content }) => content.toString())).toEqual(['set 1', 'model', 'set 2', 'set 3']);
  const kept = (await readdir(join(bench.folder, 'artifacts'))).map((name) => name.slice(0, -65)).sort();
  expect(kept).toEqual(['campaigns-2', 'campaigns-3', 'model-4']);
});

test('a refused artifact is reported, and not offered again until it changes', async () => {
  bench.answer = { outcome: 'refused', code: 'CAMPAIGN_INVALID', message: 'no' };
  bench.repo.publish([campaigns(1)]);
  const link = bench.start();
  await vi.waitFor(
    () => expect(link.status().desired.campaigns).toMatchObject({ state: 'refused', code: 'CAMPAIGN_INVALID' }),
    soon,
  );
  const downloads = () => bench.hub.seen.filter(({ url }) => url.includes('/targets/')).length;
  const polls = bench.hub.seen.length;
  await vi.waitFor(() => expect(bench.hub.seen.length).toBeGreaterThan(polls + 6), soon);
  expect(downloads()).toBe(1);
  bench.answer = { outcome: 'applied' };
  bench.repo.publish([campaigns(2)]);
  await bench.applies(link, 2);
});

test('what has to wait is said so, and offered again until it is taken', async () => {
  bench.answer = { outcome: 'later', code: 'MEMBERS_PACK_KEY_AWAY', message: 'no key yet' };
  bench.repo.publish([campaigns(1)]);
  const link = bench.start();
  await vi.waitFor(
    () => expect(link.status().desired.campaigns).toMatchObject({ state: 'failed', code: 'MEMBERS_PACK_KEY_AWAY' }),
    soon,
  );
  bench.answer = { outcome: 'applied' };
  await bench.applies(link, 1);
  expect(bench.hub.seen.filter(({ url }) => url.includes('/targets/'))).toHaveLength(1);
});

test("another store's target is never taken, and one under our path but meant for another is refused", async () => {
  bench.repo.publish([desiredTarget('other', 'campaigns', 9, Buffer.from('theirs'))]);
  const link = bench.start();
  await checked(link);
  expect(bench.hub.seen.some(({ url }) => url.includes('/targets/'))).toBe(false);
  bench.repo.publish([{ ...campaigns(9), custom: { kind: 'campaigns', version: 9, store: 'other' } }]);
  await says(link, 'TUF_WRONG_STORE');
  expect(bench.applied).toEqual([]);
});

test('a download cut in the middle goes on where it stopped', async () => {
  const model = Buffer.alloc(300_000, 'tillside ');
  bench.hub.cutAfterBytes = 100_000;
  bench.repo.publish([desiredTarget(STORE, 'model', 1, model)]);
  const link = bench.start();
  await vi.waitFor(() => expect(bench.inForce('model')).toBe(1), soon);
  expect(bench.applied[0]?.content.equals(model)).toBe(true);
  const ranges = bench.hub.seen.flatMap(({ range }) => (range === undefined ? [] : [range]));
  expect(ranges).toHaveLength(1);
  expect(Number(/^bytes=(\d+)-$/.exec(ranges[0] ?? '')?.[1])).toBeGreaterThan(0);
  await vi.waitFor(() => expect(link.status().lastError).toBeUndefined(), soon);
});

test('a file longer than signed, a missing one, and one beyond what a store takes are refused', async () => {
  bench.repo.publish([campaigns(1, 'short')]);
  const file = bench.repo.fileOf(Buffer.from('short'));
  bench.repo.files.set(file, Buffer.from('shorter than this'));
  const link = bench.start();
  await says(link, 'TARGET_TOO_LARGE');
  bench.repo.files.delete(file);
  await says(link, 'TARGET_MISSING');
  bench.repo.publish([campaigns(2, 'x'.repeat(8 * 1024 * 1024 + 1))]);
  await says(link, 'TARGET_TOO_LARGE');
  expect(bench.applied).toEqual([]);
});

test('a crash between trust and apply hands the artifact over after the restart', async () => {
  bench.repo.publish([campaigns(1)]);
  const first = await bench.applies(bench.start(), 1);
  await first.stop();
  bench.applied = [];
  await bench.applies(bench.start(), 1);
});
