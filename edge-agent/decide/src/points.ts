import type { LiveCampaign, PreparedLine, Saving } from './model.ts';
import { allocateFen, percentOfFen } from './money.ts';
import type { BasketOutcome } from './outcome.ts';
import type { Basket } from './schema/basket.ts';
import type { CampaignPolicy } from './schema/campaign.ts';
import { maxTimes, timesReached } from './wide.ts';

/** Points of a policy that says nothing: one for a yuan, 100 of them worth a yuan. */
export const DEFAULT_POINTS = { fenPerPoint: 100, fenPer100Points: 100 } as const;

/** Part of a basket that is paid with points: the campaign that allows it, and how it is spread. */
export interface PointsPayment {
  readonly live: LiveCampaign;
  readonly points: number;
  readonly amountFen: number;
  readonly savings: readonly Saving[];
}

const sumOver = (lines: readonly number[], amounts: readonly number[]): number =>
  lines.reduce((sum, line) => sum + (amounts[line] ?? 0), 0);

/** What a member pays with points under one campaign; undefined where it allows none. */
export function payWithPoints(
  live: LiveCampaign,
  basket: Basket,
  lines: readonly PreparedLine[],
  lineFen: readonly number[],
): PointsPayment | undefined {
  const { campaign } = live.compiled;
  if (campaign.kind !== 'points-pay' || basket.payWithPoints === undefined) return undefined;
  const mostFen = Math.min(percentDown(sumOver(live.lines, lineFen), campaign.maxShareBp), live.budgetFen);
  const points = Math.min(basket.payWithPoints, basket.member?.pointsBalance ?? 0);
  const steps = Math.min(Math.floor(points / campaign.pointsPerStep), Math.floor(mostFen / campaign.fenPerStep));
  const spent = steps * campaign.pointsPerStep;
  if (steps === 0 || spent < (campaign.minPoints ?? 0)) return undefined;
  const amountFen = steps * campaign.fenPerStep;
  const parts = allocateFen(
    amountFen,
    live.lines.map((line) => lineFen[line] ?? 0),
  );
  const savings = live.lines.flatMap((line, place) => {
    const part = parts[place] ?? 0;
    return part === 0 ? [] : [{ live, line, amountFen: part, units: lines[line]?.quantity ?? 0 }];
  });
  return { live, points: spent, amountFen, savings };
}

/** A share that must not be exceeded: rounded down. */
function percentDown(amountFen: number, basisPoints: number): number {
  const half = percentOfFen(amountFen, basisPoints);
  return BigInt(half) * 10_000n > BigInt(amountFen) * BigInt(basisPoints) ? half - 1 : half;
}

/** Points that a basket earns, in all and by campaign. */
export interface Earned {
  readonly points: number;
  readonly byCampaign: ReadonlyMap<LiveCampaign, number>;
}

/** Points of one campaign by itself: its bonus, or what its multiplier adds to the lines. */
function ownPoints(
  live: LiveCampaign,
  outcome: BasketOutcome,
  lineFen: readonly number[],
  fenPerPoint: number,
): number {
  const { campaign } = live.compiled;
  if (campaign.kind !== 'points') return 0;
  const { earn } = campaign;
  if (earn.by === 'multiplier')
    return Math.floor((sumOver(outcome.linesOf(live), lineFen) * (earn.times - 1)) / fenPerPoint);
  const reach = outcome.reachOf(live, earn.base);
  const times = Math.min(timesReached(earn, reach), maxTimes({ repeat: earn.repeat, limits: campaign.limits }));
  return times * earn.points;
}

/** Of points campaigns that exclude each other the one that gives most, the earlier of equals. */
function chosen(
  points: readonly LiveCampaign[],
  taken: ReadonlySet<string>,
  worth: (live: LiveCampaign) => number,
): LiveCampaign[] {
  const best = new Map<string, LiveCampaign>();
  for (const live of points) {
    const group = live.compiled.campaign.exclusiveGroup;
    if (group === undefined || taken.has(group)) continue;
    const before = best.get(group);
    if (!before || worth(live) > worth(before)) best.set(group, live);
  }
  return points.filter((live) => {
    const group = live.compiled.campaign.exclusiveGroup;
    return group === undefined || best.get(group) === live;
  });
}

/**
 * Points of a member: each line's payable amount times the highest multiplier on it, whole points over the basket, and bonuses. `taken` are
 * the exclusive groups of which a campaign already applies.
 */
export function earnPoints(
  basket: Basket,
  policy: CampaignPolicy,
  points: readonly LiveCampaign[],
  outcome: BasketOutcome,
  lineFen: readonly number[],
  savings: readonly Saving[],
  taken: ReadonlySet<string>,
): Earned {
  const byCampaign = new Map<LiveCampaign, number>();
  if (!basket.member) return { points: 0, byCampaign };
  const { fenPerPoint } = policy.points ?? DEFAULT_POINTS;
  const worth = (live: LiveCampaign): number => ownPoints(live, outcome, lineFen, fenPerPoint);
  const multipliers = lineFen.map(() => 1);
  for (const { live, line, amountFen } of savings) {
    if (amountFen === 0) continue;
    multipliers[line] = Math.max(multipliers[line] ?? 1, live.compiled.campaign.pointsMultiplier ?? 1);
  }
  let bonus = 0;
  const base = (): number =>
    Math.floor(lineFen.reduce((sum, fen, line) => sum + fen * (multipliers[line] ?? 1), 0) / fenPerPoint);
  // What each adds to those before it, so that the parts sum to the whole.
  for (const live of chosen(points, taken, worth)) {
    const { campaign } = live.compiled;
    if (campaign.kind !== 'points') continue;
    let own = worth(live);
    if (campaign.earn.by === 'bonus') bonus += own;
    else {
      const before = base();
      const { times } = campaign.earn;
      for (const line of outcome.linesOf(live)) multipliers[line] = Math.max(multipliers[line] ?? 1, times);
      own = base() - before;
    }
    if (own > 0) byCampaign.set(live, own);
  }
  return { points: base() + bonus, byCampaign };
}
