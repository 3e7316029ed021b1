import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { agentEvents, type StreamEvent } from '@tillside/agent-contract';
import { Mettler8217Simulator, PtyLine, ScannerSimulator } from '@tillside/devices/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../cli/program.ts';
import { importItems } from '../prices/import.ts';
import { type Caller, ITEMS_CSV, type Rig, startRig } from '../testing.ts';

/** A lane whose scanner and scale hang at a PC of their own, which runs `tillside-device-host`; the agent reaches it over TLS. */

const HOST_ID = 'lane-2-pc';
let dir: string;
let rig: Rig;
let till: Caller;
let scanner: ScannerSimulator;
let scale: Mettler8217Simulator;
let host: ChildProcess | undefined;
let hostConfig: string;
let agentConfig: string;
let address: string;
const heard: { id: string; event: StreamEvent }[] = [];
let listening = new AbortController();
let next = 0;
const key = (): string => `h${next++}`;

async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const status = () => rig.agent.app.status('en');
const device = (id: string) => status().devices.find(({ deviceId }) => deviceId === id);
const online = (id: string) => until(() => (device(id)?.state === 'online' ? true : undefined));
const conditions = () => status().conditions.map(({ code, message }) => `${code} ${message}`);
const condition = (code: string, part: string) =>
  until(() => conditions().find((one) => one.startsWith(code) && one.includes(part)));
const scans = () => heard.flatMap(({ event }) => (event.type === 'scan' ? [event.data] : []));
const scanned = (data: string) => until(() => (scans().includes(data) ? true : undefined));

function hostCommand(): string[] {
  const source = new URL('./host/cli.ts', import.meta.resolve('@tillside/devices'));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return ['--conditions=@tillside/source', '--import', tsx, fileURLToPath(source)];
}
function startHost(): void {
  host = spawn(process.execPath, [...hostCommand(), 'run', hostConfig], { stdio: 'ignore' });
}
/** Power off: the watching process and the one with the drivers. */
async function killHost(): Promise<void> {
  const ended = host && once(host, 'exit');
  host?.kill('SIGKILL');
  await ended;
}
const hostTool = (command: string): Promise<string> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...hostCommand(), command, hostConfig], (_error, out) => resolve(out.trim()));
  });

async function agentTool(...args: string[]): Promise<{ code: number; text: string }> {
  const said: string[] = [];
  const code = await runCli([...args, '--config', agentConfig], {
    locale: 'en',
    out: (text) => said.push(text),
    err: (text) => said.push(text),
    input: async () => '',
    lines: async function* () {},
    signal: new AbortController().signal,
  });
  return { code, text: said.join('\n') };
}

/** The till listens, from what it heard last. */
function listen(): void {
  listening = new AbortController();
  const { signal } = listening;
  const stream = agentEvents({ url: rig.agent.url, credential: till.credential }, signal, heard.at(-1)?.id);
  void (async () => {
    try {
      for await (const entry of stream) heard.push(entry);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  })();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-lane-pc-'));
  const scannerLine = new PtyLine({ path: join(dir, 'scanner') });
  const scaleLine = new PtyLine({ path: join(dir, 'scale'), settings: { dataBits: 7, parity: 'even' } });
  scanner = new ScannerSimulator(scannerLine);
  scale = new Mettler8217Simulator(scaleLine);
  await scanner.start();
  await scale.start();
  const port = await freePort();
  address = `127.0.0.1:${port}`;
  hostConfig = join(dir, 'host.json');
  const lane = '2';
  const absent = { kind: 'serial', path: join(dir, 'no-port') };
  writeFileSync(
    hostConfig,
    JSON.stringify({
      hostId: HOST_ID,
      listen: { host: '127.0.0.1', port },
      stateDir: 'state',
      devices: [
        { id: 'scanner-2', model: 'scanner/serial-generic', lane, connection: scannerLine.connection },
        { id: 'scale-2', model: 'scale/mettler-8217', lane, connection: scaleLine.connection },
        { id: 'twice', model: 'scale/mettler-8217', connection: absent },
      ],
    }),
  );
  rig = await startRig({
    devices: [{ id: 'twice', model: 'scanner/serial-generic', lane: '9', connection: absent }],
    deviceHosts: [{ id: HOST_ID, address }],
  });
  agentConfig = join(dir, 'agent.json');
  writeFileSync(agentConfig, JSON.stringify(rig.config));
  importItems(rig.agent.app.journal, rig.agent.app.clock, ITEMS_CSV);
  till = await rig.pair('terminal', '2');
  listen();
  startHost();
});
afterAll(async () => {
  listening.abort();
  await rig.stop();
  const ended = host?.exitCode === null && host.signalCode === null ? once(host, 'exit') : undefined;
  host?.kill('SIGTERM');
  await ended;
  await scanner.stop();
  await scale.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('a lane with a device host of its own', { timeout: 120_000 }, () => {
  it('is not let in without a key, nor with a wrong code, and is with the right one', async () => {
    await condition('HOST_DOWN', 'HOST_NOT_PAIRED');
    const wrong = await agentTool('devices', 'pair-host', HOST_ID, address, 'AAAA-BBBB-CCCC-DDDD-EEEE');
    expect(wrong.code).toBe(1);
    expect(wrong.text).toMatch(/HOST_PAIRING_REFUSED.*(PAIRING_NOT_OPEN|HOST_UNREACHABLE)/s);
    const code = await hostTool('pair');
    expect(code).toMatch(/^([A-Z2-9]{4}-){4}[A-Z2-9]{4}$/);
    await until(async () => {
      const tried = await agentTool('devices', 'pair-host', HOST_ID, address, 'AAAA-BBBB-CCCC-DDDD-EEEE');
      return tried.text.includes('PAIRING_CODE_WRONG') ? true : undefined;
    });
    expect(await agentTool('devices', 'pair-host', HOST_ID, address, code)).toEqual({
      code: 0,
      text: `paired with ${HOST_ID}`,
    });
    expect((await agentTool('devices', 'pair-host', HOST_ID, address, code)).text).toContain('PAIRING_CODE_USED');
    const kept = join(rig.dir, 'secrets', 'device-hosts', `${HOST_ID}.json`);
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    await online('scanner-2');
    expect(device('scanner-2')).toMatchObject({ lane: '2', model: 'scanner/serial-generic' });
    expect(conditions().filter((one) => one.startsWith('HOST_DOWN'))).toEqual([]);
  });

  it('its scans reach its till, its scale weighs, its counters are in the metrics', async () => {
    await scanner.scan('2900000000018', { aim: ']E0', split: true });
    await scanned(']E02900000000018');
    await online('scale-2');
    scale.setWeight(505);
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c' }, key: key() });
    const basket = await until(() =>
      till
        .call('addLine', { params: { basketId }, body: { sku: 'apple', weigh: true }, key: key() })
        .catch(() => undefined),
    );
    expect(basket.lines.map((line) => line.weightGrams)).toEqual([505]);
    await until(async () => {
      const metrics = await (await fetch(`${rig.agent.url}/metrics`)).text();
      return /tillside_device_frames_total\{device="scanner-2"\} 1\n/.test(metrics) &&
        metrics.includes('tillside_device_state{device="scanner-2",state="online"} 1') &&
        metrics.includes(`tillside_device_host_online{host="${HOST_ID}"} 1`)
        ? true
        : undefined;
    });
  });

  it('a device whose id another host has is not taken, and that is told', async () => {
    await condition('DEVICE_ID_TWICE', `${HOST_ID}: twice`);
    expect(device('twice')).toMatchObject({ lane: '9', model: 'scanner/serial-generic' });
    await condition('LANE_WITHOUT_SCANNER', '(9)');
    await until(() => (device('twice')?.lastError?.code === 'PORT_NOT_FOUND' ? true : undefined));
  });

  it('killed, its lane is named until it is back, and the next scan is taken', async () => {
    await killHost();
    await condition('HOST_DOWN', `${HOST_ID}: HOST_UNREACHABLE`);
    await condition('LANE_WITHOUT_SCANNER', '(2)');
    expect(device('scanner-2')).toMatchObject({ state: 'offline', condition: { code: 'HOST_UNREACHABLE' } });
    const { text } = await agentTool('doctor');
    expect(text).toMatch(/! store {2}LANE_WITHOUT_SCANNER .*\(2\)/);
    expect(text).toMatch(/✗ device scanner-2 {2}HOST_UNREACHABLE/);
    startHost();
    await online('scanner-2');
    expect(conditions().filter((one) => one.includes('(2)') || one.startsWith('HOST_DOWN'))).toEqual([]);
    await scanner.scan('2900000000025');
    await scanned('2900000000025');
  });

  it('scans made while the agent is away outlive a killed host, and come once and in order', async () => {
    const before = scans();
    listening.abort();
    await rig.agent.stop();
    const codes = ['2900000000049', '2900000000032', '2900000000018'];
    const spool = join(dir, 'state', `${HOST_ID}.spool`);
    const held = (data: string) =>
      until(() => (existsSync(spool) && readFileSync(spool, 'utf8').includes(`"${data}"`) ? true : undefined));
    for (const code of codes) await scanner.scan(`TM:${code}`);
    for (const code of codes) await held(`TM:${code}`);
    await killHost();
    startHost();
    await rig.restart();
    listen();
    await online('scanner-2');
    await scanner.scan('TM:last');
    await scanned('TM:last');
    expect(scans().slice(before.length)).toEqual([...codes.map((code) => `TM:${code}`), 'TM:last']);
  });

  it('its devices are known while it is away, also to an agent that has just started', async () => {
    listening.abort();
    await killHost();
    await rig.restart();
    await condition('LANE_WITHOUT_SCANNER', '(2)');
    expect(device('scanner-2')).toMatchObject({ lane: '2' });
    startHost();
    await online('scanner-2');
  });

  it('is out once either side revokes', async () => {
    const { code, text } = await agentTool('devices', 'unpair-host', HOST_ID);
    expect({ code, text }).toEqual({ code: 0, text: `unpaired from ${HOST_ID}` });
    await condition('HOST_DOWN', 'HOST_NOT_PAIRED');
    expect((await agentTool('devices', 'unpair-host', HOST_ID)).text).toContain('HOST_NOT_PAIRED');
    expect(await hostTool('unpair')).toBe('No agent was paired.');
    const again = await hostTool('pair');
    expect((await agentTool('devices', 'pair-host', HOST_ID, address, again)).code).toBe(0);
    await online('scanner-2');
    expect(await hostTool('unpair')).toBe('The agent is no longer let in.');
    await condition('HOST_DOWN', 'HOST_PEER_UNKNOWN');
  });
});
