import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RolloutEvent } from './lineup.ts';
import { type InferenceOptions, InferenceProcess } from './process.ts';
import {
  judge,
  NO_COUNTS,
  overlapOf,
  ROLLOUT_LIMITS,
  type RolloutLimits,
  type StageCounts,
  sharePlace,
} from './rollout.ts';
import { tinyPack } from './testing/tiny-model.ts';

const HOUR_MS = 3_600_000;
const LIMITS: RolloutLimits = {
  ...ROLLOUT_LIMITS,
  stages: [
    { name: 'shadow', sharePercent: 0, questions: 10, maxMs: HOUR_MS },
    { name: 'share', sharePercent: 50, questions: 20, maxMs: HOUR_MS },
    { name: 'watch', sharePercent: 100, questions: 10, maxMs: HOUR_MS },
  ],
};

describe('the verdict on a stage', () => {
  const [shadow] = ROLLOUT_LIMITS.stages as [RolloutLimits['stages'][number]];
  const verdict = (counts: Partial<StageCounts>, ageMs = 0) => {
    const said = judge(shadow, { ...NO_COUNTS, ...counts }, ageMs, ROLLOUT_LIMITS);
    return said.what === 'roll-back' ? said.code : said.what;
  };
  it.each<[string, Partial<StageCounts>, number, string]>([
    ['begins', {}, 0, 'stay'],
    ['has answered enough', { questions: shadow.questions }, 0, 'pass'],
    ['a quiet store comes to an end too', {}, shadow.maxMs, 'pass'],
    ['one crash may be the machine', { crashes: 1 }, 0, 'stay'],
    ['two are the model', { crashes: 2 }, 0, 'MODEL_TRIAL_CRASHED'],
    ['cannot answer', { questions: shadow.questions, failed: 3 }, 0, 'MODEL_TRIAL_FAILED'],
    ['a few late of many', { questions: 10_000, late: 30 }, 0, 'pass'],
    ['many late of few', { questions: 100, late: 30 }, 0, 'MODEL_TRIAL_LATE'],
    ['too few to compare', { questions: 20, compared: 20, overlapSum: 0 }, 0, 'stay'],
    ['upside down', { questions: 60, compared: 60, overlapSum: 1 }, 0, 'MODEL_TRIAL_DIFFERS'],
    ['a bad one does not pass by waiting', { failed: 3 }, shadow.maxMs, 'MODEL_TRIAL_FAILED'],
  ])('%s', (_, counts, ageMs, expected) => {
    expect(verdict(counts, ageMs)).toBe(expected);
  });

  it('compares the first items, and gives a basket the same place at every question', () => {
    const skus = (text: string) => [...text].map((sku) => ({ sku }));
    expect([
      overlapOf(skus('abcd'), skus('badc')),
      overlapOf(skus('abcd'), skus('xa')),
      overlapOf([], skus('a')),
    ]).toEqual([1, 0.5, undefined]);
    const places = Array.from({ length: 2_000 }, (_, basket) => sharePlace('m1', `b${basket}`));
    expect(places.filter((place) => place < 10).length / places.length).toBeCloseTo(0.1, 1);
    expect(places).toEqual(Array.from({ length: 2_000 }, (_, basket) => sharePlace('m1', `b${basket}`)));
  });
});

const QUESTION = { basketSkus: ['bread'], at: '2026-03-20T10:00:00Z' };
const patiently = { timeout: 50_000, interval: 20 };

// Whole processes on a shared machine: what counts is what they answer, not when.
describe('a rollout', { timeout: 120_000 }, () => {
  let directory: string;
  let inference: InferenceProcess;
  let stages: string[];
  let told: RolloutEvent[];

  async function begin(options: Partial<InferenceOptions> = {}): Promise<void> {
    [stages, told] = [[], []];
    inference = new InferenceProcess({
      agentVersion: '0.1.0',
      timeoutMs: 15_000,
      rollout: LIMITS,
      random: () => 0,
      onEvent: (event) => {
        if (event.type !== 'rollout') return;
        told.push(event);
        stages.push(`${event.stage} ${event.code ?? event.questions}`);
      },
      ...options,
    });
    await inference.start();
  }

  async function pack(name: string, weight: number): Promise<string> {
    const path = join(directory, name);
    await writeFile(path, tinyPack({ onnx: { weight } }));
    return path;
  }

  async function inService(path: string): Promise<string> {
    const result = await inference.load(path);
    if (!result.ok) throw new Error(result.code);
    return result.modelId;
  }

  const ask = (basket: number) => inference.recommend(QUESTION, 3, `basket ${basket}`);
  async function askUntil(isDone: () => boolean): Promise<Awaited<ReturnType<typeof ask>>[]> {
    const answers = [];
    for (let basket = 0; !isDone(); basket += 1) answers.push(await ask(basket));
    return answers;
  }
  const trialPid = () => {
    const { pid, pids } = inference.status();
    return pids.find((other) => other !== pid) ?? 0;
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tillside-rollout-'));
  });
  afterEach(async () => {
    await inference.stop();
    await rm(directory, { recursive: true });
  });

  it('goes from the shadow through a share of baskets into service, and no question fails', async () => {
    await begin();
    const first = await inService(await pack('first', 0.5));
    const next = await inference.rollOut(await pack('next', 0.25));
    if (!next.ok) throw new Error(next.code);
    expect(next.measured).toMatchObject({ questions: 100 });
    expect(inference.status()).toMatchObject({ modelId: first, rollout: { modelId: next.modelId, stage: 'shadow' } });
    const hidden = await askUntil(() => stages.length === 1);
    const shared = await askUntil(() => stages.length === 2);
    expect(inference.status().modelId).toBe(next.modelId);
    const watched = await askUntil(() => stages.length === 3);
    expect(stages).toEqual(['share 10', 'watch 20', 'in-service 10']);
    expect(told[0]).toMatchObject({ sharePercent: 50, failed: 0, late: 0, crashes: 0, overlap: 1 });
    expect(new Set([...hidden, ...shared, ...watched].map(({ source }) => source))).toEqual(new Set(['model']));
    expect(new Set(hidden.map(({ modelId }) => modelId))).toEqual(new Set([first]));
    for (const [basket, { modelId }] of shared.entries()) {
      expect(modelId).toBe(sharePlace(next.modelId, `basket ${basket}`) < 50 ? next.modelId : first);
    }
    await vi.waitFor(() => expect(inference.status().pids).toHaveLength(1), patiently);
    expect(inference.status()).not.toHaveProperty('rollout');
  });

  it('is over when its process dies again and again, and goes on after a restart of the agent', async () => {
    await begin();
    const [good, bad] = [await pack('good', 0.5), await pack('bad', 0.25)];
    const modelId = await inService(good);
    await inference.rollOut(bad);
    await inference.stop();
    await begin();
    const rollout = { path: bad, stage: 'share', sharePercent: 50, ageMs: 1_000 } as const;
    expect(await inference.restore({ serving: good, rollout })).toMatchObject({ ok: true, modelId });
    expect(inference.status()).toMatchObject({ modelId, rollout: { stage: 'share', sharePercent: 50 } });
    for (let death = 0; death < 2; death += 1) {
      await vi.waitFor(() => expect(trialPid()).not.toBe(0), patiently);
      process.kill(trialPid(), 'SIGKILL');
      expect((await ask(death)).source).toBe('model');
      await vi.waitFor(() => expect(trialPid()).toBe(0), patiently);
    }
    await vi.waitFor(() => expect(stages).toEqual(['rolled-back MODEL_TRIAL_CRASHED']), patiently);
    expect(inference.status()).toMatchObject({ modelId, pids: [expect.any(Number)] });
  });

  it('is over when answers are late where the other’s are not', async () => {
    const limits = { ...LIMITS, lateMax: 3 };
    await begin({ timeoutMs: 500, probe: { p99MaxMs: 15_000 }, rollout: limits });
    const modelId = await inService(await pack('good', 0.5));
    await inference.rollOut(await pack('frozen', 0.25));
    process.kill(trialPid(), 'SIGSTOP');
    await askUntil(() => stages.length > 0);
    await vi.waitFor(() => expect(stages).toEqual(['rolled-back MODEL_TRIAL_LATE']), patiently);
    expect(inference.status().modelId).toBe(modelId);
  });

  it('puts the model before back when the new one fails in service, which answers all the while', async () => {
    await begin();
    const good = await pack('good', 0.5);
    const modelId = await inService(good);
    const quick = { path: await pack('bad', 0.25), stage: 'watch', sharePercent: 100, ageMs: 0 } as const;
    await inference.stop();
    await begin();
    expect(await inference.restore({ serving: good, rollout: quick })).toMatchObject({ ok: true });
    expect(inference.status()).toMatchObject({
      rollout: { stage: 'watch' },
      pids: [expect.any(Number), expect.any(Number)],
    });
    expect(inference.status().modelId).not.toBe(modelId);
    const sources: string[] = [];
    for (let death = 0; death < 2; death += 1) {
      await vi.waitFor(() => expect(inference.status().pid).not.toBeNull(), patiently);
      process.kill(inference.status().pid ?? 0, 'SIGKILL');
      await vi.waitFor(() => expect(inference.status().pids).toHaveLength(1), patiently);
      const answer = await ask(death);
      expect(answer.modelId).toBe(modelId);
      sources.push(answer.source);
    }
    expect(sources).toEqual(['previous-model', 'model']);
    expect(stages).toEqual(['rolled-back MODEL_TRIAL_CRASHED']);
  });

  it('long after: the model before answers while the one in service dies again and again', async () => {
    await begin();
    const [previous, serving] = [await pack('previous', 0.5), await pack('serving', 0.25)];
    await inference.restore({ serving, previous });
    const { modelId } = inference.status();
    await vi.waitFor(async () => {
      const { pid, pids } = inference.status();
      if (pid !== null) process.kill(pid, 'SIGKILL');
      const answer = await ask(0);
      expect(pids).toHaveLength(1);
      expect(answer.source).toBe('previous-model');
      expect(answer.modelId).not.toBe(modelId);
    }, patiently);
  });
});
