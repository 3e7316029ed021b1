import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writePlantedPeople } from './eval/testing/planted-people.ts';
import type { MeasureContext } from './measure.ts';
import { silentProgress } from './output/progress.ts';
import { type BenchOutput, type Output, SoakOutput } from './output/schema.ts';
import { type Kind, REGISTRY } from './registry.ts';
import { outputOf } from './run.ts';
import { MeasuredStore } from './store/measured-store.ts';

/** Nothing here learns from the past year, so that HQ is told little of it. */
const HOUSEHOLDS = 20;
/** One store for all of them: a start costs more than everything measured here. */
let store: Promise<MeasuredStore> | undefined;
const context: MeasureContext = {
  progress: silentProgress,
  signal: new AbortController().signal,
  store: () => (store ??= MeasuredStore.start(() => undefined, HOUSEHOLDS)),
};
const folder = mkdtempSync(join(tmpdir(), 'tillside-measures-'));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await (await store)?.stop();
});

const socat = spawnSync('socat', ['-V']).status === 0;
if (!socat) console.warn('Skipped in part: socat is not installed, so that there are no pseudo-terminals.');

/** The longest ones (a store, a hub or a browser of their own for each figure) run with TILLSIDE_MEASURES=all only. */
const isAll = process.env.TILLSIDE_MEASURES === 'all';

const people = { ...writePlantedPeople(folder), folds: 1, plot: join(folder, 'plot.svg') };

const TINY: Record<Kind, Record<string, Record<string, number | string>>> = {
  bench: {
    pos: { seconds: 2, rate: 10, terminals: 3, sales: 2, labels: 1, step: 1, steps: 2, model: 0 },
    start: { count: 1, requests: 3 },
    decide: { count: 1 },
    devices: { scans: 10, pairs: 1, seconds: 1, decodeMs: 5 },
    items: { items: 500, bad: 2_000 },
    ingest: { events: 1_000, stores: 2 },
    resync: { events: 600, pairs: 0, seconds: 1, growth: 11_000, terminals: 3, rate: 10, hub: 'beside' },
    members: { most: 100_000, part: 50, lookups: 100 },
    train: { baskets: 400, members: 60, items: 300 },
    kiosk: { starts: 1, rounds: 1, sessions: 2 },
    recommend: { most: 2_000, part: 100, seconds: 1, rate: 10, terminals: 2, sales: 1, asks: 10 },
  },
  eval: { recommend: { share: 10 }, 'next-basket': people, 'within-basket': people },
  soak: {
    till: { count: 16, terminals: 4, seed: 3 },
    sales: { count: 5, terminals: 2, seed: 4 },
    returns: { count: 200, seed: 3 },
    decide: { count: 20, seed: 3 },
    parsers: { count: 300, seed: 3 },
    // These have tests of their own in soak/.
    crash: {},
    'disk-full': {},
    sim: {},
    network: {},
    storm: {},
    erasure: {},
    // Real trainings over weeks take minutes; its judge has a test.
    retrain: {},
    kiosk: { sessions: 4, seed: 5 },
    ledger: { count: 200, part: 200, processes: 1, seed: 3 },
    labels: { count: 200, part: 200, skus: 20, processes: 1, seed: 3 },
  },
};

async function run(kind: Kind, name: string, more: Record<string, number | string> = {}): Promise<Output> {
  const measures: Record<string, { options: Record<string, { default: number | string }> }> = REGISTRY[kind];
  const presets = Object.entries(measures[name]?.options ?? {}).map(([option, of]) => [option, of.default]);
  return outputOf(kind, name, { ...Object.fromEntries(presets), ...TINY[kind][name], ...more }, REGISTRY, context);
}

const figuresOf = (output: Output): string[] =>
  'results' in output ? output.results.map((one) => `${one.case} ${one.metric}`) : [];
const figureOf = (output: Output, of: string, metric: string): number | undefined =>
  (output as BenchOutput).results.find((one) => one.case === of && one.metric === metric)?.value;

describe('every measure gives its published words', () => {
  it('is here with a tiny size', () => {
    for (const kind of ['bench', 'eval', 'soak'] as const)
      expect(Object.keys(TINY[kind]).sort()).toEqual(Object.keys(REGISTRY[kind]).sort());
  });

  it('bench decide', { timeout: 90_000 }, async () => {
    const output = await run('bench', 'decide');
    for (const name of ['5x10', '20x40', '60x40', '60x100'])
      for (const metric of ['p50Ms', 'p99Ms', 'provenOptimal', 'gap', 'explainP99Ms'])
        expect(figuresOf(output)).toContain(`${name} ${metric}`);
    expect(figureOf(output, '5x10', 'decisions')).toBe(1);
    expect(figureOf(output, '60x100', 'touching')).toBe(100);
    for (const metric of ['p50Ratio', 'p50MsAt40', 'p50MsAt10000'])
      expect(figuresOf(output)).toContain(`growth ${metric}`);
  });

  it('eval recommend', { timeout: 60_000 }, async () => {
    const output = await run('eval', 'recommend');
    for (const name of ['model', 'popularity', 'personalFrequency', 'coOccurrence'])
      expect(figuresOf(output)).toContain(`${name} hitRateAt5`);
    expect(figureOf(output, 'split', 'questions')).toBeGreaterThan(0);
  });

  it('eval next-basket', { timeout: 60_000 }, async () => {
    const output = await run('eval', 'next-basket');
    for (const name of ['popularity', 'personal-frequency', 'tifu-knn', 'ours'])
      for (const of of [name, `${name}.fold1`])
        for (const metric of ['recallAt10', 'recallAt20', 'ndcgAt10', 'ndcgAt10Truncated', 'hitAt10'])
          expect(figuresOf(output)).toContain(`${of} ${metric}`);
    // Habits are planted: who knows them finds more than who doesn't.
    const recall = (name: string): number => figureOf(output, name, 'recallAt10') ?? Number.NaN;
    for (const name of ['personal-frequency', 'tifu-knn', 'ours'])
      expect(recall(name)).toBeGreaterThan(2 * recall('popularity'));
    expect(figureOf(output, 'ours.fold1', 'fallbackAnswers')).toBe(0);
    expect(figuresOf(output)).toContain('ours-over-tifu-knn recallAt10GainLow');
    expect(figureOf(output, 'data', 'people')).toBe(60);
    expect(readFileSync(people.plot, 'utf8')).toContain('>tifu-knn</text>');
  });

  it('eval within-basket', { timeout: 60_000 }, async () => {
    const output = await run('eval', 'within-basket', { cases: 'baselines' });
    for (const name of ['popularity', 'co-occurrence', 'personal-frequency'])
      expect(figuresOf(output)).toContain(`${name}.fold1 hitRateAt10`);
    const found = (name: string): number => figureOf(output, name, 'hitRateAt10') ?? Number.NaN;
    expect(found('co-occurrence')).toBeGreaterThan(found('popularity'));
  });

  it('bench ingest', { timeout: 90_000 }, async () => {
    const output = await run('bench', 'ingest');
    for (const metric of ['eventsPerSecond', 'rawPerSecond', 'ratio'])
      expect(figuresOf(output).some((name) => name.endsWith(` ${metric}`))).toBe(true);
  });

  it('bench train', { timeout: 90_000 }, async () => {
    const output = await run('bench', 'train');
    for (const metric of ['seconds', 'cpuSeconds', 'peakRssMb', 'fitSeconds', 'tastesSeconds', 'compareSeconds'])
      expect(figureOf(output, 'planted', metric)).toBeGreaterThan(0);
    expect(figureOf(output, 'planted', 'baskets')).toBe(400);
  });

  it.skipIf(!isAll)('bench resync', { timeout: 180_000 }, async () => {
    const output = await run('bench', 'resync');
    for (const metric of ['durableSeconds', 'saleThroughSeconds', 'posP99Ms'])
      expect(figuresOf(output)).toContain(`drain ${metric}`);
    expect(figureOf(output, 'drain', 'events')).toBeGreaterThanOrEqual(600);
    expect(figureOf(output, 'drain', 'posErrors')).toBe(0);
    expect(figuresOf(output)).toContain('growth costGrowth');
  });

  it.skipIf(!isAll)('bench pos, with sync and labels at work', { timeout: 180_000 }, async () => {
    const output = await run('bench', 'pos');
    for (const metric of ['p50Ms', 'p99Ms', 'p999Ms', 'rate'])
      expect(figuresOf(output)).toContain(`decision ${metric}`);
    expect(figureOf(output, 'decision', 'errors')).toBe(0);
    expect(figureOf(output, 'decision', 'requests')).toBeGreaterThan(0);
    expect(figureOf(output, 'decision', 'eventsAcked')).toBeGreaterThan(0);
    expect(figureOf(output, 'decision', 'labelChanges')).toBeGreaterThan(0);
    expect(figureOf(output, 'change', 'errors')).toBe(0);
    // A change is never answered from what was decided before.
    expect(figureOf(output, 'change', 'decidedAnew')).toBeGreaterThanOrEqual(
      figureOf(output, 'change', 'requests') ?? Number.NaN,
    );
    expect(figuresOf(output)).toContain('saturation requestsPerSecond');
  });

  it.skipIf(!isAll || process.platform !== 'linux')(
    'bench recommend, with a model of trees',
    { timeout: 180_000 },
    async () => {
      const output = await run('bench', 'recommend');
      expect(figureOf(output, '2k', 'errors')).toBe(0);
      for (const metric of ['p50Ms', 'p99Ms', 'askP50Ms', 'modelP99Ms', 'agentRssMb', 'inferenceRssMb'])
        expect(figureOf(output, '2k', metric)).toBeGreaterThan(0);
      for (const metric of ['p50Ratio', 'askP50Ratio']) expect(figuresOf(output)).toContain(`growth ${metric}`);
    },
  );

  it.skipIf(process.platform !== 'linux')('bench start', { timeout: 60_000 }, async () => {
    const output = await run('bench', 'start');
    expect(figureOf(output, 'start', 'firstAnswerMs')).toBeGreaterThan(0);
    expect(figureOf(output, 'after-start', 'rssTreeMb')).toBeGreaterThan(figureOf(output, 'after-start', 'rssMb') ?? 0);
    expect(figuresOf(output)).toContain('after-requests rssMb');
  });

  it.skipIf(!isAll || process.platform !== 'linux')('bench kiosk', { timeout: 180_000 }, async () => {
    const output = await run('bench', 'kiosk');
    for (const [name, metric] of [
      ['first-screen', 'processP50Ms'],
      ['first-screen', 'pageP50Ms'],
      ['first-load', 'jsGzipMb'],
      ['touch', 'p95Ms'],
      ['frames-scrolling', 'frames'],
      ['memory-end', 'heapMb'],
    ] as const)
      expect(figureOf(output, name, metric), `${name} ${metric}`).toBeGreaterThan(0);
    for (const of of ['zh-without-codes', 'en-without-codes', 'zh-with-codes', 'en-with-codes'])
      expect(figureOf(output, `sign-up-${of}`, 'seconds'), of).toBeGreaterThan(0);
  });

  it.skipIf(process.platform !== 'linux')('bench members', async () => {
    const output = await run('bench', 'members');
    for (const [name, members] of [
      ['10k', 200],
      ['100k', 2_000],
    ] as const) {
      expect(figureOf(output, name, 'members')).toBe(members);
      expect(figureOf(output, name, 'lookups')).toBe(100);
      for (const metric of ['lookupP99Ms', 'packBytes', 'applySeconds'])
        expect(figureOf(output, name, metric)).toBeGreaterThan(0);
      expect(figuresOf(output)).toContain(`${name} residentBytes`);
    }
    expect(figureOf(output, 'growth', 'p99Ratio')).toBeGreaterThan(0);
  });

  it.skipIf(!isAll || !socat)('bench devices, over pseudo-terminals', { timeout: 120_000 }, async () => {
    const output = await run('bench', 'devices');
    expect(figureOf(output, 'scan-to-till', 'scans')).toBe(10);
    expect(figureOf(output, 'scan-to-till', 'lost')).toBe(0);
    expect(figureOf(output, 'hung-device', 'lost')).toBe(0);
    for (const metric of ['workingP50Ms', 'hungP50Ms', 'p50Ratio'])
      expect(figureOf(output, 'hung-device', metric)).toBeGreaterThan(0);
    for (const decoder of ['scanner.serial-generic.scan', 'scale.mettler-8217.answer', 'gs1.scan'])
      for (const metric of ['nsPerByte', 'framesPerSecond'])
        expect(figureOf(output, decoder, metric)).toBeGreaterThan(0);
  });

  it.skipIf(process.platform !== 'linux')(
    'bench items, with a till that asks meanwhile',
    { timeout: 60_000 },
    async () => {
      const output = await run('bench', 'items');
      expect(figureOf(output, 'new', 'accepted')).toBe(500);
      expect(figureOf(output, 'bad', 'rejected')).toBe(2_000);
      for (const name of ['new', 'same', 'repriced', 'bad'])
        for (const metric of ['seconds', 'rowsPerSecond', 'rssPeakMb', 'p99Ms', 'maxMs'])
          expect(figuresOf(output)).toContain(`${name} ${metric}`);
    },
  );

  it('soak till, with the agent killed and terminals crashing meanwhile', { timeout: 180_000 }, async () => {
    const output = SoakOutput.parse(await run('soak', 'till'));
    expect(output.failures).toEqual([]);
    expect(output.counts.sales).toBeGreaterThan(0);
    expect(output.counts.kills).toBeGreaterThan(0);
  });

  it.each(isAll ? ['double-complete', 'lost-sale'] : ['lost-sale'])(
    'soak till finds %s',
    { timeout: 180_000 },
    async (fault) => {
      const output = SoakOutput.parse(await run('soak', 'till', { count: 6, fault }));
      expect(output.passed).toBe(false);
      expect(output.failures.map(({ code }) => code)).toContain('Z_DIFFERS');
    },
  );

  it.skipIf(!isAll)('soak kiosk, and finds a phone number that stays', { timeout: 180_000 }, async () => {
    const output = SoakOutput.parse(await run('soak', 'kiosk'));
    expect(output.failures).toEqual([]);
    expect(output.counts.sessions).toBe(4);
    const spoilt = SoakOutput.parse(await run('soak', 'kiosk', { sessions: 2, fault: 'keeps-phone' }));
    expect(spoilt.failures.map(({ code }) => code)).toContain('LEFT_BEHIND');
  });

  it('soak parsers, every decoder in threads of its own', { timeout: 90_000 }, async () => {
    const output = SoakOutput.parse(await run('soak', 'parsers'));
    expect(output.failures).toEqual([]);
    expect(output.counts.cases).toBe(300 * (output.counts.decoders ?? 0));
    expect(output.counts.scannerSerialGenericScanAccepted).toBeGreaterThan(0);
  });
});
