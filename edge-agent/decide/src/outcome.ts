import { countsFor } from './compile.ts';
import type { LiveCampaign, Plan, PreparedLine, Saving, Take } from './model.ts';
import { allocateFen } from './money.ts';
import type { BundleCampaign } from './schema/campaign.ts';
import { type Reach, spendSaveFen } from './wide.ts';

/** Units of one line that share a fate in the item layer, and what they cost after it. */
interface Slice {
  readonly line: number;
  readonly units: number;
  readonly listFen: number;
  readonly afterFen: number;
  /** What they still cost while the layers above take their part. */
  leftFen: number;
  readonly live: readonly LiveCampaign[];
}

/** The basket after the item, basket and coupon layers. */
export interface BasketOutcome {
  readonly payableFen: number;
  readonly lineFen: readonly number[];
  readonly savings: readonly Saving[];
  /** What a campaign counts in this basket; undefined where it counts nothing. */
  reachOf(live: LiveCampaign, base: 'list' | 'after-item-discounts'): Reach;
  /** Lines of which at least one unit counts for a campaign. */
  linesOf(live: LiveCampaign): readonly number[];
}

function sliceOf(line: number, units: number, listFen: number, afterFen: number, live: readonly LiveCampaign[]): Slice {
  return { line, units, listFen, afterFen, leftFen: afterFen, live };
}

function bundleSlices(
  live: LiveCampaign,
  campaign: BundleCampaign,
  takes: readonly Take[],
  lines: readonly PreparedLine[],
): Slice[] {
  const byLine = new Map<number, number>();
  for (const { claim, units } of takes) byLine.set(claim.line, (byLine.get(claim.line) ?? 0) + units);
  const taken = [...byLine].sort(([a], [b]) => a - b);
  const lists = taken.map(([line, units]) => (lines[line]?.unitFen ?? 0) * units);
  const listFen = lists.reduce((sum, fen) => sum + fen, 0);
  const inSlot = takes.reduce((sum, { claim, units }) => sum + (claim.role === 0 ? units : 0), 0);
  const bundles = inSlot / (campaign.slots[0]?.quantity ?? 1);
  const { price } = campaign;
  let saveFen = 0;
  if (price.by === 'fixed-price') saveFen = Math.max(0, listFen - bundles * price.bundlePriceFen);
  if (price.by === 'amount') saveFen = Math.min(listFen, bundles * price.amountOffFen);
  const parts = allocateFen(saveFen, lists);
  return taken.map(([line, units], place) =>
    sliceOf(line, units, lists[place] ?? 0, (lists[place] ?? 0) - (parts[place] ?? 0), [live]),
  );
}

/** Units by what became of them, line by line, and the savings of the item layer. */
function itemLayer(lines: readonly PreparedLine[], takes: readonly Take[]): { slices: Slice[]; savings: Saving[] } {
  const slices: Slice[] = [];
  const savings: Saving[] = [];
  const free = lines.map((line) => line.quantity);
  const bundles = new Map<LiveCampaign, Take[]>();
  const savedOn = new Map<LiveCampaign, Map<number, { amountFen: number; units: number }>>();
  const save = (live: LiveCampaign, line: number, amountFen: number, units: number): void => {
    // Paid units of a group are written down too: a return has to know what they made free.
    const { kind } = live.compiled.campaign;
    if (amountFen === 0 && kind !== 'buy-get' && kind !== 'nth-item') return;
    const onLines = savedOn.get(live) ?? new Map<number, { amountFen: number; units: number }>();
    savedOn.set(live, onLines);
    const before = onLines.get(line);
    onLines.set(line, { amountFen: (before?.amountFen ?? 0) + amountFen, units: (before?.units ?? 0) + units });
  };
  for (const take of takes) {
    const { claim, units } = take;
    const [first] = claim.live;
    free[claim.line] = (free[claim.line] ?? 0) - units;
    if (first?.compiled.campaign.kind === 'bundle' && first.compiled.campaign.price.by !== 'percent') {
      bundles.set(first, [...(bundles.get(first) ?? []), take]);
      continue;
    }
    const listFen = (lines[claim.line]?.unitFen ?? 0) * units;
    slices.push(sliceOf(claim.line, units, listFen, listFen - claim.saveFen * units, claim.live));
    claim.live.forEach((live, place) => {
      save(live, claim.line, (claim.partsFen[place] ?? 0) * units, units);
    });
  }
  for (const [live, own] of bundles) {
    for (const slice of bundleSlices(live, live.compiled.campaign as BundleCampaign, own, lines)) {
      slices.push(slice);
      save(live, slice.line, slice.listFen - slice.afterFen, slice.units);
    }
  }
  free.forEach((units, line) => {
    const listFen = (lines[line]?.unitFen ?? 0) * units;
    if (units > 0) slices.push(sliceOf(line, units, listFen, listFen, []));
  });
  for (const [live, onLines] of [...savedOn].sort(([a], [b]) => a.compiled.order - b.compiled.order)) {
    for (const [line, { amountFen, units }] of [...onLines].sort(([a], [b]) => a - b)) {
      savings.push({ live, line, amountFen, units });
    }
  }
  return { slices, savings };
}

/** The slices that count for a campaign above the item layer. */
function counting(live: LiveCampaign, slices: readonly Slice[]): Slice[] {
  const own = new Set(live.lines);
  return slices.filter(
    (slice) => own.has(slice.line) && slice.live.every((other) => countsFor(other.compiled, live.compiled)),
  );
}

/** Takes a saving from the slices that count: by line, then within it, each by largest remainder over what they still cost. */
function takeFrom(live: LiveCampaign, slices: readonly Slice[], saveFen: number, lineFen: number[]): Saving[] {
  const byLine = new Map<number, Slice[]>();
  for (const slice of counting(live, slices)) {
    const here = byLine.get(slice.line);
    if (here) here.push(slice);
    else byLine.set(slice.line, [slice]);
  }
  const lines = [...byLine].sort(([a], [b]) => a - b);
  const weights = lines.map(([, own]) => own.reduce((sum, slice) => sum + slice.leftFen, 0));
  const leftFen = weights.reduce((sum, weight) => sum + weight, 0);
  const parts = allocateFen(Math.min(saveFen, leftFen), weights);
  return lines.flatMap(([line, own], place): Saving[] => {
    const amountFen = parts[place] ?? 0;
    if (amountFen === 0) return [];
    lineFen[line] = (lineFen[line] ?? 0) - amountFen;
    const shares = allocateFen(
      amountFen,
      own.map((slice) => slice.leftFen),
    );
    own.forEach((slice, at) => {
      slice.leftFen -= shares[at] ?? 0;
    });
    return [{ live, line, amountFen, units: own.reduce((sum, slice) => sum + slice.units, 0) }];
  });
}

/**
 * Works a plan out to the fen: item layer, then the basket and coupon layers in the order of `plan.wide`. Bases are list prices or what the
 * item layer left, so that this order changes no base; a saving is at most what its units still cost, spread by largest remainder.
 */
export function outcomeOf(lines: readonly PreparedLine[], plan: Plan): BasketOutcome {
  const { slices, savings } = itemLayer(lines, plan.takes);
  const lineFen = lines.map(() => 0);
  for (const slice of slices) lineFen[slice.line] = (lineFen[slice.line] ?? 0) + slice.afterFen;
  const reachOf = (live: LiveCampaign, base: 'list' | 'after-item-discounts'): Reach => {
    let amountFen = 0;
    let units = 0;
    for (const slice of counting(live, slices)) {
      amountFen += base === 'list' ? slice.listFen : slice.afterFen;
      units += slice.units;
    }
    return { amountFen, units };
  };
  for (const live of plan.wide) {
    const { campaign } = live.compiled;
    if (campaign.kind !== 'spend-save') continue;
    const saveFen = spendSaveFen(campaign, reachOf(live, campaign.base), live.budgetFen);
    if (saveFen > 0) savings.push(...takeFrom(live, slices, saveFen, lineFen));
  }
  const linesOf = (live: LiveCampaign): number[] => [...new Set(counting(live, slices).map((slice) => slice.line))];
  return { payableFen: lineFen.reduce((sum, fen) => sum + fen, 0), lineFen, savings, reachOf, linesOf };
}
