import { constant, type Expression, type LinearModel, minus, NOTHING, scaled, times, total } from './linear.ts';
import { freeUnits } from './model-items.ts';
import type { Part } from './modelled.ts';
import { at, sumOf } from './numbers.ts';
import { countsFor, type Problem, type SpendSave } from './problem.ts';
import { shareFen } from './savings.ts';

/** A campaign of the layers above, as the model sees it. */
export interface ModelledSpend {
  readonly spend: SpendSave;
  /** 1 where it applies. */
  readonly applies: number;
  /** What it saves on each of its lines, in their order; one sum for all of them where its lines are its own. */
  readonly saved: readonly Expression[];
  readonly perLine: boolean;
}

/** What counts for a campaign on a line. */
interface CountingExpression {
  readonly units: Expression;
  readonly listFen: Expression;
  readonly afterFen: Expression;
}

interface Reach {
  readonly spend: SpendSave;
  readonly applies: number;
  readonly units: Expression;
  readonly baseFen: Expression;
  readonly mostUnits: number;
  readonly mostFen: number;
}

function countingOn(problem: Problem, parts: readonly Part[], spend: SpendSave, line: number): CountingExpression {
  const counting = parts.filter(
    (part) => part.line === line && part.campaigns.every((campaign) => countsFor(campaign, spend)),
  );
  const units = total([freeUnits(problem, parts, line), ...counting.map((part) => part.units)]);
  const listFen = scaled(units, at(problem.lines, line).unitFen);
  return { units, listFen, afterFen: minus(listFen, total(counting.flatMap((part) => part.saved))) };
}

/** One tier: what it saves when it is the chosen one. Returns the choice and the saving, both 0 where it cannot be reached. */
function modelTier(
  model: LinearModel,
  reach: Reach,
  tier: SpendSave['source']['tiers'][number],
): [Expression, Expression] {
  const { spend, units, baseFen } = reach;
  const [measure, most, threshold] =
    tier.units === undefined ? [baseFen, reach.mostFen, tier.spendFen ?? 1] : [units, reach.mostUnits, tier.units];
  if (most < threshold) return [NOTHING, NOTHING];
  if (tier.percentOffBp !== undefined) {
    const choice = times(1, model.choice());
    const share = shareFen(reach.mostFen, tier.percentOffBp);
    const cap = Math.min(tier.maxSaveFen ?? share, share, spend.budgetLeftFen);
    const saved = times(1, model.whole(cap));
    model.atMost(scaled(choice, threshold), measure);
    model.atMost(saved, scaled(choice, cap));
    // Half-up: a whole number that is at most the share and a half.
    model.atMost(saved, total([scaled(baseFen, tier.percentOffBp / 10_000), constant(0.5)]));
    return [choice, saved];
  }
  const reached = spend.source.repeat === 'once' ? 1 : Math.min(spend.perBasket, Math.floor(most / threshold));
  const repeats = Math.min(reached, Math.floor(spend.budgetLeftFen / (tier.saveFen ?? 1)));
  if (repeats === 0) return [NOTHING, NOTHING];
  const choice = times(1, model.choice());
  const steps = repeats === 1 ? choice : times(1, model.whole(repeats));
  if (repeats > 1) {
    model.atMost(steps, scaled(choice, repeats));
    model.atMost(choice, steps);
  }
  model.atMost(scaled(steps, threshold), measure);
  return [choice, scaled(steps, tier.saveFen ?? 0)];
}

/** Whether what the units still cost never caps the saving: it is a part of what they cost after items, and nobody else takes of that. */
function neverCapped(problem: Problem, { source, lines, index }: SpendSave): boolean {
  const alone = problem.spends.every(
    (other) => other.index === index || !other.lines.some((line) => lines.includes(line)),
  );
  const part = source.tiers.every(
    (tier) => tier.percentOffBp !== undefined || (tier.saveFen ?? 0) <= (tier.spendFen ?? 0),
  );
  return alone && part && source.base === 'after-item-discounts';
}

function modelSpend(model: LinearModel, problem: Problem, parts: readonly Part[], spend: SpendSave): ModelledSpend {
  const counting = spend.lines.map((line) => countingOn(problem, parts, spend, line));
  const lines = spend.lines.map((line) => at(problem.lines, line));
  const afterFen = total(counting.map((line) => line.afterFen));
  const reach: Reach = {
    spend,
    applies: model.choice(),
    units: total(counting.map((line) => line.units)),
    baseFen: spend.source.base === 'list' ? total(counting.map((line) => line.listFen)) : afterFen,
    mostUnits: sumOf(lines.map((line) => line.units)),
    mostFen: sumOf(lines.map((line) => line.units * line.unitFen)),
  };
  const tiers = spend.source.tiers.map((tier) => modelTier(model, reach, tier));
  model.equal(total(tiers.map(([choice]) => choice)), times(1, reach.applies));
  const wantedFen = total(tiers.map(([, saving]) => saving));
  const capped = !neverCapped(problem, spend);
  // By line, any split of the amount; the rules' own spread is one of them.
  const saved = capped ? lines.map((line) => times(1, model.amount(line.units * line.unitFen))) : [wantedFen];
  if (capped) {
    saved.forEach((expression, place) => {
      model.atMost(expression, at(counting, place).afterFen);
    });
    model.atMost(total(saved), wantedFen);
  }
  model.gain(total(saved));
  return { spend, applies: reach.applies, saved, perLine: capped };
}

/** What a campaign saves on some of its lines; a campaign that is not told apart by line shares none. */
const savedOn = ({ spend, saved, perLine }: ModelledSpend, lines: readonly number[]): Expression[] =>
  saved.filter((_, place) => perLine && lines.includes(at(spend.lines, place)));

/**
 * The basket and coupon layers: thresholds, steps and shares are exact; where savings meet on a line, any split of the line's cost after
 * items is allowed, which is at least what the rules' order and spread give.
 */
export function modelSpends(model: LinearModel, problem: Problem, parts: readonly Part[]): ModelledSpend[] {
  const all = problem.spends.map((spend) => modelSpend(model, problem, parts, spend));
  for (const { index, units, unitFen } of problem.lines) {
    const shared = all.filter(({ spend, perLine }) => perLine && spend.lines.includes(index));
    if (shared.length < 2) continue;
    const saved = parts.filter((part) => part.line === index).flatMap((part) => part.saved);
    model.atMost(total([...shared.flatMap((one) => savedOn(one, [index])), ...saved]), units * unitFen);
  }
  return all;
}
