import { countsFor } from '../compile.ts';
import type { Claim, LiveCampaign, PreparedLine } from '../model.ts';
import type { GiftCampaign, SpendSaveCampaign } from '../schema/campaign.ts';
import { spendSaveFen, timesReached } from '../wide.ts';

/** What the units of a campaign above the item layer can at least and at most come to, whatever the item layer does. */
export interface Range {
  readonly leastFen: number;
  readonly mostFen: number;
  readonly leastUnits: number;
  readonly mostUnits: number;
}

/** Most that a claim takes from what one unit counts for `wide`. */
function reduction(wide: LiveCampaign, claim: Claim, base: 'list' | 'after-item-discounts', unitFen: number): number {
  if (!agrees(wide, claim)) return unitFen;
  if (base === 'list') return 0;
  const [first] = claim.live;
  const campaign = first?.compiled.campaign;
  return campaign?.kind === 'bundle' && campaign.price.by !== 'percent' ? unitFen : claim.saveFen;
}

/** True where units of a claim count for a campaign above the item layer. */
export function agrees(wide: LiveCampaign, claim: Claim): boolean {
  return claim.live.every((live) => countsFor(live.compiled, wide.compiled));
}

export function rangeOf(
  wide: LiveCampaign,
  base: 'list' | 'after-item-discounts',
  lines: readonly PreparedLine[],
  claims: readonly (readonly Claim[])[],
): Range {
  let leastFen = 0;
  let mostFen = 0;
  let leastUnits = 0;
  let mostUnits = 0;
  for (const index of wide.lines) {
    const line = lines[index];
    if (!line) continue;
    let less = 0;
    let stays = true;
    for (const claim of claims[index] ?? []) {
      less = Math.max(less, reduction(wide, claim, base, line.unitFen));
      if (!agrees(wide, claim)) stays = false;
    }
    mostFen += line.listFen;
    leastFen += (line.unitFen - less) * line.quantity;
    mostUnits += line.quantity;
    if (stays) leastUnits += line.quantity;
  }
  return { leastFen, mostFen, leastUnits, mostUnits };
}

/** Whether a campaign can never give anything here, always gives the same, or depends on the item layer. */
export type Fate = 'never' | 'always' | 'open';

export function fateOf(campaign: SpendSaveCampaign | GiftCampaign, range: Range, budgetFen: number): Fate {
  const least = { amountFen: range.leastFen, units: range.leastUnits };
  const most = { amountFen: range.mostFen, units: range.mostUnits };
  if (campaign.kind === 'gift') {
    const times = timesReached(campaign, most);
    if (times === 0) return 'never';
    return times === timesReached(campaign, least) ? 'always' : 'open';
  }
  const mostFen = spendSaveFen(campaign, most, budgetFen);
  if (mostFen === 0) return 'never';
  return mostFen === spendSaveFen(campaign, least, budgetFen) ? 'always' : 'open';
}
