import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeTaste, encodeTaste, type Purchase, type RecommendationContext, skuKey } from '@tillside/features';
import { InferenceProcess, packParts } from '@tillside/inference';
import { type ItemContent, trainModel } from '@tillside/training';
import type { NextBasketModel } from './model.ts';
import type { Question, World } from './world.ts';

const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.parse('2025-01-01T12:00:00Z');
/** Days between the baskets of one person where the data has no times. */
const USUAL_GAP_DAYS = 7;
/** No history of the data is longer than this many usual gaps; a longer one begins before the first day. */
const MOST_BASKETS = 100;
/** An evaluation waits for the model: it is not asked how fast it is. */
const PATIENT_MS = 60_000;
const AGENT_VERSION = '0.1.0';

/** The model as HQ trains it and as stores serve it: packed, checked, loaded by a child process, asked context by context. */
export const oursWith = (seed: number): NextBasketModel => ({
  async fit(world, onProgress) {
    const purchases = purchasesOf(world);
    const roles = new Map<string, 'learn' | 'measure'>([
      ...world.lessons.map(({ user }) => [memberId(user), 'learn'] as const),
      ...world.validation.map(({ user }) => [memberId(user), 'measure'] as const),
    ]);
    const { parts, tastes } = trainModel(purchases, {
      seed,
      items: itemsOf(world),
      roleOf: (member) => roles.get(member) ?? 'history',
      dataHash: createHash('sha256').update(JSON.stringify(purchases)).digest('hex'),
      createdAt: new Date(FIRST_DAY_MS).toISOString(),
      onProgress,
    });
    const served = await serve(packParts(parts));
    // As they come out of a member pack.
    const skuOf = new Map(world.skus.map((sku) => [skuKey(sku), sku]));
    const tasteOf = new Map(Array.from(tastes, ({ memberId: id, taste }) => [id, encodeTaste(taste)]));
    const contextOf = ({ user, basket, day }: Question): RecommendationContext => {
      const bytes = tasteOf.get(memberId(user));
      const taste = bytes === undefined ? undefined : decodeTaste(bytes, (key) => skuOf.get(key));
      return {
        memberHistory: taste?.history,
        memberScores: taste?.scores,
        basketSkus: skusOf(world, basket),
        at: new Date(timeMs(world, user, world.histories[user]?.length ?? 0, day)).toISOString(),
      };
    };
    const itemOf = new Map(world.skus.map((sku, item) => [sku, item]));
    let fallbackAnswers = 0;
    return {
      async rank(question, limit) {
        const answer = await served.inference.recommend(contextOf(question), limit);
        if (answer.source !== 'model') fallbackAnswers += 1;
        return Int32Array.from(answer.items.flatMap(({ sku }) => itemOf.get(sku) ?? []));
      },
      async stop() {
        await served.stop();
        return [{ metric: 'fallbackAnswers', value: fallbackAnswers, unit: 'count' }];
      },
    };
  },
});

/** Puts a pack in service like a store does. */
async function serve(pack: Uint8Array): Promise<{ inference: InferenceProcess; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'tillside-eval-'));
  const inference = new InferenceProcess({ agentVersion: AGENT_VERSION, timeoutMs: PATIENT_MS });
  const stop = async (): Promise<void> => {
    await inference.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const path = join(folder, 'eval.tillmodel');
    await writeFile(path, pack);
    await inference.start();
    const loaded = await inference.load(path);
    if (!loaded.ok) throw new Error(`the model was refused: ${loaded.code} ${loaded.message}`);
    return { inference, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Times of a user's history, then of the basket after it. Without times everybody's next basket is due on one day, so that what is recent is recent for all. */
function timeMs(world: World, user: number, place: number, day: number | undefined): number {
  const before = place - (world.histories[user]?.length ?? 0);
  return FIRST_DAY_MS + (world.days?.[user]?.[place] ?? day ?? (MOST_BASKETS + before) * USUAL_GAP_DAYS) * DAY_MS;
}

function purchasesOf(world: World): Purchase[] {
  const rows = (user: number, place: number, basket: Int32Array, day: number | undefined): Purchase[] =>
    Array.from(basket, (item) => ({
      memberId: memberId(user),
      sku: world.skus[item] ?? '',
      category: world.products[item]?.category ?? '',
      department: world.products[item]?.department ?? '',
      at: new Date(timeMs(world, user, place, day)).toISOString(),
      quantity: 1,
      basketId: `user-${user}-${place}`,
    }));
  return [
    ...world.histories.flatMap((baskets, user) =>
      baskets.flatMap((basket, place) => rows(user, place, basket, undefined)),
    ),
    ...[...world.lessons, ...world.validation].flatMap(({ user, basket, day }) =>
      rows(user, world.histories[user]?.length ?? 0, basket, day),
    ),
  ];
}

/** What the form says of its products. */
const itemsOf = ({ skus, products }: World): ItemContent[] =>
  products.flatMap((product, item) => (product === undefined ? [] : { sku: skus[item] ?? '', ...product }));

const memberId = (user: number): string => `user-${user}`;
const skusOf = (world: World, basket: Int32Array): string[] => Array.from(basket, (item) => world.skus[item] ?? '');
