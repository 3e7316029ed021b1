import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDigit, type DeviceConfig, HostClient, HostProcess } from '@tillside/devices';
import { PtyLine, ScannerSimulator } from '@tillside/devices/simulators';
import { HarnessError } from '../../errors.ts';
import type { MeasureContext } from '../../measure.ts';
import type { Result } from '../../output/schema.ts';
import { Durations, median } from '../../quantiles.ts';
import { until } from '../../store/measured-store.ts';

const DEVICES = 32;
/** Between two scans of one device; all devices begin at other moments. */
const SCAN_EVERY_MS = 400;
const WARM_UP_ROUNDS = 2;
const LOST_MS = 5_000;
const HUNG = 'device-32';
const WEIGH_TIMEOUT_MS = 500;

/** What is beside the 31 scanners: another that works, or a scale that hangs while it is asked again and again. */
type Beside = 'working' | 'hung';

/**
 * Scans of 31 devices of one host, from the write to the line until the host's client has the event, with the 32nd device working and with it hung: a
 * scale on a line that is open and that nobody reads, with a weigh command always waiting for it. Pairs of runs, each first by turns.
 */
export async function measureHung(
  { pairs, seconds }: { pairs: number; seconds: number },
  { progress, signal }: MeasureContext,
): Promise<Result[]> {
  progress.stage(`${DEVICES} devices, one hung`, pairs * 2);
  const medians: Record<Beside, number[]> = { working: [], hung: [] };
  const all: Record<Beside, Durations> = { working: new Durations(), hung: new Durations() };
  let lost = 0;
  for (let pair = 0; pair < pairs; pair++) {
    for (const beside of pair % 2 === 0 ? (['working', 'hung'] as const) : (['hung', 'working'] as const)) {
      signal.throwIfAborted();
      const run = await runHost(beside, seconds, signal);
      medians[beside].push(median(run.tookMs));
      for (const ms of run.tookMs) all[beside].record(ms);
      lost += run.lost;
      progress.tick();
    }
  }
  const [working, hung] = [median(medians.working), median(medians.hung)];
  const ratios = medians.hung.map((ms, place) => ms / (medians.working[place] ?? Number.NaN));
  const of = (metric: string, value: number, unit: Result['unit']): Result => ({
    case: 'hung-device',
    metric,
    value,
    unit,
  });
  return [
    of('workingP50Ms', working, 'ms'),
    of('hungP50Ms', hung, 'ms'),
    of('p50Ratio', median(ratios), 'ratio'),
    of('workingP99Ms', all.working.quantileMs(99), 'ms'),
    of('hungP99Ms', all.hung.quantileMs(99), 'ms'),
    of('pairs', pairs, 'count'),
    of('scans', all.working.count + all.hung.count, 'count'),
    of('lost', lost, 'count'),
  ];
}

async function runHost(
  beside: Beside,
  seconds: number,
  signal: AbortSignal,
): Promise<{ tookMs: number[]; lost: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'tillside-hung-'));
  const line = (place: number): PtyLine => new PtyLine({ path: join(directory, `${place}`) });
  const count = beside === 'hung' ? DEVICES - 1 : DEVICES;
  const scanners = Array.from({ length: count }, (_, place) => new ScannerSimulator(line(place + 1)));
  const frozen = beside === 'hung' ? line(DEVICES) : undefined;
  try {
    for (const scanner of scanners) await scanner.start();
    await frozen?.start(() => {});
    const host = new Host(directory, [...scanners.map(scannerConfig), ...(frozen ? [scaleConfig(frozen)] : [])]);
    try {
      await host.start(DEVICES, signal);
      frozen?.freeze(true);
      const hanging = frozen ? host.keepAsking() : undefined;
      const others = scanners.slice(0, DEVICES - 1);
      await Promise.all(others.map((scanner, place) => host.scanFor(scanner, place, 0, WARM_UP_ROUNDS)));
      const rounds = Math.max(1, Math.round((seconds * 1_000) / SCAN_EVERY_MS));
      const runs = await Promise.all(
        others.map((scanner, place) => host.scanFor(scanner, place, WARM_UP_ROUNDS, rounds)),
      );
      const tookMs = runs.flat().filter((ms) => ms !== undefined);
      hanging?.stop();
      // A device that answered did not hang, and the run would prove nothing.
      if (hanging && hanging.answered() > 0) throw new HarnessError('HARNESS_STORE_FAILED', 'the hung scale answered');
      return { tookMs, lost: runs.flat().length - tookMs.length };
    } finally {
      await host.stop();
    }
  } finally {
    await Promise.all([...scanners, ...(frozen ? [frozen] : [])].map((one) => one.stop()));
    await rm(directory, { recursive: true, force: true });
  }
}

const scannerConfig = ({ line }: ScannerSimulator, place: number): DeviceConfig => ({
  id: `device-${place + 1}`,
  model: 'scanner/serial-generic',
  connection: line.connection,
  options: {},
});

const scaleConfig = ({ connection }: PtyLine): DeviceConfig => ({
  id: HUNG,
  model: 'scale/mettler-8217',
  connection,
  options: {},
});

/** A device host of its own, as a lane PC runs it, and its client. */
class Host {
  readonly #process: HostProcess;
  readonly #client: HostClient;
  readonly #online = new Set<string>();
  readonly #waiting = new Map<string, (atMs: number | undefined) => void>();

  constructor(directory: string, devices: DeviceConfig[]) {
    const socketPath = join(directory, 'host.sock');
    this.#process = new HostProcess({
      config: { hostId: 'bench', socketPath, stateDir: join(directory, 'state'), devices },
      configPath: join(directory, 'host.json'),
      onReport: () => undefined,
      onLog: (text) => void process.stderr.write(`  device host: ${text}\n`),
    });
    this.#client = new HostClient({
      endpoint: { kind: 'unix', socketPath, token: this.#process.token },
      onEvent: async (_bootId, _eventSeq, event) => {
        const atMs = performance.now();
        if (event.type === 'scan') this.#waiting.get(event.data)?.(atMs);
        if (event.type === 'state' && event.state === 'online') this.#online.add(event.deviceId);
      },
    });
  }

  /** Resolves when all devices are online. */
  async start(devices: number, signal: AbortSignal): Promise<void> {
    await this.#process.start();
    this.#client.start();
    await until(`${devices} devices are online`, 60_000, signal, async () =>
      this.#online.size >= devices ? true : undefined,
    );
  }

  async stop(): Promise<void> {
    await this.#client.stop();
    await this.#process.stop();
  }

  /** Scans at a steady pace; milliseconds of each, undefined for one that never came. */
  async scanFor(
    scanner: ScannerSimulator,
    place: number,
    from: number,
    rounds: number,
  ): Promise<(number | undefined)[]> {
    const tookMs: (number | undefined)[] = [];
    const beganMs = performance.now() + (place * SCAN_EVERY_MS) / DEVICES;
    for (let round = 0; round < rounds; round++) {
      const dueMs = beganMs + round * SCAN_EVERY_MS;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
      tookMs.push(await this.#scanOnce(scanner, codeOf(place, from + round)));
    }
    return tookMs;
  }

  async #scanOnce(scanner: ScannerSimulator, code: string): Promise<number | undefined> {
    const arrived = new Promise<number | undefined>((resolve) => {
      const timer = setTimeout(() => settle(undefined), LOST_MS);
      const settle = (atMs: number | undefined): void => {
        clearTimeout(timer);
        this.#waiting.delete(code);
        resolve(atMs);
      };
      this.#waiting.set(code, settle);
    });
    const beganMs = performance.now();
    await scanner.scan(code);
    const atMs = await arrived;
    return atMs === undefined ? undefined : atMs - beganMs;
  }

  /** Weigh commands for the device that hangs, one after the other until stopped. */
  keepAsking(): { stop(): void; answered(): number } {
    let [running, answered] = [true, 0];
    const ask = async (): Promise<void> => {
      while (running) {
        const command = { type: 'weigh', deviceId: HUNG, timeoutMs: WEIGH_TIMEOUT_MS } as const;
        const result = await this.#client.command(command, 2 * WEIGH_TIMEOUT_MS);
        if (result.ok) answered += 1;
      }
    };
    void ask();
    return {
      stop: () => {
        running = false;
      },
      answered: () => answered,
    };
  }
}

/** A lawful EAN-13 of this device's n-th scan. */
function codeOf(place: number, number: number): string {
  const body = `690${String(place).padStart(3, '0')}${String(number).padStart(6, '0')}`;
  return `${body}${checkDigit(body)}`;
}
