import { describe, expect, it } from 'vitest';
import type { Finding } from '../sim/check.ts';
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

  it('runs the same twice, event for event', () => {
    const [first, second]: [string[], string[]] = [[], []];
    expect(run(0, 'none', second)).toEqual(run(0, 'none', first));
    expect(first.length).toBeGreaterThan(100);
    expect(second).toEqual(first);
  });

  const found: Record<Exclude<Plant, 'none'>, Finding[]> = {
    'ack-before-durable': ['EVENT_LOST'],
    'send-before-durable': ['EVENT_FROM_NOWHERE'],
    'dedupe-by-seq': ['EVENT_LOST'],
    'trim-off-by-one': ['EVENT_LOST'],
    'mark-over-holes': ['MARK_LIES'],
    'pause-for-ever': ['NO_PROGRESS'],
  };
  it.each(PLANTS.filter((plant) => plant !== 'none'))('finds a planted fault: %s', { timeout: LOADED_MS }, (plant) => {
    const numbers = Array.from({ length: PATIENCE }, (_, number) => number);
    const number = numbers.find((one) => run(one, plant).failure !== undefined);
    expect(found[plant]).toContain(run(number ?? 0, plant).failure?.code);
  });

  it('says which faults a failure needs', () => {
    const plan = drawPlan(SEED, 0);
    const { failure } = runWorld(plan, 'pause-for-ever', () => undefined);
    const small = shrinkPlan(plan, 'pause-for-ever', failure?.code ?? 'NO_PROGRESS', 100);
    expect(small.faults.length).toBeLessThanOrEqual(1);
    expect(runWorld(small, 'pause-for-ever', () => undefined).failure?.code).toBe('NO_PROGRESS');
  });
});
