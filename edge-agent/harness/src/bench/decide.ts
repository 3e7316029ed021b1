import { compileCampaigns, type DecisionContext, decide, parseBasket, parseCampaignSet } from '@tillside/decide';
import { type MeasureContext, measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { Durations } from '../quantiles.ts';
import { createChance } from '../random.ts';
import { generateCampaigns, generateLines, generatePool, memberBasket, overlapOf } from './generator.ts';

/** Basket lines by campaigns. */
const CASES = [
  [5, 10],
  [20, 40],
  [60, 40],
] as const;
/** A line is in three and a half campaigns on average, of which three are asked for, and a quarter of the campaigns compete. */
const OVERLAP = { perItem: 3.5, competing: 0.25 };
/** Baskets that meet one set of campaigns; then both are drawn anew. */
const BASKETS_PER_SET = 10;
/** Decisions before the measured ones, a case: the compiler of the runtime gets to know the code. */
const WARM_UP = 10;
const CONTEXT: DecisionContext = {
  storeId: 'bench',
  channel: 'till',
  at: '2026-03-14T11:00:00+08:00',
  zone: 'Asia/Shanghai',
};

export const decideBench = measure({
  description: 'the decision alone, in this process: lines x campaigns that overlap',
  options: {
    count: { description: 'decisions a case', default: 200, min: 1, max: 1_000_000 },
    seed: { description: 'of baskets and campaigns', default: 1, min: 0, max: 2 ** 31 - 1 },
  },
  async run({ count, seed }, context): Promise<Result[]> {
    const results: Result[] = [];
    for (const [lines, campaigns] of CASES) {
      const name = `${lines}x${campaigns}`;
      context.progress.stage(name, count);
      results.push(...(await measureCase({ name, lines, campaigns, count, seed }, context)));
    }
    return results;
  },
});

async function measureCase(
  of: { name: string; lines: number; campaigns: number; count: number; seed: number },
  context: MeasureContext,
): Promise<Result[]> {
  const chance = createChance(of.seed);
  const durations = new Durations();
  let proven = 0;
  const overlap = { campaignsPerLine: 0, competingShare: 0, exclusiveGroups: 0 };
  for (let done = -Math.min(WARM_UP, of.count); done < of.count; ) {
    context.signal.throwIfAborted();
    const pool = generatePool(chance, of.lines);
    const set = checked(
      parseCampaignSet(generateCampaigns(chance, pool, { ...OVERLAP, count: of.campaigns, basketLines: of.lines })),
    );
    const compiled = compileCampaigns(set);
    for (let basket = 0; basket < BASKETS_PER_SET && done < of.count; basket++, done++) {
      const parsed = checked(parseBasket(memberBasket(generateLines(chance, pool, of.lines))));
      const startedMs = performance.now();
      const decision = decide(CONTEXT, compiled, parsed);
      const tookMs = performance.now() - startedMs;
      if (done < 0) continue;
      durations.record(tookMs);
      proven += decision.provenOptimal ? 1 : 0;
      for (const [what, value] of Object.entries(overlapOf(set, parsed.lines)))
        overlap[what as keyof typeof overlap] += value / of.count;
      context.progress.tick();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  const ratio = (metric: string, value: number): Result => ({ case: of.name, metric, value, unit: 'ratio' });
  const mean = (metric: string, value: number): Result => ({ case: of.name, metric, value, unit: 'count' });
  return [
    ...durations.results({ case: of.name, countMetric: 'decisions', far: false }),
    ratio('provenOptimal', proven / of.count),
    mean('campaignsPerLine', overlap.campaignsPerLine),
    ratio('competing', overlap.competingShare),
    mean('exclusiveGroups', overlap.exclusiveGroups),
  ];
}

/** The generator's own output must be what a till would accept. */
function checked<T>(
  result: { ok: true; value: T } | { ok: false; errors: readonly { code: string; path?: string }[] },
): T {
  if (result.ok) return result.value;
  throw new Error(`the generator made something that decide refuses: ${JSON.stringify(result.errors[0])}`);
}
