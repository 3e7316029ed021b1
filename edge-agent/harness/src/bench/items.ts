import { callAgent, type ImportReport } from '@tillside/agent-contract';
import { type MeasureContext, measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { Durations } from '../quantiles.ts';
import { createChance } from '../random.ts';
import type { MeasuredStore } from '../store/measured-store.ts';
import { residentMemory } from '../store/proc.ts';
import { TillClient } from '../store/shopper.ts';
import { generateLines } from './generator.ts';
import { goodRow, itemFile } from './item-file.ts';

const POOL_ITEMS = 40;
const BASKET_LINES = 20;
/** A till asks this often while a file is worked off. */
const ASK_EVERY_MS = 50;
const IMPORT_TIMEOUT_MS = 30 * 60_000;
const REPRICED_FEN = 7;

export const itemsBench = measure({
  description: 'item files while a till asks for decisions: time, the longest wait of the till, and memory',
  options: {
    items: { description: 'items of the good file', default: 100_000, min: 10, max: 500_000 },
    bad: { description: 'rows of the bad file', default: 1_000_000, min: 10, max: 3_000_000 },
  },
  async run({ items, bad }, context): Promise<Result[]> {
    const store = await context.store();
    const till = new TillClient('bench-items', await store.pair('bench-items'));
    const lines = generateLines(createChance(1), store.pool(createChance(2), POOL_ITEMS), BASKET_LINES);
    const { basketId } = await till.fillBasket(lines, store.knownMemberCodes(1)[0]);
    const measured = (name: string, count: number, row: (place: number) => string): Promise<Result[]> =>
      measureFile({ name, count, row, ask: () => till.call('getDecision', { params: { basketId } }), store }, context);
    return [
      ...(await measured('new', items, (place) => goodRow(place, 0))),
      ...(await measured('same', items, (place) => goodRow(place, 0))),
      ...(await measured('repriced', items, (place) => goodRow(place, REPRICED_FEN))),
      ...(await measured('bad', bad, badRow)),
    ];
  },
});

interface FileCase {
  readonly name: string;
  readonly count: number;
  readonly store: MeasuredStore;
  row(place: number): string;
  ask(): Promise<unknown>;
}

async function measureFile(of: FileCase, { progress, signal }: MeasureContext): Promise<Result[]> {
  const { name, count, store } = of;
  progress.stage(`${name}: ${count} rows`);
  const pid = store.demo.agentPid;
  if (pid === undefined) throw new Error('the agent is not running');
  const waits = new Durations();
  let peakMb = residentMemory(pid).aloneMb;
  let asked: Promise<unknown>[] = [];
  const ask = (): void => {
    peakMb = Math.max(peakMb, residentMemory(pid).aloneMb);
    const startedMs = performance.now();
    asked.push(of.ask().then(() => waits.record(performance.now() - startedMs)));
  };
  // A small file is in before the first interval is over.
  ask();
  const asking = setInterval(ask, ASK_EVERY_MS);
  const startedMs = performance.now();
  let report: ImportReport;
  try {
    signal.throwIfAborted();
    report = await callAgent(
      { url: store.demo.agentUrl, credential: store.demo.adminCredential(), timeoutMs: IMPORT_TIMEOUT_MS },
      'importFile',
      { params: { what: 'items' }, body: itemFile(of) },
    );
  } finally {
    clearInterval(asking);
  }
  const tookS = (performance.now() - startedMs) / 1_000;
  await Promise.all(asked);
  asked = [];
  return [
    { case: name, metric: 'seconds', value: tookS, unit: 's' },
    { case: name, metric: 'rowsPerSecond', value: count / tookS, unit: '1/s' },
    { case: name, metric: 'accepted', value: report.accepted, unit: 'count' },
    { case: name, metric: 'rejected', value: report.rejectedCount, unit: 'count' },
    { case: name, metric: 'rssPeakMb', value: peakMb, unit: 'MB' },
    ...waits.results({ case: name, countMetric: 'decisions', far: true }),
  ];
}

const badRow = (place: number): string => `bad-${place},${place},坏行,Bad,,,bench,bench,bench,each,1.50,900,,\n`;
