import type { GroupTake, Take } from '../answer.ts';
import { type Evaluation, evaluate } from '../evaluate.ts';
import { at } from '../numbers.ts';
import { consent, type ItemCampaign, isUnitCampaign, linesOf, type Problem, type Ruled } from '../problem.ts';

import { inStackOrder, mayTake } from '../savings.ts';

/** A single unit: `line` says whose. */
interface Unit {
  readonly line: number;
  readonly sku: string;
  readonly priceFen: number;
}

/** What may become of the first of some units, with the others that it draws in. */
interface Fate {
  readonly used: readonly Unit[];
  readonly takes: readonly Take[];
}

/** Ordered choices of `count` different elements. */
function* picks<T>(from: readonly T[], count: number): Generator<T[]> {
  if (count === 0) yield [];
  else
    for (const one of from)
      for (const rest of picks(
        from.filter((other) => other !== one),
        count - 1,
      ))
        yield [one, ...rest];
}

const oneSku = (units: readonly Unit[]): boolean => units.every((unit) => unit.sku === units[0]?.sku);
const falling = (units: readonly Unit[]): boolean =>
  units.every((unit, place) => place === 0 || unit.priceFen <= (units[place - 1]?.priceFen ?? 0));

/** One group of a campaign: its units in the order of their roles. Undefined where these units make none. */
function group(problem: Problem, campaign: ItemCampaign, units: readonly Unit[]): GroupTake[] | undefined {
  const take = (unit: Unit) => ({ line: unit.line, units: 1, campaign: campaign.index });
  if (campaign.kind === 'buy-get') {
    const { items, buy, get, match, getItems } = campaign.source;
    if (units.length !== buy + get || (match === 'same-sku' && !oneSku(units))) return undefined;
    const [bought, got] = [units.slice(0, buy), units.slice(buy)];
    const dear = Math.max(...got.map((unit) => unit.priceFen));
    if (getItems === undefined && bought.some((unit) => unit.priceFen < dear)) return undefined;
    const gettable = linesOf(problem, getItems ?? items);
    if (!bought.every((unit) => linesOf(problem, items).includes(unit.line))) return undefined;
    if (!got.every((unit) => gettable.includes(unit.line))) return undefined;
    return units.map((unit, place) => ({ as: place < buy ? 'buy' : 'get', ...take(unit) }));
  }
  if (campaign.kind === 'nth-item') {
    const { items, ladderBp, match } = campaign.source;
    const fits = units.length <= ladderBp.length && falling(units) && (match !== 'same-sku' || oneSku(units));
    if (!fits || !units.every((unit) => linesOf(problem, items).includes(unit.line))) return undefined;
    return units.map((unit, rung) => ({ as: 'rung', rung, ...take(unit) }));
  }
  if (campaign.kind !== 'bundle') return undefined;
  const roles = campaign.source.slots.flatMap(({ quantity }, slot) => Array<number>(quantity).fill(slot));
  if (roles.length !== units.length) return undefined;
  const slotLines = campaign.source.slots.map((slot) => linesOf(problem, slot.items));
  if (!units.every((unit, place) => at(slotLines, at(roles, place)).includes(unit.line))) return undefined;
  return units.map((unit, place) => ({ as: 'slot', slot: at(roles, place), ...take(unit) }));
}

function sizesOf(campaign: ItemCampaign): number[] {
  if (campaign.kind === 'buy-get') return [campaign.source.buy + campaign.source.get];
  if (campaign.kind === 'nth-item') return campaign.source.ladderBp.map((_, rung) => rung + 1);
  if (campaign.kind !== 'bundle') return [];
  return [campaign.source.slots.reduce((sum, slot) => sum + slot.quantity, 0)];
}

function* tiersOf(campaign: Ruled<'bulk-price'>, unit: Unit): Generator<Fate> {
  for (const tier of campaign.source.tiers.keys()) {
    yield { used: [unit], takes: [{ as: 'tier', tier, line: unit.line, units: 1, campaign: campaign.index }] };
  }
}

function* stacksOf(problem: Problem, unit: Unit): Generator<Fate> {
  const here = problem.items.filter(isUnitCampaign).filter((campaign) => campaign.lines.includes(unit.line));
  for (let mask = 1; mask < 2 ** here.length; mask += 1) {
    const stack = here.filter((_, place) => (mask >> place) % 2 === 1);
    if (stack.length > 3 || stack.some((one) => stack.some((other) => one !== other && !consent(one, other)))) continue;
    if (!mayTake(unit.priceFen, unit.sku, inStackOrder(stack))) continue;
    const campaigns = stack.map((campaign) => campaign.index);
    yield { used: [unit], takes: [{ as: 'stack', line: unit.line, units: 1, campaigns }] };
  }
}

function* fatesOf(problem: Problem, units: readonly Unit[]): Generator<Fate> {
  const first = at(units, 0);
  yield { used: [first], takes: [] };
  yield* stacksOf(problem, first);
  for (const campaign of problem.items) {
    if (!campaign.lines.includes(first.line)) continue;
    if (campaign.kind === 'bulk-price') yield* tiersOf(campaign, first);
    for (const size of sizesOf(campaign)) {
      for (const others of picks(units, size)) {
        if (!others.includes(first)) continue;
        const takes = group(problem, campaign, others);
        if (takes) yield { used: others, takes };
      }
    }
  }
}

/** Every way to deal the units to the campaigns, one unit after the other. */
function* dealings(problem: Problem, units: readonly Unit[]): Generator<Take[]> {
  if (units.length === 0) {
    yield [];
    return;
  }
  for (const { used, takes } of fatesOf(problem, units)) {
    const left = units.filter((unit) => !used.includes(unit));
    for (const rest of dealings(problem, left)) yield [...takes, ...rest];
  }
}

/** Looks at every answer there is: for a handful of units and campaigns only. Whether the rules leave open what some answer costs, too. */
export function bruteForce(problem: Problem): { best: Evaluation; unclear: boolean } {
  const units = problem.lines.flatMap((line) =>
    line.open
      ? Array.from({ length: line.units }, (): Unit => ({ line: line.index, sku: line.sku, priceFen: line.unitFen }))
      : [],
  );
  let best = evaluate(problem, { takes: [], spends: [] });
  let unclear = false;
  const seen = new Set<string>();
  for (const takes of dealings(problem, units)) {
    const key = takes
      .map((take) => JSON.stringify(take))
      .sort()
      .join();
    if (seen.has(key)) continue;
    seen.add(key);
    for (let mask = 0; mask < 2 ** problem.spends.length; mask += 1) {
      const spends = problem.spends.filter((_, place) => (mask >> place) % 2 === 1);
      const evaluation = evaluate(problem, { takes, spends });
      if (evaluation.faults.length > 0) continue;
      if (evaluation.unclear) unclear = true;
      else if (evaluation.payableFen < best.payableFen) best = evaluation;
    }
  }
  return { best, unclear };
}
