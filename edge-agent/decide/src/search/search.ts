import { claimsOf } from '../claims.ts';
import { isUnitKind } from '../compile.ts';
import { DECIDE_LIMITS } from '../limits.ts';
import type { Claim, LiveCampaign, Plan, PreparedLine, Take } from '../model.ts';
import { type BasketOutcome, outcomeOf } from '../outcome.ts';
import type { PreparedBasket } from '../prepare.ts';
import type { CampaignPolicy } from '../schema/campaign.ts';
import { spendSaveFen } from '../wide.ts';
import { maximise, WorkLimit } from './branch.ts';
import { buildModel, type Part, planOf, type Rule } from './build.ts';
import { usefulClaims } from './dominated.ts';
import { type Division, divide, rulesOf } from './parts.ts';
import { fateOf, rangeOf } from './presolve.ts';
import { exactOf, rulesWithTies } from './ties.ts';

/** The search's answer: a plan worked out to the fen, and the lowest payable amount that any plan could have. */
export interface Searched {
  readonly plan: Plan;
  readonly outcome: BasketOutcome;
  readonly lowestFen: number;
}

/** The best combination of the campaigns, and the best assignment of units to them, for a prepared basket. */
export function searchBasket(prepared: PreparedBasket, policy: CampaignPolicy, maxWork: number): Searched {
  const limit = new WorkLimit(maxWork);
  const searched = searchOnce(prepared, policy, limit, true);
  // Savings met units that cost nothing any more, so that parts and settled campaigns touch each other after all: decide them together.
  return searched.missedFen === 0 || limit.left <= 0 ? searched : searchOnce(prepared, policy, limit, false);
}

function searchOnce(
  prepared: PreparedBasket,
  policy: CampaignPolicy,
  limit: WorkLimit,
  settle: boolean,
): Searched & { readonly missedFen: number } {
  const { lines } = prepared;
  const all = claimsOf(lines, prepared.items);
  const live = new Set(all.flatMap((claims) => claims.flatMap((claim) => claim.live)));
  const items = prepared.items.filter((one) => live.has(one));
  const settled: LiveCampaign[] = [];
  const fates = prepared.wide.map((wide) => ({ wide, fate: fateIn(wide, lines, all) }));
  const possible = fates.filter(({ fate }) => fate !== 'never').map(({ wide }) => wide);
  const rules = rulesOf(items, possible, policy);
  const ruled = new Set(rules.flatMap((rule) => rule.members));
  const open: LiveCampaign[] = [];
  for (const { wide, fate } of fates) {
    if (settle && fate === 'always' && !ruled.has(wide)) settled.push(wide);
    else if (fate !== 'never') open.push(wide);
  }
  const claims = usefulClaims(lines, all, open, ruled);
  const takes: Take[] = [];
  const acting = [...settled];
  let slackFen = 0;
  let expectedFen = 0;
  for (const division of divide(lines, claims, items, open, rules)) {
    const best = solvePart(lines, claims, division, limit);
    takes.push(...best.plan.takes);
    acting.push(...best.plan.wide);
    slackFen += best.slackFen;
    expectedFen += best.savedFen;
  }
  const plan = withGifts(prepared, { takes, wide: acting }, rules);
  const outcome = outcomeOf(lines, plan);
  for (const wide of settled) expectedFen += nominalFen(wide, outcome);
  const listFen = lines.reduce((sum, line) => sum + line.listFen, 0);
  const missedFen = Math.max(0, expectedFen - (listFen - outcome.payableFen));
  return { plan, outcome, lowestFen: Math.max(0, outcome.payableFen - slackFen - missedFen), missedFen };
}

/** The plan in the order of the layers, with every gift that no rule forbids: they cost nothing. */
export function withGifts(prepared: PreparedBasket, { takes, wide }: Plan, rules: readonly Rule[]): Plan {
  const acting = new Set<LiveCampaign>([...wide, ...takes.flatMap((take) => take.claim.live)]);
  for (const live of prepared.wide) {
    if (live.compiled.campaign.kind !== 'gift' || acting.has(live)) continue;
    const barred = rules.some(
      ({ members, most }) => members.includes(live) && members.filter((member) => acting.has(member)).length >= most,
    );
    if (!barred && live.couponId === undefined) acting.add(live);
  }
  return { takes, wide: prepared.wide.filter((live) => acting.has(live)) };
}

/** What a settled campaign gives before the cap at what its units still cost. */
function nominalFen(wide: LiveCampaign, outcome: BasketOutcome): number {
  const { campaign } = wide.compiled;
  if (campaign.kind !== 'spend-save') return 0;
  return spendSaveFen(campaign, outcome.reachOf(wide, campaign.base), wide.budgetFen);
}

function fateIn(
  wide: LiveCampaign,
  lines: readonly PreparedLine[],
  claims: readonly (readonly Claim[])[],
): 'never' | 'always' | 'open' {
  const { campaign } = wide.compiled;
  if (campaign.kind !== 'spend-save' && campaign.kind !== 'gift') return 'never';
  return fateOf(campaign, rangeOf(wide, campaign.base, lines, claims), wide.budgetFen);
}

interface Solved {
  readonly plan: Plan;
  readonly savedFen: number;
  /** By how much another plan of the part could save more, at most. */
  readonly slackFen: number;
}

function isSimple(division: Division): boolean {
  return (
    division.wide.length === 0 &&
    division.rules.length === 0 &&
    division.items.every(
      ({ compiled: { campaign }, budgetFen }) =>
        isUnitKind(campaign) && campaign.limits?.perBasket === undefined && !Number.isFinite(budgetFen),
    )
  );
}

/** The best claim of a line by itself; of equal ones the first. */
function bestClaim(claims: readonly Claim[]): Claim | undefined {
  let best: Claim | undefined;
  for (const claim of claims) if (claim.saveFen > (best?.saveFen ?? 0)) best = claim;
  return best;
}

function takeBest(
  lines: readonly PreparedLine[],
  claims: readonly (readonly Claim[])[],
  only: readonly number[],
): Take[] {
  return only.flatMap((line) => {
    const claim = bestClaim(claims[line] ?? []);
    return claim ? [{ claim, units: lines[line]?.quantity ?? 0 }] : [];
  });
}

function solvePart(
  lines: readonly PreparedLine[],
  claims: readonly (readonly Claim[])[],
  division: Division,
  limit: WorkLimit,
): Solved {
  if (isSimple(division)) {
    const takes = takeBest(lines, claims, division.only);
    const savedFen = takes.reduce((sum, take) => sum + take.claim.saveFen * take.units, 0);
    return { plan: { takes, wide: [] }, savedFen, slackFen: 0 };
  }
  const part: Part = { lines, claims, ...division, rules: rulesWithTies(division) };
  const model = buildModel(part);
  const cells = model.draft.rows.length * model.draft.columns.length;
  if (cells > DECIDE_LIMITS.maxTableCells) return tooLarge(part, limit);
  const exact = exactOf(part, model);
  const best = maximise(model.draft, exact, 0, limit);
  const plan = best.point ? planOf(model, best.point) : { takes: [], wide: [] };
  const savedFen = exact.savedFen(plan);
  if (best.bound - best.worth < exact.step) return { plan, savedFen, slackFen: 0 };
  return { plan, savedFen, slackFen: Math.max(0, Math.floor(best.bound + 0.5) - savedFen) };
}

/** A part beyond the table's size: each line at its own best, under no rule and with a bound instead of a proof. */
function tooLarge(part: Part, limit: WorkLimit): Solved {
  const ruled = new Set(part.rules.rules.flatMap((rule: Rule) => rule.members));
  const free = part.claims.map((claims) =>
    claims.filter((claim) =>
      claim.live.every(
        (live) =>
          isUnitKind(live.compiled.campaign) &&
          !ruled.has(live) &&
          live.compiled.campaign.limits?.perBasket === undefined &&
          !Number.isFinite(live.budgetFen),
      ),
    ),
  );
  const wide = part.wide.filter((live) => !ruled.has(live));
  const plan = { takes: takeBest(part.lines, free, part.only), wide };
  limit.spend(part.only.length);
  const exact = exactOf(part, undefined);
  let mostFen = 0;
  for (const line of part.only) {
    const prepared = part.lines[line];
    const most = Math.max(0, ...(part.claims[line] ?? []).map((claim) => mostOf(claim, prepared)));
    mostFen += most * (prepared?.quantity ?? 0);
  }
  for (const live of part.wide) {
    const { campaign } = live.compiled;
    const own = live.lines.map((line) => part.lines[line]);
    const reach = {
      amountFen: own.reduce((sum, line) => sum + (line?.listFen ?? 0), 0),
      units: own.reduce((sum, line) => sum + (line?.quantity ?? 0), 0),
    };
    if (campaign.kind === 'spend-save') mostFen += spendSaveFen(campaign, reach, live.budgetFen);
  }
  const savedFen = exact.savedFen(plan);
  return { plan, savedFen, slackFen: Math.max(0, mostFen - savedFen) };
}

function mostOf(claim: Claim, line: PreparedLine | undefined): number {
  const [first] = claim.live;
  const campaign = first?.compiled.campaign;
  return campaign?.kind === 'bundle' && campaign.price.by !== 'percent' ? (line?.unitFen ?? 0) : claim.saveFen;
}
