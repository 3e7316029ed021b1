import { confirmUnlocks, type Decision, decide, explain } from '@tillside/decide';
import { type MeasureContext, measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { Durations } from '../quantiles.ts';
import { createChance } from '../random.ts';
import {
  breathe,
  CONTEXT,
  collectGarbage,
  drawScene,
  MeanOverlap,
  type Scene,
  type SceneSize,
} from './decide-scenes.ts';
import { measureGrowth } from './growth.ts';

const CASES: readonly SceneSize[] = [
  { lines: 5, campaigns: 10 },
  { lines: 20, campaigns: 40 },
  { lines: 60, campaigns: 40 },
  { lines: 60, campaigns: 100 },
  { lines: 60, campaigns: 40, broad: 3 },
];
/** Decisions before the measured ones, a case, on scenes of their own: the compiler of the runtime gets to know the code. */
const WARM_UP = 50;
/** Scenes that are drawn before any of them is decided: what drawing leaves behind must not be cleared away inside a measured decision. */
const DRAWN_AHEAD = 300;
const DECISIONS_A_BREATH = 10;
/** Unlocks that a till confirms for one answer, each by deciding a changed basket. */
const UNLOCKS = 3;

export const decideBench = measure({
  description:
    'the decision alone, in this process: lines x campaigns that touch them, and more and more campaigns that do not',
  options: {
    count: {
      description: 'decisions a case, each of a basket and campaigns of its own',
      default: 300,
      min: 1,
      max: 1_000_000,
    },
    seed: { description: 'of baskets and campaigns', default: 1, min: 0, max: 2 ** 31 - 1 },
  },
  async run({ count, seed }, context): Promise<Result[]> {
    const results: Result[] = [];
    for (const size of CASES) results.push(...(await measureCase({ size, count, seed }, context)));
    return [...results, ...(await measureGrowth({ count, seed }, context))];
  },
});

/** What one case gathers. */
class Tally {
  readonly decided = new Durations();
  readonly explained = new Durations();
  readonly overlap = new MeanOverlap();
  #unproven: { gapFen: number; share: number }[] = [];

  add({ provenOptimal, gapFen, payableFen }: Decision): void {
    if (!provenOptimal) this.#unproven.push({ gapFen, share: payableFen === 0 ? 0 : gapFen / payableFen });
  }

  results(name: string): Result[] {
    const figure = (metric: string, value: number, unit: Result['unit']): Result => ({
      case: name,
      metric,
      value,
      unit,
    });
    const unproven = this.#unproven;
    const meanOf = (what: 'gapFen' | 'share'): number =>
      unproven.length === 0 ? 0 : unproven.reduce((sum, one) => sum + one[what], 0) / unproven.length;
    return [
      ...this.decided.results({ case: name, countMetric: 'decisions', far: false }),
      figure('maxMs', this.decided.quantileMs(100), 'ms'),
      figure('provenOptimal', 1 - unproven.length / this.decided.count, 'ratio'),
      figure('gap', meanOf('share'), 'ratio'),
      figure('gapFen', meanOf('gapFen'), 'fen'),
      figure('explainP50Ms', this.explained.quantileMs(50), 'ms'),
      figure('explainP99Ms', this.explained.quantileMs(99), 'ms'),
      figure('touching', this.overlap.of('touching'), 'count'),
      figure('campaignsPerLine', this.overlap.of('campaignsPerLine'), 'count'),
      figure('competing', this.overlap.of('competingShare'), 'ratio'),
      figure('exclusiveGroups', this.overlap.of('exclusiveGroups'), 'count'),
    ];
  }
}

async function measureCase(
  of: { size: SceneSize; count: number; seed: number },
  context: MeasureContext,
): Promise<Result[]> {
  const { lines, campaigns, broad } = of.size;
  const name = `${lines}x${campaigns}${broad === undefined ? '' : `-broad${broad}`}`;
  context.progress.stage(name, of.count);
  const chance = createChance(of.seed);
  const draw = (count: number): Scene[] => Array.from({ length: count }, () => drawScene(chance, of.size));
  await measureScenes(draw(Math.min(WARM_UP, of.count)), new Tally(), { ...context, tick: () => undefined });
  const tally = new Tally();
  for (let left = of.count; left > 0; left -= DRAWN_AHEAD)
    await measureScenes(draw(Math.min(DRAWN_AHEAD, left)), tally, { ...context, tick: () => context.progress.tick() });
  return tally.results(name);
}

/** Decides each scene once, then explains each answer; nothing else happens between one clock reading and the next. */
async function measureScenes(
  scenes: readonly Scene[],
  tally: Tally,
  { signal, tick }: Pick<MeasureContext, 'signal'> & { tick: () => void },
): Promise<void> {
  collectGarbage();
  const decisions: Decision[] = [];
  for (const [place, { compiled, basket }] of scenes.entries()) {
    if (place % DECISIONS_A_BREATH === 0) {
      await breathe();
      signal.throwIfAborted();
    }
    const startedMs = performance.now();
    const decision = decide(CONTEXT, compiled, basket);
    tally.decided.record(performance.now() - startedMs);
    decisions.push(decision);
    tick();
  }
  for (const [place, scene] of scenes.entries()) {
    const decision = decisions[place] as Decision;
    const startedMs = performance.now();
    explainAll(scene, decision);
    tally.explained.record(performance.now() - startedMs);
    tally.overlap.add(scene);
    tally.add(decision);
  }
}

/** What a till shows beside the answer: a sentence for every campaign that saved and every one that could, the nearest unlocks confirmed. */
function explainAll({ compiled, basket }: Scene, decision: Decision): string[] {
  const { applied, notApplied } = confirmUnlocks(CONTEXT, compiled, basket, decision, { most: UNLOCKS });
  return [...applied, ...notApplied].map((entry) => explain(entry, 'zh-CN'));
}
