import { measure, type SoakReport } from '../measure.ts';
import { MAX_LISTED_FAILURES } from '../output/schema.ts';
import { createChance } from '../random.ts';
import { ANSWERS, emptyTally, type PartOrder, RULES } from './labels/part.ts';
import { playAll } from './labels/play-all.ts';

export const labelsSoak = measure({
  description:
    'price changes on shelf labels with radio loss, refusals, reboots, older pictures and crashes: the till never charges more than a panel shows',
  options: {
    count: { description: 'price changes', default: 1_000_000, min: 100, max: 100_000_000 },
    processes: { description: 'that play parts at once; 1: this one', default: 2, min: 1, max: 16 },
    part: { description: 'changes that one store lives through', default: 20_000, min: 100, max: 1_000_000 },
    skus: { description: 'products of a store, with one to three labels each', default: 300, min: 10, max: 5_000 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
    rule: {
      description: 'off: the till does not look at what labels show, which must be found',
      default: 'on',
      choices: RULES,
    },
    answers: {
      description: 'lost: the access point takes some pictures although the agent hears of a failure',
      default: 'kept',
      choices: ANSWERS,
    },
  },
  async run({ count, part, processes, skus, seed, rule, answers }, { progress, signal }): Promise<SoakReport> {
    const chance = createChance(seed);
    const orders: PartOrder[] = [];
    for (let left = count; left > 0; left -= part)
      orders.push({
        part: orders.length,
        changes: Math.min(part, left),
        skus,
        seed: chance.between(0, 2 ** 31 - 1),
        rule,
        answers,
      });
    progress.stage('price changes', count);
    const startedMs = performance.now();
    const reports = await playAll(orders, processes, { signal, played: ({ changes }) => progress.tick(changes) });
    const seconds = (performance.now() - startedMs) / 1000;
    const tally = emptyTally();
    for (const { counts } of reports)
      for (const what of Object.keys(tally) as (keyof typeof tally)[]) tally[what] += counts[what];
    return {
      counts: {
        ...tally,
        parts: reports.length,
        sendsPer1000Changes: Math.round((1000 * tally.sends) / tally.changes),
        changesPerSecond: Math.round(tally.changes / seconds),
      },
      failures: reports.flatMap(({ failures }) => failures).slice(0, MAX_LISTED_FAILURES),
    };
  },
});
