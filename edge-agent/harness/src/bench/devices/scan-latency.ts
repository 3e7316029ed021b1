import { agentEvents } from '@tillside/agent-contract';
import { checkDigit } from '@tillside/devices';
import type { MeasureContext } from '../../measure.ts';
import type { Result } from '../../output/schema.ts';
import { Durations } from '../../quantiles.ts';
import { type Chance, createChance } from '../../random.ts';
import { type MeasuredStore, until } from '../../store/measured-store.ts';

const LANE = '1';
const WARM_UP = 50;
/** A scan that is not at the till by then is lost. */
const LOST_MS = 5_000;

/**
 * From the moment before a scanner writes to its line until a till that listens to the agent's events has the scan: pseudo-terminal, device host, agent and
 * event stream of the demo store, each a process of its own. Codes are all different, and one comes every `everyMs`.
 */
export async function measureScans(
  { scans, everyMs, seed }: { scans: number; everyMs: number; seed: number },
  { progress, signal, store: open }: MeasureContext,
): Promise<Result[]> {
  const store = await open();
  if (store.demo.simulators.withoutSerial !== undefined) {
    process.stderr.write(`  no pseudo-terminals (${store.demo.simulators.withoutSerial}): scans go over TCP\n`);
  }
  const till = new ListeningTill(await store.demo.pair('terminal', 'bench-scans', LANE));
  const ended = AbortSignal.any([signal, till.stopped.signal]);
  const listening = till.listen(ended);
  try {
    await scannerOnline(store, ended);
    progress.stage('scans', scans + WARM_UP);
    const chance = createChance(seed);
    const durations = new Durations();
    const arrivals: Promise<void>[] = [];
    let lost = 0;
    const paced = pacer(everyMs);
    for (let number = -WARM_UP; number < scans; number++) {
      ended.throwIfAborted();
      await paced();
      const arrival = scanOnce(store, till, codeOf(chance)).then((tookMs) => {
        if (number >= 0 && tookMs !== undefined) durations.record(tookMs);
        if (number >= 0 && tookMs === undefined) lost += 1;
      });
      arrivals.push(arrival);
      progress.tick();
    }
    await Promise.all(arrivals);
    return [
      ...durations.results({ case: 'scan-to-till', countMetric: 'scans', far: true }),
      { case: 'scan-to-till', metric: 'lost', value: lost, unit: 'count' },
    ];
  } finally {
    till.stopped.abort();
    await listening;
  }
}

/** Milliseconds; undefined when it never came. */
async function scanOnce(store: MeasuredStore, till: ListeningTill, code: string): Promise<number | undefined> {
  const { scanner } = store.demo.simulators.counter(LANE);
  const arrived = till.expect(code);
  const beganMs = performance.now();
  await scanner.scan(code, { aim: ']E0' });
  const atMs = await arrived;
  return atMs === undefined ? undefined : atMs - beganMs;
}

async function scannerOnline(store: MeasuredStore, signal: AbortSignal): Promise<void> {
  await until('the scanner is online', 20_000, signal, async () =>
    (await store.status()).devices.find(({ deviceId }) => deviceId === `scanner-${LANE}`)?.state === 'online'
      ? true
      : undefined,
  );
}

/** A product's code: nobody else's scan, and none that came within the scanner's repeat time. */
function codeOf(chance: Chance): string {
  const body = `690${String(chance.between(0, 999_999_999)).padStart(9, '0')}`;
  return `${body}${checkDigit(body)}`;
}

/** Waits until the next beat; beats that were missed are not made up for. */
function pacer(everyMs: number): () => Promise<void> {
  let dueMs = performance.now();
  return async () => {
    dueMs = Math.max(dueMs + everyMs, performance.now());
    await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
  };
}

/** A till's end of the event stream. */
class ListeningTill {
  readonly stopped = new AbortController();
  readonly #terminal: { url: string; credential: string };
  readonly #waiting = new Map<string, (atMs: number | undefined) => void>();

  constructor(terminal: { url: string; credential: string }) {
    this.#terminal = terminal;
  }

  /** When the scan of this code came; undefined when it is lost. */
  expect(code: string): Promise<number | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(undefined), LOST_MS);
      const settle = (atMs: number | undefined): void => {
        clearTimeout(timer);
        this.#waiting.delete(code);
        resolve(atMs);
      };
      this.#waiting.set(code, settle);
    });
  }

  async listen(signal: AbortSignal): Promise<void> {
    try {
      for await (const { event } of agentEvents(this.#terminal, signal)) {
        const atMs = performance.now();
        if (event.type === 'scan') this.#waiting.get(event.data.replace(/^\]../, ''))?.(atMs);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.stopped.abort();
    }
  }
}
