import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breathe } from '../bench/decide-scenes.ts';
import { measure, type SoakReport } from '../measure.ts';
import { MAX_LISTED_FAILURES, type SoakFailure } from '../output/schema.ts';
import type { Finding } from '../sim/check.ts';
import { type DownPlan, drawDownPlan } from '../sim/down/plan.ts';
import { runDownWorld } from '../sim/down/world.ts';
import { drawPlan, type Plan } from '../sim/plan.ts';
import { PLANTS, type Plant } from '../sim/plants.ts';
import { shrinkFaults, shrinkPlan } from '../sim/shrink.ts';
import { runWorld, type Trace } from '../sim/world.ts';

const YEAR_DAYS = 365;
const DAY_MS = 86_400_000;
/** Runs of a failing world with fewer faults, to find out which of them matter. */
const SHRINK_TRIES = 120;
/** A world that fails is made smaller once; of more only the first is told in full. */
const MOST_SHRUNK = 3;
const HUNDREDTHS = 100;

export const simSoak = measure({
  description:
    'stores, links, networks, hubs and HQ in virtual time from one seed: through outages, crashes, restores, clock jumps and replayed state nothing is lost, twice or out of order, and only what HQ signed is in force',
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
    side: {
      description: 'up: what happened to HQ; down: what HQ wants to the stores; both in every world',
      default: 'both',
      choices: ['both', 'up', 'down'],
    },
    trace: {
      description: 'write what happens in a world to a file',
      default: 'none',
      choices: ['none', 'failing', 'all'],
    },
    plant: { description: 'what is wrong on purpose, to see that it is found', default: 'none', choices: PLANTS },
  },
  async run({ years, seed, first, worlds, side, trace, plant: planted }, context): Promise<SoakReport> {
    const plant = planted as Plant;
    const failures: SoakFailure[] = [];
    const counts: Record<string, number> = { worlds: 0, failures: 0 };
    const keysDir = mkdtempSync(join(tmpdir(), 'tillside-sim-keys-'));
    let days = 0;
    context.progress.stage('store-years in virtual time', years);
    try {
      for (let number = first; days < years * YEAR_DAYS && number - first < worlds; number += 1) {
        // Hours may have gone into what was found so far: it is told.
        if (context.signal.aborted) break;
        const plan = drawPlan(seed, number);
        const sides = SIDES.filter((each) => side === 'both' || side === each.name);
        for (const each of sides) {
          const at = { seed, number, plant, keysDir };
          const report = await (trace === 'all' ? traced(each, at) : each.run(at, undefined, () => undefined));
          for (const [name, count] of Object.entries(report.counts)) counts[name] = (counts[name] ?? 0) + count;
          if (report.failure === undefined) continue;
          counts.failures = (counts.failures ?? 0) + 1;
          if (failures.length >= MAX_LISTED_FAILURES) continue;
          const { code, message, atDay } = report.failure;
          const more = failures.length < MOST_SHRUNK ? await explain(each, at, code, trace !== 'none') : '';
          const again = `--seed ${seed} --first ${number} --worlds 1 --side ${each.name} runs it again`;
          failures.push({ code, message: `world ${number} ${each.name}, day ${atDay}: ${message}; ${again}${more}` });
        }
        counts.worlds = (counts.worlds ?? 0) + 1;
        const before = Math.floor(days / YEAR_DAYS);
        days += plan.days * plan.stores;
        context.progress.tick(Math.floor(days / YEAR_DAYS) - before);
        await breathe();
      }
    } finally {
      rmSync(keysDir, { recursive: true, force: true });
    }
    return { counts: { ...counts, storeYears: Math.floor(days / YEAR_DAYS), storeDays: days }, failures };
  },
});

interface At {
  readonly seed: number;
  readonly number: number;
  readonly plant: Plant;
  /** Where the keys of HQ lie. */
  readonly keysDir: string;
}

interface Ran {
  readonly counts: object;
  readonly failure: { readonly code: Finding; readonly message: string; readonly atDay: number } | undefined;
}

/** One of the two directions of a world. */
interface Side<P extends { readonly faults: readonly { readonly atMs: number }[] }> {
  readonly name: string;
  plan(at: At): P;
  run(at: At, plan: P | undefined, trace: Trace): Promise<Ran>;
  shrink(at: At, code: Finding): Promise<P>;
}
type AnySide = Side<Plan> | Side<DownPlan>;

const up: Side<Plan> = {
  name: 'up',
  plan: ({ seed, number }) => drawPlan(seed, number),
  run: async (at, plan = up.plan(at), trace) => runWorld(plan, at.plant, trace),
  shrink: (at, code) => shrinkPlan(up.plan(at), at.plant, code, SHRINK_TRIES),
};
const down: Side<DownPlan> = {
  name: 'down',
  plan: ({ seed, number }) => drawDownPlan(seed, number),
  run: ({ plant, keysDir, ...at }, plan = drawDownPlan(at.seed, at.number), trace) =>
    runDownWorld(plan, { plant, keysDir, trace }),
  shrink: (at, code) => {
    const stillFails = async (smaller: DownPlan): Promise<boolean> =>
      (await down.run(at, smaller, () => undefined)).failure?.code === code;
    return shrinkFaults(down.plan(at), stillFails, SHRINK_TRIES);
  },
};
const SIDES: readonly AnySide[] = [up, down];

/** Which faults a failure needs, and, when asked for, what happened. */
async function explain(side: AnySide, at: At, code: Finding, tracing: boolean): Promise<string> {
  const small = await side.shrink(at, code);
  const faults = small.faults.map(
    ({ atMs, ...fault }) => `day ${Math.round((HUNDREDTHS * atMs) / DAY_MS) / HUNDREDTHS} ${JSON.stringify(fault)}`,
  );
  if (tracing) await traced(side, at, small);
  const all = side.plan(at).faults.length;
  return `; of ${all} faults it needs ${faults.length}: ${faults.join(', ')}${tracing ? `; trace: ${traceFile(side, at)}` : ''}`;
}

const traceFile = ({ name }: AnySide, { seed, number }: At): string =>
  join(tmpdir(), `tillside-sim-${seed}-${number}-${name}.txt`);

async function traced(side: AnySide, at: At, plan: Plan | DownPlan = side.plan(at)): Promise<Ran> {
  const lines: string[] = [JSON.stringify({ ...plan, faults: plan.faults.length })];
  const note: Trace = (atMs, text) => lines.push(`${(atMs / DAY_MS).toFixed(6)} ${text}`);
  const report = await side.run(at, plan as Plan & DownPlan, note);
  writeFileSync(traceFile(side, at), `${lines.join('\n')}\n`);
  return report;
}
