import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@tillside/demo';
import { buildFaultLayer } from '../fault/fault-layer.ts';
import { measure, type SoakReport } from '../measure.ts';
import type { SoakFailure } from '../output/schema.ts';
import { createChance } from '../random.ts';
import { CrashHub } from './crash/hub.ts';
import { CrashStore } from './crash/store.ts';

/** A store is done with after so many crashes: what is looked at after each grows with its sales. */
const CRASHES_A_STORE = 40;
const FAULTS = ['none', 'no-wait'] as const;

export const crashSoak = measure({
  description:
    'an agent killed at random, and power cuts that leave only what was synced: every sale that a till was told of is there once, every chain whole, the hub has the same',
  options: {
    count: { description: 'kills of an agent on the real disk', default: 200, min: 0, max: 1_000_000 },
    power: {
      description: 'processes that end under the fault layer, most in a power cut',
      default: 40,
      min: 0,
      max: 1_000_000,
    },
    points: { description: 'power cuts looked at within each such process', default: 10, min: 0, max: 1_000 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
    fault: {
      description: 'what goes wrong on purpose, to see that it is found: an agent that waits for no disk',
      default: 'none',
      choices: FAULTS,
    },
  },
  async run({ count, power, points, seed, fault }, context): Promise<SoakReport> {
    const root = mkdtempSync(join(tmpdir(), 'tillside-crash-'));
    const ports = await freePorts();
    const hub = new CrashHub(join(root, 'hub'), ports);
    const failures: SoakFailure[] = [];
    const counts: Record<string, number> = { stores: 0, hubKills: 0 };
    const chance = createChance(seed);
    try {
      const library = await buildFaultLayer(root);
      await hub.start();
      const lives = [
        ...livesOf(count).map((crashes) => ({ crashes, library: undefined })),
        ...livesOf(power).map((crashes) => ({ crashes, library })),
      ];
      context.progress.stage('crashes', count + power);
      for (const life of lives) {
        counts.stores = (counts.stores ?? 0) + 1;
        const id = `crash-${counts.stores}`;
        const { signal } = context;
        const store = new CrashStore({
          id,
          root: join(root, id),
          port: ports.agent,
          hub,
          chance: chance.fork(),
          failures,
          waits: fault === 'none',
          library: life.library,
          points,
          signal,
        });
        try {
          await store.setUp();
          await store.live(life.crashes, () => context.progress.tick());
        } finally {
          await store.close();
        }
        for (const [name, value] of Object.entries(store.counts)) counts[name] = (counts[name] ?? 0) + value;
        if (failures.length > 0) break;
        rmSync(join(root, id), { recursive: true, force: true });
      }
      return { counts: { ...counts, hubKills: hub.kills, failures: failures.length }, failures };
    } finally {
      await hub.stop();
      if (failures.length === 0) rmSync(root, { recursive: true, force: true });
    }
  },
});

/** Crashes of each store, to that many together. */
function livesOf(crashes: number): number[] {
  const full = Array.from({ length: Math.floor(crashes / CRASHES_A_STORE) }, () => CRASHES_A_STORE);
  const rest = crashes % CRASHES_A_STORE;
  return rest === 0 ? full : [...full, rest];
}
