import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Mettler8217Simulator } from '../simulators/mettler-8217.ts';
import { ScannerSimulator } from '../simulators/scanner.ts';
import { TcpLine } from '../simulators/tcp-line.ts';
import { HostClient } from './client.ts';
import { hostRig } from './test-rig.ts';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});
const soon = { timeout: 15_000, interval: 20 };

async function store() {
  const scanner = new ScannerSimulator(new TcpLine());
  const scale = new Mettler8217Simulator(new TcpLine());
  for (const simulator of [scanner, scale]) {
    await simulator.start();
    undo.push(() => simulator.stop());
  }
  const rig = await hostRig([
    { id: 'scanner-1', model: 'scanner/serial-generic', connection: scanner.line.connection, options: {} },
    { id: 'scale-1', model: 'scale/mettler-8217', connection: scale.line.connection, options: {} },
    { id: 'lost-1', model: 'scanner/none-such', connection: scanner.line.connection, options: {} },
    { id: 'odd-1', model: 'scale/mettler-8217', connection: scale.line.connection, options: { unit: 'stone' } },
  ]);
  undo.push(() => rig.end());
  return { scanner, scale, rig };
}
const weigh = { type: 'weigh', deviceId: 'scale-1', timeoutMs: 3_000 } as const;

/** A process that ended but was not yet reaped by its new parent counts as ended. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('the device host as a child process', () => {
  it.each([0, 100, 400])('ends when its parent goes away %i ms after its start, loaded or not', async (afterMs) => {
    const directory = await mkdtemp(join(tmpdir(), 'tillside-host-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const config = join(directory, 'host.json');
    await writeFile(
      config,
      JSON.stringify({ hostId: 'h', socketPath: join(directory, 'h.sock'), stateDir: directory, devices: [] }),
    );
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), [config], {
      execArgv: ['--conditions=@tillside/source', '--import', tsx],
      env: { ...process.env, TILLSIDE_HOST_TOKEN: 'x'.repeat(64) },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    undo.push(async () => void child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    setTimeout(() => child.disconnect(), afterMs);
    expect((await ended)[0]).toBe(0);
  });

  it('carries scans and weights, and comes back after kill -9', async () => {
    const { scanner, scale, rig } = await store();
    rig.client.start();
    await expect.poll(() => rig.states('scanner-1').at(-1), soon).toBe('online');
    await expect.poll(() => rig.states('scale-1').at(-1), soon).toBe('online');
    await scanner.scan('6901234567892', { aim: ']E0', split: true });
    await expect.poll(rig.scans, soon).toEqual(['6901234567892']);
    scale.setWeight(1_234);
    expect(await rig.client.command(weigh, 5_000)).toMatchObject({ ok: true, value: { grams: 1234, stable: true } });

    const codes = rig.seen.flatMap(({ event }) =>
      event.type === 'state' && event.condition ? [[event.deviceId, event.condition.code]] : [],
    );
    expect(codes).toEqual(
      expect.arrayContaining([
        ['lost-1', 'MODEL_UNKNOWN'],
        ['odd-1', 'OPTIONS_INVALID'],
      ]),
    );

    const firstPid = rig.host.pid ?? 0;
    process.kill(firstPid, 'SIGKILL');
    await expect.poll(() => rig.reports.map((report) => report.kind), soon).toEqual(['started', 'ended', 'started']);
    expect(rig.host.pid).not.toBe(firstPid);
    scale.setWeight(500);
    await expect.poll(() => rig.states('scale-1').length, soon).toBeGreaterThan(2);
    await expect.poll(() => rig.states('scale-1').at(-1), soon).toBe('online');
    expect(await rig.client.command(weigh, 10_000)).toMatchObject({ ok: true, value: { grams: 500 } });
    expect(new Set(rig.seen.map(({ bootId }) => bootId)).size).toBe(2);
  });

  it('gives again what was not acknowledged, and not what was', async () => {
    const { scanner, rig } = await store();
    // This client can make nothing durable after the first scan.
    const failing = rig.makeClient(async ({ event }) => {
      if (event.type === 'scan' && event.data !== 'TM:1') throw new Error('disk full');
    });
    failing.start();
    await expect.poll(() => rig.states('scanner-1').at(-1), soon).toBe('online');
    for (const code of ['TM:1', 'TM:2', 'TM:3']) await scanner.scan(code);
    await expect.poll(() => rig.scans().filter((data) => data === 'TM:2').length, soon).toBeGreaterThan(1);
    await failing.stop();
    expect(rig.scans()).not.toContain('TM:3');
    const first = rig.seen.find(({ event }) => event.type === 'scan' && event.data === 'TM:2');
    rig.seen.length = 0;

    rig.client.start();
    await expect.poll(rig.scans, soon).toEqual(['TM:2', 'TM:3']);
    expect(rig.seen.find(({ event }) => event.type === 'scan')).toEqual(first);
    // What the first client acknowledged is not given again, but the state that devices are in is.
    await expect.poll(() => rig.states('scanner-1'), soon).toEqual(['online']);
    await expect.poll(() => rig.states('lost-1'), soon).toEqual(['faulty']);
  });

  it('refuses a wrong token, and answers garbage with a code instead of a crash', async () => {
    const { rig } = await store();
    rig.client.start();
    await expect.poll(() => rig.client.connected, soon).toBe(true);

    const refusals: string[] = [];
    const stranger = new HostClient({
      endpoint: { kind: 'unix', socketPath: rig.socketPath, token: 'not the token at all' },
      onEvent: async () => {},
      onConnection: (connected, because) => refusals.push(connected ? 'connected' : (because?.code ?? '')),
    });
    stranger.start();
    await expect.poll(() => refusals[0], soon).toBe('HOST_WRONG_TOKEN');
    await stranger.stop();
    expect(refusals).not.toContain('connected');

    for (const [text, code] of [
      ['\x00\xff{nonsense\n', 'HOST_BAD_LINE'],
      ['{"t":"command","id":"1","command":{"type":"zero","deviceId":"scale-1"}}\n', 'HOST_NO_HELLO'],
      [`${'x'.repeat(1_100_000)}\n`, 'HOST_LINE_TOO_LONG'],
    ] as const) {
      const socket = connect(rig.socketPath);
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('error', () => undefined);
      socket.write(text, 'latin1');
      await once(socket, 'close');
      expect(JSON.parse(answer)).toMatchObject({ t: 'refused', code });
    }
    expect(await rig.client.command({ type: 'zero', deviceId: 'nobody' }, 5_000)).toMatchObject({
      ok: false,
      code: 'DEVICE_UNKNOWN',
    });
    expect(rig.reports.map((report) => report.kind)).toEqual(['started']);
  });

  it('is killed and started again when it hangs', async () => {
    const rig = await hostRig([], { intervalMs: 100, patienceMs: 1_000, startupMs: 60_000 });
    undo.push(() => rig.end());
    await expect.poll(() => rig.reports.length, soon).toBe(1);
    process.kill(rig.host.pid ?? 0, 'SIGSTOP');
    await expect.poll(() => rig.reports.length, soon).toBeGreaterThan(2);
    expect(rig.reports[1]).toMatchObject({ kind: 'ended', condition: { code: 'HOST_UNRESPONSIVE' } });
    expect(rig.reports[2]).toMatchObject({ kind: 'started' });
  });

  it('ends when its parent is killed, so that no orphan holds the ports', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tillside-orphan-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const parent = spawn(process.execPath, [
      '--conditions=@tillside/source',
      '--import',
      pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
      '--input-type=module',
      '--eval',
      `const { HostProcess } = await import(${JSON.stringify(new URL('./process.ts', import.meta.url).href)});
       const host = new HostProcess({
         config: { hostId: 'h', socketPath: ${JSON.stringify(join(directory, 's'))}, stateDir: ${JSON.stringify(directory)}, devices: [] },
         configPath: ${JSON.stringify(join(directory, 'c.json'))},
         onReport: (report) => console.log(report.pid),
         onLog: (line) => console.error(line),
       });
       await host.start();`,
    ]);
    let out = '';
    parent.stdout.on('data', (chunk) => {
      out += chunk;
    });
    await expect.poll(() => /^\d+\n/.test(out), soon).toBe(true);
    const childPid = Number(out.trim());
    expect(isAlive(childPid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(childPid), soon).toBe(false);
  });

  it('fails a command by name when the host is away', async () => {
    const { rig } = await store();
    expect(await rig.client.command(weigh, 1_000)).toMatchObject({ ok: false, code: 'HOST_UNREACHABLE' });
    await rig.host.stop();
    rig.client.start();
    expect(await rig.client.command(weigh, 50)).toMatchObject({ ok: false, code: 'HOST_UNREACHABLE' });
  });
});
