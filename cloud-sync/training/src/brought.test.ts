import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FEATURE_COUNT } from '@tillside/features';
import type { GoldenVector } from '@tillside/inference';
import { tinyOnnx } from '@tillside/inference/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkPack, EXAMPLE_FILES, packBrought, writeExamples } from './brought.ts';
import { PACK_FILE } from './job.ts';
import { asSaleLines, plantedShop } from './testing/planted-shop.ts';

const CREATED_AT = '2026-06-01T00:00:00.000Z';
let own: string;

/** What a NumPy file holds, by its own word. */
async function array(name: string): Promise<{ header: string; bytes: number }> {
  const file = await readFile(join(own, name));
  const start = 10 + file.readUInt16LE(8);
  expect([file.subarray(0, 6).toString('latin1'), start % 64]).toEqual(['\x93NUMPY', 0]);
  return { header: file.subarray(10, start).toString('latin1').trim(), bytes: file.length - start };
}

beforeAll(async () => {
  own = await mkdtemp(join(tmpdir(), 'tillside-own-model-'));
});
afterAll(async () => {
  await rm(own, { recursive: true });
});

// Children on a shared machine.
it('brings a model of one’s own from exported examples to a pack that a store takes', {
  timeout: 180_000,
}, async () => {
  const input = join(own, 'sales.ndjson');
  await writeFile(input, asSaleLines(plantedShop(8, 5)).join('\n'));
  const { rows, questions } = await writeExamples({ input, out: own, seed: 1 });
  expect(await array(EXAMPLE_FILES.features)).toEqual({
    header: `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${FEATURE_COUNT}), }`,
    bytes: rows * FEATURE_COUNT * 4,
  });
  expect(await array(EXAMPLE_FILES.groups)).toMatchObject({ bytes: (questions + 1) * 4 });
  const written = await readFile(join(own, EXAMPLE_FILES.golden), 'utf8');
  expect(written).not.toMatch(/"m\d+"/);

  // Any model that follows the contract: here a tenth of the sum.
  await writeFile(join(own, 'model.onnx'), tinyOnnx({ weight: 0.1 }));
  const golden = JSON.parse(written) as Omit<GoldenVector, 'score'>[];
  const vectors = golden.map((vector) => ({
    ...vector,
    score: vector.features.reduce((sum, value) => sum + value / 10, 0),
  }));
  const told = {
    modelId: 'own-1',
    golden: { tolerance: 1e-3, vectors },
    training: {},
    metrics: {},
    beatsBaseline: false,
  };
  const manifest = (change: object) => writeFile(join(own, 'manifest.json'), JSON.stringify({ ...told, ...change }));

  await manifest({ limits: [] });
  const packed = await packBrought(own, CREATED_AT);
  expect(packed.accepted).toMatchObject({ modelId: 'own-1', measured: { questions: 100 } });
  expect(packed.manifest).toMatchObject({ createdAt: CREATED_AT, onnx: { operators: ['MatMul', 'Squeeze'] } });
  await expect(checkPack(packed.file, '0.0.1')).rejects.toMatchObject({ code: 'MODEL_AGENT_TOO_OLD' });

  await manifest({ featureSet: { id: 'other', hash: '0'.repeat(64) } });
  await expect(packBrought(own, CREATED_AT)).rejects.toMatchObject({ code: 'MODEL_FEATURE_SET_MISMATCH' });
  expect(existsSync(join(own, PACK_FILE))).toBe(false);
  await writeFile(join(own, 'manifest.json'), '[]');
  await expect(packBrought(own, CREATED_AT)).rejects.toMatchObject({ code: 'MODEL_MANIFEST_INVALID' });
});
