import type { Answer } from './answer.ts';
import { LinearModel, times, total } from './linear.ts';
import { modelItems, usedChoice } from './model-items.ts';
import { type ModelledSpend, modelSpends } from './model-spends.ts';
import { type Modelled, wholeAt } from './modelled.ts';
import { groupedBy } from './numbers.ts';
import { type Any, consent, type ItemCampaign, type Problem } from './problem.ts';

/** The whole question as one program: its objective is what the basket saves. */
export interface Model {
  readonly linear: LinearModel;
  readonly items: Modelled;
  readonly spends: readonly ModelledSpend[];
  read(values: ArrayLike<number>): Answer;
}

/** Campaigns of which at most `most` may apply. */
interface Limit {
  readonly campaigns: readonly Any[];
  readonly most: number;
}

function limitsOf({ items, spends, bestOne, couponsPerBasket }: Problem): Limit[] {
  const all: Any[] = [...items, ...spends];
  const groups = groupedBy(
    all.filter((campaign) => campaign.source.exclusiveGroup !== undefined),
    (campaign) => campaign.source.exclusiveGroup,
  );
  const coupons = all.filter((campaign) => campaign.coupon);
  return [
    ...[...groups.values()].map((campaigns) => ({ campaigns, most: 1 })),
    ...(bestOne.basket ? [{ campaigns: all.filter((campaign) => campaign.layer === 'basket'), most: 1 }] : []),
    { campaigns: coupons, most: bestOne.coupon ? Math.min(1, couponsPerBasket) : couponsPerBasket },
    ...spends.flatMap((one, place) =>
      spends
        .slice(place + 1)
        .filter((other) => !consent(one, other) && one.lines.some((line) => other.lines.includes(line)))
        .map((other) => ({ campaigns: [one, other], most: 1 })),
    ),
  ].filter(({ campaigns, most }) => campaigns.length > most);
}

export function modelOf(problem: Problem): Model {
  const linear = new LinearModel();
  const items = modelItems(linear, problem);
  const spends = modelSpends(linear, problem, items.parts);
  const used = new Map<ItemCampaign, number>();
  const appliedBy = (campaign: Any): number => {
    if (campaign.kind === 'spend-save') return spends[campaign.index]?.applies ?? 0;
    const known = used.get(campaign) ?? usedChoice(linear, problem, items.parts, campaign);
    used.set(campaign, known);
    return known;
  };
  for (const { campaigns, most } of limitsOf(problem)) {
    linear.atMost(total(campaigns.map((campaign) => times(1, appliedBy(campaign)))), most);
  }
  return {
    linear,
    items,
    spends,
    read: (values) => ({
      takes: items.read(values),
      spends: spends.filter(({ applies }) => wholeAt(values, applies) === 1).map(({ spend }) => spend),
    }),
  };
}
