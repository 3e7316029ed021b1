import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { callAgent } from '@tillside/agent-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pins } from '../pairing/pins.ts';
import { systemClock } from '../ports.ts';
import { ITEMS_CSV, type Rig, startRig } from '../testing.ts';
import type { Finding } from './doctor.ts';
import { type Io, localeFrom } from './io.ts';
import { runCli } from './program.ts';

let rig: Rig;
let config: string;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-cli-'));
  rig = await startRig({
    devices: [
      {
        id: 'scanner-1',
        model: 'scanner/serial-generic',
        lane: '1',
        connection: { kind: 'serial', path: join(dir, 'no-port') },
      },
    ],
  });
  config = join(dir, 'agent.json');
  writeFileSync(config, JSON.stringify(rig.config));
});
afterAll(async () => {
  await rig.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Ran {
  code: number;
  out: string;
  err: string;
}
async function cli(args: string[], more: Partial<Io> = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    locale: 'en',
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    input: async () => '',
    lines: async function* () {},
    signal: new AbortController().signal,
    ...more,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
const file = (name: string, content: string): string => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};

describe('the command line', () => {
  it('names the nearest key for one it does not know', async () => {
    const wrong = file('wrong.json', JSON.stringify({ ...rig.config, recomendTimeoutMs: 5 }));
    const ran = await cli(['devices', 'list', '--config', wrong]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('CONFIG_REFUSED');
    expect(ran.err).toContain('did you mean "recommendTimeoutMs"');
  });

  it.each([
    [['frobnicate']],
    [['pair', '--kind', 'terminal', '--name', 'x']],
    [['run', '--config', '/nowhere/agent.json']],
  ])('answers %j with code 2', async (args) => {
    const ran = await cli(args);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/^(USAGE|CONFIG_REFUSED) /);
  });

  it('speaks the language of the terminal', async () => {
    expect(localeFrom({ LANG: 'zh_CN.UTF-8' })).toBe('zh-CN');
    expect(localeFrom({ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' })).toBe('en');
    const zh = await cli(['devices', 'list', '--config', '/nowhere'], { locale: 'zh-CN' });
    expect(zh.err).toContain('配置文件有误');
  });

  it('prints help with code 0', async () => {
    const help = await cli(['--help']);
    expect(help.code).toBe(0);
    expect(help.out).toContain('doctor');
  });
});

describe('against a running agent', () => {
  it('imports files and reports what was left out', async () => {
    const items = file('items.csv', `${ITEMS_CSV}bad,1,x,x,,,d,c,t,each,1,0,s,p\n`);
    const ran = await cli(['import', 'items', items, '--config', config]);
    expect(ran).toMatchObject({ code: 0, out: '4 rows in, 1 left out, price version 1' });
    expect(ran.err).toContain('6: ROW_FIELD');
    const members = file(
      'members.csv',
      'memberId,code,tier,points,joinedAt,personalisation\nM000001,card-1,gold,1,2025-01-01T00:00:00Z,yes\n',
    );
    expect((await cli(['import', 'members', members, '--config', config])).out).toContain('1 rows in');
    const coupons = file('coupons.csv', 'couponId,code,campaignId,memberId\nc1,AAA111,tea,M000001\n');
    expect((await cli(['import', 'coupons', coupons, '--config', config])).out).toContain('1 rows in');
    const bought = file('purchases.csv', 'memberId,sku,at,quantity\nM000001,milk,2025-01-01T00:00:00Z,1\n');
    expect((await cli(['import', 'purchases', bought, '--config', config])).out).toContain('1 rows in');

    expect(await cli(['import', 'items', join(dir, 'absent.csv'), '--config', config])).toMatchObject({ code: 2 });
    const other = await cli(['import', 'items', members, '--config', config]);
    expect(other.code).toBe(2);
    expect(other.err).toContain('IMPORT_REFUSED');
    expect((await cli(['import', 'gold', items, '--config', config])).err).toContain('USAGE');
  });

  it('pairs and unpairs', async () => {
    const made = await cli(['pair', '--kind', 'terminal', '--name', 'till', '--lane', '3', '--config', config]);
    expect(made.code).toBe(0);
    const url = rig.agent.url;
    const paired = await callAgent({ url }, 'pair', { body: { code: made.out, kind: 'terminal' } });
    expect(paired.lane).toBe('3');
    expect((await cli(['unpair', paired.deviceId, '--config', config])).code).toBe(0);
    await expect(callAgent({ url, credential: paired.credential }, 'listBaskets', { query: {} })).rejects.toThrow(
      'CREDENTIAL_REVOKED',
    );
    expect((await cli(['unpair', 'nobody', '--config', config])).code).toBe(2);
    expect((await cli(['pair', '--kind', 'printer', '--name', 'x', '--config', config])).code).toBe(2);
  });

  it('lists devices with what to do, and watches until stopped', async () => {
    const list = await cli(['devices', 'list', '--config', config]);
    expect(list.out).toContain('scanner-1  scanner/serial-generic  lane 1');
    const stop = new AbortController();
    const lines: string[] = [];
    const watching = cli(['devices', 'watch', '--config', config], {
      signal: stop.signal,
      out: (text) => {
        lines.push(text);
        if (text.includes('PORT_NOT_FOUND')) stop.abort();
      },
    });
    expect((await watching).code).toBe(0);
    expect(lines.at(-1)).toContain('PORT_NOT_FOUND');
  });

  it('doctor says what is there, what is missing and what to do', async () => {
    const ran = await cli(['doctor', '--config', config, '--json']);
    const findings = JSON.parse(ran.out) as Finding[];
    const bySubject = new Map(findings.map((finding) => [finding.subject, finding]));
    for (const subject of [
      'config',
      'sqlite',
      'onnxruntime',
      'disk',
      'data folder',
      'agent',
      'serial',
      'hid',
      'udev',
      'socat',
    ])
      expect(bySubject.get(subject), subject).toBeDefined();
    for (const subject of ['config', 'sqlite', 'onnxruntime', 'data folder', 'agent'])
      expect(bySubject.get(subject)).toMatchObject({ ok: true });
    expect(bySubject.get('device scanner-1')).toMatchObject({
      ok: false,
      needed: true,
      condition: { code: 'PORT_NOT_FOUND', hint: expect.stringContaining('/dev/serial/by-id') },
    });
    expect(ran.code).toBe(1);
  });

  it('doctor finds a port in use, a hub that is away and a config that is wrong', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as { port: number };
    const other = join(dir, 'other');
    mkdirSync(other);
    const path = file(
      'other.json',
      JSON.stringify({ ...rig.config, dataDir: other, devices: [], port, hub: { url: 'http://127.0.0.1:9' } }),
    );
    const ran = await cli(['doctor', '--config', path]);
    await new Promise((resolve) => squatter.close(resolve));
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('✗ port  PORT_IN_USE');
    expect(ran.out).toContain('! hub  HUB_UNREACHABLE');
    const wrong = await cli(['doctor', '--config', '/nowhere.json', '--json']);
    expect((JSON.parse(wrong.out) as Finding[])[0]).toMatchObject({
      subject: 'config',
      ok: false,
      condition: { code: 'CONFIG_REFUSED' },
    });
  });
});

describe('without an agent', () => {
  it('says AGENT_AWAY', async () => {
    const path = file('away.json', JSON.stringify({ ...rig.config, dataDir: join(dir, 'away') }));
    const ran = await cli(['devices', 'list', '--config', path]);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('AGENT_AWAY');
  });

  it('hashes a PIN that a staff session then takes', async () => {
    const ran = await cli(['hash-pin'], { input: async () => '2468\n' });
    const pins = new Pins({ staff: [{ id: 's', name: 'S', pinHash: ran.out, role: 'clerk' }], clock: systemClock });
    expect((await pins.memberOf('phone', '2468')).id).toBe('s');
    expect((await cli(['hash-pin'], { input: async () => '12' })).code).toBe(2);
  });

  it('prints the schema of its config file', async () => {
    const schema = JSON.parse((await cli(['schema'])).out) as { properties: object; additionalProperties: boolean };
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(rig.config)));
    expect(schema.additionalProperties).toBe(false);
  });

  it('as a real process: run prints one JSON line, refuses a second agent, and stops on SIGTERM', async () => {
    const path = file('process.json', JSON.stringify({ ...rig.config, dataDir: join(dir, 'process'), devices: [] }));
    const start = () => {
      const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
      const entry = fileURLToPath(new URL('../cli.ts', import.meta.url));
      return spawn(
        process.execPath,
        ['--conditions=@tillside/source', '--import', loader, entry, 'run', '-c', path, '--ready-json'],
        { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'zh_CN.UTF-8' } },
      );
    };
    const child = start();
    try {
      const line = await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve));
      const { url } = JSON.parse(line.toString()) as { url: string };
      expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true });
      const second = start();
      let said = '';
      second.stderr.on('data', (chunk: Buffer) => {
        said += chunk;
      });
      expect(await new Promise((resolve) => second.once('close', resolve))).toBe(1);
      expect(said).toContain('DATABASE_IN_USE 另一个代理进程');
      child.kill('SIGTERM');
      expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
    expect(JSON.parse(readFileSync(join(dir, 'process', 'run', 'agent.json'), 'utf8'))).toHaveProperty('url');
  });
});
