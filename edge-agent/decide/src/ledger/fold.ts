import { type Accounts, type Moves, noPoints } from './accounts.ts';
import { giveBackEnd } from './ends.ts';
import type { EntryKind, LedgerEntry } from './entry.ts';
import { fromLot, toLot } from './lots.ts';
import { Purse, type Taken } from './purse.ts';
import type { PointsRules } from './rules.ts';
import { entrySet, type Sha256 } from './set.ts';
import type { CarriedPoints, Lot } from './state.ts';

export type FoldRules = Pick<PointsRules, 'negative' | 'giveBackDays' | 'expiryMonths'>;

export interface FoldOptions {
  /** Lots end, and are no longer pending, by this instant. Entries of a clock that is ahead count as of it. */
  readonly asOfMs: number;
  /** What earlier entries came to, where they are not at hand. */
  readonly opening?: CarriedPoints | undefined;
  readonly sha256: Sha256;
}

/** Where a person's points stand. */
export interface LedgerState {
  /** May be spent now. */
  readonly available: number;
  /** Earned, and not to be spent yet. */
  readonly pending: number;
  readonly owed: number;
  /** The first to end first. */
  readonly lots: readonly Lot[];
  /** Sum to zero. */
  readonly accounts: Accounts;
  /** Reverses of what was not heard of; they count once it is. */
  readonly waiting: readonly string[];
  /** Entries that came under the id of another one, and do not count. */
  readonly conflicts: number;
}

/** What one cause, or time, moved; over all accounts it sums to zero. */
export interface Posting {
  readonly kind: EntryKind | 'carried' | 'release' | 'expire';
  readonly atMs: number;
  /** Absent where no entry moved it. */
  readonly entry?: LedgerEntry;
  /** Of what time moved. */
  readonly lotId?: string;
  readonly moves: Moves;
}

/**
 * A person's points by all entries of all ids of that person: a function of the set, so that neither order nor repetition matters. Sorted by time, then kind, then id; a reverse is never
 * before what it reverses. Spending takes the lot that ends first, then what is pending, then is owed.
 */
export function foldLedger(entries: Iterable<LedgerEntry>, rules: FoldRules, options: FoldOptions): LedgerState {
  return runLedger(entries, rules, options, () => undefined);
}

/** The same fold, telling each posting in the order of time. */
export function runLedger(
  entries: Iterable<LedgerEntry>,
  rules: FoldRules,
  { asOfMs, opening, sha256 }: FoldOptions,
  tell: (posting: Posting) => void,
): LedgerState {
  const { byId, conflicts } = entrySet(entries, sha256);
  const { steps, waiting } = inOrder(byId, opening !== undefined);
  const fold = new Fold(rules, byId);
  const { purse } = fold;
  const first = Math.min(asOfMs, steps[0]?.atMs ?? asOfMs);
  if (opening !== undefined)
    tell({ kind: 'carried', atMs: first, moves: purse.carry(opening.lots.map(fromLot), opening.debt) });
  const passTo = (atMs: number): void => {
    for (const { kind, atMs: thenMs, lotId, moves } of purse.advance(atMs)) tell({ kind, atMs: thenMs, lotId, moves });
  };
  for (const step of steps) {
    const atMs = Math.min(step.atMs, asOfMs);
    passTo(atMs);
    tell({ kind: step.entry.kind, atMs, entry: step.entry, moves: fold.moves(step.entry, atMs) });
  }
  passTo(asOfMs);
  const { accounts, lots } = purse;
  return {
    available: accounts.available,
    pending: accounts.pending,
    owed: 0 - accounts.owed,
    lots: lots.map(toLot),
    accounts: { ...accounts },
    waiting,
    conflicts,
  };
}

/** Of a state: equal where its lots, debt and accounts are. */
export const stateHash = ({ lots, accounts, waiting }: LedgerState, sha256: Sha256): string =>
  sha256(
    JSON.stringify([
      lots.map(({ lotId, points, availableAtMs, expiresAtMs }) => [lotId, points, availableAtMs, expiresAtMs]),
      Object.keys(noPoints()).map((account) => accounts[account as keyof Accounts]),
      waiting,
    ]),
  );

interface Step {
  readonly entry: LedgerEntry;
  readonly atMs: number;
}

/** At one instant what is spent goes before what is earned: a sale is not paid with its own points. */
const RANK: Record<EntryKind, number> = { open: 0, burn: 1, earn: 2, adjust: 3, reverse: 4 };

function inOrder(byId: ReadonlyMap<string, LedgerEntry>, isCarried: boolean): { steps: Step[]; waiting: string[] } {
  const steps: Step[] = [];
  const waiting: string[] = [];
  for (const entry of byId.values()) {
    const atMs = Date.parse(entry.at);
    if (entry.of === undefined) {
      steps.push({ entry, atMs });
      continue;
    }
    const reversed = byId.get(entry.of);
    // Where earlier entries are handed over as a state, what is reversed is taken to be among them.
    if (reversed === undefined && !isCarried) waiting.push(entry.entryId);
    else steps.push({ entry, atMs: Math.max(atMs, reversed === undefined ? atMs : Date.parse(reversed.at)) });
  }
  steps.sort(
    (a, b) =>
      a.atMs - b.atMs ||
      RANK[a.entry.kind] - RANK[b.entry.kind] ||
      (a.entry.entryId < b.entry.entryId ? -1 : a.entry.entryId > b.entry.entryId ? 1 : 0),
  );
  return { steps, waiting: waiting.sort() };
}

/** What entries do to a purse. */
class Fold {
  readonly purse: Purse;
  #rules: FoldRules;
  #byId: ReadonlyMap<string, LedgerEntry>;
  /** Of each burn what it took, for what comes back. */
  #taken = new Map<string, Taken[]>();
  #reversed = new Map<string, number>();

  constructor(rules: FoldRules, byId: ReadonlyMap<string, LedgerEntry>) {
    this.purse = new Purse(rules.negative);
    this.#rules = rules;
    this.#byId = byId;
  }

  moves(entry: LedgerEntry, atMs: number): Moves {
    switch (entry.kind) {
      case 'open':
      case 'earn':
        return this.purse.give(lotOf(entry, atMs), 'issued');
      case 'burn': {
        const { moves, taken } = this.purse.take(entry.points, 'redeemed');
        this.#taken.set(entry.entryId, taken);
        return moves;
      }
      case 'adjust':
        return entry.points > 0
          ? this.purse.give(lotOf(entry, atMs), 'adjusted')
          : this.purse.take(-entry.points, 'adjusted').moves;
      case 'reverse':
        return this.#reverse(entry, entry.of ?? '', atMs);
    }
  }

  /** Never more comes back than was moved. */
  #reverse({ entryId, points }: LedgerEntry, of: string, atMs: number): Moves {
    const before = this.#reversed.get(of) ?? 0;
    const part = Math.min(points, (this.#byId.get(of)?.points ?? Infinity) - before);
    this.#reversed.set(of, before + part);
    if (part === 0) return {};
    if (of.startsWith('earn:')) return this.purse.takeBack(part, of);
    const leastMs = giveBackEnd(this.#rules, atMs);
    const elseMs = this.#rules.expiryMonths === undefined ? Infinity : leastMs;
    return this.purse.giveBack(part, entryId, this.#taken.get(of), { leastMs, elseMs });
  }
}

function lotOf({ entryId, points, availableAt, expiresAt }: LedgerEntry, atMs: number) {
  const fromMs = availableAt === undefined ? -Infinity : Date.parse(availableAt);
  return {
    lotId: entryId,
    points: Math.abs(points),
    fromMs: fromMs <= atMs ? -Infinity : fromMs,
    untilMs: expiresAt === undefined ? Infinity : Date.parse(expiresAt),
  };
}
