import type { Basket, DecisionContext } from '../schema/basket.ts';
import type { CampaignSet } from '../schema/campaign.ts';
import type { Decision } from '../schema/decision.ts';
import { isItemKind, type Live, oracleLines, subsets, sum } from './oracle-basics.ts';
import { type ItemLayer, type ItemState, itemStates, mayMeet } from './oracle-items.ts';
import { type LaterLayers, laterOutcome, mayShare, type Outcome, wantedOf } from './oracle-later.ts';
import { liveCampaigns } from './oracle-live.ts';

/** The best answer for the customer, by what can be compared between two engines. */
export interface NaiveOptimum {
  /** Before points are paid with. */
  readonly payableFen: bigint;
  /** Of the answers at that price: the highest worth of gifts and earned points, in hundredths of a fen. */
  readonly value: bigint;
  /** Of these: the fewest coupons. */
  readonly coupons: number;
}

interface Problem {
  readonly items: readonly Live[];
  readonly item: ItemLayer;
  readonly later: LaterLayers;
}

function problemOf(context: DecisionContext, set: CampaignSet, basket: Basket): Problem {
  const live = liveCampaigns(context, set, basket).filter(({ campaign }) => campaign.kind !== 'points-pay');
  const items = live.filter(({ campaign }) => isItemKind(campaign));
  const uppers = live.filter(({ campaign }) => !isItemKind(campaign));
  const lines = oracleLines(basket);
  const { policy } = set;
  return { items, item: { items, uppers, lines, policy }, later: { uppers, lines, policy, basket, context } };
}

const appliedItems = ({ items }: Problem, applied: number): Live[] =>
  items.filter((_, place) => applied & (1 << place));
const couponsOf = (campaigns: readonly Live[]): number => campaigns.filter((one) => one.couponId !== undefined).length;

function isBetter(one: NaiveOptimum, other: NaiveOptimum): boolean {
  if (one.payableFen !== other.payableFen) return one.payableFen < other.payableFen;
  if (one.value !== other.value) return one.value > other.value;
  return one.coupons < other.coupons;
}

/**
 * The best answer of a small basket by trying all: every way to hand its units to the item campaigns, and above each of them every choice
 * of campaigns of the later layers. Exponential in units and campaigns: meant for at most 6 units and 5 campaigns.
 */
export function naiveOptimum(context: DecisionContext, set: CampaignSet, basket: Basket): NaiveOptimum {
  const problem = problemOf(context, set, basket);
  const { uppers, lines, policy } = problem.later;
  const choices = subsets(uppers).filter((on) => on.every((one) => on.every((other) => mayShare(one, other, lines))));
  const withItems = new Map<number, { on: Live[]; coupons: number }[]>();
  const choicesWith = (applied: number): { on: Live[]; coupons: number }[] => {
    const known = withItems.get(applied);
    if (known) return known;
    const below = appliedItems(problem, applied);
    const found = choices
      .filter((on) => mayMeet([...below, ...on], policy))
      .map((on) => ({ on, coupons: couponsOf([...below, ...on]) }));
    withItems.set(applied, found);
    return found;
  };
  const seen = new Set<string>();
  let best: NaiveOptimum | undefined;
  for (const state of itemStates(problem.item)) {
    // Answers of the item layer that cost the same everywhere and bind the layers above alike differ in nothing that is compared.
    if (seen.has(state.key)) continue;
    seen.add(state.key);
    const wanted = wantedOf(problem.later, state);
    for (const { on, coupons } of choicesWith(state.applied)) {
      const outcome = laterOutcome(problem.later, on, state, wanted, []);
      if (!outcome) continue;
      const { payableFen, value } = outcome;
      const answer = { payableFen, value, coupons };
      if (!best || isBetter(answer, best)) best = answer;
    }
  }
  return best ?? { payableFen: 0n, value: 0n, coupons: 0 };
}

/** Savings as `campaign line fen`, in one order. */
function savingsText(problem: Problem, state: ItemState, on: readonly Live[], outcome: Outcome): string {
  const rows = [
    ...problem.items.map(({ campaign }, place) => ({ id: campaign.id, saved: state.saved[place] ?? [] })),
    ...on.map(({ campaign }, index) => ({ id: campaign.id, saved: outcome.saved[index] ?? [] })),
  ];
  return rows
    .flatMap(({ id, saved }) =>
      saved.map((fen, at) => ({ text: `${id} ${problem.later.lines[at]?.line.lineId} ${fen}`, fen })),
    )
    .filter(({ fen }) => fen > 0n)
    .map(({ text }) => text)
    .sort()
    .join('\n');
}

/**
 * Whether the rules allow an answer at all, whatever the objective: some handing out of units to the campaigns that it names gives its
 * savings, line by line and campaign by campaign, its gifts and its points.
 */
export function isReachable(context: DecisionContext, set: CampaignSet, basket: Basket, decision: Decision): boolean {
  const problem = problemOf(context, set, basket);
  const { uppers, lines, policy } = problem.later;
  const paysPoints = set.campaigns.filter((one) => one.kind === 'points-pay').map((one) => one.id);
  const names = new Set([...decision.applied, ...decision.gifts].map((one) => one.campaignId));
  const isNamed = ({ campaign }: Live): boolean => names.has(campaign.id);
  const on = uppers.filter(isNamed);
  const unknown = [...names].filter(
    (id) => !paysPoints.includes(id) && ![...problem.items, ...uppers].some((one) => one.campaign.id === id),
  );
  if (unknown.length > 0 || !mayMeet([...problem.items, ...uppers].filter(isNamed), policy)) return false;
  if (on.some((one) => on.some((other) => !mayShare(one, other, lines)))) return false;
  const savings = decision.lines
    .flatMap(({ lineId, adjustments }) => adjustments.map((one) => ({ ...one, lineId })))
    .filter((one) => one.amountFen > 0 && !paysPoints.includes(one.campaignId))
    .map((one) => `${one.campaignId} ${one.lineId} ${one.amountFen}`)
    .sort()
    .join('\n');
  const paid = lines.map(({ line }) => {
    const of = decision.lines.find((one) => one.lineId === line.lineId)?.adjustments ?? [];
    return sum(of.filter((one) => paysPoints.includes(one.campaignId)).map((one) => BigInt(one.amountFen)));
  });
  const gifts = decision.gifts.map(({ campaignId, chosen }) => `${campaignId} ${chosen.sku} ${chosen.quantity}`).sort();
  const item = { ...problem.item, items: problem.items.filter(isNamed) };
  const named = { ...problem, item, items: item.items };
  for (const state of itemStates(item)) {
    const outcome = laterOutcome(problem.later, on, state, wantedOf(problem.later, state), paid);
    if (!outcome || savingsText(named, state, on, outcome) !== savings) continue;
    const given = outcome.gifts.map(({ upper, sku, pieces }) => `${upper.campaign.id} ${sku} ${pieces}`).sort();
    if (given.join() === gifts.join() && outcome.earned === BigInt(decision.points.earned)) return true;
  }
  return false;
}
