import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BACKUP_MANIFEST, checkBackup, finishSwap, listBackups, swapDatabase, writeBackup } from './backup.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-backup-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const about = { of: 'store', store: 's1', at: '2026-11-22T10:00:00+08:00' } as const;
const fill = async (partial: string): Promise<number> => {
  await mkdir(join(partial, 'artifacts'));
  await writeFile(join(partial, 'journal.db'), 'rows');
  await writeFile(join(partial, 'artifacts', 'abc'), 'bytes');
  return 3;
};

test('a backup holds what was filled in, and its list says so', async () => {
  const manifest = await writeBackup(join(dir, 'one'), about, fill);
  expect(manifest.files.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['artifacts/abc', 5],
    ['journal.db', 4],
  ]);
  expect(await checkBackup(join(dir, 'one'))).toEqual({ manifest });
  expect(await readdir(dir)).toEqual(['one']);
});

test('one that was not finished leaves nothing, and stands in nobody’s way', async () => {
  const failing = writeBackup(join(dir, 'one'), about, async (partial) => {
    await fill(partial);
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(await readdir(dir)).toEqual([]);
  await mkdir(join(dir, 'one.partial'));
  await writeBackup(join(dir, 'one'), about, fill);
  expect(await readdir(dir)).toEqual(['one']);
});

test.each([
  ['a flipped byte', 'damaged', (at: string) => writeFile(join(at, 'journal.db'), 'rowz')],
  ['a file that is gone', 'damaged', (at: string) => rmSync(join(at, 'artifacts', 'abc'))],
  ['a manifest that is gone', 'missing', (at: string) => rmSync(join(at, BACKUP_MANIFEST))],
  ['a manifest that is none', 'unreadable', (at: string) => writeFile(join(at, BACKUP_MANIFEST), '{"format":1}')],
  [
    'a manifest that names a file elsewhere',
    'unreadable',
    async (at: string) => {
      const path = join(at, BACKUP_MANIFEST);
      await writeFile(path, (await readFile(path, 'utf8')).replace('journal.db', '../secret'));
    },
  ],
])('%s is found before anything is restored', async (_name, fault, spoil) => {
  const at = join(dir, 'one');
  await writeBackup(at, about, fill);
  await spoil(at);
  expect(await checkBackup(at)).toMatchObject({ fault });
});

test('backups are listed by their own time', async () => {
  await writeBackup(join(dir, 'later'), { ...about, at: '2026-11-22T11:00:00+08:00' }, fill);
  await writeBackup(join(dir, 'earlier'), { ...about, at: '2026-11-22T02:30:00Z' }, fill);
  await mkdir(join(dir, 'stray'));
  expect((await listBackups(dir)).map(({ folder }) => folder)).toEqual([join(dir, 'earlier'), join(dir, 'later')]);
  expect(await listBackups(join(dir, 'nowhere'))).toEqual([]);
});

test('a swap keeps what was there, and one that a power cut interrupted anywhere is ended before anything is opened', async () => {
  const path = join(dir, 'a.db');
  const text = (name: string) => readFile(join(dir, name), 'utf8').catch(() => null);
  await writeFile(`${path}.new`, 'new');
  await writeFile(path, 'old');
  await writeFile(`${path}-wal`, 'log of old');
  expect(await swapDatabase(path, '1')).toEqual([`${path}.aside-1`, `${path}.aside-1-wal`]);
  expect([await text('a.db'), await text('a.db.aside-1'), await text('a.db.aside-1-wal')]).toEqual([
    'new',
    'old',
    'log of old',
  ]);
  // Cut after the first rename: the log of the old one must not be taken for that of the new.
  await writeFile(`${path}.new`, 'newer');
  await writeFile(`${path}-wal`, 'log of new');
  rmSync(path);
  await finishSwap(path, '2');
  expect([await text('a.db'), await text('a.db-wal'), await text('a.db.aside-2-wal')]).toEqual([
    'newer',
    null,
    'log of new',
  ]);
  // One that was not whole yet when the power failed changes nothing.
  await writeFile(`${path}.new`, 'half');
  await finishSwap(path, '3');
  expect(await text('a.db')).toBe('newer');
});
