import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../sim/check.ts';
import { drawDownPlan } from '../sim/down/plan.ts';
import { runDownWorld } from '../sim/down/world.ts';
import { drawPlan } from '../sim/plan.ts';
import { PLANTS, type Plant } from '../sim/plants.ts';
import { shrinkPlan } from '../sim/shrink.ts';
import { runWorld, type WorldReport } from '../sim/world.ts';

const SEED = Number(process.env.SOAK_SEED ?? 2026);
const WORLDS = 4;
/** Where the cores are shared with everything else. */
const LOADED_MS = 120_000;
/** Worlds in which a planted fault may hide before it is found. */
const PATIENCE = 40;

const run = (number: number, plant: Plant = 'none', lines: string[] = []): WorldReport =>
  runWorld(drawPlan(SEED, number), plant, (atMs, text) => lines.push(`${atMs} ${text}`));

/** Small worlds in which enough goes wrong between HQ and its stores. */
const [SMALL, SECOND] = [0, 36];
let keysDir: string;
beforeAll(() => {
  keysDir = mkdtempSync(join(tmpdir(), 'tillside-sim-'));
});
afterAll(() => rmSync(keysDir, { recursive: true }));
const runDown = (number: number, plant: Plant = 'none', lines: string[] = []) =>
  runDownWorld(drawDownPlan(SEED, number), { plant, keysDir, trace: (atMs, text) => lines.push(`${atMs} ${text}`) });

describe("HQ's state in virtual time", () => {
  it('holds, and runs the same twice', { timeout: LOADED_MS }, async () => {
    const [first, second]: [string[], string[]] = [[], []];
    const report = await runDown(SMALL, 'none', first);
    expect(report.failure).toBeUndefined();
    expect(report.counts.applied).toBeGreaterThan(10);
    expect(report.counts.attacked).toBeGreaterThan(30);
    expect(report.counts.trusted).toBeGreaterThan(50);
    expect(await runDown(SMALL, 'none', second)).toEqual(report);
    expect(second).toEqual(first);
    expect((await runDown(SECOND)).failure).toBeUndefined();
  });
});

describe('sync in virtual time', () => {
  it(`holds in ${WORLDS} worlds (seed ${SEED}; SOAK_SEED sets another)`, { timeout: LOADED_MS }, () => {
    const reports = Array.from({ length: WORLDS }, (_, number) => run(number));
    expect(reports.map(({ failure }) => failure)).toEqual(reports.map(() => undefined));
    // A world in which nothing happens proves nothing.
    const sum = (of: (report: WorldReport) => number): number => reports.reduce((total, one) => total + of(one), 0);
    expect(sum(({ counts }) => counts.stored)).toBeGreaterThan(500);
    expect(sum(({ counts }) => counts.duplicates)).toBeGreaterThan(0);
    expect(sum(({ counts }) => counts.conflicts)).toBeGreaterThan(0);
  });

  it.each([
    ['a disk put back to a day before it gave numbers up, and HQ was told', 355],
    ['a quiet shop that hears late of a hub that was put back', 419],
    ['the same with one event', 497],
  ])('holds where it once did not: %s', { timeout: LOADED_MS }, (_, number) => {
    expect(runWorld(drawPlan(61_001, number), 'none', () => undefined).failure).toBeUndefined();
  });

  it('runs the same twice, event for event', () => {
    const [first, second]: [string[], string[]] = [[], []];
    expect(run(0, 'none', second)).toEqual(run(0, 'none', first));
    expect(first.length).toBeGreaterThan(100);
    expect(second).toEqual(first);
  });

  /** Findings that tell a plant, and a small world of the usual seed that has it: where the search begins. */
  const found: Record<Exclude<Plant, 'none'>, readonly [first: number, ...Finding[]]> = {
    'ack-before-durable': [14, 'EVENT_LOST'],
    'send-before-durable': [14, 'EVENT_FROM_NOWHERE'],
    'dedupe-by-seq': [1, 'EVENT_LOST'],
    'trim-off-by-one': [1, 'EVENT_LOST'],
    'mark-over-holes': [3, 'MARK_LIES'],
    'pause-for-ever': [3, 'NO_PROGRESS'],
    'forgets-trust': [16, 'TRUST_LOST'],
    'swap-unsynced': [20, 'VERSION_WENT_BACK', 'STATE_FORGED'],
    'takes-unhashed': [14, 'STATE_FORGED'],
    'never-polls': [0, 'VERSION_NOT_REACHED'],
    'clock-stands': [13, 'STATE_AFTER_EXPIRY'],
  };
  const atStores: readonly Plant[] = [
    'forgets-trust',
    'swap-unsynced',
    'takes-unhashed',
    'never-polls',
    'clock-stands',
  ];
  const planted = PLANTS.filter((plant) => plant !== 'none');
  it.each(planted)('finds a planted fault: %s', { timeout: LOADED_MS }, async (plant) => {
    const [first, ...codes] = found[plant];
    const runs = async (number: number) => (atStores.includes(plant) ? runDown(number, plant) : run(number, plant));
    let code: Finding | undefined;
    for (let number = 0; number < PATIENCE && code === undefined; number += 1)
      code = (await runs((number + first) % PATIENCE)).failure?.code;
    expect(codes).toContain(code);
  });

  it('says which faults a failure needs', async () => {
    const plan = drawPlan(SEED, 0);
    const { failure } = runWorld(plan, 'pause-for-ever', () => undefined);
    const small = await shrinkPlan(plan, 'pause-for-ever', failure?.code ?? 'NO_PROGRESS', 100);
    expect(small.faults.length).toBeLessThanOrEqual(1);
    expect(runWorld(small, 'pause-for-ever', () => undefined).failure?.code).toBe('NO_PROGRESS');
  });
});
