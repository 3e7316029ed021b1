import type { Answer, Take } from './answer.ts';
import { at, groupedBy } from './numbers.ts';
import type { Any, Line, Problem } from './problem.ts';

/** A problem with lines that are alike laid together, and the way back from its answers to those of the problem itself. */
export interface Merged {
  readonly problem: Problem;
  split(answer: Answer): Answer;
}

const likeness = ({ open, unitFen, source }: Line): string =>
  [open, unitFen, source.sku, source.category, source.department, source.lotId].join();

/**
 * Lays lines together that differ in nothing that a rule asks for: units of one are units of the other, and a solver need not try
 * both. Only what the rounding of spread savings leaves on which line can differ, so that the least payable amount of the merged
 * problem is a lower bound of the problem's own; the split answer says whether it is reached.
 */
export function merge(problem: Problem): Merged {
  const groups = [...groupedBy(problem.lines, likeness).values()];
  const newIndex = new Map(groups.flatMap((lines, index) => lines.map((line) => [line.index, index] as const)));
  const lines = groups.map((members, index): Line => {
    const units = members.reduce((sum, line) => sum + line.units, 0);
    return { ...at(members, 0), index, units };
  });
  const moved = <C extends Any>(campaign: C): C => ({
    ...campaign,
    lines: [...new Set(campaign.lines.map((line) => newIndex.get(line) ?? line))],
  });
  return {
    problem: { ...problem, lines, items: problem.items.map(moved), spends: problem.spends.map(moved) },
    split: ({ takes, spends }) => {
      const left = groups.map((members) => members.map((line) => ({ line: line.index, units: line.units })));
      return {
        takes: takes.flatMap((take) => dealt(take, at(left, take.line))),
        spends: spends.map((spend) => at(problem.spends, spend.index)),
      };
    },
  };
}

/** Deals the units of a take to the lines that have some left. */
function dealt(take: Take, left: { line: number; units: number }[]): Take[] {
  let wanted = take.units;
  return left.flatMap((member) => {
    const units = Math.min(wanted, member.units);
    wanted -= units;
    member.units -= units;
    return units === 0 ? [] : [{ ...take, line: member.line, units }];
  });
}
