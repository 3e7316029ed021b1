import { loadavg } from 'node:os';
import { callHub, STORE_ID } from '@tillside/demo';
import { type MeasureContext, measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { median } from '../quantiles.ts';
import { type Chance, createChance } from '../random.ts';
import { putAside } from '../store/aside.ts';
import { type MeasuredStore, until } from '../store/measured-store.ts';
import { TillClient } from '../store/shopper.ts';
import { generateLines, type PoolItem } from './generator.ts';
import { type LoadReport, openLoad } from './open-load.ts';
import { BASKET_LINES, type BenchTill, fillBaskets } from './pos-load.ts';
import { fillJournal } from './resync-backlog.ts';
import { measureGrowth } from './resync-growth.ts';

const POOL_ITEMS = 40;
const SALE_LINES = 4;
/** Between a sale that is through and the next. */
const SALE_PAUSE_MS = 500;
const MAX_DRAIN_MS = 30 * 60_000;
const WARM_UP_SECONDS = 0.3;
/** A pause of the hub must be over before the agent gives up its requests. */
const SETTLE_MS = 300;

export const resyncBench = measure({
  description:
    'a store comes back with a long queue: how soon the hub has it, a new sale beside it, and what the tills feel',
  options: {
    events: { description: 'events that wait', default: 500_000, min: 100, max: 50_000_000 },
    rate: { description: 'decision calls a second meanwhile', default: 50, min: 1, max: 5_000 },
    terminals: { description: 'paired terminals that ask', default: 20, min: 1, max: 500 },
    pairs: { description: 'pairs of windows without and with sync; 0: without', default: 8, min: 0, max: 1_000 },
    seconds: { description: 'of a window', default: 3, min: 1, max: 10 },
    growth: {
      description: 'events that wait where the cost for each is compared with that at 10,000; 0: without',
      default: 1_000_000,
      min: 0,
      max: 50_000_000,
    },
    hub: {
      description:
        "aside: HQ gets what of the cores the store leaves, for it stands elsewhere; beside: as if it were one of the store's processes",
      default: 'aside',
      choices: ['aside', 'beside'],
    },
    seed: { description: 'of baskets and events', default: 1, min: 0, max: 2 ** 31 - 1 },
  },
  async run(values, context): Promise<Result[]> {
    const store = await context.store();
    const chance = createChance(values.seed);
    const pool = store.pool(chance.fork(), POOL_ITEMS);
    const tills = await fillBaskets(store, context, { pool, count: values.terminals, chance: chance.fork() });
    const till = new TillClient('bench-resync', await store.pair('bench-resync'));
    const of = { store, tills, till, pool, chance, ...values };
    const isAside = values.hub === 'aside' && putAside(store.demo.hubPid ?? 0);
    await backlog(of, values.events, context);
    const drained = await drain(of, context);
    const pairs = values.pairs === 0 ? [] : await comparePairs(of, values.events, context);
    const growth = values.growth === 0 ? [] : await measureGrowth([values.growth], context);
    const aside: Result = { case: 'drain', metric: 'hubAside', value: isAside ? 1 : 0, unit: 'count' };
    return [...drained, aside, ...pairs, ...growth];
  },
});

interface Resync {
  readonly store: MeasuredStore;
  readonly tills: readonly BenchTill[];
  readonly till: TillClient;
  readonly pool: readonly PoolItem[];
  readonly chance: Chance;
  readonly rate: number;
  readonly pairs: number;
  readonly seconds: number;
}

/** Events that were made while the store was away. The hub stands still until `go`. */
async function backlog({ store, pool, chance }: Resync, events: number, context: MeasureContext): Promise<void> {
  const { demo } = store;
  await demo.stopAgent();
  context.progress.stage('events', events);
  fillJournal({ dataDir: demo.layout.agentData, events, pool, chance: chance.fork() }, context);
  pauseHub(store);
  await demo.startAgent();
}

const pauseHub = ({ demo }: MeasuredStore): void => void process.kill(demo.hubPid ?? 0, 'SIGSTOP');
const resumeHub = ({ demo }: MeasuredStore): void => void process.kill(demo.hubPid ?? 0, 'SIGCONT');

/** Everything is let go at once; the tills ask on, and one of them sells. */
async function drain(of: Resync, { progress, signal }: MeasureContext): Promise<Result[]> {
  const { store } = of;
  progress.stage('the agent warms up');
  // It was started for its backlog; one that comes back from an outage has run all the time.
  await window(of, signal);
  const { waiting } = (await store.status()).sync;
  progress.stage('drain', waiting);
  const load = loadavg()[0] ?? 0;
  const beganMs = performance.now();
  let isOver = false;
  resumeHub(store);
  const reports: LoadReport[] = [];
  const asking = (async () => {
    while (!isOver) reports.push(await window(of, signal));
  })();
  const selling = sellThrough(of, signal, () => isOver);
  let left = waiting;
  try {
    await until('the hub has all', MAX_DRAIN_MS, signal, async () => {
      const now = (await store.status()).sync.waiting;
      progress.tick(Math.max(0, left - now));
      left = Math.min(left, now);
      return now === 0 ? true : undefined;
    });
  } finally {
    isOver = true;
  }
  const durableSeconds = (performance.now() - beganMs) / 1_000;
  const throughs = await selling;
  await asking;
  const worst = (percentage: number): number =>
    Math.max(...reports.map(({ latency }) => latency.quantileMs(percentage)));
  const result = (metric: string, value: number, unit: Result['unit']): Result => ({
    case: 'drain',
    metric,
    value,
    unit,
  });
  return [
    result('durableSeconds', durableSeconds, 's'),
    result('events', waiting, 'count'),
    result('eventsPerSecond', waiting / durableSeconds, '1/s'),
    result('saleThroughSeconds', Math.max(...throughs) / 1_000, 's'),
    result('saleThroughMedianSeconds', median(throughs) / 1_000, 's'),
    result('sales', throughs.length, 'count'),
    result('posP99Ms', middle(reports, 99), 'ms'),
    result('posWorstWindowP99Ms', worst(99), 'ms'),
    result('posP50Ms', middle(reports, 50), 'ms'),
    result(
      'posRequests',
      reports.reduce((sum, { latency }) => sum + latency.count, 0),
      'count',
    ),
    result(
      'posErrors',
      reports.reduce((sum, { errors }) => sum + errors, 0),
      'count',
    ),
    result('machineLoadBefore', load, 'count'),
  ];
}

/** The same load without and with sync: the hub stands still in every other window, for less long than a request waits. */
async function comparePairs(of: Resync, events: number, context: MeasureContext): Promise<Result[]> {
  const { store, pairs } = of;
  const { progress, signal } = context;
  await backlog(of, events, context);
  progress.stage('pairs', pairs);
  const ratios: number[] = [];
  const [off, on]: [LoadReport[], LoadReport[]] = [[], []];
  try {
    for (let pair = 0; pair < pairs; pair++) {
      const measured: Partial<Record<'off' | 'on', LoadReport>> = {};
      // Turn about, so that a machine that warms up or slows down favours neither.
      for (const state of pair % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const)) {
        if (state === 'off') pauseHub(store);
        else resumeHub(store);
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        measured[state] = await window(of, signal);
      }
      // With nothing left to send there is nothing to compare.
      if ((await store.status()).sync.waiting === 0) break;
      if (measured.off === undefined || measured.on === undefined) break;
      ratios.push(measured.on.latency.quantileMs(50) / measured.off.latency.quantileMs(50));
      off.push(measured.off);
      on.push(measured.on);
      progress.tick();
    }
  } finally {
    resumeHub(store);
  }
  const result = (metric: string, value: number, unit: Result['unit']): Result => ({
    case: 'pairs',
    metric,
    value,
    unit,
  });
  return [
    ...(ratios.length === 0
      ? []
      : [
          result('posMedianRatio', median(ratios), 'ratio'),
          result('posP50MsWithout', middle(off, 50), 'ms'),
          result('posP50MsWith', middle(on, 50), 'ms'),
          result('posP99MsWithout', middle(off, 99), 'ms'),
          result('posP99MsWith', middle(on, 99), 'ms'),
        ]),
    result('pairs', ratios.length, 'count'),
  ];
}

/** The median of the windows' percentiles. */
const middle = (reports: readonly LoadReport[], percentage: number): number =>
  median(reports.map(({ latency }) => latency.quantileMs(percentage)));

const window = (of: Resync, signal: AbortSignal): Promise<LoadReport> =>
  openLoad({
    clients: of.tills.map(({ till, basketId }) => ({
      url: till.terminal.url,
      credential: till.terminal.credential,
      next: () => ({ path: `/v1/baskets/${basketId}/decision` }),
    })),
    ratePerSecond: of.rate,
    seconds: of.seconds,
    warmUpSeconds: WARM_UP_SECONDS,
    chance: of.chance,
    signal,
    check: (body) => {
      const { basket } = JSON.parse(body) as { basket: { lines: unknown[] } };
      if (basket.lines.length !== BASKET_LINES) throw new Error(`${basket.lines.length} lines`);
    },
    onSecond: () => undefined,
  });

/** Sells one basket after the other and sees when the hub counts it: today's sales, which nothing of the backlog is. */
async function sellThrough(of: Resync, signal: AbortSignal, isOver: () => boolean): Promise<number[]> {
  const { store, till, pool, chance } = of;
  const today = new Date().toISOString().slice(0, 10);
  const seen = async (): Promise<number> =>
    (await callHub(store.demo.hub(), 'store', { params: { id: STORE_ID } })).days.find(
      ({ businessDate }) => businessDate === today,
    )?.sales ?? 0;
  const throughs: number[] = [];
  const before = await seen();
  for (let sold = 1; !isOver() || throughs.length === 0; sold++) {
    const basket = await till.fillBasket(generateLines(chance, pool, SALE_LINES));
    await till.call('completeBasket', till.completion(basket.basketId, basket.decision.payableFen, today));
    const soldMs = performance.now();
    await until('the hub counts the sale', MAX_DRAIN_MS, signal, async () =>
      (await seen()) >= before + sold ? true : undefined,
    );
    throughs.push(performance.now() - soldMs);
    await new Promise((resolve) => setTimeout(resolve, SALE_PAUSE_MS));
  }
  return throughs;
}
