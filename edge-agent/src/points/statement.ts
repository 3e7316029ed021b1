import type { MemberHome, PointsStatement } from '@tillside/agent-contract';
import { type LedgerState, type Statement, type StatementLine, statementOf } from '@tillside/decide';
import type { ToldPoints } from '@tillside/protocol';
import type { Reader } from '../journal/index.ts';
import { instantOf } from '../ports.ts';
import { accountOf, unitedEntries } from './balance.ts';
import { sha256 } from './entries.ts';
import { rulesOf } from './rules.ts';

type Line = PointsStatement['lines'][number];

/** Where a member's points stand, as far as this store knows. */
export const pointsStanding = (reader: Reader, memberId: string, atMs: number): MemberHome['points'] =>
  standingOf(storesOwn(reader, memberId, atMs).statement);

/** A member's points with what moved them: anywhere, where HQ `told` of it, else in this store, with what HQ told before as the state from which it goes on. */
export function pointsStatement(
  reader: Reader,
  memberId: string,
  { atMs, storeId, told }: { readonly atMs: number; readonly storeId: string; readonly told: ToldPoints | undefined },
): PointsStatement {
  const { statement, isWhole } = told === undefined ? storesOwn(reader, memberId, atMs) : whole(reader, told, atMs);
  const names = new Map(Object.entries(told?.stores ?? {}));
  return {
    ...standingOf(statement),
    lines: statement.lines.map((line) => lineOf(line, storeId, names)),
    beforePoints: statement.beforePoints,
    isWhole,
  };
}

interface Made {
  readonly statement: Statement;
  readonly isWhole: boolean;
}

/** Of whom HQ never told us we hold all. */
function storesOwn(reader: Reader, memberId: string, asOfMs: number): Made {
  const { rules, opening, own } = accountOf(reader, memberId);
  const entries = own.map(({ entry }) => entry);
  return { statement: statementOf(entries, rules, { asOfMs, opening, sha256 }), isWhole: opening === undefined };
}

function whole(reader: Reader, told: ToldPoints, asOfMs: number): Made {
  const entries = unitedEntries(reader, told);
  return {
    statement: statementOf(entries, rulesOf(reader), { asOfMs, opening: told.opening, sha256 }),
    isWhole: true,
  };
}

function standingOf({ state, endingNext, availableNext }: Statement): MemberHome['points'] {
  const { available, pending, owed }: LedgerState = state;
  const instantAt = (next: typeof endingNext) => next && { points: next.points, at: instantOf(next.atMs) };
  const [ending, coming] = [instantAt(endingNext), instantAt(availableNext)];
  return {
    available,
    pending,
    owed,
    ...(ending === null ? {} : { endingNext: ending }),
    ...(coming === null ? {} : { availableNext: coming }),
  };
}

function lineOf(line: StatementLine, storeId: string, names: ReadonlyMap<string, string>): Line {
  return {
    kind: line.kind,
    at: instantOf(line.atMs),
    points: line.points,
    balance: line.balance,
    ...placeOf(line.where, storeId, names),
    ...(line.of === undefined ? {} : { of: line.of }),
    ...(line.expiresAtMs === undefined ? {} : { expiresAt: instantOf(line.expiresAtMs) }),
  };
}

/** A store that HQ has no name of any more is somewhere else; what a file brought is of no place. */
function placeOf(where: string, storeId: string, names: ReadonlyMap<string, string>): Pick<Line, 'where' | 'store'> {
  if (where === storeId) return { where: 'here' };
  if (where === 'hq') return { where: 'hq' };
  const store = names.get(where);
  return store === undefined ? {} : { where: 'store', store };
}
