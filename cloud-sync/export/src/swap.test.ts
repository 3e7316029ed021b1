import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkExport } from './check.ts';
import { openDirectory } from './directory.ts';
import { loadManifest, MANIFEST } from './manifest.ts';
import { type ExportOptions, runExport } from './run.ts';
import { ask, glob } from './testing/duck.ts';
import { type Chain, chainOf, type TestHub, testHub } from './testing/hub.ts';

const NOW = Date.parse('2024-03-05T00:00:00Z');
const DAY = 24 * 3600_000;
let hub: TestHub;
let dir: string;
let chain: Chain;
beforeEach(() => {
  hub = testHub();
  dir = join(hub.dir, 'out');
  chain = chainOf('s1');
});
afterEach(() => hub.dispose());

const run = (change: Partial<ExportOptions> = {}) => runExport({ dir, events: hub.events, now: () => NOW, ...change });
const sales = async (): Promise<unknown> =>
  (await ask(`SELECT count(*) AS n FROM ${glob(dir, 'sale_completed')}`))[0]?.n;

describe('a crash', () => {
  test.each(['flushed', 'decided', 'swapping', 'swapped', 'published'])(
    'at "%s" loses nothing and doubles nothing',
    async (at) => {
      const dieAt = (name: string): void => {
        if (name === at) throw new Error('power cut');
      };
      await hub.ingest([chain.sale()]);
      await run();
      await hub.ingest([chain.sale(), chain.sale({ businessDate: '2024-03-03' })]);
      await expect(run({ step: dieAt })).rejects.toMatchObject({ code: 'EXPORT_FAILED' });
      const after = await run();
      // Decided is decided: from there on the events count, and are not exported again.
      expect(after.events).toBe(at === 'flushed' ? 2 : 0);
      expect(await sales()).toBe('3');
      // The same while files are merged, a day later.
      await expect(run({ now: () => NOW + 2 * DAY, step: dieAt })).rejects.toMatchObject({ code: 'EXPORT_FAILED' });
      await run({ now: () => NOW + 2 * DAY });
      expect(await sales()).toBe('3');
      expect(await checkExport(dir)).toMatchObject({ findings: [], files: 4 });
    },
  );

  test('leftovers in the tables are taken away; other files are let be', async () => {
    await hub.ingest([chain.sale()]);
    await run();
    const [file] = (await loadManifest(dir))?.files ?? [];
    if (file === undefined) throw new Error('one file');
    const left = join(dir, file.path.replace(/part-\d+/, 'part-00000099'));
    writeFileSync(left, readFileSync(join(dir, file.path)));
    const other = join(dir, file.path.replace(/part-.*/, 'notes.txt'));
    writeFileSync(other, 'mine');
    expect((await checkExport(dir)).findings).toMatchObject([{ code: 'EXPORT_DIR_FOREIGN' }]);
    await run();
    expect([existsSync(left), existsSync(other)]).toEqual([false, true]);
    expect((await checkExport(dir)).findings).toEqual([]);
  });
});

describe('a run', () => {
  const inodes = async (): Promise<Map<string, number>> =>
    new Map(((await loadManifest(dir))?.files ?? []).map(({ path }) => [path, statSync(join(dir, path)).ino]));

  test('puts a late event into its own date and touches no other file', async () => {
    await hub.ingest([chain.sale({ businessDate: '2024-03-04' })]);
    await run();
    const before = await inodes();
    await hub.ingest([chain.sale({ businessDate: '2024-02-01' })]);
    await run();
    const after = await inodes();
    for (const [path, inode] of before) expect(after.get(path)).toBe(inode);
    const added = [...after.keys()].filter((path) => !before.has(path)).sort();
    expect(added.map((path) => path.split('/').slice(0, 2).join('/'))).toEqual([
      'table=sale_completed/date=2024-02-01',
      'table=sale_lines/date=2024-02-01',
    ]);
  });

  test('merges a partition of many small files once, and leaves the others alone', async () => {
    for (let i = 0; i < 9; i += 1) {
      await hub.ingest([chain.sale(i === 0 ? { businessDate: '2024-02-01' } : {})]);
      await run();
    }
    const before = await inodes();
    await hub.ingest([chain.sale()]);
    expect(await run()).toMatchObject({ merged: { partitions: 2, files: 18 }, files: 4, rows: 30 });
    const after = await inodes();
    for (const [path, inode] of after) if (path.includes('2024-02-01')) expect(before.get(path)).toBe(inode);
    // The merged file is a day old and alone; a new one beside it waits for its own day.
    expect(await run({ now: () => NOW + 2 * DAY })).toMatchObject({ merged: { files: 0 } });
    await hub.ingest([chain.sale()]);
    expect(await run({ now: () => NOW + 2 * DAY })).toMatchObject({ merged: { files: 0 }, files: 6 });
    expect(await run({ now: () => NOW + 4 * DAY })).toMatchObject({ merged: { files: 4 }, files: 4, rows: 33 });
    expect((await checkExport(dir)).findings).toEqual([]);
  });

  test('with nothing new writes nothing', async () => {
    await hub.ingest([chain.sale()]);
    await run();
    const before = statSync(join(dir, MANIFEST)).ino;
    expect(await run()).toMatchObject({ events: 0, version: 1 });
    expect(statSync(join(dir, MANIFEST)).ino).toBe(before);
    expect(readdirSync(dir).sort()).toEqual([
      '_lock.duckdb',
      '_manifest.json',
      'table=sale_completed',
      'table=sale_lines',
    ]);
  });
});

describe('a directory', () => {
  test('has one writer at a time', async () => {
    const held = await openDirectory(dir, new Date(NOW).toISOString());
    await expect(run()).rejects.toMatchObject({ code: 'EXPORT_LOCKED' });
    await held.close();
    await run();
  });

  test('that holds other things is refused', async () => {
    mkdirSync(dir);
    writeFileSync(join(dir, 'report.xlsx'), 'mine');
    await expect(run()).rejects.toMatchObject({ code: 'EXPORT_DIR_FOREIGN', detail: 'report.xlsx' });
    expect(readdirSync(dir)).toEqual(['report.xlsx']);
    await expect(checkExport(dir)).rejects.toMatchObject({ code: 'EXPORT_NOT_THERE' });
  });

  test('keeps its number of buckets', async () => {
    await hub.ingest([chain.sale()]);
    await run({ buckets: 4 });
    await run({ buckets: 4 });
    await run();
    await expect(run({ buckets: 8 })).rejects.toMatchObject({ code: 'EXPORT_BUCKETS_DIFFER' });
  });

  test('with a file lost is not exported into', async () => {
    await hub.ingest([chain.sale()]);
    await run();
    const path = (await loadManifest(dir))?.files[0]?.path ?? '';
    renameSync(join(dir, path), join(dir, 'away'));
    await expect(run()).rejects.toMatchObject({ code: 'EXPORT_FILE_MISSING' });
    expect((await checkExport(dir)).findings.map(({ code }) => code)).toContain('EXPORT_FILE_MISSING');
    renameSync(join(dir, 'away'), join(dir, path));
    await run();
  });

  test('whose manifest is broken, newer or of other columns is refused', async () => {
    await hub.ingest([chain.sale()]);
    await run();
    const good = readFileSync(join(dir, MANIFEST), 'utf8');
    const put = (content: string): void => writeFileSync(join(dir, MANIFEST), content);
    put(good.slice(0, -9));
    await expect(run()).rejects.toMatchObject({ code: 'EXPORT_MANIFEST_UNREADABLE' });
    put(good.replace('table=sale_lines', '../../table=sale_lines'));
    await expect(run()).rejects.toMatchObject({ code: 'EXPORT_MANIFEST_UNREADABLE' });
    put(good.replace('"format":1', '"format":2'));
    await expect(run()).rejects.toMatchObject({ code: 'EXPORT_MANIFEST_NEWER' });
    put(good.replace('"payable_fen":"BIGINT"', '"payable_fen":"DOUBLE"'));
    await expect(run()).rejects.toMatchObject({ code: 'EXPORT_SCHEMA_CHANGED' });
    // A column that came later is no trouble: it is empty in what is there.
    put(good.replace('"shift_id":"VARCHAR",', ''));
    await run();
    rmSync(join(dir, MANIFEST));
    await expect(run()).rejects.toMatchObject({ code: 'EXPORT_DIR_FOREIGN' });
  });
});
