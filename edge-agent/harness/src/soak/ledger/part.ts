import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry } from '@tillside/decide';
import type { SoakFailure } from '../../output/schema.ts';
import { type Chance, createChance } from '../../random.ts';
import { delivery, drawHistory, type History } from './history.ts';
import { hubNode, type LedgerNode, type StoreNode, storeNode } from './nodes.ts';
import { type Rebuilt, rebuild } from './rebuild.ts';

export const FAULTS = ['none', 'lost', 'twice', 'altered'] as const;
export type Fault = (typeof FAULTS)[number];

/** Some of the people, who are played on their own. */
export interface PartOrder {
  readonly part: number;
  readonly size: number;
  readonly seed: number;
  readonly fault: Fault;
}

export interface PartReport {
  readonly counts: {
    readonly entries: number;
    readonly delivered: number;
    readonly conflicts: number;
    readonly people: number;
    readonly postings: number;
  };
  /** By the name of the node. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly failures: readonly SoakFailure[];
}

/** One part on three nodes, with all that is wrong about it. Its files are gone afterwards. */
export async function playPart({ part, size, seed, fault }: PartOrder): Promise<PartReport> {
  const chance = createChance(seed);
  const history = drawHistory(chance.fork(), part, size);
  const { found, delivered } = await deliver(chance.fork(), history, fault);
  const failures: SoakFailure[] = [];
  check(found, history, (code, message) => failures.push({ code, message: `part ${part}: ${message}` }));
  return {
    counts: {
      entries: history.entries.length,
      delivered,
      conflicts: history.others.length,
      people: history.people.length,
      postings: [...found.values()].reduce((sum, { postings }) => sum + postings, 0),
    },
    hashes: Object.fromEntries([...found].map(([name, { hash }]) => [name, hash])),
    failures,
  };
}

/** What each node comes to, by its name. */
async function deliver(
  chance: Chance,
  history: History,
  fault: Fault,
): Promise<{ found: Map<string, Rebuilt>; delivered: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'tillside-ledger-'));
  const nodes: LedgerNode[] = [];
  let delivered = 0;
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
      delivered += told.length;
      await node.take(told);
    };
    // Of one store no two contents come under one id; the hubs hear both.
    await give(store, history.entries);
    await give(first, [...history.entries, ...history.others]);
    await give(second, [...planted(store.told(), fault), ...history.others]);
    const found = new Map<string, Rebuilt>();
    for (const node of nodes) found.set(node.name, await rebuild(node, history));
    return { found, delivered };
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

function check(
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
