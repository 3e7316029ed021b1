import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeviceError } from '../conditions.ts';
import { PtyLine, ScannerSimulator } from '../simulators/index.ts';
import { HostProcess, type HostReport } from './process.ts';
import { readSpool } from './spool-file.ts';

const soon = { timeout: 30_000, interval: 10 };
const socat = await promisify(execFile)('socat', ['-V']).then(
  () => true,
  () => false,
);
if (!socat) console.warn(`Skipped: ${new DeviceError('PTY_NO_SOCAT').message}`);

const SEED = Number(process.env.TILLSIDE_TEST_SEED ?? Date.now() % 1_000_000);
let state = SEED;
/** In [0, 1), the same for the same seed. */
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A scan is `held` once the host has written it or the client has it: from then on it must arrive, once and in order, whoever is killed. One that was still on its
 * way through the port when the host was killed is lost, as with an unplugged cable: the till does not show it, and the cashier scans again.
 */
describe.skipIf(!socat)(`scans through kill -9 of host and client (seed ${SEED})`, { timeout: 240_000 }, () => {
  let directory: string;
  let scanner: ScannerSimulator;
  let host: HostProcess;
  let client: ChildProcess | undefined;
  let seenFile: string;
  const reports: HostReport[] = [];
  const sent: string[] = [];
  const lost: string[] = [];

  const seenLines = () => (existsSync(seenFile) ? readFileSync(seenFile, 'utf8').trimEnd().split('\n') : []);
  const seen = () => seenLines().flatMap((line) => (line.includes(':') ? [] : [line.split(' ')[2] ?? '']));
  const spoolPath = () => join(directory, 'state', 'h.spool');
  const waiting = async () => (await readSpool(spoolPath())).events.map(({ json }) => JSON.parse(json).data as string);
  const held = async () => new Set([...(await waiting()), ...seen()]);

  function startClient(): void {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const entry = fileURLToPath(new URL('./testing/child.ts', import.meta.url));
    client = spawn(
      process.execPath,
      ['--conditions=@tillside/source', '--import', tsx, entry, join(directory, 'h.sock'), host.token, seenFile],
      { stdio: 'inherit' },
    );
  }
  async function killClient(): Promise<void> {
    const ended = client && once(client, 'exit');
    client?.kill('SIGKILL');
    await ended;
    client = undefined;
  }
  /** Kills the host and waits until the kernel has taken all of it. */
  async function killHost(signal: 'SIGKILL' | 'SIGSTOP'): Promise<void> {
    const ends = () => reports.filter(({ kind }) => kind === 'ended').length;
    const before = ends();
    process.kill(host.pid ?? 0, signal);
    await expect.poll(ends, soon).toBe(before + 1);
  }
  /** The host of the last start has opened the port, and the client knows. */
  async function online(): Promise<void> {
    const bootId = () => reports.findLast((report) => report.kind === 'started')?.bootId;
    await expect.poll(() => reports.at(-1)?.kind, soon).toBe('started');
    await expect
      .poll(
        () =>
          seenLines()
            .filter((line) => line.startsWith(`${bootId()} `))
            .map((line) => line.split(' ')[2]),
        soon,
      )
      .toContain('state:online');
  }
  async function scan(name?: string): Promise<void> {
    const data = name ?? `S${sent.length + 1}`;
    sent.push(data);
    await scanner.scan(data).catch(() => undefined);
  }
  /** All that was on its way has come: a last scan has. What of the others has not is lost. */
  async function drained(): Promise<string[]> {
    const from = sent.length;
    await scan();
    const mark = sent[from] ?? '';
    await expect.poll(seen, soon).toContain(mark);
    const there = new Set(seen());
    const missing = sent.filter((data) => !there.has(data) && !lost.includes(data));
    lost.push(...missing);
    return missing;
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tillside-once-'));
    seenFile = join(directory, 'seen');
    const line = new PtyLine({ path: join(directory, 'scanner') });
    scanner = new ScannerSimulator(line);
    await scanner.start();
    host = new HostProcess({
      config: {
        hostId: 'h',
        socketPath: join(directory, 'h.sock'),
        stateDir: join(directory, 'state'),
        devices: [{ id: 'scanner', model: 'scanner/serial-generic', connection: line.connection, options: {} }],
      },
      configPath: join(directory, 'h.json'),
      onReport: (report) => reports.push(report),
      onLog: (text) => console.error(text),
      watchdog: { intervalMs: 200, patienceMs: 3_000, startupMs: 60_000 },
      random: () => 0,
    });
    await host.start();
    startClient();
  });
  afterAll(async () => {
    await killClient();
    await host?.stop();
    await scanner?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('the client is killed while scans come: nothing is lost', async () => {
    await online();
    for (let round = 0; round < 3; round += 1) {
      const scans = (async () => {
        for (let count = 0; count < 25; count += 1) {
          await scan();
          await pause(random() * 20);
        }
      })();
      await pause(random() * 250);
      await killClient();
      await scans;
      startClient();
      expect(await drained()).toEqual([]);
    }
  });

  it('the host is killed while scans come, sometimes the client too: what was held arrives', async () => {
    for (let round = 0; round < 4; round += 1) {
      const both = random() < 0.5;
      const scans = (async () => {
        for (let count = 0; count < 15; count += 1) {
          await scan();
          await pause(random() * 15);
        }
      })();
      await pause(random() * 200);
      if (both) {
        await killClient();
        await pause(random() * 100);
      }
      await killHost('SIGKILL');
      const kept = await held();
      if (both) startClient();
      await scans;
      await online();
      const missing = await drained();
      expect(missing.filter((data) => kept.has(data))).toEqual([]);
    }
    expect(lost.length).toBeLessThan(sent.length / 2);
  });

  it('scans that wait for a client outlive a killed host, a hung one and an upgrade', async () => {
    await killClient();
    const kept: string[] = [];
    const wait = async (count: number) => {
      const from = sent.length;
      for (let one = 0; one < count; one += 1) await scan();
      await expect.poll(waiting, soon).toEqual(expect.arrayContaining(sent.slice(from)));
      kept.push(...sent.slice(from));
    };
    const again = async () => {
      await expect.poll(() => reports.at(-1)?.kind, soon).toBe('started');
      // Nobody is connected who could say that the port is open: a scan that is held can.
      await expect
        .poll(async () => {
          await scan();
          return (await held()).has(sent.at(-1) ?? '');
        }, soon)
        .toBe(true);
    };
    await wait(5);
    await killHost('SIGKILL');
    await again();
    await wait(5);
    await killHost('SIGSTOP');
    expect(reports.findLast((report) => report.kind === 'ended')?.condition.code).toBe('HOST_UNRESPONSIVE');
    await again();
    await wait(5);
    await host.stop();
    await host.start();
    await again();
    startClient();
    const missing = await drained();
    expect(missing.filter((data) => kept.includes(data))).toEqual([]);
  });

  it('and all in all the client saw each once, in order', () => {
    const all = seen();
    const places = all.map((data) => sent.indexOf(data));
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    expect(new Set([...all, ...lost])).toEqual(new Set(sent));
    expect(all.length).toBeGreaterThan(100);
    expect(new Set(seenLines().map((line) => line.split(' ')[0])).size).toBeGreaterThan(4);
  });
});
