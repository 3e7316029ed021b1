import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, type SoakReport } from '../measure.ts';
import { MAX_LISTED_FAILURES, type SoakFailure } from '../output/schema.ts';
import { createChance } from '../random.ts';
import { Chain } from './retrain/chain.ts';
import { PlantedHabits } from './retrain/habits.ts';
import { failuresOf, lineOf, type Week } from './retrain/judge.ts';

const WEEK_MS = 7 * 86_400_000;
/** One training, its export and its comparison, on a machine that may be busy. */
const TRAINED_WITHIN_MS = 15 * 60_000;
/** A member in so many is asked, with one question: enough of them for an interval. */
const QUESTIONS_PER_MEMBER = 1 / 10;
const MARGIN = 0.01;
/** Sold before the first week that is judged: a habit needs more than one basket. */
const WEEKS_BEFORE = 3;

export const retrainSoak = measure({
  description:
    'a chain sells for weeks, and what its members buy changes in the middle; the hub retrains by itself on each week: no model may reach the stores that did not beat the one they run, and the new habits must be learnt',
  options: {
    weeks: { description: 'weeks of sales', default: 8, min: 2, max: 60 },
    change: {
      description: 'week from which habits are others, counted from 1; 0: never',
      default: 4,
      min: 0,
      max: 60,
    },
    members: { description: 'members, each with a basket a week', default: 1_000, min: 300, max: 20_000 },
    stores: { description: 'stores', default: 2, min: 1, max: 20 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
    plant: {
      description: 'what is wrong on purpose, to see that it is found: a hub that keeps what is better',
      default: 'none',
      choices: ['none', 'keeps-all'],
    },
  },
  async run({ weeks, change, members, stores, seed, plant }, { progress, signal }): Promise<SoakReport> {
    const dir = mkdtempSync(join(tmpdir(), 'tillside-retrain-'));
    const names = Array.from({ length: stores }, (_, number) => `soak-${number + 1}`);
    const minQuestions = Math.floor(members * QUESTIONS_PER_MEMBER);
    const changeAt = change === 0 ? weeks : change - 1;
    const chain = new Chain(dir, {
      afterSales: members,
      lookSeconds: 1,
      minQuestions,
      margin: MARGIN,
      promote: plant === 'none',
    });
    const habits = new PlantedHabits({
      chance: createChance(seed),
      members,
      stores: names,
      changeAt,
      firstMs: Date.now() - (weeks + 1) * WEEK_MS,
    });
    const lived: Week[] = [];
    const failures: SoakFailure[] = [];
    try {
      await chain.start(names);
      for (let week = 0; week < weeks && !signal.aborted; week += 1) {
        for (let each = week === 0 ? -WEEKS_BEFORE : week; each <= week; each += 1)
          for (const store of names) await chain.tell(store, habits.weekOf(store, each));
        const before = await chain.promoted();
        const job = await chain.trainedOn(members * (WEEKS_BEFORE + week + 1), TRAINED_WITHIN_MS, signal);
        if (job === undefined) {
          if (!signal.aborted) failures.push({ code: 'NOT_TRAINED', message: `week ${week + 1}` });
          break;
        }
        const now = { week, job, before, after: await chain.promoted() };
        lived.push(now);
        progress.stage(lineOf(now));
        if (now.after === null && job.modelId !== null) await chain.push(job.modelId);
      }
      // Who interrupts it hears what was found so far, and no more.
      const judged = signal.aborted ? { changeAt: weeks } : { changeAt };
      failures.push(...failuresOf(lived, { ...judged, margin: MARGIN, minQuestions }));
    } finally {
      await chain.stop();
      rmSync(dir, { recursive: true, force: true });
    }
    const promotions = lived.filter(({ before, after }) => before !== null && after !== before).length;
    const kept = lived.length - promotions;
    const counts = { weeks: lived.length, sales: lived.at(-1)?.job.sales ?? 0, promotions, kept };
    return { counts: { ...counts, failures: failures.length }, failures: failures.slice(0, MAX_LISTED_FAILURES) };
  },
});
