import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDelta } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bench, STORE, soon } from '../testing/bench.ts';
import { sha256, type TestTarget } from '../testing/repo.ts';

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  await bench.open();
});
afterEach(() => bench.close());

const lines = (price: (index: number) => number): Buffer =>
  Buffer.from(Array.from({ length: 900 }, (_, at) => `{"sku":"s${1000 + at}","priceFen":${price(at)}}\n`).join(''));
const content = (version: number): Buffer => lines((at) => (at < version ? 7 : 9));
const items = (version: number, deltas: { from: number; bytes: Uint8Array }[] = []): TestTarget => {
  const named = deltas.map(({ from, bytes }) => {
    const hash = sha256(Buffer.from(bytes));
    bench.repo.files.set(`targets/stores/${STORE}/${hash}.items.ndjson`, Buffer.from(bytes));
    return { from, sha256: hash, lengthBytes: bytes.length };
  });
  const custom = { kind: 'items', version, store: STORE, ...(named.length > 0 ? { deltas: named } : {}) };
  return { path: `stores/${STORE}/items.ndjson`, bytes: content(version), custom };
};
const delta = (from: number, to: number): Uint8Array => makeDelta(content(from), content(to)) ?? expect.fail('none');
const asked = (bytes: Uint8Array): number =>
  bench.hub.seen.filter(({ url }) => url.includes(sha256(Buffer.from(bytes)))).length;
const warned: string[] = [];
const log = {
  debug: () => {},
  info: () => {},
  warn: (fields: object) => warned.push(String((fields as { code?: string }).code)),
};
async function follow(versions: number, last: TestTarget): Promise<void> {
  warned.length = 0;
  const link = bench.start({ log });
  for (let version = 1; version <= versions; version += 1) {
    bench.repo.publish([version === versions ? last : items(version)]);
    await vi.waitFor(() => expect(bench.inForce('items')).toBe(version), soon);
  }
  await vi.waitFor(() => expect(link.status().desired.items?.state).toBe('applied'));
  expect(bench.applied.at(-1)?.content.equals(content(versions))).toBe(true);
}

describe('a delta', () => {
  it('of the version in force is taken instead of the whole, and gives exactly the file that was signed', async () => {
    const good = delta(1, 2);
    await follow(2, items(2, [{ from: 1, bytes: good }]));
    expect([asked(good), asked(content(2))]).toEqual([1, 0]);
    expect(warned).toEqual([]);
    const kept = (await readdir(join(bench.folder, 'artifacts'))).map((name) => name.slice(0, -65)).toSorted();
    expect(kept).toEqual(['items-1', 'items-2']);
  });

  it('of another version is left alone', async () => {
    const other = delta(2, 3);
    await follow(1, items(1, [{ from: 7, bytes: other }]));
    expect([asked(other), asked(content(1))]).toEqual([0, 1]);
  });

  it.each([
    ['gives another file', () => delta(1, 3)],
    ['asks for more than there is', () => Buffer.from('tillside-delta 1\n=99999999\n')],
    ['passes over the end', () => Buffer.from(`tillside-delta 1\n-99999999\n=${content(2).length}\n`)],
    ['is none', () => Buffer.from('{"sku":"s1000"}\n')],
    ['is empty of all but its name', () => Buffer.from('tillside-delta 1\n')],
  ])('that was signed and %s: the whole is taken, and it is said', async (_what, make) => {
    const bad = make();
    await follow(2, items(2, [{ from: 1, bytes: bad }]));
    expect([asked(bad), asked(content(2))]).toEqual([1, 1]);
    expect(warned).toEqual(['TARGET_DELTA_UNFIT']);
  });

  it('that was changed on the way, or is gone at the hub: the whole is taken, and it is said', async () => {
    const good = delta(1, 2);
    const last = items(2, [{ from: 1, bytes: good }]);
    const name = `targets/stores/${STORE}/${sha256(Buffer.from(good))}.items.ndjson`;
    bench.repo.files.set(name, Buffer.from(good).fill(120, 30, 31));
    await follow(2, last);
    expect(warned).toEqual(['TARGET_DELTA_UNFIT']);
    const next = items(3, [{ from: 2, bytes: delta(2, 3) }]);
    bench.repo.files.delete(`targets/stores/${STORE}/${sha256(Buffer.from(delta(2, 3)))}.items.ndjson`);
    bench.repo.publish([next]);
    await vi.waitFor(() => expect(bench.inForce('items')).toBe(3), soon);
    expect(bench.applied.at(-1)?.content.equals(content(3))).toBe(true);
    expect(warned).toEqual(['TARGET_DELTA_UNFIT', 'TARGET_DELTA_UNFIT']);
  });

  it('that is cut off goes on where it stopped', async () => {
    const good = delta(1, 400);
    const last = items(2, [{ from: 1, bytes: good }]);
    const long = { ...last, bytes: content(400) };
    warned.length = 0;
    bench.repo.publish([items(1)]);
    bench.start({ log });
    await vi.waitFor(() => expect(bench.inForce('items')).toBe(1), soon);
    bench.hub.cutAfterBytes = 2_000;
    bench.repo.publish([long]);
    await vi.waitFor(() => expect(bench.inForce('items')).toBe(2), soon);
    expect(bench.applied.at(-1)?.content.equals(content(400))).toBe(true);
    expect([asked(good), asked(content(400))]).toEqual([2, 0]);
    expect(warned).not.toContain('TARGET_DELTA_UNFIT');
  });
});
