/** A model's life: HQ trains on what a store synced, tries the model in one store, sends it to all; a bad one is refused, and stores go back to the one before. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { encodeStats } from '@tillside/features';
import type { TrainingJob } from '@tillside/hub-contract';
import { packParts, unpackModel } from '@tillside/inference';
import { BATCH_TYPE, batchText } from '@tillside/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDemoData } from '../src/data/index.ts';
import { historyBatches, yearOf } from '../src/store/history.ts';
import { callHub } from '../src/store/hub-client.ts';
import { MemberWorld } from './member-store.ts';

const [CANARY, OTHER] = ['store-1', 'store-2'] as const;
/** Households whose whole year is enough to learn from, quickly. */
const HOUSEHOLDS = 60;
const WAIT = { timeout: 60_000, interval: 200 };
/** Stages that a few questions pass; a busy machine must not make a model late. */
const STORE = {
  recommendTimeoutMs: 1_000,
  modelRollout: { shadowQuestions: 2, shareQuestions: 2, watchQuestions: 2 },
};
/** Stands in for a training that went wrong: the running model with one byte of its weights changed. */
const BROKEN_TRAINING = `
import { readFileSync, writeFileSync } from 'node:fs';
const of = (flag) => process.argv[process.argv.indexOf(flag) + 1];
const pack = readFileSync(of('--running'));
pack[Math.floor(pack.length / 2)] ^= 0xff;
writeFileSync(of('--out') + '/manifest.json', JSON.stringify({ modelId: 'broken' }));
writeFileSync(of('--out') + '/model.tillmodel', pack);
`;

let world: MemberWorld;
let operator: { url: string; credential: string };
/** A credential of the canary store. */
let canary: string;

beforeAll(async () => {
  world = new MemberWorld();
  await world.startHub();
  const { code, url } = await world.operatorCode();
  const { credential } = await callHub({ url }, 'pair', { body: { code, kind: 'operator', name: 'HQ' } });
  operator = { url, credential };
  for (const store of [CANARY, OTHER]) await world.openStore(store, STORE);
  await syncHistory();
}, 240_000);
afterAll(() => world?.stop(), 60_000);

/** Real households' baskets, as the events that the store would have sent. */
async function syncHistory(): Promise<void> {
  const { pairing } = await callHub(operator, 'addStore', { body: { id: CANARY } });
  const body = { code: pairing.code, kind: 'store', name: 'history' };
  const { credential } = await callHub({ url: operator.url }, 'pair', { body });
  canary = credential;
  for (const events of historyBatches(yearOf(loadDemoData(), HOUSEHOLDS), CANARY)) {
    const answer = await fetch(`${operator.url}/v1/sync/batches`, {
      method: 'POST',
      headers: { 'content-type': BATCH_TYPE, authorization: `Bearer ${credential}` },
      body: batchText({ batchId: randomUUID(), store: CANARY }, events),
    });
    expect(answer.status).toBe(200);
  }
}

async function ended({ id }: { id: string }): Promise<TrainingJob> {
  const job = () => callHub(operator, 'trainingJob', { params: { id } });
  await expect.poll(async () => (await job()).endedAt, { timeout: 200_000, interval: 200 }).not.toBeNull();
  const done = await job();
  expect(done.error).toBeNull();
  return done;
}
const trained = async (seed: number): Promise<string> =>
  (await ended(await callHub(operator, 'trainModel', { body: { seed } }))).modelId ?? '';

const push = (id: string, ...stores: string[]) => callHub(operator, 'pushModel', { params: { id }, body: { stores } });
const rollBack = async (...stores: string[]) =>
  (await callHub(operator, 'rollBackModel', { body: { stores } })).stores.map(({ store, model }) => [store, model]);
const status = (store: string) => world.agent(store).app.status();
/** How HQ sees the newest version of a model in a store. */
const atHq = async (id: string, store: string) => {
  const { models } = await callHub(operator, 'models');
  const states = models.find((model) => model.id === id)?.stores.filter((state) => state.store === store) ?? [];
  return states.at(-1);
};
/** Where the stores are, as marketers see it: the state, what serves, and why it was refused. */
const stages = async () =>
  (await callHub(operator, 'modelStages')).stores.map(({ store, state, inForce, refused }) =>
    [store, state, inForce?.modelId, refused?.code].join(' ').trim(),
  );
/** Shoppers ask until the model has passed its stages, or is given up. */
async function shopUntilServed(store: string, id: string): Promise<string[]> {
  const stages = new Set<string>();
  await expect
    .poll(async () => {
      const { modelTrial } = status(store);
      if (modelTrial !== undefined) stages.add(modelTrial.stage);
      const question = { basketSkus: [], at: new Date().toISOString() };
      await world.agent(store).app.inference.recommend(question, 3, randomUUID());
      return [status(store).modelId, status(store).modelTrial];
    }, WAIT)
    .toEqual([id, undefined]);
  return [...stages];
}

it('HQ trains on synced sales; one store tries the model, then all have it, and marketers see what is bought together', async () => {
  const first = await trained(1);
  const { card } = await callHub(operator, 'modelCard', { params: { id: first } });
  expect(card).toContain(`# 推荐模型 ${first}`);
  const rules = await callHub(operator, 'associationRules');
  expect(rules.model).toBe(first);
  expect(rules.baskets).toBeGreaterThan(HOUSEHOLDS);
  await push(first, CANARY);
  expect(await shopUntilServed(CANARY, first)).toEqual(['watch']);
  expect(status(OTHER).modelId).toBeUndefined();
  await expect.poll(async () => (await atHq(first, CANARY))?.state, WAIT).toBe('applied');
  await push(first, '*');
  await shopUntilServed(OTHER, first);
}, 400_000);

it('a model that was made elsewhere is tried at HQ before it can be pushed, and compared; a bad pack is refused by its code', async () => {
  const [first] = (await callHub(operator, 'models')).models;
  const target = `${operator.url}/repo/targets/stores/${CANARY}/${first?.sha256}.model.tillmodel`;
  const answer = await fetch(target, { headers: { authorization: `Bearer ${canary}` } });
  const { manifest, onnx, stats } = unpackModel(Buffer.from(await answer.arrayBuffer()));
  const own = (change: object) =>
    packParts({
      manifest: Buffer.from(JSON.stringify({ ...manifest, modelId: 'own-1', ...change })),
      onnx,
      stats: encodeStats(stats),
    });
  const add = (body: Buffer) => callHub(operator, 'addModel', { body });
  const wrong = manifest.golden.vectors.map((vector) => ({ ...vector, score: vector.score + 1 }));
  await expect(add(own({ golden: { ...manifest.golden, vectors: wrong } }))).rejects.toThrow(/MODEL_GOLDEN_MISMATCH/u);
  expect(await add(own({}))).toMatchObject({ id: 'own-1', isNew: true });
  const evaluation = await callHub(operator, 'evaluateModel', { params: { id: 'own-1' }, body: {} });
  // The same weights find the same.
  expect((await ended(evaluation)).comparison).toMatchObject({ running: first?.id, gain: 0 });
}, 400_000);

it('a second model passes every stage beside the first; a broken one is refused and the running one goes on', async () => {
  const first = (await callHub(operator, 'models')).models.find(({ promoted }) => promoted)?.id;
  const second = await trained(2);
  await push(second, CANARY);
  expect(await shopUntilServed(CANARY, second)).toEqual(['shadow', 'share', 'watch']);
  await expect.poll(stages, WAIT).toEqual([`${CANARY} in-service ${second}`, `${OTHER} in-service ${first}`]);
  expect(status(OTHER).modelId).toBe(first);

  await world.stopHub();
  const entry = world.at('broken.mjs');
  writeFileSync(entry, BROKEN_TRAINING);
  await world.startHub({ trainingEntry: entry });
  expect(await trained(3)).toBe('broken');
  await push('broken', CANARY);
  await expect
    .poll(() => atHq('broken', CANARY), WAIT)
    .toMatchObject({
      state: 'refused',
      code: 'MODEL_HASH_MISMATCH',
    });
  expect((await stages())[0]).toBe(`${CANARY} refused ${second} MODEL_HASH_MISMATCH`);
  expect(status(CANARY).modelId).toBe(second);

  expect(await rollBack(CANARY)).toEqual([[CANARY, second]]);
  expect(await rollBack('*')).toEqual([[CANARY, first]]);
  await shopUntilServed(CANARY, first ?? '');
}, 400_000);
