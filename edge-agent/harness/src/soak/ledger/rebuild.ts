import { createHash } from 'node:crypto';
import { type Accounts, ledgerHash, runLedger, stateHash } from '@tillside/decide';
import { AS_OF_MS, type History, sha256 } from './history.ts';
import type { LedgerNode } from './nodes.ts';

/** What a node's balances come to, worked out from its entries alone. */
export interface Rebuilt {
  readonly hash: string;
  readonly entries: number;
  readonly postings: number;
  readonly totals: Record<keyof Accounts, number>;
  /** Postings, or people, that do not sum to zero. */
  readonly unbalanced: number;
}

export async function rebuild(node: LedgerNode, { people, rules }: History): Promise<Rebuilt> {
  const hash = createHash('sha256');
  const totals = {} as Record<keyof Accounts, number>;
  let [entries, postings, unbalanced] = [0, 0, 0];
  for (const ids of people) {
    const held = await node.entriesOf(ids);
    entries += held.length;
    const state = runLedger(held, rules, { asOfMs: AS_OF_MS, sha256 }, ({ moves }) => {
      postings += 1;
      if (sumOf(moves) !== 0) unbalanced += 1;
    });
    if (sumOf(state.accounts) !== 0) unbalanced += 1;
    for (const [account, points] of Object.entries(state.accounts) as [keyof Accounts, number][])
      totals[account] = (totals[account] ?? 0) + points;
    hash.update(`${ids[0]} ${ledgerHash(held, sha256)} ${stateHash(state, sha256)}\n`);
  }
  return { hash: hash.digest('hex'), entries, postings, totals, unbalanced };
}

const sumOf = (accounts: Readonly<Record<string, number>>): number =>
  Object.values(accounts).reduce((sum, points) => sum + points, 0);
