import { sumOver } from './layers.ts';
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
   * Worth of a saving given up for this threshold: one over the number of thresholds that may claim the same line, so that several of
   * them never count one sacrifice twice.
   */
  readonly share: number;
  private readonly listFen: number;
  private readonly tiers: SpendSaveCampaign['tiers'];
  private readonly maxSteps: number;

  constructor(lines: readonly PreparedLine[], live: LiveCampaign, campaign: SpendSaveCampaign, share: number) {
    this.inside = new Set(live.lines);
    this.share = share;
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

/** The thresholds after item discounts among some basket campaigns, each with its share of a line's savings. */
export function thresholdTerms(lines: readonly PreparedLine[], on: readonly LiveCampaign[]): ThresholdTerm[] {
  const afterItems = on.filter(isAfterItems);
  const crowd = lines.map((_, line) => afterItems.filter((live) => live.lines.includes(line)).length);
  return afterItems.flatMap((live) => {
    const { campaign } = live.compiled;
    if (campaign.kind !== 'spend-save') return [];
    const share = 1 / Math.max(1, ...live.lines.map((line) => crowd[line] ?? 1));
    return [new ThresholdTerm(lines, live, campaign, share)];
  });
}

export function isAfterItems({ compiled: { campaign } }: LiveCampaign): boolean {
  return campaign.kind === 'spend-save' && campaign.base === 'after-item-discounts';
}
