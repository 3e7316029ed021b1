import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqliteStorage } from '@tillside/hub/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChance } from '../random.ts';
import { buildFaultLayer, faultEnvironment } from './fault-layer.ts';
import { PowerCut, readImage, writeImage } from './power-cut.ts';
import { readPowerLog } from './power-log.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tillside-hub-cut-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** What the process wrote of each transaction: how many bytes its power log had when the commit was made, and when its promise had resolved. */
interface Told {
  readonly committed: number;
  readonly resolved: number;
}

describe.runIf(process.platform === 'linux')("the hub's SQLite", () => {
  it('has after a power cut whatever it answered for, and nothing it had only committed', async () => {
    const dir = join(root, 'data');
    mkdirSync(dir);
    const storage = openSqliteStorage(join(dir, 'hub.db'));
    await storage.close();
    const power = new PowerCut(readImage(dir));
    const log = join(root, 'log');
    const library = await buildFaultLayer(root);
    const child = fileURLToPath(new URL('hub-storage-child.ts', import.meta.url));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=@tillside/source', '--import', 'tsx', child, join(dir, 'hub.db'), log],
      {
        env: { ...process.env, ...faultEnvironment(library, { dir, log, syncUs: 2_000, failAt: 0 }) },
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe('');
    const told = JSON.parse(stdout) as Told[];
    expect(told.length).toBeGreaterThan(10);
    const bytes = readFileSync(log);
    const entries = [...readPowerLog(bytes)];
    let played = 0;
    const storesAfterCut = async (at: number): Promise<number> => {
      while (played < entries.length && (entries[played]?.end ?? 0) <= at) {
        const entry = entries[played];
        if (entry !== undefined) power.play(entry);
        played += 1;
      }
      const left = mkdtempSync(join(root, 'left-'));
      writeImage(power.cut('lost', createChance(1)), left);
      const again = openSqliteStorage(join(left, 'hub.db'));
      const { length } = await again.registry.stores();
      await again.close();
      return length;
    };
    for (const [index, { committed, resolved }] of told.entries()) {
      // The control: the commit alone is not on the disk, so that a hub that answered here would be found.
      expect(await storesAfterCut(committed)).toBe(index);
      expect(await storesAfterCut(resolved)).toBe(index + 1);
    }
    expect(power.unseen).toEqual([]);
  });
});
