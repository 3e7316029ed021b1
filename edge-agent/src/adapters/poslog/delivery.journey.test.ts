import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { runCli } from '../../cli/program.ts';
import { day } from './testing/day.ts';
import { PoslogRig } from './testing/rig.ts';
import { plainSale, poslog } from './testing/samples.ts';

let shop: PoslogRig;
afterEach(async () => shop.rig.stop());

describe('the command line and the folder', () => {
  it('imports a file, lists and tries again what waits', async () => {
    shop = await PoslogRig.start();
    const config = join(shop.rig.dir, 'agent.json');
    writeFileSync(config, JSON.stringify(shop.rig.config));
    const said: string[] = [];
    const cli = (...args: string[]): Promise<number> =>
      runCli([...args, '--config', config], {
        locale: 'en',
        out: (text) => said.push(text),
        err: (text) => said.push(text),
        input: async () => '',
        lines: async function* () {},
        signal: new AbortController().signal,
      });
    const file = join(shop.rig.dir, 'day.xml');
    writeFileSync(file, poslog([...day, plainSale({ sequence: 20, store: 'elsewhere' })]));
    expect(await cli('import', 'poslog', file)).toBe(0);
    expect(said.join('\n')).toContain(
      '6 taken, 0 repeated, 2 ignored, 1 of training, 1 quarantined; sales ¥72.48, returns ¥32.70',
    );
    expect(said.join('\n')).toContain('POSLOG_STORE_UNKNOWN');
    expect(await cli('poslog-quarantine')).toBe(0);
    expect(said.at(-2)).toBe('1 wait');
    expect(await cli('poslog-quarantine', '--retry')).toBe(0);
    const entryId = said.at(-2)?.split('  ')[0] ?? '';
    expect(await cli('poslog-quarantine', '--dismiss', entryId)).toBe(0);
    expect(await cli('poslog-quarantine', '--dismiss', entryId)).toBe(2);
    writeFileSync(file, poslog([30, 31].map((sequence) => plainSale({ sequence }))).slice(0, -30));
    expect(await cli('import', 'poslog', file)).toBe(2);
    expect(said.join('\n')).toContain('Stopped at ');
    expect(await cli('import', 'poslog', join(shop.rig.dir, 'none.xml'))).toBe(2);
  });

  it('picks a dropped file up, and one that lay in processing when the agent ended', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tillside-drop-'));
    mkdirSync(join(folder, 'processing'));
    writeFileSync(join(folder, 'processing', 'yesterday.xml'), poslog([plainSale({ sequence: 1, day: '2026-11-21' })]));
    shop = await PoslogRig.start({ poslog: { dropFolder: folder, settleMs: 0 } });
    writeFileSync(join(folder, 'today.xml.tmp'), poslog(day));
    renameSync(join(folder, 'today.xml.tmp'), join(folder, 'today.xml'));
    while (!existsSync(join(folder, 'done', 'today.xml'))) await wait(50);
    expect(readdirSync(join(folder, 'done')).sort()).toEqual([
      'today.report.json',
      'today.report.txt',
      'today.xml',
      'yesterday.report.json',
      'yesterday.report.txt',
      'yesterday.xml',
    ]);
    expect(readFileSync(join(folder, 'done', 'today.report.txt'), 'utf8')).toMatch(/^导入 6 笔[\s\S]*\n\n6 taken/);
    expect(shop.rows('SELECT 1 FROM sale').length).toBe(5);
    rmSync(folder, { recursive: true, force: true });
  });
});
