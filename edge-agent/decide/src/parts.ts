import { spendSaveFen, sumOver } from './layers.ts';
import type { LiveCampaign, PreparedLine, Saving } from './model.ts';

/** Lines and campaigns that may be decided together; what the search works on. */
export interface SearchPart {
  readonly lines: readonly PreparedLine[];
  readonly items: readonly LiveCampaign[];
  readonly basket: readonly LiveCampaign[];
  readonly coupons: readonly LiveCampaign[];
}

/** A part of a basket with the way back: the whole basket's line and campaign of each of its own. */
export interface IndependentPart extends SearchPart {
  /** Savings found on the part, in terms of the whole basket. */
  restore(savings: readonly Saving[]): Saving[];
  readonly lineOf: readonly number[];
}

/** False for a campaign that can give nothing to this basket, whatever else acts. */
function canSave(lines: readonly PreparedLine[], live: LiveCampaign): boolean {
  const { campaign } = live.compiled;
  const list = lines.map((line) => line.listFen);
  if (campaign.kind === 'spend-save') return spendSaveFen(campaign, sumOver(live.lines, list)) > 0;
  if (campaign.kind !== 'buy-get') return true;
  return live.lines.reduce((units, line) => units + (lines[line]?.quantity ?? 0), 0) >= campaign.buy + campaign.get;
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

/**
 * Cuts a basket into parts that can't influence each other: they share no campaign whose saving depends on several lines, no exclusive
 * group and no limit on coupons. The lowest payable amount of the basket is the sum of theirs.
 */
export function independentParts(whole: SearchPart, couponsPerBasket: number): IndependentPart[] {
  const { lines } = whole;
  const useful = (live: LiveCampaign): boolean => live.lines.length > 0 && canSave(lines, live);
  const items = whole.items.filter(useful);
  const basket = whole.basket.filter(useful);
  const coupons = whole.coupons.filter(useful);
  const joined = new Joined(lines.length);
  const groups = new Map<string, number[]>();
  for (const live of [...items, ...basket, ...coupons]) {
    const { exclusiveGroup, kind, limits } = live.compiled.campaign;
    const alone = (kind === 'discount' || kind === 'member-price') && limits?.perBasket === undefined;
    if (!alone || live.couponId !== undefined) joined.join(live.lines);
    if (exclusiveGroup === undefined) continue;
    groups.set(exclusiveGroup, [...(groups.get(exclusiveGroup) ?? []), ...live.lines]);
  }
  for (const all of groups.values()) joined.join(all);
  if (coupons.length > couponsPerBasket) joined.join(coupons.flatMap((live) => live.lines));
  const members = new Map<number, number[]>();
  lines.forEach((_, line) => {
    const root = joined.rootOf(line);
    const list = members.get(root);
    if (list) list.push(line);
    else members.set(root, [line]);
  });
  return [...members.values()].map((lineOf) => partOf({ lines, items, basket, coupons }, lineOf));
}

function partOf(whole: SearchPart, lineOf: readonly number[]): IndependentPart {
  const place = new Map(lineOf.map((line, index) => [line, index]));
  const original = new Map<LiveCampaign, LiveCampaign>();
  const inside = (all: readonly LiveCampaign[]): LiveCampaign[] =>
    all.flatMap((live) => {
      const own = live.lines.flatMap((line) => place.get(line) ?? []);
      if (own.length === 0) return [];
      const part = { ...live, lines: own };
      original.set(part, live);
      return [part];
    });
  return {
    lineOf,
    lines: lineOf.flatMap((line) => whole.lines[line] ?? []),
    items: inside(whole.items),
    basket: inside(whole.basket),
    coupons: inside(whole.coupons),
    restore: (savings) =>
      savings.map((saving) => ({
        ...saving,
        live: original.get(saving.live) ?? saving.live,
        line: lineOf[saving.line] ?? -1,
      })),
  };
}
