import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { agentEvents } from '@tillside/agent-contract';
import { DeviceConfig } from '@tillside/devices';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startRig } from '../testing.ts';
import type { Io } from './io.ts';
import { runCli } from './program.ts';

const soon = { timeout: 20_000, interval: 20 };
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-simulate-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The command in this process, with these lines on its standard input. */
async function simulate(args: string[], lines: string[] = [], more: Partial<Io> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(['simulate', ...args], {
    locale: 'en',
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    input: async () => '',
    async *lines() {
      yield* lines;
    },
    signal: new AbortController().signal,
    ...more,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function script(text: string): string {
  const path = join(dir, 'script.txt');
  writeFileSync(path, text);
  return path;
}

describe('tillside-agent simulate', () => {
  it('lists the models in both languages', async () => {
    const listed = await simulate(['--list']);
    expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/^scanner\/serial-generic +--pty/m) });
    expect(listed.out).toMatch(/^presence\/meraki +--http/m);
    expect((await simulate(['--list'], [], { locale: 'zh-CN' })).out).toContain('扫码');
  });

  it.each([
    [['scanner/serial-genric'], 'did you mean "scanner/serial-generic"'],
    [[], 'scale/mettler-8217'],
    [['scanner/serial-generic', '--http', '1'], '--pty PATH'],
    [['scanner/serial-generic', '--pty', '/x', '--tcp', '1'], '--pty PATH'],
    [['scanner/serial-generic', '--tcp', 'port'], '[HOST:]PORT'],
    [['scanner/serial-generic', '--tcp', '70000'], '[HOST:]PORT'],
    [['scanner/serial-generic', '--tcp', '0', '--fault', 'nois=1'], 'did you mean "noise"'],
    [['scanner/serial-generic', '--tcp', '0', '--fault', 'noise=2'], 'RATE'],
    [['scanner/serial-generic', '--tcp', '0', '--seed', 'x'], '--seed'],
    [['scanner/serial-generic', '--tcp', '0', '--script', '/nowhere'], 'FILE_UNREADABLE'],
    [['presence/meraki'], '--http'],
    [['label/openepaperlink', '--pty', '/x', '--http', '0'], '--http'],
  ])('refuses %j with code 2', async (args, words) => {
    const ran = await simulate(args);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(words);
  });

  it('prints a config that the agent takes, and the help of its verbs', async () => {
    const ran = await simulate(['scanner/serial-generic', '--tcp', '0', '--seed', '7'], ['help', '']);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('seed 7');
    const yaml = ran.out.slice(ran.out.indexOf('devices:'), ran.out.indexOf('  scan '));
    const { devices } = parse(yaml) as { devices: unknown[] };
    expect(DeviceConfig.parse(devices[0])).toMatchObject({
      model: 'scanner/serial-generic',
      connection: { kind: 'tcp' },
    });
    for (const verb of ['scan CODE [AIM]', 'fault KIND|off', 'unplug [MS]', 'wait MS', 'repeat N', 'quit'])
      expect(ran.out).toContain(verb);
    const zh = await simulate(['scanner/serial-generic', '--tcp', '0'], ['help'], { locale: 'zh-CN' });
    expect(zh.out).toContain('代理配置');
    expect(zh.out).toContain('连扫');
  });

  it('says what is wrong with a typed line and hears the next; says that nobody listens', async () => {
    const typed = ['scam 1', 'wait', 'noise 0', 'scan 6901234567892', 'quit', 'scan never'];
    const ran = await simulate(['scanner/serial-generic', '--tcp', '0'], typed);
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('did you mean "scan"');
    expect(ran.err).toContain('Write: wait MS|MS-MS');
    expect(ran.err).toContain('N is a whole number');
    expect(ran.err).toContain('nobody listens');
    expect(ran.err.match(/nobody listens/g)).toHaveLength(1);
  });

  it('names the line of a script that is wrong, before and while it runs', async () => {
    const device = ['scanner/serial-generic', '--tcp', '0', '--script'];
    const unread = await simulate([...device, script('wait 1\nscna 1\n')]);
    expect(unread.code).toBe(2);
    expect(unread.err).toMatch(/script\.txt:2: .*did you mean "scan"/);
    const failed = await simulate([...device, script('wait 1\n\nfault noise 3\nwait 100000\n')]);
    expect(failed.code).toBe(1);
    expect(failed.err).toMatch(/script\.txt:3: .*RATE/);
  });

  it('says that a port is taken, and which path is not free', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    expect(await simulate(['scanner/serial-generic', '--tcp', String(port)])).toMatchObject({
      code: 1,
      err: expect.stringContaining('PORT_IN_USE'),
    });
    expect(await simulate(['label/openepaperlink', '--http', String(port)])).toMatchObject({ code: 1 });
    await new Promise((resolve) => taken.close(resolve));
    const file = script('');
    expect(await simulate(['scanner/serial-generic', '--pty', file])).toMatchObject({
      code: 1,
      err: expect.stringContaining('PTY_FAILED'),
    });
  });

  it('runs models on HTTP', async () => {
    const labels = await simulate(
      ['label/openepaperlink', '--http', '0'],
      ['tag 0000021A5B7C1D09', 'silent 0000021A5B7C1D09 on', 'tag 12', 'heap 20000'],
    );
    expect(labels.code).toBe(0);
    expect(labels.out).toMatch(/url: http:\/\/127\.0\.0\.1:\d+/);
    expect(labels.err).toContain('16 hex digits');
    const wifi = await simulate(['presence/meraki', '--http', '9'], ['pause', 'post']);
    expect(wifi.out).toContain('kind: http-listen');
    expect(wifi.out).toContain('validator');
    expect(wifi.err).toContain('"post" failed');
  });
});

const socat = spawnSync('socat', ['-V']).status === 0;
if (!socat) console.warn('Skipped: socat is not installed, so that there are no pseudo-terminals.');

describe.skipIf(!socat)('as a process, with an agent at the other end of its pseudo-terminal', () => {
  function start(args: string[]): {
    child: ChildProcessWithoutNullStreams;
    said: () => string;
    ended: Promise<number | null>;
  } {
    const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const entry = fileURLToPath(new URL('../cli.ts', import.meta.url));
    const child = spawn(
      process.execPath,
      ['--conditions=@tillside/source', '--import', loader, entry, 'simulate', ...args],
      { env: { ...process.env, LC_ALL: 'C' } },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk;
      });
    return { child, said: () => said, ended: new Promise((resolve) => child.once('close', resolve)) };
  }

  it('scans, is noisy, is unplugged and comes back, and ends at the end of its input', {
    timeout: 90_000,
  }, async () => {
    const path = join(dir, 'scanner');
    const simulator = start(['scanner/serial-generic', '--pty', path, '--seed', '5', '--fault', 'split=0.5']);
    await expect.poll(simulator.said, soon).toContain('connection:');
    const said = simulator.said();
    const { devices } = parse(said.slice(said.indexOf('devices:'), said.indexOf('"help"'))) as { devices: unknown[] };
    const rig = await startRig({ devices });
    const listening = new AbortController();
    const scans: string[] = [];
    try {
      const state = (): string | undefined => rig.agent.app.status('en').devices[0]?.state;
      await expect.poll(state, soon).toBe('online');
      const till = await rig.pair('terminal', '1');
      void (async () => {
        const stream = agentEvents({ url: rig.agent.url, credential: till.credential }, listening.signal);
        for await (const { event } of stream) if (event.type === 'scan') scans.push(event.data);
      })().catch(() => undefined);
      await expect.poll(() => rig.agent.app.stream.clientCount, soon).toBe(1);

      const type = (line: string): void => void simulator.child.stdin.write(`${line}\n`);
      type('scan 6901234567892 ]E0');
      await expect.poll(() => scans, soon).toEqual([']E06901234567892']);
      type('repeat 3');
      type('scan "TM:a b"');
      type('wait 700');
      type('end');
      await expect.poll(() => scans.length, soon).toBe(4);
      type('unplug');
      await expect.poll(() => existsSync(path), soon).toBe(false);
      await expect.poll(state, soon).toBe('offline');
      type('scan 4006381333931');
      type('plug');
      await expect.poll(state, soon).toBe('online');
      type('fault off');
      type('fault duplicate 1');
      type('scan 96385074');
      await expect.poll(() => scans, soon).toContain('96385074');
      // What was scanned without a cable is lost; what the scanner says twice is one scan.
      expect(scans).toEqual([']E06901234567892', 'TM:a b', 'TM:a b', 'TM:a b', '96385074']);
      simulator.child.stdin.end();
      expect(await simulator.ended).toBe(0);
      expect(existsSync(path)).toBe(false);
    } finally {
      listening.abort();
      simulator.child.kill('SIGKILL');
      await rig.stop();
    }
  });

  it('ends on Ctrl-C in the middle of a script, its path gone', async () => {
    const path = join(dir, 'scale');
    const file = script('loop\nweight 1.234\nwait 60000\nend\n');
    const simulator = start(['scale/mettler-8217', '--pty', path, '--script', file]);
    await expect.poll(simulator.said, soon).toContain('parity: even');
    expect(existsSync(path)).toBe(true);
    simulator.child.kill('SIGINT');
    expect(await simulator.ended).toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});
