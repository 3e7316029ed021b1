import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildMemberHistory,
  featurize,
  featurizeAll,
  indexStats,
  indexStore,
  prepareContext,
  type StoreSales,
} from '@tillside/features';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Recommendation } from './answers.ts';
import { LATE_ANSWERS_MAX } from './limits.ts';
import { type InferenceOptions, InferenceProcess } from './process.ts';
import { type PackChange, TINY_PURCHASES, TINY_STATS, tinyPack } from './testing/tiny-model.ts';

const QUESTION = { basketSkus: ['bread'], at: '2026-03-20T10:00:00Z' };
let directory: string;
let inference: InferenceProcess;

/** Answers are awaited, not timed: a busy machine must not fail the test, so the deadline is far off unless a test sets it. */
async function begin(options: Partial<InferenceOptions> = {}): Promise<void> {
  inference = new InferenceProcess({ agentVersion: '0.1.0', timeoutMs: 15_000, ...options });
  await inference.start();
}

async function packFile(name: string, change: PackChange = {}): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, tinyPack(change));
  return path;
}

function signalChild(signal: NodeJS.Signals): number {
  const { pid } = inference.status();
  if (pid === null) throw new Error('no child is running');
  process.kill(pid, signal);
  return pid;
}

const bySource = (source: Recommendation['source']) => async () => {
  const answer = await inference.recommend(QUESTION, 3);
  expect(answer.source).toBe(source);
};
const patiently = { timeout: 50_000, interval: 20 };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tillside-inference-'));
});
afterEach(async () => {
  await inference.stop();
  await rm(directory, { recursive: true });
});

// Whole processes on a shared machine: what counts is what they answer, not when.
describe('inference', { timeout: 60_000 }, () => {
  it('answers from the fallback before any model, and says so', async () => {
    await begin({ fallbackStats: TINY_STATS });
    const answer = await inference.recommend(QUESTION, 2);
    expect(answer).toMatchObject({ source: 'co-occurrence', modelId: null, fallbackReason: 'NO_MODEL' });
    expect(answer.items[0]).toMatchObject({ sku: 'butter', reason: { code: 'BOUGHT_TOGETHER', withSku: 'bread' } });
    const nobody = await inference.recommend({ ...QUESTION, basketSkus: [] }, 2);
    expect(nobody).toMatchObject({ source: 'popularity', items: [{ sku: 'butter' }, { sku: 'bread' }] });
  });

  it('serves a model: ranked, with reasons, without the basket', async () => {
    await begin();
    const loaded = await inference.load(await packFile('good'));
    expect(loaded).toMatchObject({ ok: true, modelId: inference.status().modelId });
    const answer = await inference.recommend({ ...QUESTION, excludeSkus: ['tea'] }, 10);
    expect(answer).toMatchObject({ source: 'model', modelId: inference.status().modelId });
    expect(answer.items.map((item) => item.sku)).toEqual(['butter', 'milk']);
    // The tiny model's scores: half the sum of the features, not the fallback's shares.
    const index = indexStats(TINY_STATS);
    const sum = featurize(QUESTION, 'butter', index).reduce((total, value) => total + value, 0);
    expect(answer.items[0]?.score).toBeCloseTo(sum / 2, 4);
    expect(answer.items[0]?.reason).toEqual({ code: 'BOUGHT_TOGETHER', withSku: 'bread' });
    await expect(inference.recommend({ ...QUESTION, at: 'later' }, 1)).rejects.toMatchObject({
      code: 'CONTEXT_TIME_INVALID',
    });
  });

  it('hears all that is known of a member: its features are those computed here', async () => {
    await begin();
    await inference.load(await packFile('good'));
    const memberHistory = buildMemberHistory(TINY_PURCHASES.filter(({ memberId }) => memberId === 'm1'));
    const memberScores = [{ sku: 'tea', neighbours: 0.25, factors: 0.1 + 0.2 }];
    const context = { ...QUESTION, memberHistory, memberScores };
    const { items, source } = await inference.recommend(context, 10);
    expect(source).toBe('model');
    expect(items.map(({ sku }) => sku).sort()).toEqual(['butter', 'milk', 'tea']);
    const index = indexStats(TINY_STATS);
    for (const { sku, score } of items) {
      const sum = featurize(context, sku, index).reduce((total, value) => total + value, 0);
      expect(score).toBeCloseTo(sum / 2, 4);
    }
  });

  it('hears what the store sells: a model that came before or after it, and one that was started again', async () => {
    const index = indexStats(TINY_STATS);
    const scoreIn = (sales?: StoreSales): number => {
      const store = sales && indexStore(sales, index);
      const features = featurizeAll(prepareContext(QUESTION, index, store), ['tea'], index);
      return features.reduce((total, value) => total + value, 0) / 2;
    };
    const scored = async (): Promise<number | undefined> => {
      const { items, source } = await inference.recommend(QUESTION, 10);
      expect(source).toBe('model');
      return items.find(({ sku }) => sku === 'tea')?.score;
    };
    const much = { baskets: 100, counts: new Map([['tea', 90]]) };
    const little = { baskets: 100, counts: new Map([['tea', 1]]) };
    expect(scoreIn(much) - scoreIn(little)).toBeGreaterThan(0.1);
    await begin();
    await inference.load(await packFile('good'));
    expect(await scored()).toBeCloseTo(scoreIn(), 4);
    inference.setStoreSales(much);
    expect(await scored()).toBeCloseTo(scoreIn(much), 4);
    signalChild('SIGKILL');
    await vi.waitFor(async () => expect(await scored()).toBeCloseTo(scoreIn(much), 4), patiently);
    inference.setStoreSales(little);
    await inference.load(await packFile('second'));
    expect(await scored()).toBeCloseTo(scoreIn(little), 4);
  });

  it('goes on from the fallback when the child is killed, then recovers', async () => {
    await begin();
    await inference.load(await packFile('good'));
    const killed = signalChild('SIGSTOP');
    // Asked while the child is frozen, so the kill certainly comes in the middle of the question.
    const midway = inference.recommend(QUESTION, 3);
    signalChild('SIGKILL');
    expect(await midway).toMatchObject({ source: 'co-occurrence', fallbackReason: 'CHILD_DOWN' });
    expect((await midway).items[0]?.sku).toBe('butter');
    await vi.waitFor(bySource('model'), patiently);
    expect(inference.status()).toMatchObject({ state: 'serving', restarts: 1 });
    expect(inference.status().pid).not.toBe(killed);
  });

  it('does not wait for a frozen child, and replaces it in the end', async () => {
    const events: string[] = [];
    const probe = { p99MaxMs: 15_000 };
    await begin({ timeoutMs: 5, probe, onEvent: (event) => events.push(event.type) });
    await inference.load(await packFile('good'));
    const frozen = signalChild('SIGSTOP');
    for (let asked = 0; asked < LATE_ANSWERS_MAX; asked += 1) {
      expect(await inference.recommend(QUESTION, 3)).toMatchObject({ source: 'co-occurrence', fallbackReason: 'LATE' });
    }
    await vi.waitFor(() => expect(inference.status()).toMatchObject({ state: 'serving', restarts: 1 }), patiently);
    expect(inference.status().pid).not.toBe(frozen);
    expect(events).toEqual(['model-serving', 'child-exited', 'model-serving']);
  });

  it('swaps to a better model without a failed question, and stops what it started', async () => {
    await begin();
    const first = await inference.load(await packFile('first'));
    const oldPid = inference.status().pid;
    const swap = inference.load(await packFile('second', { onnx: { weight: 0.25 } }));
    let open = true;
    void swap.then(() => {
      open = false;
    });
    const sources = new Set<string>();
    while (open) sources.add((await inference.recommend(QUESTION, 3)).source);
    const second = await swap;
    expect([...sources]).toEqual(['model']);
    expect(second.ok && first.ok && second.modelId !== first.modelId).toBe(true);
    const newPid = inference.status().pid;
    await inference.stop();
    for (const pid of [oldPid, newPid]) expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
    expect(inference.status().state).toBe('stopped');
    expect(await inference.load(join(directory, 'first'))).toMatchObject({ ok: false, code: 'MODEL_NOT_STARTED' });
  });
});
