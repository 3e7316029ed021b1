import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadManifest } from '../manifest.ts';
import { chainOf, type TestHub, testHub } from '../testing/hub.ts';
import { main } from './main.ts';

let hub: TestHub;
let config: string;
let dir: string;
beforeEach(() => {
  hub = testHub();
  config = join(hub.dir, 'hub.yaml');
  dir = join(hub.dir, 'out');
  writeFileSync(config, 'dataDir: .\n');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.dispose();
});

async function call(...args: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await main(args, { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { code, out, err };
}

test('run exports beside a writer that is open, check finds it whole, and both speak JSON', async () => {
  const chain = chainOf('s1');
  await hub.ingest([chain.sale(), chain.sale()]);
  const ran = await call('run', '--hub', config, '--to', dir, '--buckets', '4', '--json');
  expect(ran).toMatchObject({ code: 0, err: [] });
  expect(JSON.parse(ran.out[0] ?? '')).toMatchObject({ events: 2, rows: 6, waiting: 0, held: [] });
  const checked = await call('check', dir, '--json');
  expect(checked.code).toBe(0);
  expect(JSON.parse(checked.out[0] ?? '')).toMatchObject({ findings: [], rows: 6 });
  const file = (await loadManifest(dir))?.files[0]?.path ?? '';
  rmSync(join(dir, file));
  const broken = await call('check', dir);
  expect(broken.code).toBe(1);
  expect(broken.err.join('\n')).toContain('EXPORT_FILE_MISSING');
});

test('refusals have a code, a cause and a hint, in the language of the shell', async () => {
  vi.stubEnv('LC_ALL', 'en_US.UTF-8');
  const refused = await call('run', '--hub', config, '--to', dir, '--buckets', '5000');
  expect(refused).toMatchObject({ code: 1, err: [expect.stringMatching(/^EXPORT_USAGE: .*--buckets 1\.\.1024\n/)] });
  const nothing = await call('check', join(hub.dir, 'nowhere'));
  expect(nothing.err[0]).toMatch(/^EXPORT_NOT_THERE: There is no export.*\n.*run/);
  vi.stubEnv('LC_ALL', 'zh_CN.UTF-8');
  expect((await call('check', join(hub.dir, 'nowhere'))).err[0]).toMatch(/^EXPORT_NOT_THERE: 该目录里没有导出。/);
  writeFileSync(config, 'dataDirr: .\n');
  const wrong = await call('run', '--hub', config, '--to', dir);
  expect(wrong).toMatchObject({ code: 1, err: [expect.stringContaining('HUB_CONFIG_UNKNOWN_KEY')] });
  expect((await call('run')).code).not.toBe(0);
});

test('--watch exports what comes meanwhile, and ends in order when it is told to', async () => {
  const chain = chainOf('s1');
  await hub.ingest([chain.sale()]);
  const entry = new URL('../cli.ts', import.meta.url).pathname;
  const args = ['--conditions=@tillside/source', '--import', 'tsx', entry];
  const child = spawn(process.execPath, [...args, 'run', '--hub', config, '--to', dir, '--watch', '--every', '1']);
  const exported = async () => (await loadManifest(dir))?.streams[0]?.seq ?? 0;
  const reaches = async (seq: number): Promise<void> => {
    while ((await exported()) < seq) await sleep(50);
  };
  await reaches(1);
  await hub.ingest([chain.sale()]);
  await reaches(2);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
}, 60_000);
