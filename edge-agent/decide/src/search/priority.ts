import { claimsOf } from '../claims.ts';
import type { Claim, LiveCampaign, Plan, PreparedLine, Take } from '../model.ts';
import { outcomeOf } from '../outcome.ts';
import type { PreparedBasket } from '../prepare.ts';
import type { CampaignPolicy } from '../schema/campaign.ts';
import { maximise, WorkLimit } from './branch.ts';
import { buildModel, type Part, planOf, type Rule } from './build.ts';
import { rulesOf } from './parts.ts';
import { type Searched, withGifts } from './search.ts';
import { exactOf } from './ties.ts';

/**
 * Priority order: layer by layer, each campaign by falling priority, then the set's order, takes what saves it most of what those before it
 * left. The answer is what the policy says, not the lowest price; it is exact, so that it carries no gap.
 */
export function searchInOrder(prepared: PreparedBasket, policy: CampaignPolicy, maxWork: number): Searched {
  const { lines, items, wide } = prepared;
  const claims = claimsOf(lines, items);
  const rules = rulesOf(items, wide, policy);
  const limit = new WorkLimit(maxWork);
  const state: State = { lines, rules, takes: [], wide: [], acting: new Set() };
  for (const live of byPriority(items)) takeUnits(live, claims, state, limit);
  for (const one of [
    byPriority(wide.filter((live) => !live.couponId)),
    byPriority(wide.filter((live) => live.couponId)),
  ]) {
    for (const live of one) takeWide(live, state);
  }
  const plan = withGifts(prepared, { takes: state.takes, wide: state.wide }, rules);
  const outcome = outcomeOf(lines, plan);
  return { plan, outcome, lowestFen: outcome.payableFen };
}

interface State {
  readonly lines: readonly PreparedLine[];
  readonly rules: readonly Rule[];
  takes: Take[];
  readonly wide: LiveCampaign[];
  readonly acting: Set<LiveCampaign>;
}

function byPriority(all: readonly LiveCampaign[]): LiveCampaign[] {
  const priority = (live: LiveCampaign): number => live.compiled.campaign.priority ?? 0;
  return [...all].sort((a, b) => priority(b) - priority(a) || a.compiled.order - b.compiled.order);
}

function barred(live: LiveCampaign, { rules, acting }: State): boolean {
  return rules.some(
    ({ members, most }) => members.includes(live) && members.filter((member) => acting.has(member)).length >= most,
  );
}

const sameStack = (claim: Claim, others: ReadonlySet<LiveCampaign>): boolean =>
  claim.live.length === others.size && claim.live.every((live) => others.has(live));

/** A claim of `live`, on free units or on top of what its units were taken by, with what it adds. */
interface Step {
  readonly claim: Claim;
  readonly over: Take | undefined;
}

/** The claims of one campaign as a part of their own: each line's units are those that are free, or taken by the rest of the stack. */
function stepsOf(live: LiveCampaign, claims: readonly (readonly Claim[])[], state: State): Step[] {
  return claims.flat().flatMap((claim): Step[] => {
    if (!claim.live.includes(live)) return [];
    if (claim.live.length === 1) return [{ claim, over: undefined }];
    const rest = new Set(claim.live.filter((other) => other !== live));
    const over = state.takes.find((take) => take.claim.line === claim.line && sameStack(take.claim, rest));
    return over ? [{ claim, over }] : [];
  });
}

function takeUnits(live: LiveCampaign, claims: readonly (readonly Claim[])[], state: State, limit: WorkLimit): void {
  if (barred(live, state)) return;
  const steps = stepsOf(live, claims, state);
  // Lines of the small program: one for a line's free units, one for each take that may be stacked on.
  const lines: PreparedLine[] = [];
  const own: Claim[][] = [];
  const origin: Step[][] = [];
  const place = new Map<string, number>();
  for (const step of steps) {
    const key = `${step.claim.line} ${step.over ? state.takes.indexOf(step.over) : 'free'}`;
    const at = place.get(key) ?? addLine(step, state, lines, own, origin);
    place.set(key, at);
    const before = step.over?.claim.saveFen ?? 0;
    const saveFen = step.claim.saveFen - before;
    if (step.over && saveFen <= 0) continue;
    // What it adds to the stack decides; what is its own part there is what its budget pays.
    const partFen = step.claim.partsFen[step.claim.live.indexOf(live)] ?? 0;
    own[at]?.push({ line: at, live: [live], partsFen: [partFen], saveFen, role: step.claim.role });
    origin[at]?.push(step);
  }
  const indices = lines.map((_, line) => line);
  const view: LiveCampaign = { ...live, lines: indices, roles: indices.map(() => [0]) };
  const viewed: Claim[][] = own.map((list) => list.map((claim) => ({ ...claim, live: [view] })));
  const rules = { rules: [], giftWorth: 0, couponCost: 0 };
  const part: Part = { lines, only: indices, claims: viewed, items: [view], wide: [], rules };
  const model = buildModel(part);
  const best = maximise(model.draft, exactOf(part, model), 0, limit);
  if (!best.point) return;
  state.acting.add(live);
  for (const take of planOf(model, best.point).takes) {
    const step = origin[take.claim.line]?.[viewed[take.claim.line]?.indexOf(take.claim) ?? -1];
    if (!step) continue;
    const { over } = step;
    if (over) {
      state.takes = state.takes.flatMap((one) => {
        if (one !== over) return [one];
        return one.units > take.units ? [{ ...one, units: one.units - take.units }] : [];
      });
    }
    state.takes.push({ claim: step.claim, units: take.units });
  }
}

function addLine(step: Step, state: State, lines: PreparedLine[], own: Claim[][], origin: Step[][]): number {
  const line = state.lines[step.claim.line] as PreparedLine;
  const taken = state.takes.filter((take) => take.claim.line === step.claim.line);
  const free = line.quantity - taken.reduce((sum, take) => sum + take.units, 0);
  const quantity = step.over ? step.over.units : free;
  lines.push({ ...line, quantity, listFen: line.unitFen * quantity });
  own.push([]);
  return origin.push([]) - 1;
}

function takeWide(live: LiveCampaign, state: State): void {
  if (barred(live, state)) return;
  const before = outcomeOf(state.lines, { takes: state.takes, wide: state.wide });
  const plan: Plan = { takes: state.takes, wide: [...state.wide, live] };
  const { campaign } = live.compiled;
  const reach = before.reachOf(
    live,
    campaign.kind === 'gift' || campaign.kind === 'spend-save' ? campaign.base : 'list',
  );
  const gives =
    campaign.kind === 'gift'
      ? campaign.units === undefined
        ? reach.amountFen >= (campaign.spendFen ?? 0)
        : reach.units >= campaign.units
      : outcomeOf(state.lines, plan).payableFen < before.payableFen;
  if (!gives) return;
  state.wide.push(live);
  state.acting.add(live);
}
