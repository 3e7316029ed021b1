import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChance } from '../random.ts';
import type { Plant } from './erasure/store.ts';
import { runErasureWorld } from './erasure/world.ts';

const SEED = Number(process.env.SOAK_SEED ?? 2026);
const LOADED_MS = 60_000;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-erasure-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const run = (plant: Plant, steps = 80) => runErasureWorld({ dir, chance: createChance(SEED), steps, plant });

describe('erasure in a chain', () => {
  it(`leaves nothing of the person anywhere, and the sums (seed ${SEED}; SOAK_SEED sets another)`, {
    timeout: LOADED_MS,
  }, async () => {
    const { failure, counts } = await run('none');
    expect(failure).toBeUndefined();
    // A world in which nobody leaves proves nothing.
    expect((counts.erasedAtHq ?? 0) + (counts.erasedInStores ?? 0)).toBeGreaterThan(2);
    expect(counts.tastesHeld).toBeGreaterThan(0);
  });

  it.each([
    ['key-in-backup', ['KEY_LEFT']],
    ['deaf-store', ['NOT_CONFIRMED', 'KEY_LEFT']],
    ['phone-in-event', ['PHONE_READABLE']],
  ] as const)('finds a planted fault: %s', { timeout: LOADED_MS }, async (plant, codes) => {
    const { failure } = await run(plant, 160);
    expect(codes).toContain(failure?.code);
  });
});
