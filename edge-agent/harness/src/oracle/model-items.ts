import { constant, type Expression, type LinearModel, minus, times, total } from './linear.ts';
import { modelBundle } from './model-bundle.ts';
import { modelBulk, modelBuyGet, modelLadder } from './model-groups.ts';
import type { Modelled, Part } from './modelled.ts';
import { wholeAt } from './modelled.ts';
import { at } from './numbers.ts';
import { consent, type ItemCampaign, isUnitCampaign, type Line, type Problem, type UnitCampaign } from './problem.ts';
import { inStackOrder, mayTake, stackPartsFen } from './savings.ts';

const MAX_STACKED = 3;

/** Every set of campaigns that may act on a unit of the line together. */
function stacksOn(line: Line, campaigns: readonly UnitCampaign[]): UnitCampaign[][] {
  const here = campaigns.filter((campaign) => campaign.lines.includes(line.index));
  const stacks: UnitCampaign[][] = [];
  const extend = (stack: UnitCampaign[], from: number): void => {
    if (stack.length > 0) stacks.push(stack);
    if (stack.length === MAX_STACKED) return;
    here.slice(from).forEach((campaign, offset) => {
      if (stack.every((other) => consent(campaign, other))) extend([...stack, campaign], from + offset + 1);
    });
  };
  extend([], 0);
  return stacks.map(inStackOrder);
}

function modelStacks(model: LinearModel, problem: Problem): Modelled {
  const campaigns = problem.items.filter(isUnitCampaign);
  const stacks = problem.lines.flatMap((line) =>
    stacksOn(line, campaigns).map((stack) => ({ line, stack, parts: stackPartsFen(line.unitFen, line.sku, stack) })),
  );
  const taken = stacks
    .filter(({ line, stack }) => mayTake(line.unitFen, line.sku, stack))
    .map((stack) => ({ ...stack, variable: model.whole(stack.line.units) }));
  for (const campaign of campaigns) {
    if (campaign.perBasket === Number.POSITIVE_INFINITY) continue;
    const own = taken.filter(({ stack }) => stack.includes(campaign));
    model.atMost(total(own.map(({ variable }) => times(1, variable))), campaign.perBasket);
  }
  return {
    parts: taken.map(({ line, stack, parts, variable }) => ({
      line: line.index,
      campaigns: stack,
      units: times(1, variable),
      saved: parts.map((part) => times(part, variable)),
    })),
    read: (values) =>
      taken.map(({ line, stack, variable }) => ({
        as: 'stack',
        line: line.index,
        units: wholeAt(values, variable),
        campaigns: stack.map((campaign) => campaign.index),
      })),
  };
}

function modelCampaign(model: LinearModel, problem: Problem, campaign: ItemCampaign): Modelled {
  switch (campaign.kind) {
    case 'buy-get':
      return modelBuyGet(model, problem, campaign);
    case 'nth-item':
      return modelLadder(model, problem, campaign);
    case 'bundle':
      return modelBundle(model, problem, campaign);
    case 'bulk-price':
      return modelBulk(model, problem, campaign);
    default:
      return { parts: [], read: () => [] };
  }
}

/** The item layer: units that campaigns take, each at most once, within budgets; savings are the objective. */
export function modelItems(model: LinearModel, problem: Problem): Modelled {
  const all = [modelStacks(model, problem), ...problem.items.map((each) => modelCampaign(model, problem, each))];
  const parts = all.flatMap((one) => one.parts);
  for (const line of problem.lines) {
    const here = parts.filter((part) => part.line === line.index);
    model.atMost(total(here.map((part) => part.units)), line.units);
  }
  for (const campaign of problem.items) {
    if (campaign.budgetLeftFen < Number.POSITIVE_INFINITY) {
      model.atMost(total(savedBy(parts, campaign)), campaign.budgetLeftFen);
    }
  }
  model.gain(total(parts.flatMap((part) => part.saved)));
  return { parts, read: (values) => all.flatMap((one) => one.read(values)).filter((take) => take.units > 0) };
}

/** What a campaign saves, part by part. */
export const savedBy = (parts: readonly Part[], campaign: ItemCampaign): Expression[] =>
  parts.flatMap((part) => part.saved.filter((_, place) => part.campaigns[place] === campaign));

/** A choice that is 1 where a campaign takes anything. */
export function usedChoice(
  model: LinearModel,
  problem: Problem,
  parts: readonly Part[],
  campaign: ItemCampaign,
): number {
  const used = model.choice();
  for (const line of campaign.lines) {
    const own = parts.filter((part) => part.line === line && part.campaigns.includes(campaign));
    model.atMost(total(own.map((part) => part.units)), times(at(problem.lines, line).units, used));
  }
  return used;
}

/** What the units of a line that nobody takes come to. */
export const freeUnits = (problem: Problem, parts: readonly Part[], line: number): Expression =>
  minus(
    constant(at(problem.lines, line).units),
    total(parts.filter((part) => part.line === line).map((part) => part.units)),
  );
