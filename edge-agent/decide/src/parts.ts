import { spendSaveFen } from './layers.ts';
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
  if (campaign.kind === 'spend-save') {
    return (
      spendSaveFen(
        campaign,
        live.lines.reduce((sum, line) => sum + (lines[line]?.listFen ?? 0), 0),
      ) > 0
    );
  }
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
  const parts = new Map<number, Draft>();
  const place = lines.map((prepared, line) => {
    const root = joined.rootOf(line);
    const draft = parts.get(root) ?? new Draft();
    parts.set(root, draft);
    draft.lines.push(prepared);
    return draft.lineOf.push(line) - 1;
  });
  // A campaign that is on each unit by itself may touch several parts: each gets its own view of it.
  const deal = (all: readonly LiveCampaign[], layer: 'items' | 'basket' | 'coupons'): void => {
    for (const live of all) {
      const views = new Map<Draft, number[]>();
      for (const line of live.lines) {
        const draft = parts.get(joined.rootOf(line));
        const view = draft && views.get(draft);
        if (view) view.push(place[line] ?? -1);
        else if (draft) views.set(draft, [place[line] ?? -1]);
      }
      for (const [draft, own] of views) draft.add(live, own, layer);
    }
  };
  deal(items, 'items');
  deal(basket, 'basket');
  deal(coupons, 'coupons');
  return [...parts.values()];
}

class Draft implements IndependentPart {
  readonly lines: PreparedLine[] = [];
  readonly lineOf: number[] = [];
  readonly items: LiveCampaign[] = [];
  readonly basket: LiveCampaign[] = [];
  readonly coupons: LiveCampaign[] = [];
  private readonly original = new Map<LiveCampaign, LiveCampaign>();

  add(live: LiveCampaign, lines: readonly number[], layer: 'items' | 'basket' | 'coupons'): void {
    const view = { ...live, lines };
    this.original.set(view, live);
    this[layer].push(view);
  }

  restore(savings: readonly Saving[]): Saving[] {
    return savings.map(({ live, line, amountFen, units }) => ({
      live: this.original.get(live) ?? live,
      line: this.lineOf[line] ?? -1,
      amountFen,
      units,
    }));
  }
}
