import { consent } from '../compile.ts';
import type { Claim, LiveCampaign, PreparedLine } from '../model.ts';
import type { CampaignPolicy } from '../schema/campaign.ts';
import type { Rule } from './build.ts';

/** Lines and campaigns that can't influence the others: what one search works on. */
export interface Division {
  readonly only: readonly number[];
  readonly items: readonly LiveCampaign[];
  readonly wide: readonly LiveCampaign[];
  readonly rules: readonly Rule[];
}

/** Sets of lines that are joined one by one. */
class Joined {
  private readonly parent: number[];

  constructor(count: number) {
    this.parent = Array.from({ length: count }, (_, index) => index);
  }

  rootOf(line: number): number {
    let root = line;
    while (this.parent[root] !== undefined && this.parent[root] !== root) root = this.parent[root] ?? root;
    this.parent[line] = root;
    return root;
  }

  join(lines: readonly number[]): void {
    const [first, ...rest] = lines;
    if (first === undefined) return;
    for (const line of rest) this.parent[this.rootOf(line)] = this.rootOf(first);
  }
}

/** What limits which campaigns act together: exclusive groups, layers with one campaign, coupons, campaigns that don't consent. */
export function rulesOf(items: readonly LiveCampaign[], wide: readonly LiveCampaign[], policy: CampaignPolicy): Rule[] {
  const all = [...items, ...wide];
  const rules: Rule[] = [];
  const groups = new Map<string, LiveCampaign[]>();
  for (const live of all) {
    const id = live.compiled.campaign.exclusiveGroup;
    if (id === undefined) continue;
    const members = groups.get(id);
    if (members) members.push(live);
    else groups.set(id, [live]);
  }
  for (const members of groups.values()) if (members.length > 1) rules.push({ members, most: 1 });
  const coupons = all.filter((live) => live.couponId !== undefined);
  if (coupons.length > policy.couponsPerBasket) rules.push({ members: coupons, most: policy.couponsPerBasket });
  if (policy.layers?.coupon === 'best-one' && coupons.length > 1) rules.push({ members: coupons, most: 1 });
  const basket = wide.filter((live) => live.couponId === undefined);
  if (policy.layers?.basket === 'best-one' && basket.length > 1) rules.push({ members: basket, most: 1 });
  wide.forEach((one, place) => {
    for (const other of wide.slice(place + 1)) {
      if (consent(one.compiled, other.compiled)) continue;
      const lines = new Set(one.lines);
      if (other.lines.some((line) => lines.has(line))) rules.push({ members: [one, other], most: 1 });
    }
  });
  return rules;
}

function skuScopes(live: LiveCampaign, lines: readonly PreparedLine[]): number[][] {
  const scopes = new Map<string, number[]>();
  for (const line of live.lines) {
    const sku = lines[line]?.line.sku ?? '';
    const scope = scopes.get(sku);
    if (scope) scope.push(line);
    else scopes.set(sku, [line]);
  }
  return [...scopes.values()];
}

/** True where what a campaign gives on one line depends on others. */
function couples(live: LiveCampaign): boolean {
  const { campaign } = live.compiled;
  if (campaign.limits?.perBasket !== undefined || Number.isFinite(live.budgetFen)) return true;
  return campaign.kind !== 'discount' && campaign.kind !== 'markdown' && campaign.kind !== 'member-price';
}

function bySkuOnly(live: LiveCampaign): boolean {
  const { campaign } = live.compiled;
  if (campaign.limits?.perBasket !== undefined || Number.isFinite(live.budgetFen)) return false;
  if (campaign.kind === 'bulk-price') return campaign.count === 'same-sku';
  return (campaign.kind === 'buy-get' || campaign.kind === 'nth-item') && campaign.match === 'same-sku';
}

/**
 * Cuts a basket into parts that share no campaign whose saving depends on several lines, and no rule. The lowest payable amount of the basket
 * is the sum of theirs.
 */
export function divide(
  lines: readonly PreparedLine[],
  claims: readonly (readonly Claim[])[],
  items: readonly LiveCampaign[],
  wide: readonly LiveCampaign[],
  rules: readonly Rule[],
): Division[] {
  const joined = new Joined(lines.length);
  for (const live of items) {
    if (bySkuOnly(live)) for (const scope of skuScopes(live, lines)) joined.join(scope);
    else if (couples(live)) joined.join(live.lines);
  }
  for (const live of wide) joined.join(live.lines);
  for (const rule of rules) joined.join(rule.members.flatMap((live) => live.lines));
  const parts = new Map<number, { only: number[]; items: Set<LiveCampaign>; wide: LiveCampaign[]; rules: Rule[] }>();
  lines.forEach((_, line) => {
    if ((claims[line]?.length ?? 0) === 0 && !wide.some((live) => live.lines.includes(line))) return;
    const root = joined.rootOf(line);
    const part = parts.get(root) ?? { only: [], items: new Set(), wide: [], rules: [] };
    parts.set(root, part);
    part.only.push(line);
    for (const claim of claims[line] ?? []) for (const live of claim.live) part.items.add(live);
  });
  const partOf = (live: LiveCampaign | undefined) => parts.get(joined.rootOf(live?.lines[0] ?? -1));
  for (const live of wide) partOf(live)?.wide.push(live);
  for (const rule of rules) partOf(rule.members[0])?.rules.push(rule);
  return [...parts.values()].map((part) => ({
    ...part,
    items: [...part.items].sort((a, b) => a.compiled.order - b.compiled.order),
  }));
}
