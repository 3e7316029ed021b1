import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { TrainingJob } from '@tillside/hub-contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chainOf, many } from '../testing/events.ts';
import { type PairedStore, type TestHub, testHub } from '../testing/hub.ts';
import { metricsOf } from './models.ts';

const ENTRY = fileURLToPath(new URL('../testing/training-job.ts', import.meta.url));
let hub: TestHub;
let store: PairedStore;
beforeEach(async () => {
  hub = await testHub({ trainingEntry: ENTRY });
  store = await hub.pairStore('s1');
});
afterEach(() => hub.dispose());

const ended = async (id: string): Promise<TrainingJob> =>
  vi.waitFor(
    async () => {
      const job = await hub.call('trainingJob', { params: { id } });
      if (job.endedAt === null) throw new Error(`still ${job.state}`);
      return job;
    },
    { timeout: 15_000, interval: 50 },
  );

const sell = async (count: number): Promise<void> => {
  const chain = chainOf('s1');
  await store.acked(many(count, (index) => chain.sale({ payableFen: 100 + index })));
};

test('a job trains on the sales held here, and what it leaves is registered, pushed and verified by its hash', async () => {
  await sell(3);
  const { id, sales } = await hub.call('trainModel', { body: { seed: 5 } });
  expect(sales).toBe(3);
  const job = await ended(id);
  expect(job).toMatchObject({ state: 'done', progress: 1, modelId: 'm-5', error: null, output: ['a line of text'] });
  const { models } = await hub.call('models');
  expect(models).toMatchObject([{ id: 'm-5', metrics: { sales: 3, 'hitRate.model': 0.25 }, stores: [] }]);
  const { stores } = await hub.call('pushModel', { params: { id: 'm-5' }, body: { stores: ['*'] } });
  expect(stores).toMatchObject([{ store: 's1', version: 1, state: 'pending', sha256: models[0]?.sha256 }]);
  const pack = await store.send(`/repo/targets/stores/s1/${models[0]?.sha256}.model.tillmodel`);
  const text = await pack.text();
  expect(text).toBe('pack of 3 sales, 303 fen');
  expect(createHash('sha256').update(text).digest('hex')).toBe(models[0]?.sha256);
});

test('a job that gives up says why, and the next one may start', async () => {
  await sell(1);
  const job = await ended((await hub.call('trainModel', { body: { seed: 13 } })).id);
  expect(job).toMatchObject({ state: 'failed', modelId: null, error: { code: 'TRAINING_TOO_FEW' } });
  expect((await ended((await hub.call('trainModel', { body: { seed: 1 } })).id)).state).toBe('done');
});

test('one job at a time; stopping the hub ends it', async () => {
  await sell(1);
  const { id } = await hub.call('trainModel', { body: { seed: 99 } });
  await expect(hub.call('trainModel', { body: {} })).rejects.toThrow(/HUB_TRAINING_BUSY/u);
  await vi.waitFor(async () => {
    expect((await hub.call('trainingJob', { params: { id } })).stage).toBe('fit');
  }, 15_000);
  await hub.restart();
  await expect(hub.call('trainingJob', { params: { id } })).rejects.toThrow(/HUB_JOB_UNKNOWN/u);
});

test('without sales, without the program or for a model nobody made there is a code', async () => {
  await expect(hub.call('trainModel', { body: {} })).rejects.toThrow(/HUB_TRAINING_NO_SALES/u);
  await expect(hub.call('pushModel', { params: { id: 'm' }, body: { stores: ['*'] } })).rejects.toThrow(
    /HUB_MODEL_UNKNOWN/u,
  );
  const without = await testHub({ trainingEntry: '/nowhere/main.js' });
  await expect(without.call('trainModel', { body: {} })).rejects.toThrow(/HUB_TRAINING_UNAVAILABLE/u);
  await without.dispose();
});

test('metrics are the numbers of the manifest, two levels deep', () => {
  const metrics = { a: 1, b: { c: 0.5, d: 'text', e: { f: { g: 2 } } }, h: Number.NaN };
  expect(metricsOf({ metrics })).toEqual({ a: 1, 'b.c': 0.5 });
  expect(metricsOf({})).toEqual({});
});
