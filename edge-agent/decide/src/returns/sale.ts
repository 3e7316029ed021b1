import type { CompiledCampaign } from '../compile.ts';
import { allocateFen, cumulativeShareFen } from '../money.ts';
import type { BasketLine } from '../schema/basket.ts';
import type { DecisionLine } from '../schema/decision.ts';
import type { PastDecision, PastSale } from './types.ts';

/** Units that came back of each line, in the decision's order. */
export type Counts = readonly number[];

/** A sale made ready for its returns. Lists of amounts stand in the order of the decision's lines. */
export interface OpenSale {
  readonly decision: PastDecision;
  readonly quantities: Counts;
  /** What each line was paid, with tax that was added to it and its part of the cash rounding. */
  readonly paidFen: readonly number[];
  readonly taxFen: readonly number[];
  readonly campaigns: ReadonlyMap<string, CompiledCampaign>;
  /** Lines as they lay in the basket; empty where nobody looks at campaigns. */
  readonly facts: readonly (BasketLine | undefined)[];
}

/** What was paid, of a checked sale. Without the sale's own facts nothing is known of campaigns. */
export function openSale(decision: PastDecision, roundingFen: number, sale: PastSale | undefined): OpenSale {
  const taxFen = decision.lines.map((line) => line.taxFen ?? 0);
  // Included tax is within what is payable: only added tax makes the total differ.
  const added = (decision.totalFen ?? decision.payableFen) !== decision.payableFen;
  const dueFen = decision.lines.map((line, index) => line.payableFen + (added ? (taxFen[index] ?? 0) : 0));
  const rounded = allocateFen(Math.abs(roundingFen), dueFen);
  const byId = new Map((sale?.lines ?? []).map((line) => [line.lineId, line]));
  return {
    decision,
    quantities: decision.lines.map((line) => line.quantity),
    paidFen: dueFen.map((fen, index) => fen + Math.sign(roundingFen) * (rounded[index] ?? 0)),
    taxFen,
    campaigns: sale?.campaigns.byId ?? new Map(),
    facts: decision.lines.map((line) => byId.get(line.lineId)),
  };
}

/** The returned units' part of amounts by line. Rounded down line by line, so that any split of the same units sums to the same. */
export function shareFen(sale: OpenSale, fenByLine: readonly number[], counts: Counts): number {
  let sum = 0;
  for (let line = 0; line < fenByLine.length; line += 1) sum += lineShareFen(sale, fenByLine, counts, line);
  return sum;
}

export function lineShareFen(sale: OpenSale, fenByLine: readonly number[], counts: Counts, line: number): number {
  const count = counts[line] ?? 0;
  return count === 0 ? 0 : cumulativeShareFen(fenByLine[line] ?? 0, count, sale.quantities[line] ?? 1);
}

/** A campaign's savings by line. */
export const savedFen = (lines: readonly DecisionLine[], campaignId: string): number[] =>
  lines.map(({ adjustments }) =>
    adjustments.reduce((sum, one) => sum + (one.campaignId === campaignId ? one.amountFen : 0), 0),
  );
