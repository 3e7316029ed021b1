import { spendSaveFen, sumOver } from './layers.ts';
import type { LiveCampaign, PreparedLine } from './model.ts';
import type { SpendSaveCampaign } from './schema/campaign.ts';

/**
 * A spend-save whose threshold looks at what its lines cost after item discounts, as the search over units follows it: what is already
 * saved on its lines can't be spent any more.
 */
export class ThresholdTerm {
  readonly inside: ReadonlySet<number>;
  /** Saved on its lines by the units placed so far. */
  committedFen = 0;
  /**
   * Worth of a saving given up for this threshold. On every line the shares of its thresholds sum to at most one, so that they never
   * count one sacrifice twice.
   */
  share = 1;
  private readonly listFen: number;
  private readonly tiers: SpendSaveCampaign['tiers'];
  private readonly maxSteps: number;

  constructor(lines: readonly PreparedLine[], live: LiveCampaign, campaign: SpendSaveCampaign) {
    this.inside = new Set(live.lines);
    this.listFen = sumOver(
      live.lines,
      lines.map((line) => line.listFen),
    );
    this.tiers = campaign.tiers;
    this.maxSteps = campaign.repeat === 'once' ? 1 : (campaign.limits?.perBasket ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Most that the threshold adds to a bound which counts `sureFen` of savings on its lines: a reached step, minus its share of the
   * savings that the bound has to give up for it. Between the first step that needs a sacrifice and the last one in reach the trade is
   * linear, so the two ends decide.
   */
  gainFen(sureFen: number): number {
    let best = 0;
    for (const { spendFen, saveFen } of this.tiers) {
      const most = Math.min(Math.floor((this.listFen - this.committedFen) / spendFen), this.maxSteps);
      if (most <= 0) continue;
      const free = Math.min(Math.max(0, Math.floor((this.listFen - sureFen) / spendFen)), most);
      best = Math.max(best, free * saveFen);
      if (most === free) continue;
      const sparedFen = sureFen - this.listFen;
      const nextFen = (free + 1) * saveFen - this.share * Math.max(0, sparedFen + (free + 1) * spendFen);
      const mostFen = most * saveFen - this.share * Math.max(0, sparedFen + most * spendFen);
      best = Math.max(best, nextFen, mostFen);
    }
    return best;
  }
}

/** Some basket campaigns as a search over units sees them. */
export interface Thresholds {
  /** Those whose saving item discounts can change. */
  readonly terms: readonly ThresholdTerm[];
  /** What the others give, whatever the item layer does. */
  readonly fixedFen: number;
}

/** Sorts basket campaigns by whether savings of at most `maxSavedFen` on each line can make a difference to them. */
export function thresholdsOf(
  lines: readonly PreparedLine[],
  on: readonly LiveCampaign[],
  maxSavedFen: readonly number[],
): Thresholds {
  const listFen = lines.map((line) => line.listFen);
  const leastFen = listFen.map((fen, line) => Math.max(0, fen - (maxSavedFen[line] ?? 0)));
  const terms: ThresholdTerm[] = [];
  let fixedFen = 0;
  for (const live of on) {
    const { campaign } = live.compiled;
    if (campaign.kind !== 'spend-save') continue;
    const mostFen = spendSaveFen(campaign, sumOver(live.lines, listFen));
    if (campaign.base === 'list' || spendSaveFen(campaign, sumOver(live.lines, leastFen)) === mostFen)
      fixedFen += mostFen;
    else terms.push(new ThresholdTerm(lines, live, campaign));
  }
  shareEvenly(terms);
  return { terms, fixedFen };
}

/** Every term's share is one over the number of terms on its most crowded line: valid always, seldom the tightest. */
function shareEvenly(terms: readonly ThresholdTerm[]): void {
  for (const term of terms) {
    let crowd = 1;
    for (const line of term.inside) crowd = Math.max(crowd, terms.filter((other) => other.inside.has(line)).length);
    term.share = 1 / crowd;
  }
}

/** Each term in turn takes all that its lines have left of a whole share, in the given order. */
function shareInOrder(terms: readonly ThresholdTerm[], order: readonly ThresholdTerm[]): void {
  for (const term of terms) term.share = 0;
  for (const term of order) {
    let left = 1;
    for (const line of term.inside) {
      let taken = 0;
      for (const other of terms) if (other.inside.has(line)) taken += other.share;
      left = Math.min(left, 1 - taken);
    }
    term.share = Math.max(0, left);
  }
}

/** Shares out the lines so that the bound at the root is the tightest of those tried: evenly, or with one term after the other first. */
export function shareBest(terms: readonly ThresholdTerm[], rootBoundFen: () => number): void {
  shareEvenly(terms);
  if (terms.every((term) => term.share === 1)) return;
  let bestFen = rootBoundFen();
  let best = terms.map((term) => term.share);
  for (let first = 0; first < 2 * terms.length; first += 1) {
    const turned = [...terms.slice(first % terms.length), ...terms.slice(0, first % terms.length)];
    shareInOrder(terms, first < terms.length ? turned : turned.reverse());
    const boundFen = rootBoundFen();
    if (boundFen >= bestFen) continue;
    bestFen = boundFen;
    best = terms.map((term) => term.share);
  }
  terms.forEach((term, index) => {
    term.share = best[index] ?? 0;
  });
}

export function isAfterItems({ compiled: { campaign } }: LiveCampaign): boolean {
  return campaign.kind === 'spend-save' && campaign.base === 'after-item-discounts';
}
