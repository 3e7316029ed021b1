import { consent, isUnitKind } from './compile.ts';
import { DECIDE_LIMITS } from './limits.ts';
import type { Claim, LiveCampaign, PreparedLine } from './model.ts';
import { percentOfFen } from './money.ts';
import type { Campaign, Discount } from './schema/campaign.ts';

/** What a discount takes off one unit, in fen. */
export function discountFen(discount: Discount, unitFen: number): number {
  if (discount.by === 'percent') return percentOfFen(unitFen, discount.percentOffBp);
  if (discount.by === 'amount') return Math.min(unitFen, discount.amountOffFen);
  return Math.max(0, unitFen - discount.fixedPriceFen);
}

/** What one unit saves by itself under a unit kind. */
function unitSavingFen({ compiled }: LiveCampaign, prepared: PreparedLine): number {
  const { campaign, priceFenBySku } = compiled;
  if (campaign.kind === 'discount' || campaign.kind === 'markdown') {
    return discountFen(campaign.discount, prepared.unitFen);
  }
  return Math.max(0, prepared.unitFen - (priceFenBySku.get(prepared.line.sku) ?? prepared.unitFen));
}

/** An amount as an exact fraction of fen. */
interface Exact {
  readonly num: bigint;
  readonly den: bigint;
}

function afterStep(left: Exact, live: LiveCampaign, sku: string): Exact {
  const { campaign, priceFenBySku } = live.compiled;
  const discount: Discount | undefined =
    campaign.kind === 'discount' || campaign.kind === 'markdown'
      ? campaign.discount
      : { by: 'fixed-price', fixedPriceFen: priceFenBySku.get(sku) ?? DECIDE_LIMITS.maxFen };
  if (discount.by === 'percent') {
    return { num: left.num * BigInt(10_000 - discount.percentOffBp), den: left.den * 10_000n };
  }
  if (discount.by === 'amount') {
    const num = left.num - BigInt(discount.amountOffFen) * left.den;
    return { num: num > 0n ? num : 0n, den: left.den };
  }
  const fixed = BigInt(discount.fixedPriceFen);
  return fixed * left.den < left.num ? { num: fixed, den: 1n } : left;
}

/** Savings of a stack on one unit, one after the other: exact in between, each running total rounded half-up once. */
function stackPartsFen(stack: readonly LiveCampaign[], prepared: PreparedLine): number[] {
  let left: Exact = { num: BigInt(prepared.unitFen), den: 1n };
  let savedFen = 0;
  return stack.map((live) => {
    left = afterStep(left, live, prepared.line.sku);
    const saved = BigInt(prepared.unitFen) * left.den - left.num;
    const totalFen = Number((2n * saved + left.den) / (2n * left.den));
    const partFen = totalFen - savedFen;
    savedFen = totalFen;
    return partFen;
  });
}

/** Sets of unit campaigns on one line that all consent to each other, two or more, bounded. */
function stacksOf(units: readonly LiveCampaign[]): LiveCampaign[][] {
  const stacks: LiveCampaign[][] = [];
  const grow = (stack: readonly LiveCampaign[], from: number): void => {
    for (let next = from; next < units.length; next += 1) {
      const live = units[next];
      if (!live || !stack.every((other) => consent(other.compiled, live.compiled))) continue;
      const grown = [...stack, live];
      if (grown.length > 1) stacks.push(grown);
      if (stacks.length >= DECIDE_LIMITS.maxStacksPerLine) return;
      if (grown.length < DECIDE_LIMITS.maxStacked) grow(grown, next + 1);
    }
  };
  grow([], 0);
  return stacks;
}

/** A discounted place of a group: what it takes off. Percentages only, so that a cheaper unit never saves more. */
export function ladderOf(campaign: Campaign): { readonly full: number; readonly stepsBp: readonly number[] } {
  if (campaign.kind === 'nth-item') {
    const first = campaign.ladderBp.findIndex((bp) => bp > 0);
    return { full: first, stepsBp: campaign.ladderBp.slice(first) };
  }
  if (campaign.kind !== 'buy-get') return { full: 0, stepsBp: [] };
  return { full: campaign.buy, stepsBp: Array.from({ length: campaign.get }, () => campaign.percentOffBp) };
}

function groupClaims(live: LiveCampaign, line: number, prepared: PreparedLine, roles: readonly number[]): Claim[] {
  const { campaign } = live.compiled;
  const { unitFen } = prepared;
  const claim = (role: number, saveFen: number): Claim => ({ line, live: [live], partsFen: [saveFen], saveFen, role });
  switch (campaign.kind) {
    case 'bundle': {
      const { price } = campaign;
      const saveFen = price.by === 'percent' ? percentOfFen(unitFen, price.percentOffBp) : 0;
      return roles.map((role) => claim(role, saveFen));
    }
    case 'bulk-price':
      return campaign.tiers.map((tier, role) => claim(role, discountFen(tier.discount, unitFen)));
    case 'buy-get':
      if (campaign.getItems) {
        return roles.map((role) => claim(role, role === 0 ? 0 : percentOfFen(unitFen, campaign.percentOffBp)));
      }
      break;
    default:
      break;
  }
  const { full, stepsBp } = ladderOf(campaign);
  const paid = full > 0 ? [claim(0, 0)] : [];
  return [...paid, ...stepsBp.map((bp, step) => claim(step + 1, percentOfFen(unitFen, bp)))];
}

/**
 * Every way in which units of each line may be taken, by line. Ways that save nothing are left out, except in groups, where paid units make
 * the group.
 */
export function claimsOf(lines: readonly PreparedLine[], items: readonly LiveCampaign[]): Claim[][] {
  const byLine: { units: LiveCampaign[]; groups: { live: LiveCampaign; roles: readonly number[] }[] }[] = lines.map(
    () => ({ units: [], groups: [] }),
  );
  for (const live of items) {
    live.lines.forEach((line, place) => {
      const here = byLine[line];
      if (isUnitKind(live.compiled.campaign)) here?.units.push(live);
      else here?.groups.push({ live, roles: live.roles[place] ?? [] });
    });
  }
  return lines.map((prepared, line) => {
    const { units, groups } = byLine[line] ?? { units: [], groups: [] };
    const singles = units.map((live) => {
      const saveFen = unitSavingFen(live, prepared);
      return { line, live: [live], partsFen: [saveFen], saveFen, role: 0 };
    });
    // Without coupon first, then with: the order in which a stack acts.
    const acting = [...units.filter((live) => !live.couponId), ...units.filter((live) => live.couponId)];
    const stacks = (acting.length > 1 ? stacksOf(acting) : []).map((stack) => {
      const partsFen = stackPartsFen(stack, prepared);
      return { line, live: stack, partsFen, saveFen: partsFen.reduce((sum, part) => sum + part, 0), role: 0 };
    });
    return [
      ...singles.filter((claim) => claim.saveFen > 0),
      ...stacks.filter((claim) => claim.partsFen.every((part) => part > 0)),
      ...groups.flatMap(({ live, roles }) => groupClaims(live, line, prepared, roles)),
    ];
  });
}
