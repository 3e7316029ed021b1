import { createHash } from 'node:crypto';
import { measure, type SoakReport } from '../measure.ts';
import { MAX_LISTED_FAILURES } from '../output/schema.ts';
import { createChance } from '../random.ts';
import { FAULTS, type PartOrder } from './ledger/part.ts';
import { playAll } from './ledger/play-all.ts';

export const ledgerSoak = measure({
  description:
    "points of people in a store's journal and in two ledgers of HQ, each fed in an order of its own with repeats and conflicting contents: sums to zero, one hash",
  options: {
    count: { description: 'entries', default: 10_000_000, min: 100, max: 100_000_000 },
    processes: { description: 'that play parts at once; 1: this one', default: 2, min: 1, max: 16 },
    part: { description: 'entries that are on disk at once', default: 100_000, min: 100, max: 1_000_000 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
    fault: {
      description: 'plants one in the second ledger of HQ, which must be found: an entry lost, taken twice, or altered',
      default: 'none',
      choices: FAULTS,
    },
  },
  async run({ count, part, processes, seed, fault }, { progress, signal }): Promise<SoakReport> {
    const chance = createChance(seed);
    const orders: PartOrder[] = [];
    for (let left = count; left > 0; left -= part)
      orders.push({ part: orders.length, size: Math.min(part, left), seed: chance.between(0, 2 ** 31 - 1), fault });
    progress.stage('entries', count);
    const reports = await playAll(orders, processes, { signal, played: ({ size }) => progress.tick(size) });
    const tally = { entries: 0, delivered: 0, conflicts: 0, people: 0, postings: 0 };
    for (const { counts } of reports)
      for (const what of Object.keys(tally) as (keyof typeof tally)[]) tally[what] += counts[what];
    const failures = reports.flatMap((report) => report.failures);
    const names = Object.keys(reports[0]?.hashes ?? {});
    const wholes = new Set(names.map((name) => wholeHash(reports.map(({ hashes }) => hashes[name] ?? ''))));
    if (wholes.size !== 1)
      failures.push({ code: 'HASH_DIFFERS', message: `${wholes.size} hashes of ${names.length} rebuilds` });
    const counts = {
      ...tally,
      parts: reports.length,
      rebuilds: names.length,
      hashes: wholes.size,
      failures: failures.length,
    };
    return { counts, failures: failures.slice(0, MAX_LISTED_FAILURES) };
  },
});

/** Of all parts in their order. */
const wholeHash = (hashes: readonly string[]): string => createHash('sha256').update(hashes.join('\n')).digest('hex');
