import { type Answer, book, type GroupTake, type Ledger, type StackTake } from './answer.ts';
import { bookGroups, unitsOf } from './groups.ts';
import { at, groupedBy, sumOf } from './numbers.ts';
import { type Any, consent, isUnitCampaign, type Problem, type SpendSave } from './problem.ts';
import { inStackOrder, mayTake, stackPartsFen } from './savings.ts';
import { spendOutcomes } from './spend.ts';

export interface Evaluation {
  readonly payableFen: number;
  /** What the answer breaks; an allowed answer breaks nothing. */
  readonly faults: readonly string[];
  /** The rules leave open what this answer costs (`spendOutcomes`). */
  readonly unclear: boolean;
  /** By campaign, what it saves. */
  readonly savedFen: ReadonlyMap<Any, number>;
}

const MAX_STACKED = 3;

function bookStacks(ledger: Ledger, takes: readonly StackTake[]): void {
  const { problem, faults } = ledger;
  const used = new Map<Any, number>();
  for (const { line, units, campaigns } of takes) {
    const stack = inStackOrder(campaigns.map((index) => at(problem.items, index)).filter(isUnitCampaign));
    const agreed = stack.every((one, place) => stack.slice(place + 1).every((other) => consent(one, other)));
    if (stack.length !== campaigns.length || stack.length > MAX_STACKED || !agreed) faults.push('STACK');
    if (stack.some((campaign) => !campaign.lines.includes(line))) faults.push('LINE');
    const { unitFen, sku } = at(problem.lines, line);
    const parts = stackPartsFen(unitFen, sku, stack);
    if (!mayTake(unitFen, sku, stack)) faults.push('STACK');
    stack.forEach((campaign, place) => {
      book(ledger, campaign, at(parts, place) * units);
      used.set(campaign, (used.get(campaign) ?? 0) + units);
    });
    ledger.taken.push({ line, campaigns: stack, units, savedFen: sumOf(parts) * units });
  }
  for (const [campaign, units] of used) if (units > campaign.perBasket) faults.push('PER_BASKET');
}

/** Books the units: each at most once, what is not taken as it lies. */
function bookItems(ledger: Ledger, { takes }: Answer): void {
  const { problem, taken, faults } = ledger;
  for (const line of problem.lines) {
    const here = takes.filter((take) => take.line === line.index);
    const free = line.units - unitsOf(here);
    if (free < 0) faults.push('UNIT_TAKEN_TWICE');
    if (free > 0 && line.open) taken.push({ line: line.index, campaigns: [], units: free, savedFen: 0 });
  }
  const inUse = takes.filter((take) => take.units > 0);
  bookStacks(
    ledger,
    inUse.filter((take) => take.as === 'stack'),
  );
  const groups = groupedBy(
    inUse.filter((take): take is GroupTake => take.as !== 'stack'),
    (take) => take.campaign,
  );
  for (const [index, own] of groups) {
    const campaign = at(problem.items, index);
    if (isUnitCampaign(campaign)) faults.push('ROLE');
    else if (bookGroups(ledger, campaign, own) > campaign.perBasket) faults.push('PER_BASKET');
  }
}

function bookSpends(ledger: Ledger, spends: readonly SpendSave[]): void {
  const inTurn = [...spends].sort((one, other) => one.index - other.index);
  const { outcomes, unclear } = spendOutcomes(ledger.problem, ledger.taken, inTurn);
  inTurn.forEach((campaign, place) => {
    book(ledger, campaign, at(outcomes, place).savedFen);
  });
  if (unclear) ledger.unclear = true;
}

/** What the rules say about the campaigns of an answer together. A campaign that saves nothing does not apply. */
function checkTogether({ problem, savedFen, faults }: Ledger): void {
  const applied = [...savedFen].filter(([, fen]) => fen > 0).map(([campaign]) => campaign);
  for (const [campaign, fen] of savedFen) if (fen > campaign.budgetLeftFen) faults.push('BUDGET');
  const inGroups = groupedBy(
    applied.filter((campaign) => campaign.source.exclusiveGroup !== undefined),
    (campaign) => campaign.source.exclusiveGroup,
  );
  if ([...inGroups.values()].some((group) => group.length > 1)) faults.push('EXCLUSIVE_GROUP');
  for (const layer of ['basket', 'coupon'] as const) {
    const ofLayer = applied.filter((campaign) => campaign.layer === layer);
    if (problem.bestOne[layer] && ofLayer.length > 1) faults.push('BEST_ONE');
  }
  if (applied.filter((campaign) => campaign.coupon).length > problem.couponsPerBasket) faults.push('COUPONS');
  const spends = applied.filter((campaign) => campaign.kind === 'spend-save');
  const parted = (one: Any, other: Any): boolean =>
    !consent(one, other) && one.lines.some((line) => other.lines.includes(line));
  if (spends.some((one, place) => spends.slice(place + 1).some((other) => parted(one, other)))) faults.push('CONSENT');
}

/** What an answer costs and what it breaks, by the rules and in whole fen; knows nothing of how the answer was found. */
export function evaluate(problem: Problem, answer: Answer): Evaluation {
  const ledger: Ledger = { problem, taken: [], savedFen: new Map(), faults: [], unclear: false };
  bookItems(ledger, answer);
  bookSpends(ledger, answer.spends);
  checkTogether(ledger);
  const savedFen = sumOf([...ledger.savedFen.values()]);
  return {
    payableFen: problem.listFen - savedFen,
    faults: ledger.faults,
    unclear: ledger.unclear,
    savedFen: ledger.savedFen,
  };
}
