import { createHash } from 'node:crypto';
import { loadDemoData } from '@tillside/demo';
import { trainModel } from '@tillside/training';
import { measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';

/** Of the shown five, as the training job measures; a name of the output, so it is written out. */
const RATIOS = {
  hitRate: 'hitRateAt5',
  recall: 'recallAt5',
  repeatRecall: 'repeatRecallAt5',
  exploreRecall: 'exploreRecallAt5',
} as const;

export const recommendEval = measure({
  description: "next-item model against simple rules, trained on the demo's history, on the same held-out baskets",
  options: {
    seed: { description: 'of the training', default: 1, min: 0, max: 2 ** 31 - 1 },
    share: { description: 'percent of the history, oldest first', default: 100, min: 1, max: 100 },
  },
  async run({ seed, share }, { progress }): Promise<Result[]> {
    const { items, history } = loadDemoData();
    const known = new Map(items.map((item) => [item.sku, item]));
    const baskets = history.slice(0, Math.ceil((history.length * share) / 100));
    progress.stage('training', 100);
    let shown = 0;
    const { evaluation, manifest } = trainModel(
      baskets.flatMap((basket) =>
        basket.lines.map((line) => ({
          memberId: basket.memberId ?? null,
          sku: line.sku,
          category: known.get(line.sku)?.category ?? '',
          department: known.get(line.sku)?.department ?? '',
          at: basket.completedAt,
          quantity: line.quantity,
          basketId: basket.basketId,
        })),
      ),
      {
        seed,
        dataHash: createHash('sha256').update(JSON.stringify(baskets)).digest('hex'),
        createdAt: '2026-01-01T00:00:00Z',
        onProgress: (part) => {
          const percent = Math.floor(part * 100);
          progress.tick(percent - shown);
          shown = percent;
        },
      },
    );
    const figures = Object.entries(evaluation.cases).flatMap(([name, metrics]) =>
      Object.entries(RATIOS).map(
        ([from, metric]): Result => ({
          case: name,
          metric,
          value: metrics[from as keyof typeof RATIOS],
          unit: 'ratio',
        }),
      ),
    );
    const count = (metric: string, value: number): Result => ({ case: 'split', metric, value, unit: 'count' });
    return [
      ...figures,
      count('baskets', Number(manifest.training.baskets)),
      count('questions', evaluation.questions),
      count('repeatQuestions', evaluation.repeatQuestions),
      count('exploreQuestions', evaluation.exploreQuestions),
    ];
  },
});
