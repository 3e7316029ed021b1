import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { coOccurrence, personalFrequency, popularity, tifuKnn } from './baselines.ts';
import type { Dataset } from './dataset.ts';
import { readRealityCheck } from './forms/reality-check.ts';
import { plantedPeople, writePlantedPeople } from './testing/planted-people.ts';
import { hideOne } from './within-basket.ts';
import { NO_ITEM, splitFold, type World } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillside-world-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CANARY = [777_001, 777_002, 3];

/** The planted people, those of one part of the first fold with another next basket. */
function withCanary(part?: 'train' | 'val' | 'test'): Dataset {
  const people = plantedPeople(5);
  const [fold] = (people.splits as { folds: Record<string, (string | number)[]>[] }).folds;
  for (const id of part === undefined ? [] : (fold?.[part] ?? [])) people.future[id] = [[-1], CANARY, [-1]];
  return readRealityCheck(writePlantedPeople(folder, people));
}

const firstFold = (dataset: Dataset) => splitFold(dataset, dataset.folds[0] ?? { train: [], val: [], test: [] });

async function answersOf(world: World): Promise<Int32Array[]> {
  const rankings: Int32Array[] = [];
  for (const model of [popularity, personalFrequency, tifuKnn, coOccurrence]) {
    const fitted = await model.fit(world, () => undefined);
    for (const user of world.asked) {
      rankings.push(await fitted.rank({ user, basket: Int32Array.of(1), day: undefined }, 20));
    }
  }
  return rankings;
}

describe('what people who are asked buy next', () => {
  it('is not in what models see, and changes nothing that they learn', async () => {
    const { world, answers } = firstFold(withCanary());
    const other = firstFold(withCanary('test'));
    expect(other.answers).not.toEqual(answers);
    expect(other.world).toEqual(world);
    expect(JSON.stringify(other.world)).not.toContain('777001');
    expect(await answersOf(other.world)).toEqual(await answersOf(world));
    expect(other.answers[0]?.truth).toEqual(Int32Array.of(NO_ITEM, NO_ITEM, world.skus.indexOf('3')));
  });

  it('would be noticed: the same change of those who are learnt from is seen', async () => {
    const rankings = await answersOf(firstFold(withCanary()).world);
    for (const part of ['train', 'val'] as const) {
      const { world } = firstFold(withCanary(part));
      expect(JSON.stringify(world)).toContain('777001');
      expect(await answersOf(world)).not.toEqual(rankings);
    }
  });
});

it('one item of a basket of two or more is hidden, the same by the same seed', () => {
  const answer = (...items: number[]) => ({ user: 1, day: 4, truth: Int32Array.from(items) });
  const answers = [answer(5), answer(5, 6), answer(NO_ITEM, 7, 8)];
  const exams = hideOne(answers, 3);
  expect(exams).toHaveLength(2);
  expect([exams[0]?.truth[0], exams[0]?.question.basket[0]].sort()).toEqual([5, 6]);
  expect(exams[1]?.question.basket).not.toContain(NO_ITEM);
  expect(hideOne(answers, 3)).toEqual(exams);
  const hidden = Array.from({ length: 30 }, (_, seed) => hideOne([answer(1, 2, 3)], seed)[0]?.truth[0]);
  expect(new Set(hidden)).toEqual(new Set([1, 2, 3]));
});
