import type { BuyGetTake, RungTake, TierTake } from './answer.ts';
import { type Expression, type LinearModel, scaled, times, total } from './linear.ts';
import { type Modelled, wholeAt } from './modelled.ts';
import { at, groupedBy } from './numbers.ts';
import { type Line, linesOf, type Problem, type Ruled } from './problem.ts';
import { shareFen, unitSavingFen } from './savings.ts';

/** A count of units of one line, as a variable. */
interface Count {
  readonly line: Line;
  readonly variable: number;
}

const countsOn = (model: LinearModel, lines: readonly Line[]): Count[] =>
  lines.map((line) => ({ line, variable: model.whole(line.units) }));

const sumUp = (counts: readonly Count[]): Expression => total(counts.map(({ variable }) => times(1, variable)));

/** Only units of at least this list price. */
const from = (counts: readonly Count[], priceFen: number): Expression =>
  sumUp(counts.filter(({ line }) => line.unitFen >= priceFen));

const pricesOf = (lines: readonly Line[]): number[] => [...new Set(lines.map((line) => line.unitFen))];

const pick = (problem: Problem, indices: readonly number[]): Line[] => indices.map((index) => at(problem.lines, index));

/** The lines, by SKU where each group must hold one. */
const bySku = (lines: readonly Line[], split: boolean): Line[][] => [
  ...groupedBy(lines, (line) => (split ? line.sku : '')).values(),
];

const unitsOf = (lines: readonly Line[]): number => lines.reduce((sum, line) => sum + line.units, 0);

/**
 * `buy` and `get` units on every line. Whole groups in which the got units are the cheapest exist just when, for every price, the groups
 * that the dearer got units need at least are filled with dearer bought units: dearest goes with dearest.
 */
export function modelBuyGet(model: LinearModel, problem: Problem, campaign: Ruled<'buy-get'>): Modelled {
  const { items, buy, get, percentOffBp, match, getItems } = campaign.source;
  const buyLines = linesOf(problem, items);
  const getLines = linesOf(problem, getItems ?? items);
  const counts: { as: 'buy' | 'get'; count: Count }[] = [];
  const groups = bySku(pick(problem, campaign.lines), match === 'same-sku').map((lines) => {
    const bought = countsOn(
      model,
      lines.filter((line) => buyLines.includes(line.index)),
    );
    const got = countsOn(
      model,
      lines.filter((line) => getLines.includes(line.index)),
    );
    const most = Math.floor(unitsOf(lines) / (buy + get));
    const count = times(1, model.whole(most));
    model.equal(sumUp(bought), scaled(count, buy));
    model.equal(sumUp(got), scaled(count, get));
    const prices = getItems === undefined ? pricesOf(lines) : [];
    for (const price of prices) {
      const needed = get === 1 ? from(got, price) : times(1, model.whole(most));
      if (get > 1) model.atMost(from(got, price), scaled(needed, get));
      model.atMost(scaled(needed, buy), from(bought, price));
    }
    counts.push(...bought.map((each) => ({ as: 'buy' as const, count: each })));
    counts.push(...got.map((each) => ({ as: 'get' as const, count: each })));
    return count;
  });
  if (campaign.perBasket < Number.POSITIVE_INFINITY) model.atMost(total(groups), campaign.perBasket);
  return {
    parts: counts.map(({ as, count: { line, variable } }) => ({
      line: line.index,
      campaigns: [campaign],
      units: times(1, variable),
      saved: [times(as === 'get' ? shareFen(line.unitFen, percentOffBp) : 0, variable)],
    })),
    read: (values) =>
      counts.map(
        ({ as, count: { line, variable } }): BuyGetTake => ({
          as,
          line: line.index,
          campaign: campaign.index,
          units: wholeAt(values, variable),
        }),
      ),
  };
}

/** Units on every rung of a line. Groups exist just when each rung's units can stand on units of the rung before that are as dear. */
export function modelLadder(model: LinearModel, problem: Problem, campaign: Ruled<'nth-item'>): Modelled {
  const { items, ladderBp, match } = campaign.source;
  const counts: { rung: number; count: Count }[] = [];
  const groups = bySku(pick(problem, linesOf(problem, items)), match === 'same-sku').map((lines) => {
    const rungs = ladderBp.slice(0, unitsOf(lines)).map(() => countsOn(model, lines));
    rungs.slice(1).forEach((upper, before) => {
      for (const price of pricesOf(lines)) model.atMost(from(upper, price), from(at(rungs, before), price));
    });
    rungs.forEach((rung, index) => {
      counts.push(...rung.map((count) => ({ rung: index, count })));
    });
    return sumUp(at(rungs, 0));
  });
  if (campaign.perBasket < Number.POSITIVE_INFINITY) model.atMost(total(groups), campaign.perBasket);
  return {
    parts: counts.map(({ rung, count: { line, variable } }) => ({
      line: line.index,
      campaigns: [campaign],
      units: times(1, variable),
      saved: [times(shareFen(line.unitFen, at(ladderBp, rung)), variable)],
    })),
    read: (values) =>
      counts.map(
        ({ rung, count: { line, variable } }): RungTake => ({
          as: 'rung',
          line: line.index,
          campaign: campaign.index,
          rung,
          units: wholeAt(values, variable),
        }),
      ),
  };
}

/** Units in every tier of a line; all of a SKU, or of the campaign, are in one tier, and as many as it asks for. */
export function modelBulk(model: LinearModel, problem: Problem, campaign: Ruled<'bulk-price'>): Modelled {
  const { items, count: counting, tiers } = campaign.source;
  const counts: { tier: number; count: Count }[] = [];
  for (const lines of bySku(pick(problem, linesOf(problem, items)), counting === 'same-sku')) {
    const reachable = tiers.flatMap(({ minUnits }, tier) => (minUnits <= unitsOf(lines) ? [{ tier, minUnits }] : []));
    const chosen = reachable.map(({ tier, minUnits }) => {
      const choice = model.choice();
      const own = countsOn(model, lines);
      for (const { line, variable } of own) model.atMost(times(1, variable), times(line.units, choice));
      model.atMost(times(minUnits, choice), sumUp(own));
      counts.push(...own.map((count) => ({ tier, count })));
      return times(1, choice);
    });
    model.atMost(total(chosen), 1);
  }
  if (campaign.perBasket < Number.POSITIVE_INFINITY) {
    model.atMost(sumUp(counts.map(({ count }) => count)), campaign.perBasket);
  }
  return {
    parts: counts.map(({ tier, count: { line, variable } }) => ({
      line: line.index,
      campaigns: [campaign],
      units: times(1, variable),
      saved: [times(unitSavingFen(line.unitFen, at(tiers, tier).discount), variable)],
    })),
    read: (values) =>
      counts.map(
        ({ tier, count: { line, variable } }): TierTake => ({
          as: 'tier',
          line: line.index,
          campaign: campaign.index,
          tier,
          units: wholeAt(values, variable),
        }),
      ),
  };
}
