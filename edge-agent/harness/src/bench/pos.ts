import { DecisionView } from '@tillside/agent-contract';
import { type MeasureContext, measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { type Chance, createChance } from '../random.ts';
import type { MeasuredStore } from '../store/measured-store.ts';
import { TillClient } from '../store/shopper.ts';
import { generateCampaigns, generateLines, type PoolItem } from './generator.ts';
import { type LoadClient, openLoad } from './open-load.ts';

const BASKET_LINES = 20;
const CAMPAIGNS = 40;
const COMPETING = 0.25;
/** Twice a basket: every basket is in the reach of all campaigns, and no two baskets are the same. */
const POOL_ITEMS = 40;
/** Terminals that are filled side by side before the load begins. */
const FILL_TOGETHER = 4;
const WARM_UP_SHARE = 0.1;
const MAX_WARM_UP_SECONDS = 5;
const SALE_LINES = 4;
const FULL_CHECK_EVERY = 50;

export const posBench = measure({
  description: 'the decision call over HTTP at a fixed rate, while the store sells and syncs',
  options: {
    seconds: { description: 'measured, a case', default: 60, min: 1, max: 86_400 },
    rate: { description: 'decision calls a second', default: 50, min: 1, max: 5_000 },
    terminals: { description: 'paired terminals that ask', default: 50, min: 1, max: 500 },
    sales: { description: 'sales a second through other terminals meanwhile', default: 2, min: 0, max: 100 },
    model: { description: '1: a second case with a model trained first; 0: without', default: 1, min: 0, max: 1 },
    overlap: { description: 'campaigns that a line is in, on average', default: 1, min: 1, max: 40 },
    seed: { description: 'of baskets, campaigns and arrival times', default: 1, min: 0, max: 2 ** 31 - 1 },
  },
  async run(values, context): Promise<Result[]> {
    const store = await context.store();
    const { progress, signal } = context;
    const chance = createChance(values.seed);
    const pool = store.pool(chance.fork(), POOL_ITEMS);
    const mix = {
      count: CAMPAIGNS,
      perItem: values.overlap,
      broad: 0,
      competing: COMPETING,
      basketLines: BASKET_LINES,
    };
    progress.stage('campaigns');
    await store.pushCampaigns(generateCampaigns(chance.fork(), pool, mix), signal);
    const clients = await fillBaskets(store, context, { pool, count: values.terminals, chance: chance.fork() });
    const background = await SalesWriter.create(store, pool, values.sales);
    const load = (name: string) =>
      measureLoad({ name, clients, store, background, chance: chance.fork(), ...values }, context);
    const results = await load('decision');
    if (values.model === 0) return results;
    progress.stage('training a model', 100);
    let told = 0;
    await store.trainModel(signal, (share) => {
      progress.tick(Math.round(share * 100) - told);
      told = Math.round(share * 100);
    });
    return [...results, ...(await load('decision-model'))];
  },
});

/** Opens one basket of a known member on each terminal. */
async function fillBaskets(
  store: MeasuredStore,
  { progress, signal }: MeasureContext,
  of: { pool: readonly PoolItem[]; count: number; chance: Chance },
): Promise<LoadClient[]> {
  progress.stage('baskets', of.count);
  const members = store.knownMemberCodes(of.count);
  const waiting = Array.from({ length: of.count }, (_, place) => ({
    place,
    lines: generateLines(of.chance, of.pool, BASKET_LINES),
  }));
  const clients: LoadClient[] = [];
  const fill = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      signal.throwIfAborted();
      const name = `bench-${next.place + 1}`;
      const till = new TillClient(name, await store.pair(name));
      const { basketId } = await till.fillBasket(next.lines, members[next.place % members.length]);
      clients[next.place] = {
        url: `${till.terminal.url}/v1/baskets/${basketId}/decision`,
        credential: till.terminal.credential,
      };
      progress.tick();
    }
  };
  await Promise.all(Array.from({ length: FILL_TOGETHER }, fill));
  return clients;
}

async function measureLoad(
  of: {
    name: string;
    clients: readonly LoadClient[];
    store: MeasuredStore;
    background: SalesWriter;
    chance: Chance;
    seconds: number;
    rate: number;
  },
  { progress, signal }: MeasureContext,
): Promise<Result[]> {
  const warmUpSeconds = Math.min(MAX_WARM_UP_SECONDS, of.seconds * WARM_UP_SHARE);
  progress.stage(of.name, Math.ceil(of.seconds + warmUpSeconds));
  const sources = new Map<string, number>();
  let checked = 0;
  let proven = 0;
  const acked = async (): Promise<number> => {
    const { sync } = await of.store.status();
    return sync.events - sync.waiting;
  };
  const ackedBefore = await acked();
  const soldBefore = of.background.sold;
  of.background.start();
  const report = await openLoad({
    clients: of.clients,
    ratePerSecond: of.rate,
    seconds: of.seconds,
    warmUpSeconds,
    chance: of.chance,
    signal,
    check: (body) => {
      const raw: unknown = JSON.parse(body);
      // Every answer is looked at, some against the whole contract: the check must not eat what is being measured.
      const { basket, recommendations } =
        checked++ % FULL_CHECK_EVERY === 0 ? DecisionView.parse(raw) : (raw as DecisionView);
      if (basket.lines.length !== BASKET_LINES) throw new Error(`${basket.lines.length} lines`);
      proven += basket.decision.provenOptimal ? 1 : 0;
      sources.set(recommendations.source, (sources.get(recommendations.source) ?? 0) + 1);
    },
    onSecond: () => progress.tick(),
  }).finally(() => of.background.stop());
  const count = (metric: string, value: number): Result => ({ case: of.name, metric, value, unit: 'count' });
  const ratio = (metric: string, part: number): Result => ({
    case: of.name,
    metric,
    value: part / report.latency.count,
    unit: 'ratio',
  });
  if (report.firstError !== undefined) process.stderr.write(`  first error: ${report.firstError}\n`);
  return [
    ...report.latency.results({ case: of.name, countMetric: 'requests', far: true }),
    count('errors', report.errors),
    { case: of.name, metric: 'rate', value: report.answeredPerSecond, unit: '1/s' },
    { case: of.name, metric: 'generatorLateP99Ms', value: report.lateness.quantileMs(99), unit: 'ms' },
    ratio('provenOptimal', proven),
    ratio('byModel', sources.get('model') ?? 0),
    ratio('withoutRecommendation', sources.get('none') ?? 0),
    count('salesMeanwhile', of.background.sold - soldBefore),
    count('eventsAcked', (await acked()) - ackedBefore),
  ];
}

/** Sells small baskets at a steady pace through a terminal of its own, so that journal, outbox and link have work. */
class SalesWriter {
  sold = 0;
  #till: TillClient;
  #pool: readonly PoolItem[];
  #chance = createChance(99);
  #perSecond: number;
  #running: Promise<void> | undefined;
  #stopped = new AbortController();

  private constructor(till: TillClient, pool: readonly PoolItem[], perSecond: number) {
    this.#till = till;
    this.#pool = pool;
    this.#perSecond = perSecond;
  }

  static async create(store: MeasuredStore, pool: readonly PoolItem[], perSecond: number): Promise<SalesWriter> {
    return new SalesWriter(new TillClient('bench-sales', await store.pair('bench-sales')), pool, perSecond);
  }

  start(): void {
    if (this.#perSecond === 0) return;
    this.#stopped = new AbortController();
    this.#running = this.#sell(this.#stopped.signal);
    // Looked at by `stop`; until then a failure must not end the process.
    this.#running.catch(() => undefined);
  }

  /** Waits for the sale that is under way; rejects when selling failed. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    this.#running = undefined;
  }

  async #sell(stopped: AbortSignal): Promise<void> {
    const everyMs = 1_000 / this.#perSecond;
    for (
      let dueMs = performance.now();
      !stopped.aborted;
      dueMs = Math.max(dueMs + everyMs, performance.now() - everyMs)
    ) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
      const lines = generateLines(this.#chance, this.#pool, SALE_LINES);
      const basket = await this.#till.fillBasket(lines);
      const businessDate = basket.openedAt.slice(0, 10);
      await this.#till.call(
        'completeBasket',
        this.#till.completion(basket.basketId, basket.decision.payableFen, businessDate),
      );
      this.sold += 1;
    }
  }
}
