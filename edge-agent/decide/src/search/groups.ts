import { ladderOf } from '../claims.ts';
import type { Claim, LiveCampaign, PreparedLine } from '../model.ts';
import type { ProgramDraft } from './program.ts';

interface ClaimColumn {
  readonly claim: Claim;
  readonly column: number;
}

type Term = readonly [number, number];

/** What a group campaign added besides its claims. */
export interface GroupColumns {
  /** True where `limits.perBasket` has been taken care of. */
  readonly counted: boolean;
  /** What bundles with a price or an amount give as a whole: terms that, with the list prices of the units, sum to the saving. */
  readonly priceTerms: readonly Term[];
}

interface Ranks {
  readonly group: number;
  readonly tier: number;
}

/**
 * Rows that make units into groups. For groups of units from dear to cheap they hold for every prefix of the prices: so many units of a
 * place among the dearest need as many of the place before it. Such prefixes are exactly what lets units be dealt into groups.
 */
export function addGroup(
  draft: ProgramDraft,
  live: LiveCampaign,
  own: readonly ClaimColumn[],
  lines: readonly PreparedLine[],
  ranks: Ranks,
): GroupColumns | undefined {
  const { campaign } = live.compiled;
  const perBasket = campaign.limits?.perBasket ?? Number.POSITIVE_INFINITY;
  const group: Group = { draft, own, lines, perBasket, ranks };
  switch (campaign.kind) {
    case 'buy-get':
      if (campaign.getItems) addBuyOther(group, campaign.buy, campaign.get);
      else addLadders(group, live, campaign.match === 'same-sku', true);
      return { counted: true, priceTerms: [] };
    case 'nth-item':
      addLadders(group, live, campaign.match === 'same-sku', false);
      return { counted: true, priceTerms: [] };
    case 'bundle':
      return { counted: true, priceTerms: addBundle(group, live) };
    case 'bulk-price':
      addBulk(group, live);
      return { counted: false, priceTerms: [] };
    default:
      return undefined;
  }
}

interface Group {
  readonly draft: ProgramDraft;
  readonly own: readonly ClaimColumn[];
  readonly lines: readonly PreparedLine[];
  readonly perBasket: number;
  readonly ranks: Ranks;
}

const quantityOf = (group: Group, { claim }: ClaimColumn): number => group.lines[claim.line]?.quantity ?? 0;

function mostGroups(group: Group, own: readonly ClaimColumn[], size: number): number {
  const lines = new Set(own.map(({ claim }) => claim.line));
  let units = 0;
  for (const line of lines) units += group.lines[line]?.quantity ?? 0;
  return Math.min(group.perBasket, Math.floor(units / size));
}

function bySku(group: Group): ClaimColumn[][] {
  const scopes = new Map<string, ClaimColumn[]>();
  for (const entry of group.own) {
    const sku = group.lines[entry.claim.line]?.line.sku ?? '';
    const scope = scopes.get(sku);
    if (scope) scope.push(entry);
    else scopes.set(sku, [entry]);
  }
  return [...scopes.values()];
}

/** Groups that the units of the roles allow: the role that is shortest decides. */
function mostByRole(group: Group, sizes: readonly number[]): number {
  const units = sizes.map(() => 0);
  for (const entry of group.own) {
    const { role } = entry.claim;
    units[role] = (units[role] ?? 0) + quantityOf(group, entry);
  }
  return Math.min(...sizes.map((size, role) => Math.floor((units[role] ?? 0) / size)));
}

/** Buy-get and nth-item: places from dear to cheap. `whole` asks for complete groups. */
function addLadders(group: Group, live: LiveCampaign, sameSku: boolean, whole: boolean): void {
  const { draft, perBasket } = group;
  const { full, stepsBp } = ladderOf(live.compiled.campaign);
  const counts: Term[] = [];
  for (const scope of sameSku ? bySku(group) : [group.own]) {
    addPrefixRows(group, scope, full, stepsBp.length);
    if (whole) {
      const most = mostGroups(group, scope, full + stepsBp.length);
      const groups = draft.column(0, most, true, group.ranks.group);
      counts.push([groups, 1]);
      for (let role = 0; role <= stepsBp.length; role += 1) {
        const units = scope.filter(({ claim }) => claim.role === role).map(({ column }): Term => [column, 1]);
        draft.row([...units, [groups, role === 0 ? -full : -1]], 0, true);
      }
    } else {
      counts.push(...scope.filter(({ claim }) => claim.role === 1).map(({ column }): Term => [column, 1]));
    }
  }
  if (Number.isFinite(perBasket)) draft.row(counts, perBasket, false);
}

function addPrefixRows(group: Group, scope: readonly ClaimColumn[], full: number, places: number): void {
  const { draft, lines } = group;
  const price = (entry: ClaimColumn): number => lines[entry.claim.line]?.unitFen ?? 0;
  const falling = [...scope].sort((a, b) => price(b) - price(a) || a.column - b.column);
  for (let place = full > 0 ? 1 : 2; place <= places; place += 1) {
    const before = place - 1;
    const perUnit = before === 0 ? full : 1;
    const terms: Term[] = [];
    falling.forEach((entry, at) => {
      if (entry.claim.role === place) terms.push([entry.column, perUnit]);
      if (entry.claim.role === before) terms.push([entry.column, -1]);
      const next = falling[at + 1];
      if (next && price(next) === price(entry)) return;
      if (terms.some(([, coef]) => coef > 0)) draft.row([...terms], 0, false);
    });
  }
  for (let place = 1; place <= places; place += 1) addRoundedRows(group, falling, place, full + place);
}

/** Whole groups only: of the dearest units, so many at a place need so many whole groups up to it. Tightens the relaxation. */
function addRoundedRows(group: Group, falling: readonly ClaimColumn[], place: number, size: number): void {
  if (size < 2) return;
  const { draft, lines } = group;
  const columns: number[] = [];
  const seen = new Set<number>();
  let units = 0;
  falling.forEach((entry, at) => {
    if (entry.claim.role === place) columns.push(entry.column);
    if (!seen.has(entry.claim.line)) units += quantityOf(group, entry);
    seen.add(entry.claim.line);
    const next = falling[at + 1];
    if (next && lines[next.claim.line]?.unitFen === lines[entry.claim.line]?.unitFen) return;
    if (units % size === 0) return;
    const most = Math.floor(units / size);
    const [only, second] = columns;
    const column = second === undefined && only !== undefined ? draft.columns[only] : undefined;
    if (column) column.most = Math.min(column.most, most);
    else if (second !== undefined)
      draft.row(
        columns.map((one): Term => [one, 1]),
        most,
        false,
      );
  });
}

function addBuyOther(group: Group, buy: number, get: number): void {
  const { draft, own } = group;
  const most = Math.min(mostGroups(group, own, buy + get), mostByRole(group, [buy, get]));
  const groups = draft.column(0, most, true, group.ranks.group);
  [buy, get].forEach((size, role) => {
    const units = own.filter(({ claim }) => claim.role === role).map(({ column }): Term => [column, 1]);
    draft.row([...units, [groups, -size]], 0, true);
  });
}

function addBundle(group: Group, live: LiveCampaign): Term[] {
  const { draft, own, lines } = group;
  const { campaign } = live.compiled;
  if (campaign.kind !== 'bundle') return [];
  const { price, slots } = campaign;
  const size = slots.reduce((sum, slot) => sum + slot.quantity, 0);
  const worth = price.by === 'fixed-price' ? -price.bundlePriceFen : 0;
  const byRole = mostByRole(
    group,
    slots.map((slot) => slot.quantity),
  );
  const bundles = draft.column(worth, Math.min(mostGroups(group, own, size), byRole), true, group.ranks.group);
  slots.forEach((slot, role) => {
    const units = own.filter(({ claim }) => claim.role === role).map(({ column }): Term => [column, 1]);
    draft.row([...units, [bundles, -slot.quantity]], 0, true);
  });
  if (price.by === 'percent') return [];
  const listed = own.map(({ claim, column }): Term => [column, -(lines[claim.line]?.unitFen ?? 0)]);
  if (price.by === 'fixed-price') {
    draft.row([...listed, [bundles, price.bundlePriceFen]], 0, false);
    return [[bundles, -price.bundlePriceFen]];
  }
  // An amount is at most what the units taken cost: a column of its own, below both.
  const most = draft.columns[bundles]?.most ?? 0;
  const saved = draft.column(1, most * price.amountOffFen, true, 0);
  draft.row(
    [
      [saved, 1],
      [bundles, -price.amountOffFen],
    ],
    0,
    false,
  );
  draft.row([...listed, [saved, 1]], 0, false);
  return [[saved, 1]];
}

function addBulk(group: Group, live: LiveCampaign): void {
  const { draft, own } = group;
  const { campaign } = live.compiled;
  if (campaign.kind !== 'bulk-price') return;
  for (const scope of campaign.count === 'same-sku' ? bySku(group) : [own]) {
    const reached: Term[] = [];
    campaign.tiers.forEach((tier, role) => {
      const units = scope.filter(({ claim }) => claim.role === role);
      const act = draft.column(0, 1, true, group.ranks.tier);
      reached.push([act, 1]);
      draft.row([...units.map(({ column }): Term => [column, -1]), [act, tier.minUnits]], 0, false);
      for (const entry of units)
        draft.row(
          [
            [entry.column, 1],
            [act, -quantityOf(group, entry)],
          ],
          0,
          false,
        );
    });
    if (reached.length > 1) draft.row(reached, 1, false);
  }
}
