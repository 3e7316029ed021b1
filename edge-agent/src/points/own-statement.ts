import type { PointsStatement } from '@tillside/agent-contract';
import { statementOf } from '@tillside/decide';
import type { Reader } from '../journal/index.ts';
import { instantOf } from '../ports.ts';
import { accountOf } from './balance.ts';
import { sha256 } from './entries.ts';

/** A member's points with what moved them here; what HQ told of them stands before the first line. */
export function ownStatement(reader: Reader, memberId: string, atMs: number): PointsStatement {
  const { rules, opening, own } = accountOf(reader, memberId);
  const { state, lines, beforePoints, endingNext, availableNext } = statementOf(
    own.map(({ entry }) => entry),
    rules,
    { asOfMs: atMs, opening, sha256 },
  );
  const { available, pending, owed } = state;
  const instantAt = (next: typeof endingNext) => next && { points: next.points, at: instantOf(next.atMs) };
  const [ending, coming] = [instantAt(endingNext), instantAt(availableNext)];
  return {
    available,
    pending,
    owed,
    ...(ending === null ? {} : { endingNext: ending }),
    ...(coming === null ? {} : { availableNext: coming }),
    lines: lines.map((line) => ({
      kind: line.kind,
      at: instantOf(line.atMs),
      points: line.points,
      balance: line.balance,
      ...(line.of === undefined ? {} : { of: line.of }),
      ...(line.expiresAtMs === undefined ? {} : { expiresAt: instantOf(line.expiresAtMs) }),
    })),
    beforePoints,
  };
}
