import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breathe } from '../bench/decide-scenes.ts';
import { measure, type SoakReport } from '../measure.ts';
import { MAX_LISTED_FAILURES, type SoakFailure } from '../output/schema.ts';
import { drawPlan, type Plan } from '../sim/plan.ts';
import { PLANTS, type Plant } from '../sim/plants.ts';
import { shrinkPlan } from '../sim/shrink.ts';
import { runWorld, type WorldReport } from '../sim/world.ts';

const YEAR_DAYS = 365;
const DAY_MS = 86_400_000;
/** Runs of a failing world with fewer faults, to find out which of them matter. */
const SHRINK_TRIES = 120;
/** A world that fails is made smaller once; of more only the first is told in full. */
const MOST_SHRUNK = 3;
const HUNDREDTHS = 100;

export const simSoak = measure({
  description:
    'stores, links, networks and hubs in virtual time from one seed: through outages, crashes, restores and clock jumps nothing is lost, twice or out of order',
  options: {
    years: { description: 'store-years', default: 1_000, min: 1, max: 1_000_000 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
    first: { description: 'number of the first world', default: 0, min: 0, max: 2 ** 31 - 1 },
    worlds: { description: 'worlds at most', default: 2 ** 31 - 1, min: 1, max: 2 ** 31 - 1 },
    trace: {
      description: 'write what happens in a world to a file',
      default: 'none',
      choices: ['none', 'failing', 'all'],
    },
    plant: { description: 'what is wrong on purpose, to see that it is found', default: 'none', choices: PLANTS },
  },
  async run({ years, seed, first, worlds, trace, plant: planted }, context): Promise<SoakReport> {
    const plant = planted as Plant;
    const failures: SoakFailure[] = [];
    const counts: Record<string, number> = { worlds: 0, failures: 0 };
    let days = 0;
    context.progress.stage('store-years in virtual time', years);
    for (let number = first; days < years * YEAR_DAYS && number - first < worlds; number += 1) {
      context.signal.throwIfAborted();
      const plan = drawPlan(seed, number);
      const report =
        trace === 'all' ? traced(plan, plant, `${seed}-${number}`) : runWorld(plan, plant, () => undefined);
      for (const [name, count] of Object.entries(report.counts)) counts[name] = (counts[name] ?? 0) + count;
      counts.worlds = (counts.worlds ?? 0) + 1;
      if (report.failure !== undefined) {
        counts.failures = (counts.failures ?? 0) + 1;
        const shrinks = failures.length < MOST_SHRUNK;
        if (failures.length < MAX_LISTED_FAILURES) {
          const { code, message } = report.failure;
          const text = `world ${number}, day ${report.failure.atDay}: ${message}`;
          const more = shrinks ? explain(plan, plant, code, `${seed}-${number}`, trace !== 'none') : '';
          failures.push({ code, message: `${text}; --seed ${seed} --first ${number} --worlds 1 runs it again${more}` });
        }
      }
      const before = Math.floor(days / YEAR_DAYS);
      days += plan.days * plan.stores;
      context.progress.tick(Math.floor(days / YEAR_DAYS) - before);
      await breathe();
    }
    return { counts: { ...counts, storeYears: Math.floor(days / YEAR_DAYS), storeDays: days }, failures };
  },
});

/** Which faults a failure needs, and, when asked for, what happened. */
function explain(
  plan: Plan,
  plant: Plant,
  code: Parameters<typeof shrinkPlan>[2],
  name: string,
  tracing: boolean,
): string {
  const small = shrinkPlan(plan, plant, code, SHRINK_TRIES);
  const faults = small.faults.map(
    ({ atMs, ...fault }) => `day ${Math.round((HUNDREDTHS * atMs) / DAY_MS) / HUNDREDTHS} ${JSON.stringify(fault)}`,
  );
  if (tracing) traced(small, plant, name);
  return `; of ${plan.faults.length} faults it needs ${small.faults.length}: ${faults.join(', ')}${tracing ? `; trace: ${traceFile(name)}` : ''}`;
}

const traceFile = (name: string): string => join(tmpdir(), `tillside-sim-${name}.txt`);

function traced(plan: Plan, plant: Plant, name: string): WorldReport {
  const lines: string[] = [JSON.stringify({ ...plan, faults: plan.faults.length })];
  const report = runWorld(plan, plant, (atMs, text) => lines.push(`${(atMs / DAY_MS).toFixed(6)} ${text}`));
  writeFileSync(traceFile(name), `${lines.join('\n')}\n`);
  return report;
}
