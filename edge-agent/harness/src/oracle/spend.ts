import { at, sumOf } from './numbers.ts';
import { countsFor, type ItemCampaign, type Problem, type SpendSave } from './problem.ts';
import { shareFen, spreadFen } from './savings.ts';

/** Units of one line that the same item campaigns took (none: as they lie), and what these save on all of them. */
export interface Taken {
  readonly line: number;
  readonly campaigns: readonly ItemCampaign[];
  readonly units: number;
  readonly savedFen: number;
}

/** What counts for one campaign of the layers above, line by line. */
export interface Counting {
  readonly units: number[];
  readonly listFen: number[];
  readonly afterFen: number[];
}

export interface SpendOutcome {
  readonly savedFen: number;
  /** On each line, in the problem's order. */
  readonly onLines: readonly number[];
}

/** What a campaign saves before what its units still cost caps it: `units` and `baseFen` are of the units that count for it. */
export function reachedFen({ source, perBasket, budgetLeftFen }: SpendSave, units: number, baseFen: number): number {
  const savings = source.tiers.map((tier) => {
    const reached = Math.floor(tier.units === undefined ? baseFen / (tier.spendFen ?? 1) : units / tier.units);
    if (reached === 0) return 0;
    if (tier.percentOffBp !== undefined) {
      return Math.min(tier.maxSaveFen ?? budgetLeftFen, shareFen(baseFen, tier.percentOffBp), budgetLeftFen);
    }
    const saveFen = tier.saveFen ?? 1;
    // Whole steps only, as many as the budget covers.
    const covered = Math.floor(budgetLeftFen / saveFen);
    return saveFen * Math.min(covered, source.repeat === 'once' ? 1 : Math.min(reached, perBasket));
  });
  return Math.max(0, ...savings);
}

export function countingFor(problem: Problem, spend: SpendSave, taken: readonly Taken[]): Counting {
  const nothing = (): number[] => problem.lines.map(() => 0);
  const counting = { units: nothing(), listFen: nothing(), afterFen: nothing() };
  for (const { line, campaigns, units, savedFen } of taken) {
    if (!spend.lines.includes(line) || !campaigns.every((campaign) => countsFor(campaign, spend))) continue;
    const listFen = units * at(problem.lines, line).unitFen;
    counting.units[line] = at(counting.units, line) + units;
    counting.listFen[line] = at(counting.listFen, line) + listFen;
    counting.afterFen[line] = at(counting.afterFen, line) + listFen - savedFen;
  }
  return counting;
}

/**
 * What the given campaigns save, each in its turn, over units taken like this. `unclear` where the rules leave open what the units
 * of a line that counts in part still cost after a saving that was spread over that line, and the amount hangs on it.
 */
export function spendOutcomes(
  problem: Problem,
  taken: readonly Taken[],
  spends: readonly SpendSave[],
): { outcomes: SpendOutcome[]; unclear: boolean } {
  const given = problem.lines.map(() => 0);
  const lineLeft = problem.lines.map((line) => line.unitFen * line.units);
  for (const { line, savedFen } of taken) lineLeft[line] = at(lineLeft, line) - savedFen;
  let mixed = false;
  let unclear = false;
  const outcomes = spends.map((spend): SpendOutcome => {
    const counting = countingFor(problem, spend, taken);
    const base = spend.source.base === 'list' ? counting.listFen : counting.afterFen;
    const wantedFen = reachedFen(spend, sumOf(counting.units), sumOf(base));
    // Between these lies what the units still cost, wherever on a line the earlier savings fell.
    const most = counting.afterFen.map((afterFen, line) => Math.min(afterFen, at(lineLeft, line)));
    const least = counting.afterFen.map((afterFen, line) => Math.max(0, afterFen - at(given, line)));
    const savedFen = Math.min(wantedFen, sumOf(most));
    // Once a line counted in part, later shares of that line are open too: only what was given in all is sure.
    const sureFen = mixed ? sumOf(counting.afterFen) - sumOf(given) : sumOf(least);
    mixed ||= sumOf(least) < sumOf(most);
    if (mixed && wantedFen > sureFen) unclear = true;
    const onLines = spreadFen(savedFen, most);
    onLines.forEach((part, line) => {
      given[line] = at(given, line) + part;
      lineLeft[line] = at(lineLeft, line) - part;
    });
    return { savedFen, onLines };
  });
  return { outcomes, unclear };
}
