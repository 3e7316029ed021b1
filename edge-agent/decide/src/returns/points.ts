import { cumulativeShareFen } from '../money.ts';
import { touches } from './campaigns.ts';
import { type Counts, type OpenSale, savedFen, shareFen } from './sale.ts';

/** Points that belong to lines by weight; `whole` is the weights' sum. */
interface PointsPart {
  readonly points: number;
  readonly weights: readonly number[];
  readonly whole: number;
}

const partOf = (points: number, weights: readonly number[]): PointsPart => ({
  points,
  weights,
  whole: weights.reduce((sum, weight) => sum + weight, 0),
});

export interface Points {
  /** Of those earned. */
  readonly takenBack: number;
  /** Of those paid with. */
  readonly givenBack: number;
}

/**
 * Earned points go back with the goods that earned them: bonus points with their campaign's items, the others by payable amount times the
 * line's multiplier. Points that were paid with come back with the part of the goods that they paid.
 */
export class PointsRule {
  readonly #sale: OpenSale;
  readonly #earned: readonly PointsPart[];
  readonly #spent: PointsPart;

  constructor(sale: OpenSale) {
    this.#sale = sale;
    this.#earned = earnedParts(sale);
    this.#spent = partOf(sale.decision.points.spent ?? 0, paidWithPoints(sale));
  }

  of(counts: Counts): Points {
    const share = ({ points, weights, whole }: PointsPart): number =>
      points === 0 || whole === 0 ? 0 : cumulativeShareFen(points, shareFen(this.#sale, weights, counts), whole);
    return {
      takenBack: this.#earned.reduce((sum, part) => sum + share(part), 0),
      givenBack: share(this.#spent),
    };
  }
}

function earnedParts(sale: OpenSale): PointsPart[] {
  const { decision } = sale;
  const parts: PointsPart[] = [];
  let left = decision.points.earned;
  for (const { campaignId, points = 0 } of decision.applied) {
    const compiled = sale.campaigns.get(campaignId);
    if (compiled?.campaign.kind !== 'points' || compiled.campaign.earn.by !== 'bonus') continue;
    const bonus = Math.min(points, left);
    left -= bonus;
    parts.push(
      partOf(
        bonus,
        weighed(sale, (line) => (touches(compiled, sale.facts[line]) ? 1 : 0)),
      ),
    );
  }
  return [
    ...parts,
    partOf(
      left,
      weighed(sale, (line) => multiplierOf(sale, line)),
    ),
  ];
}

function multiplierOf(sale: OpenSale, line: number): number {
  const { decision, campaigns } = sale;
  const adjusting = decision.lines[line]?.adjustments ?? [];
  let times = 1;
  for (const { campaignId } of adjusting)
    times = Math.max(times, campaigns.get(campaignId)?.campaign.pointsMultiplier ?? 1);
  for (const { campaignId } of decision.applied) {
    const compiled = campaigns.get(campaignId);
    if (compiled?.campaign.kind !== 'points' || compiled.campaign.earn.by !== 'multiplier') continue;
    if (touches(compiled, sale.facts[line])) times = Math.max(times, compiled.campaign.earn.times);
  }
  return times;
}

/** Payable amounts times `by`; where nothing was payable list amounts, and where nothing costs anything units. Not all of them are 0. */
function weighed({ decision: { lines } }: OpenSale, by: (line: number) => number): number[] {
  const bases = [
    lines.map((line, index) => line.payableFen * by(index)),
    lines.map((line, index) => line.listFen * by(index)),
    lines.map((line, index) => line.quantity * by(index)),
  ];
  return bases.find((weights) => weights.some((weight) => weight > 0)) ?? lines.map((line) => line.quantity);
}

function paidWithPoints(sale: OpenSale): number[] {
  const { lines, applied } = sale.decision;
  const paying = applied.filter(({ campaignId }) => sale.campaigns.get(campaignId)?.campaign.kind === 'points-pay');
  const byCampaign = paying.map(({ campaignId }) => savedFen(lines, campaignId));
  return lines.map((_, line) => byCampaign.reduce((sum, fen) => sum + (fen[line] ?? 0), 0));
}
