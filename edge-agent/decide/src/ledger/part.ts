import type { LedgerEntry } from './entry.ts';
import { type FoldRules, foldLedger } from './fold.ts';
import { carriedOf } from './lots.ts';
import { entrySet, type Sha256 } from './set.ts';
import type { CarriedPoints } from './state.ts';

/** A ledger that is told in part: its newest entries, and what all before them came to. */
export interface LedgerPart {
  readonly entries: readonly LedgerEntry[];
  /** Absent: there is nothing before them. */
  readonly opening?: CarriedPoints;
}

/**
 * At most `most` entries, the newest; those of one instant stay together. Where some are left out, so are reverses of what was never heard of, and what comes back of an entry before the part is
 * as inexact as of any state that is handed over.
 */
export function newestPart(
  all: Iterable<LedgerEntry>,
  rules: FoldRules,
  { most, asOfMs, sha256 }: { readonly most: number; readonly asOfMs: number; readonly sha256: Sha256 },
): LedgerPart {
  const { byId } = entrySet(all, sha256);
  if (byId.size <= most) return { entries: [...byId.values()] };
  // When an entry counts: a reverse never before what it reverses.
  const atOf = ({ at, of }: LedgerEntry): number => {
    if (of === undefined) return Date.parse(at);
    const reversed = byId.get(of);
    return reversed === undefined ? Number.NaN : Math.max(Date.parse(at), Date.parse(reversed.at));
  };
  const heard = [...byId.values()]
    .map((entry) => ({ entry, atMs: atOf(entry) }))
    .filter(({ atMs }) => !Number.isNaN(atMs))
    .sort((a, b) => b.atMs - a.atMs);
  const cutMs = heard[most]?.atMs ?? Number.NEGATIVE_INFINITY;
  const before = heard.filter(({ atMs }) => atMs <= cutMs).map(({ entry }) => entry);
  const state = foldLedger(before, rules, { asOfMs: Math.min(cutMs, asOfMs), sha256 });
  return { entries: heard.filter(({ atMs }) => atMs > cutMs).map(({ entry }) => entry), opening: carriedOf(state) };
}
