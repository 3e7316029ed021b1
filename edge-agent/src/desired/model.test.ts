import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyPack } from '@tillside/inference/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig } from '../testing.ts';

let dir: string;
let rig: Rig;
const app = () => rig.agent.app;

/** What HQ signed: a version of a model that is told from others by its weight. */
function signed(version: number, weight: number) {
  const bytes = tinyPack({ onnx: { weight } });
  const file = join(dir, `model-${version}`);
  writeFileSync(file, bytes);
  return { version, sha256: createHash('sha256').update(bytes).digest('hex'), file, byDelta: false };
}

const told = (type: string) =>
  app()
    .journal.all<{ body: string }>(
      `SELECT json_extract(envelope, '$.data') AS body FROM event WHERE type = ? ORDER BY seq`,
      type,
    )
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>);
const stages = () =>
  told('tillside.model.changed.v1').map(({ version, stage, code }) => [
    version,
    stage,
    ...(code === undefined ? [] : [code]),
  ]);
const status = () => app().status('en');
const files = () => readdirSync(join(rig.dir, 'models')).length;
const ask = (basketId: string) =>
  app().inference.recommend({ basketSkus: ['bread'], at: '2026-03-20T10:00:00Z' }, 3, basketId);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-hq-model-'));
  // A busy machine must not make models late: the longest time that the config allows.
  const modelRollout = { shadowQuestions: 3, shareQuestions: 3, watchQuestions: 3 };
  rig = await startRig({ recommendTimeoutMs: 1_000, modelRollout });
}, 60_000);
afterAll(async () => {
  await rig.stop();
  rmSync(dir, { recursive: true, force: true });
});

// Whole processes on a shared machine.
describe("HQ's model", { timeout: 120_000 }, () => {
  it('serves at once where there was none, watched, and is in service after its questions', async () => {
    expect(await app().desired.apply('model', signed(1, 0.5))).toEqual({ outcome: 'applied' });
    expect(app().desired.currentVersion('model')).toBe(1);
    expect(status()).toMatchObject({ modelTrial: { stage: 'watch' } });
    for (let basket = 0; status().modelTrial !== undefined; basket += 1) await ask(`b${basket}`);
    expect(stages()).toEqual([
      [1, 'watch'],
      [1, 'in-service'],
    ]);
  });

  it('goes on with its trial after a restart of the agent, also when it was handed over again', async () => {
    const first = status().modelId;
    const second = signed(2, 0.25);
    expect(await app().desired.apply('model', second)).toEqual({ outcome: 'applied' });
    expect(await app().desired.apply('model', second)).toEqual({ outcome: 'applied' });
    for (let basket = 0; status().modelTrial?.stage === 'shadow'; basket += 1) await ask(`b${basket}`);
    rmSync(second.file);
    await rig.restart();
    expect(status()).toMatchObject({ modelId: first, modelTrial: { stage: 'share', sharePercent: 10, questions: 0 } });
    expect(app().desired.currentVersion('model')).toBe(2);
    expect(files()).toBe(2);
  });

  it('is rolled back by the store itself; HQ hears it, and the same is not taken up again', async () => {
    const first = status().modelId;
    const serving = app().inference.status().pid;
    const diesAgain = () => {
      const trial = app()
        .inference.status()
        .pids.find((pid) => pid !== serving);
      if (trial !== undefined) process.kill(trial, 'SIGKILL');
      return stages();
    };
    await expect
      .poll(diesAgain, { timeout: 90_000, interval: 100 })
      .toContainEqual([2, 'rolled-back', 'MODEL_TRIAL_CRASHED']);
    expect(told('tillside.desired.applied.v2').at(-1)).toMatchObject({
      kind: 'model',
      version: 2,
      outcome: 'refused',
      code: 'MODEL_TRIAL_CRASHED',
    });
    expect(app().desired.currentVersion('model')).toBe(1);
    await rig.restart();
    expect(status().modelId).toBe(first);
    expect(status()).not.toHaveProperty('modelTrial');
    expect(await app().desired.apply('model', signed(2, 0.25))).toMatchObject({ code: 'MODEL_TRIAL_CRASHED' });
    await expect.poll(files).toBe(1);
    expect((await ask('b')).source).toBe('model');
  });
});
