import { memberPart } from './accounts.ts';
import type { LedgerEntry } from './entry.ts';
import { type FoldOptions, type FoldRules, type LedgerState, type Posting, runLedger } from './fold.ts';
import type { Lot } from './state.ts';

/** Lines that a statement shows; what was before them is one sum. */
export const MAX_STATEMENT_LINES = 200;

/** One line of a statement: what changed a member's points, and what they were then: available and pending, less what is owed. */
export interface StatementLine {
  readonly kind: Exclude<Posting['kind'], 'release' | 'carried'>;
  readonly atMs: number;
  readonly points: number;
  readonly balance: number;
  /** Store id, or `hq`; of an expiry: of the lot that ended. */
  readonly where: string;
  /** Of a sale, a return, an import: the entry's cause without kind and place. */
  readonly reference: string;
  /** A reverse: whether an earn was taken back or a burn given back. */
  readonly of?: 'earn' | 'burn';
  readonly reason?: string;
  readonly availableAtMs?: number;
  readonly expiresAtMs?: number;
}

export interface Statement {
  readonly state: LedgerState;
  /** The newest first. */
  readonly lines: readonly StatementLine[];
  /** What there was before the oldest line. */
  readonly beforePoints: number;
  /** Points that end next, all of that instant. */
  readonly endingNext: { readonly points: number; readonly atMs: number } | null;
  /** Points that may be spent next. */
  readonly availableNext: { readonly points: number; readonly atMs: number } | null;
}

/** A person's points with everything that moved them. */
export function statementOf(entries: Iterable<LedgerEntry>, rules: FoldRules, options: FoldOptions): Statement {
  const lines: StatementLine[] = [];
  let balance = 0;
  const state = runLedger(entries, rules, options, (posting) => {
    const points = memberPart(posting.moves);
    balance += points;
    const { kind } = posting;
    if (points !== 0 && kind !== 'release' && kind !== 'carried') lines.push(lineOf(posting, kind, points, balance));
  });
  const shown = lines.slice(-MAX_STATEMENT_LINES);
  const [oldest] = shown;
  return {
    state,
    lines: shown.reverse(),
    beforePoints: oldest === undefined ? balance : oldest.balance - oldest.points,
    endingNext: nextOf(state.lots, ({ expiresAtMs }) => expiresAtMs),
    availableNext: nextOf(state.lots, ({ availableAtMs }) => availableAtMs),
  };
}

function lineOf(
  { atMs, entry, lotId }: Posting,
  kind: StatementLine['kind'],
  points: number,
  balance: number,
): StatementLine {
  const [, where = '', ...cause] = (entry?.entryId ?? lotId ?? '').split(':');
  return {
    kind,
    atMs,
    points,
    balance,
    where,
    reference: cause.join(':').replace(/#.*$/, ''),
    ...(entry?.of === undefined ? {} : { of: entry.of.startsWith('earn:') ? ('earn' as const) : ('burn' as const) }),
    ...(entry?.reason === undefined ? {} : { reason: entry.reason }),
    ...(entry?.availableAt === undefined ? {} : { availableAtMs: Date.parse(entry.availableAt) }),
    ...(entry?.expiresAt === undefined ? {} : { expiresAtMs: Date.parse(entry.expiresAt) }),
  };
}

/** The nearest instant of lots, with all their points of then. */
function nextOf(lots: readonly Lot[], instant: (lot: Lot) => number | null): { points: number; atMs: number } | null {
  const times = lots.flatMap((lot) => instant(lot) ?? []);
  if (times.length === 0) return null;
  const atMs = Math.min(...times);
  return { atMs, points: lots.reduce((sum, lot) => sum + (instant(lot) === atMs ? lot.points : 0), 0) };
}
