import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBaskets } from '@tillside/features';
import { packParts, unpackModel } from '@tillside/inference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARD_MARK, modelCard } from './card.ts';
import { compareModels } from './compare.ts';
import { usualRole } from './lessons.ts';
import { plantedShop } from './testing/planted-shop.ts';
import { trainModel } from './train.ts';

const OPTIONS = { seed: 7, dataHash: 'a'.repeat(64), createdAt: '2026-06-01T00:00:00.000Z' };
const shop = plantedShop(6, 3);
const baskets = toBaskets(shop);
const half = new Date(baskets[Math.floor(baskets.length / 2)]?.atMs ?? 0).toISOString();
let workDir: string;
beforeAll(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'tillside-compare-'));
});
afterAll(() => rm(workDir, { recursive: true }));

// Two models are trained and answer in processes of their own.
describe('a comparison', { timeout: 60_000 }, () => {
  const candidate = packParts(trainModel(shop, OPTIONS).parts);
  const running = packParts(
    trainModel(
      shop.filter(({ at }) => at < half),
      OPTIONS,
    ).parts,
  );

  it('asks both about members whom neither learnt from', async () => {
    const found = await compareModels({ candidate, running, baskets, catalogue: undefined, seed: 1, workDir });
    expect(found).toMatchObject({ running: unpackModel(running).manifest.modelId, first: expect.any(Number) });
    const members = new Set(baskets.flatMap(({ memberId }) => memberId ?? []));
    expect(found?.questions).toBe([...members].filter((member) => usualRole(member) === 'measure').length);
    const { candidate: ours, running: theirs, popularity } = found?.cases ?? {};
    expect(ours?.recall).toBeGreaterThan(2 * (popularity?.recall ?? 1));
    expect(found?.gain).toBeCloseTo((ours?.recall ?? 0) / (theirs?.recall ?? 1) - 1, 3);
    const gap = (ours?.recall ?? 0) - (theirs?.recall ?? 0);
    expect(found?.interval?.low).toBeLessThan(gap);
    expect(found?.interval?.high).toBeGreaterThan(gap);
    const [zh, en] = modelCard(unpackModel(candidate).manifest, found).split(CARD_MARK);
    expect(zh).toContain('找回率');
    expect(en).toContain(`Beside ${unpackModel(running).manifest.modelId}, which runs now`);
    expect(en).toContain('| This model |');
  });

  it('finds no difference between a model and itself, and nothing to ask where all was learnt', async () => {
    const found = await compareModels({
      candidate,
      running: candidate,
      baskets,
      catalogue: undefined,
      seed: 1,
      workDir,
    });
    expect(found).toMatchObject({ gain: 0, interval: { low: 0, high: 0 } });
    const learnt = baskets.filter(({ memberId }) => memberId !== null && usualRole(memberId) === 'learn');
    expect(
      await compareModels({ candidate, running, baskets: learnt, catalogue: undefined, seed: 1, workDir }),
    ).toBeNull();
  });
});
