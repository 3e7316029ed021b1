import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createChance } from '../random.ts';
import { buildFaultLayer, faultEnvironment } from './fault-layer.ts';
import { PowerCut, readImage, SECTOR_BYTES, type Unsynced } from './power-cut.ts';
import { type PowerEntry, readPowerLog } from './power-log.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tillside-fault-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const text = (image: ReadonlyMap<string, Buffer | undefined>): Record<string, string> =>
  Object.fromEntries([...image].map(([path, content]) => [path, content?.toString() ?? '(folder)']));

describe.runIf(process.platform === 'linux')('a process under the layer', () => {
  let library: string;
  let built: string;
  beforeAll(async () => {
    built = mkdtempSync(join(tmpdir(), 'tillside-fault-'));
    library = await buildFaultLayer(built);
  });
  afterAll(() => rmSync(built, { recursive: true, force: true }));

  function cutAfter(script: string, unsynced: Unsynced): Record<string, string> {
    const dir = join(root, 'dir');
    mkdirSync(dir);
    writeFileSync(join(dir, 'old'), 'as it was');
    const power = new PowerCut(readImage(dir));
    const log = join(root, 'log');
    const env = { ...process.env, ...faultEnvironment(library, { dir, log, syncUs: 0, failAt: 0 }) };
    execFileSync(
      process.execPath,
      ['-e', `const fs = require('fs'); process.chdir(${JSON.stringify(dir)}); ${script}`],
      {
        env: { ...env, D: dir },
      },
    );
    for (const logged of readPowerLog(readFileSync(log))) power.play(logged);
    expect(power.unseen).toEqual([]);
    // What was done is what all kept would leave.
    expect(text(power.cut('kept', createChance(1)))).toEqual(text(readImage(dir)));
    return text(power.cut(unsynced, createChance(1)));
  }
  const sync = (path: string): string =>
    `{ const f = fs.openSync(process.env.D + '/${path}', 'r'); fs.fsyncSync(f); fs.closeSync(f); }`;

  it('loses what it only wrote, keeps what it synced', () => {
    const script = `
      const old = fs.openSync(process.env.D + '/old', 'r+');
      fs.writeSync(old, 'SYNCED');
      fs.fdatasyncSync(old);
      fs.writeSync(old, 'lost', 20);
      fs.ftruncateSync(old, 3);
      fs.writeFileSync(process.env.D + '/new', 'synced, its name not');
      ${sync('new')}`;
    expect(cutAfter(script, 'lost')).toEqual({ old: 'SYNCEDwas' });
  });

  it('keeps a rename when the folder was synced, and not the content of a file that was not', () => {
    const script = `
      fs.writeFileSync(process.env.D + '/a', 'whole');
      ${sync('a')}
      fs.renameSync(process.env.D + '/a', process.env.D + '/old');
      fs.writeFileSync(process.env.D + '/b', 'never synced');
      fs.mkdirSync(process.env.D + '/sub');
      fs.writeFileSync(process.env.D + '/sub/c', 'in a folder that was not synced');
      ${sync('')}
      fs.unlinkSync(process.env.D + '/old');`;
    expect(cutAfter(script, 'lost')).toEqual({ old: 'whole', b: '', sub: '(folder)' });
  });

  it('is seen by whatever way it writes', () => {
    const script = `
      fs.writeFileSync(process.env.D + '/a', 'x'.repeat(100_000));
      fs.copyFileSync(process.env.D + '/a', process.env.D + '/b');
      fs.appendFileSync(process.env.D + '/b', 'more');
      const f = fs.openSync(process.env.D + '/b', 'r+');
      fs.writevSync(f, [Buffer.from('1'), Buffer.from('2')], 7);
      fs.promises.writeFile(process.env.D + '/c', 'by a thread');`;
    expect(Object.keys(cutAfter(script, 'lost'))).toEqual(['old']);
  });
});

describe('a power cut', () => {
  const play = (...entries: PowerEntry[]): PowerCut => {
    const power = new PowerCut(new Map([['f', Buffer.alloc(4 * SECTOR_BYTES, 'o')]]));
    power.play({ place: 1, end: 0, entry: { op: 'open', file: 1n, path: 'f' } });
    for (const [index, entry] of entries.entries()) power.play({ place: index + 2, end: 0, entry });
    return power;
  };
  const write = (offset: number, length: number, letter: string): PowerEntry => ({
    op: 'write',
    file: 1n,
    offset,
    data: Buffer.alloc(length, letter),
  });

  it('tears what was not synced at sectors, never within one', () => {
    const power = play(write(0, 4 * SECTOR_BYTES, 'n'));
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const content = power.cut('chance', createChance(seed)).get('f')?.toString() ?? '';
      expect(content).toHaveLength(4 * SECTOR_BYTES);
      const sectors = [0, 1, 2, 3].map((n) => content.slice(n * SECTOR_BYTES, (n + 1) * SECTOR_BYTES));
      for (const sector of sectors) expect(new Set(sector).size).toBe(1);
      seen.add(sectors.map((sector) => sector[0]).join(''));
    }
    // Each of the sixteen ways.
    expect(seen.size).toBe(16);
  });

  it('covers by a sync what was written before it began, not what came while it ran', () => {
    const power = play(write(0, 1, 'a'), write(1, 1, 'b'), { op: 'sync', file: 1n, since: 2 });
    expect(power.cut('lost', createChance(1)).get('f')?.toString().slice(0, 3)).toBe('aoo');
  });

  it('may keep an older write of a sector and lose the newer one', () => {
    const power = play(write(0, 1, 'a'), write(0, 1, 'b'));
    const firsts = Array.from(
      { length: 60 },
      (_, seed) => power.cut('chance', createChance(seed)).get('f')?.toString()[0],
    );
    expect(new Set(firsts)).toEqual(new Set(['o', 'a', 'b']));
  });
});
