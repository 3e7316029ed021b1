import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFaultLayer } from '../../fault/fault-layer.ts';
import { createChance } from '../../random.ts';
import { FaultyDisk } from './disk.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tillside-disk-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe.runIf(process.platform === 'linux')('a disk under several processes, of which none was cut off', () => {
  it('keeps what a later one synced of what an earlier one only wrote', async () => {
    const dir = join(root, 'data');
    mkdirSync(dir);
    writeFileSync(join(dir, 'log'), '');
    const disk = new FaultyDisk({ dir, root, library: await buildFaultLayer(root) });
    const run = (script: string): void => {
      const log = disk.newLog();
      disk.begins(log);
      const program = `const fs = require('fs'); const f = fs.openSync(process.env.D + '/log', 'r+'); ${script}`;
      execFileSync(process.execPath, ['-e', program], {
        env: { ...process.env, ...disk.environment(log), D: dir },
      });
      disk.played(new Set(), 0, createChance(1), () => undefined);
    };
    // Many entries in the first log, few in the second: a place counts through all of them.
    run(`for (let n = 0; n < 10; n++) fs.writeSync(f, String(n), n);`);
    run(`fs.fdatasyncSync(f); fs.writeSync(f, 'never synced', 10);`);
    const lost = { happens: () => true, next: () => 0, between: () => 0 };
    const image = disk.cut({ ...createChance(1), ...lost });
    expect(image.get('log')?.toString()).toBe('0123456789');
  });
});
