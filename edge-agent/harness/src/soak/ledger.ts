import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry } from '@tillside/decide';
import { measure, type SoakReport } from '../measure.ts';
import { MAX_LISTED_FAILURES, type SoakFailure } from '../output/schema.ts';
import { type Chance, createChance } from '../random.ts';
import { delivery, drawHistory, type History } from './ledger/history.ts';
import { hubNode, type LedgerNode, type StoreNode, storeNode } from './ledger/nodes.ts';
import { type Rebuilt, rebuild } from './ledger/rebuild.ts';

const FAULTS = ['none', 'lost', 'twice', 'altered'] as const;
type Fault = (typeof FAULTS)[number];

export const ledgerSoak = measure({
  description:
    "points of people in a store's journal and in two ledgers of HQ, each fed in an order of its own with repeats and conflicting contents: sums to zero, one hash",
  options: {
    count: { description: 'entries', default: 10_000_000, min: 100, max: 100_000_000 },
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
  async run({ count, part, seed, fault }, { progress, signal }): Promise<SoakReport> {
    const chance = createChance(seed);
    const failures: SoakFailure[] = [];
    const fail = (code: string, message: string): void => {
      if (failures.length < MAX_LISTED_FAILURES) failures.push({ code, message });
    };
    const tally = { entries: 0, delivered: 0, conflicts: 0, people: 0, postings: 0, parts: 0 };
    const hashes = new Map<string, ReturnType<typeof createHash>>();
    progress.stage('entries', count);
    while (tally.entries < count) {
      signal.throwIfAborted();
      const size = Math.min(part, count - tally.entries);
      const history = drawHistory(chance.fork(), tally.parts, size);
      const found = await playPart(chance.fork(), history, fault, tally);
      checkPart(found, history, (code, message) => fail(code, `part ${tally.parts}: ${message}`));
      for (const [name, { hash }] of found) {
        const whole = hashes.get(name) ?? createHash('sha256');
        hashes.set(name, whole.update(hash));
      }
      tally.parts += 1;
      tally.entries += history.entries.length;
      tally.conflicts += history.others.length;
      tally.people += history.people.length;
      for (const { postings } of found.values()) tally.postings += postings;
      progress.tick(size);
    }
    const digests = new Set([...hashes.values()].map((hash) => hash.digest('hex')));
    if (digests.size !== 1) fail('HASH_DIFFERS', `${digests.size} hashes of ${hashes.size} rebuilds`);
    return { counts: { ...tally, rebuilds: hashes.size, hashes: digests.size, failures: failures.length }, failures };
  },
});

/** One part of the people on three nodes: what each comes to, by its name. */
async function playPart(
  chance: Chance,
  history: History,
  fault: Fault,
  tally: { delivered: number },
): Promise<Map<string, Rebuilt>> {
  const dir = mkdtempSync(join(tmpdir(), 'tillside-ledger-'));
  const nodes: LedgerNode[] = [];
  const open = <T extends LedgerNode>(node: T): T => {
    nodes.push(node);
    return node;
  };
  try {
    const store: StoreNode = open(storeNode(dir));
    const first = open(hubNode(dir, 'hub-first'));
    const second = open(hubNode(dir, 'hub-second'));
    const give = async (node: LedgerNode, entries: readonly LedgerEntry[]): Promise<void> => {
      const told = delivery(chance, entries);
      tally.delivered += told.length;
      await node.take(told);
    };
    // Of one store no two contents come under one id; the hubs hear both.
    await give(store, history.entries);
    await give(first, [...history.entries, ...history.others]);
    await give(second, [...planted(store.told(), fault), ...history.others]);
    const found = new Map<string, Rebuilt>();
    for (const node of nodes) found.set(node.name, await rebuild(node, history));
    return found;
  } finally {
    for (const node of nodes) await node.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function planted(told: readonly LedgerEntry[], fault: Fault): LedgerEntry[] {
  const [one, ...rest] = told.filter(({ kind }) => kind === 'earn');
  if (one === undefined || fault === 'none') return [...told];
  const others = told.filter((entry) => entry !== one);
  if (fault === 'lost') return others;
  if (fault === 'twice') return [...told, { ...one, entryId: `${one.entryId}/2` }];
  return [...others, { ...one, points: one.points + 1 }, ...rest.slice(0, 1)];
}

function checkPart(
  found: ReadonlyMap<string, Rebuilt>,
  { sums, entries }: History,
  fail: (code: string, message: string) => void,
): void {
  const [of] = found.values();
  for (const [name, rebuilt] of found) {
    if (rebuilt.unbalanced > 0) fail('NOT_BALANCED', `${name}: ${rebuilt.unbalanced} do not sum to zero`);
    if (rebuilt.hash !== of?.hash) fail('HASH_DIFFERS', `${name} came to another hash`);
    if (rebuilt.entries !== entries.length) fail('ENTRIES_DIFFER', `${name}: ${rebuilt.entries} of ${entries.length}`);
    for (const account of ['issued', 'redeemed', 'adjusted'] as const)
      if (rebuilt.totals[account] !== sums[account])
        fail('SUM_DIFFERS', `${name}: ${account} ${rebuilt.totals[account]}, by arithmetic ${sums[account]}`);
  }
}
