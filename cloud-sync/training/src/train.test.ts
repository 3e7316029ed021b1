import { buildStatsFromBaskets, FEATURE_SET, indexStats, toBaskets } from '@tillside/features';
import { checkContract, GOLDEN_MIN_VECTORS, packParts, unpackModel } from '@tillside/inference';
import { describe, expect, it } from 'vitest';
import { TrainingError } from './errors.ts';
import { beatsBaseline, evaluate } from './evaluate.ts';
import { questions } from './examples.ts';
import { newNetwork } from './network.ts';
import { seededRandom, shuffled } from './random.ts';
import { plantedShop } from './testing/planted-shop.ts';
import { trainModel } from './train.ts';

const OPTIONS = { seed: 7, dataHash: 'a'.repeat(64), createdAt: '2026-06-01T00:00:00.000Z' };
const shop = plantedShop(20, 3);
/** Enough to train on, and quick. */
const smallShop = plantedShop(6, 3);

describe('training', { timeout: 60_000 }, () => {
  const steps: number[] = [];
  const model = trainModel(shop, { ...OPTIONS, onProgress: (progress) => steps.push(progress) });

  it('finds the planted pattern that popularity and frequency miss', () => {
    const { model: ours, popularity, personalFrequency } = model.evaluation.cases;
    expect(ours.recall).toBeGreaterThan(2 * popularity.recall);
    expect(ours.recall).toBeGreaterThan(personalFrequency.recall);
    expect(ours.exploreRecall).toBeGreaterThan(personalFrequency.exploreRecall);
    expect(model.manifest.beatsBaseline).toBe(true);
    expect(model.manifest.metrics.recallAt5).toBeCloseTo(ours.recall, 3);
    expect(model.manifest.metrics.popularityRecallAt5).toBeCloseTo(popularity.recall, 3);
  });

  it('keeps the contract', () => {
    const unpacked = unpackModel(packParts(model.parts));
    expect(() => checkContract(unpacked, '0.1.0')).not.toThrow();
    expect(unpacked.manifest).toEqual(model.manifest);
    expect(unpacked.manifest.golden.vectors.length).toBeGreaterThanOrEqual(GOLDEN_MIN_VECTORS);
    expect(unpacked.manifest.onnx.operators).toEqual(['Div', 'Gemm', 'MatMul', 'Relu', 'Squeeze', 'Sub']);
    expect(unpacked.manifest.featureSet).toEqual({ id: FEATURE_SET.id, hash: FEATURE_SET.hash });
    // A file that goes to every store names no member.
    expect(packParts(model.parts).includes('"m1"')).toBe(false);
    expect(JSON.stringify(unpacked.stats.skus)).not.toMatch(/"m\d+"/);
  });

  it('gives the same bytes for the same seed, whatever the order of rows, and others for another', () => {
    const once = trainModel(smallShop, OPTIONS);
    const again = trainModel(shuffled(smallShop, seededRandom(1)), OPTIONS);
    expect(packParts(again.parts).equals(packParts(once.parts))).toBe(true);
    const other = trainModel(smallShop, { ...OPTIONS, seed: 8 });
    expect(Buffer.from(other.parts.onnx).equals(Buffer.from(once.parts.onnx))).toBe(false);
    expect(other.manifest.modelId).not.toBe(once.manifest.modelId);
  });

  it('reports progress that only grows', () => {
    expect(steps.length).toBeGreaterThan(5);
    expect(steps).toEqual([...steps].sort((left, right) => left - right));
  });

  it('refuses what says nothing', () => {
    expect(() => trainModel([], OPTIONS)).toThrow(TrainingError);
    expect(() => trainModel(plantedShop(1, 1).slice(0, 40), OPTIONS)).toThrow(/too few baskets/);
    // Every item once in its life: nothing to learn.
    const strangers = shop.map((purchase, row) => ({ ...purchase, sku: `once-${row}` }));
    expect(() => trainModel(strangers, OPTIONS)).toThrow(TrainingError);
  });
});

describe('evaluation', () => {
  const baskets = toBaskets(shop);
  const asked = questions(baskets, Math.floor(baskets.length * 0.8), seededRandom(1));

  it('asks with nothing but the past and never about what is in the basket', () => {
    for (const { context, targets } of asked) {
      expect(targets.length).toBeGreaterThan(0);
      expect(targets.filter((sku) => context.basketSkus.includes(sku))).toEqual([]);
      expect(context.memberHistory?.lastAtMs ?? 0).toBeLessThan(Date.parse(context.at));
    }
  });

  it('does not call an untrained network better', () => {
    const index = indexStats(buildStatsFromBaskets(baskets.slice(0, Math.floor(baskets.length * 0.8))));
    const width = FEATURE_SET.names.length;
    const blank = newNetwork(new Float64Array(width), new Float64Array(width).fill(1), () => 0.5);
    expect(beatsBaseline(evaluate(asked, blank, index))).toBe(false);
  });
});
