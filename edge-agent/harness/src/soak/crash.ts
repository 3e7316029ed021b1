import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
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
    stores: {
      description: 'stores that sell and crash at once, each with an agent and one that is loaded ahead',
      default: Math.max(1, availableParallelism()),
      min: 1,
      max: 64,
    },
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
  async run({ count, power, points, stores, seed, fault }, { progress, signal }): Promise<SoakReport> {
    const root = mkdtempSync(join(tmpdir(), 'tillside-crash-'));
    const ports = await freePorts();
    const hub = new CrashHub(join(root, 'hub'), ports);
    const failures: SoakFailure[] = [];
    const counts: Record<string, number> = { stores: 0, hubKills: 0 };
    const chance = createChance(seed);
    try {
      const library = await buildFaultLayer(root);
      await hub.start();
      const kills = livesOf(count).map((crashes) => ({ crashes, library: undefined }));
      const cuts = livesOf(power).map((crashes) => ({ crashes, library }));
      // Drawn in order, so that what one store does is the same however many live at once.
      const lives = [...kills, ...cuts].map((life, n) => ({ ...life, id: `crash-${n + 1}`, chance: chance.fork() }));
      progress.stage('crashes', count + power);
      const lane = async (port: number): Promise<void> => {
        // Interrupted, too: hours may have gone into what was looked at so far, and it is told.
        const goesOn = (): boolean => failures.length === 0 && !signal.aborted;
        for (let life = lives.shift(); life !== undefined && goesOn(); life = lives.shift()) {
          const { crashes, ...own } = life;
          const where = { root: join(root, life.id), port, hub };
          const store = new CrashStore({ ...own, ...where, failures, waits: fault === 'none', points, signal });
          try {
            await store.setUp();
            await store.live(crashes, () => progress.tick());
          } finally {
            await store.close();
          }
          counts.stores = (counts.stores ?? 0) + 1;
          for (const [name, value] of Object.entries(store.counts)) counts[name] = (counts[name] ?? 0) + value;
          if (failures.length === 0) rmSync(where.root, { recursive: true, force: true });
        }
      };
      await together(await agentPorts(Math.min(stores, lives.length)), lane, () => lives.splice(0));
      return { counts: { ...counts, hubKills: hub.kills, failures: failures.length }, failures };
    } finally {
      await hub.stop();
      if (failures.length === 0) rmSync(root, { recursive: true, force: true });
    }
  },
});

/** A port for each store that lives at the same time. */
async function agentPorts(count: number): Promise<number[]> {
  const taken = await Promise.all(Array.from({ length: count }, () => freePorts()));
  return taken.map(({ agent }) => agent);
}

/** Waits for all lanes also when one of them rejects: none is left running. `ended` keeps the others from beginning anew. */
async function together(
  ports: readonly number[],
  lane: (port: number) => Promise<void>,
  ended: () => void,
): Promise<void> {
  const lanes = ports.map((port) =>
    lane(port).catch((error: unknown) => {
      ended();
      throw error;
    }),
  );
  for (const { status, ...left } of await Promise.allSettled(lanes))
    if (status === 'rejected' && 'reason' in left) throw left.reason;
}

/** Crashes of each store, to that many together. */
function livesOf(crashes: number): number[] {
  const full = Array.from({ length: Math.floor(crashes / CRASHES_A_STORE) }, () => CRASHES_A_STORE);
  const rest = crashes % CRASHES_A_STORE;
  return rest === 0 ? full : [...full, rest];
}
