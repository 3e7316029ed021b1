import { type Decided, linesInOrder } from './check-decision.ts';
import { times, total } from './linear.ts';
import { modelOf } from './model.ts';
import { at, sumOf } from './numbers.ts';
import { isUnitCampaign } from './problem.ts';
import type { MipSolver } from './solver.ts';

/**
 * Whether some way to deal the units to the campaigns gives just what a decision says: every campaign's saving on every line, and the
 * units of the unit kinds. A decision that no dealing gives is not allowed.
 */
export async function canBeDealt(decided: Decided, solver: MipSolver): Promise<boolean> {
  const { problem, decision } = decided;
  const { linear, items, spends } = modelOf(problem);
  const lines = linesInOrder(decided);
  const said = (line: number, campaignId: string) =>
    at(lines, line).adjustments.filter((adjustment) => adjustment.campaignId === campaignId);
  const fenOf = (line: number, campaignId: string): number =>
    sumOf(said(line, campaignId).map((adjustment) => adjustment.amountFen));
  for (const campaign of problem.items) {
    for (const line of campaign.lines) {
      const own = items.parts.filter((part) => part.line === line && part.campaigns.includes(campaign));
      const fen = fenOf(line, campaign.id);
      const saved = own.flatMap((part) => part.saved.filter((_, place) => part.campaigns[place] === campaign));
      linear.hold(total(saved), fen, fen);
      if (!isUnitCampaign(campaign)) continue;
      const units = sumOf(said(line, campaign.id).map((adjustment) => adjustment.units));
      linear.hold(total(own.map((part) => part.units)), units, units);
    }
  }
  for (const { spend, applies, saved, perLine } of spends) {
    const onLines = spend.lines.map((line) => fenOf(line, spend.id));
    const applied = decision.applied.some((one) => one.campaignId === spend.id) ? 1 : 0;
    linear.hold(times(1, applies), applied, applied);
    if (perLine)
      saved.forEach((expression, place) => void linear.hold(expression, at(onLines, place), at(onLines, place)));
    else linear.hold(total(saved), sumOf(onLines), sumOf(onLines));
  }
  const solved = await solver.solve(linear);
  return solved.status !== 'infeasible';
}
