import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, type SoakReport } from '../measure.ts';
import { MAX_LISTED_FAILURES, type SoakFailure } from '../output/schema.ts';
import { createChance } from '../random.ts';
import { PLANTS, type Plant } from './erasure/store.ts';
import { runErasureWorld } from './erasure/world.ts';

export const erasureSoak = measure({
  description:
    'sales, sync, backups, restores and erasures over stores and a real hub storage, from one seed: afterwards nothing of who was erased is readable anywhere, every store has confirmed, and sums still add up',
  options: {
    worlds: { description: 'worlds', default: 200, min: 1, max: 1_000_000 },
    steps: { description: 'deeds in each', default: 150, min: 1, max: 100_000 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
    plant: { description: 'what is wrong on purpose, to see that it is found', default: 'none', choices: PLANTS },
  },
  async run({ worlds, steps, seed, plant }, { progress, signal }): Promise<SoakReport> {
    const failures: SoakFailure[] = [];
    const counts: Record<string, number> = { worlds: 0 };
    progress.stage('worlds', worlds);
    for (let number = 0; number < worlds && !signal.aborted; number += 1) {
      const dir = mkdtempSync(join(tmpdir(), 'tillside-erasure-'));
      try {
        const chance = createChance(seed + number);
        const report = await runErasureWorld({ dir, chance, steps, plant: plant as Plant });
        for (const [name, count] of Object.entries(report.counts)) counts[name] = (counts[name] ?? 0) + count;
        if (report.failure !== undefined && failures.length < MAX_LISTED_FAILURES) {
          const { code, message } = report.failure;
          failures.push({
            code,
            message: `${message}; --seed ${seed + number} --worlds 1 --steps ${steps} runs it again`,
          });
        }
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
      counts.worlds = (counts.worlds ?? 0) + 1;
      progress.tick(1);
    }
    return { counts, failures };
  },
});
