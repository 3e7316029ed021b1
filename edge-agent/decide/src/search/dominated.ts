import { isUnitKind } from '../compile.ts';
import type { Claim, LiveCampaign, PreparedLine } from '../model.ts';

/** True where a claim needs nothing that another could want: no limit, no budget, no rule, no group, no coupon. */
function isFree(claim: Claim, ruled: ReadonlySet<LiveCampaign>): boolean {
  return claim.live.every(
    (live) =>
      isUnitKind(live.compiled.campaign) &&
      live.couponId === undefined &&
      live.compiled.campaign.limits?.perBasket === undefined &&
      !Number.isFinite(live.budgetFen) &&
      !ruled.has(live),
  );
}

/** Units of a line that a group may take, over its lines and roles: too few for one group are none. */
function groupPossible(live: LiveCampaign, lines: readonly PreparedLine[]): boolean {
  const { campaign } = live.compiled;
  const inRole = (role: number): number =>
    live.lines.reduce((sum, line, place) => {
      const takes = live.roles[place]?.includes(role) ?? false;
      return sum + (takes ? (lines[line]?.quantity ?? 0) : 0);
    }, 0);
  const any = live.lines.reduce((sum, line) => sum + (lines[line]?.quantity ?? 0), 0);
  switch (campaign.kind) {
    case 'buy-get':
      if (campaign.getItems) {
        return inRole(0) >= campaign.buy && inRole(1) >= campaign.get && any >= campaign.buy + campaign.get;
      }
      return any >= campaign.buy + campaign.get;
    case 'nth-item':
      return any > campaign.ladderBp.findIndex((bp) => bp > 0);
    case 'bundle':
      return campaign.slots.every((slot, role) => inRole(role) >= slot.quantity);
    case 'bulk-price':
      return campaign.tiers.some((tier) => any >= tier.minUnits);
    default:
      return true;
  }
}

/**
 * Leaves out claims that no best answer needs: those of groups that can't be filled, and on lines that no open campaign counts, all free
 * claims but the one that saves most (the first of equals).
 */
export function usefulClaims(
  lines: readonly PreparedLine[],
  claims: readonly (readonly Claim[])[],
  open: readonly LiveCampaign[],
  ruled: ReadonlySet<LiveCampaign>,
): Claim[][] {
  const possible = new Map<LiveCampaign, boolean>();
  const counted = new Set(open.flatMap((live) => live.lines));
  return claims.map((own, line) => {
    const fillable = own.filter((claim) =>
      claim.live.every((live) => {
        const known = possible.get(live) ?? groupPossible(live, lines);
        possible.set(live, known);
        return known;
      }),
    );
    if (counted.has(line)) return fillable;
    let best: Claim | undefined;
    for (const claim of fillable) {
      if (isFree(claim, ruled) && claim.saveFen > (best?.saveFen ?? 0)) best = claim;
    }
    return fillable.filter((claim) => claim === best || !isFree(claim, ruled));
  });
}
