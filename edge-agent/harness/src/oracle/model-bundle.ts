import type { SlotTake } from './answer.ts';
import { constant, type Expression, type LinearModel, minus, scaled, times, total } from './linear.ts';
import { type Modelled, type Part, wholeAt } from './modelled.ts';
import { at, sumOf } from './numbers.ts';
import { type Line, linesOf, type Problem, type Ruled } from './problem.ts';
import { shareFen } from './savings.ts';

interface Filled {
  readonly slot: number;
  readonly line: number;
  readonly variable: number;
}

/** The bundles of a campaign: how many, and the units that fill their slots. */
interface Bundles {
  readonly count: Expression;
  readonly most: number;
  readonly filled: readonly Filled[];
}

function modelSlots(model: LinearModel, problem: Problem, { source, lines, perBasket }: Ruled<'bundle'>): Bundles {
  const units = sumOf(lines.map((line) => at(problem.lines, line).units));
  const perBundle = sumOf(source.slots.map(({ quantity }) => quantity));
  const most = Math.min(perBasket, Math.floor(units / perBundle));
  const count = times(1, model.whole(most));
  const filled = source.slots.flatMap(({ items, quantity }, slot): Filled[] => {
    const own = linesOf(problem, items).map((line) => ({
      slot,
      line,
      variable: model.whole(at(problem.lines, line).units),
    }));
    model.equal(total(own.map(({ variable }) => times(1, variable))), scaled(count, quantity));
    return own;
  });
  return { count, most, filled };
}

/** What the units of a line come to when each counts so many fen. */
const valueOn = ({ filled }: Bundles, line: number, fen: number): Expression =>
  total(filled.filter((each) => each.line === line).map(({ variable }) => times(fen, variable)));

/** Holds an expression to the smaller one of two, neither of which is above `most`. */
function equalToLess(
  model: LinearModel,
  expression: Expression,
  two: readonly [Expression, Expression],
  most: number,
): void {
  const second = times(1, model.choice());
  const slack = [scaled(second, most), minus(constant(most), scaled(second, most))];
  two.forEach((one, place) => {
    model.atMost(expression, one);
    model.atMost(minus(one, at(slack, place)), expression);
  });
}

/** What bundles save in all, and how much of it lies on each line: any spread that no line's units are too cheap for. */
function modelAmounts(
  model: LinearModel,
  campaign: Ruled<'bundle'>,
  lines: readonly Line[],
  bundles: Bundles,
): Expression[] {
  const { price } = campaign.source;
  const lists = lines.map((line) => valueOn(bundles, line.index, line.unitFen));
  const spread = lines.map((line, place) => {
    const saved = times(1, model.amount(line.units * line.unitFen));
    model.atMost(saved, at(lists, place));
    return saved;
  });
  if (price.by === 'fixed-price') {
    model.equal(total(spread), minus(total(lists), scaled(bundles.count, price.bundlePriceFen)));
  } else if (price.by === 'amount') {
    const most = Math.max(bundles.most * price.amountOffFen, sumOf(lines.map((line) => line.units * line.unitFen)));
    equalToLess(model, total(spread), [scaled(bundles.count, price.amountOffFen), total(lists)], most);
  }
  return spread;
}

/**
 * Whole bundles, a unit in one slot. Their amount is exact; of its spread any is allowed that no line's units are too cheap for, which
 * the rules' own is one of: for the layers above a bundle counts as a whole, so that only what caps a saving there can tell.
 */
export function modelBundle(model: LinearModel, problem: Problem, campaign: Ruled<'bundle'>): Modelled {
  const { slots, price } = campaign.source;
  if (slots.some(({ items }) => linesOf(problem, items).length === 0)) return { parts: [], read: () => [] };
  const lines = campaign.lines.map((line) => at(problem.lines, line));
  const bundles = modelSlots(model, problem, campaign);
  const saved =
    price.by === 'percent'
      ? lines.map((line) => valueOn(bundles, line.index, shareFen(line.unitFen, price.percentOffBp)))
      : modelAmounts(model, campaign, lines, bundles);
  return {
    parts: lines.map(
      ({ index }, place): Part => ({
        line: index,
        campaigns: [campaign],
        units: valueOn(bundles, index, 1),
        saved: [at(saved, place)],
      }),
    ),
    read: (values) =>
      bundles.filled.map(
        ({ slot, line, variable }): SlotTake => ({
          as: 'slot',
          line,
          units: wholeAt(values, variable),
          campaign: campaign.index,
          slot,
        }),
      ),
  };
}
