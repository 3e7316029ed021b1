import {
  compileCampaigns,
  type Decision,
  decide,
  parseBasket,
  parseCampaignSet,
  parseDecisionContext,
} from '@tillside/decide';
import { checkDecision } from './check-decision.ts';
import { canBeDealt } from './explain-decision.ts';
import { oracle, type Verdict } from './oracle.ts';
import { type DecideCase, problemOf } from './problem.ts';
import type { MipSolver } from './solver.ts';

export interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface Judged {
  readonly verdict: Verdict;
  /** The solver's bound was wrong: the decision is allowed and below it. */
  readonly refuted: boolean;
  /** Absent where the engine refused the case or threw. */
  readonly decision: Decision | undefined;
  readonly failures: readonly Failure[];
}

/** What is judged: answers a case, or throws. */
export type Engine = (asked: DecideCase) => Decision;

/** The code of a generated case that the readers don't let through: a fault of the generator, or of them. */
const REFUSED = 'CASE_REFUSED';

/** The engine of this repository, behind its readers. */
export const tillsideEngine: Engine = ({ set, basket, context }) => {
  const read = { set: parseCampaignSet(set), basket: parseBasket(basket), context: parseDecisionContext(context) };
  if (!read.set.ok || !read.basket.ok || !read.context.ok) {
    const errors = [read.set, read.basket, read.context].flatMap((one) => (one.ok ? [] : one.errors));
    throw new Error(`${REFUSED}: ${errors.map(({ code, path }) => `${code} ${path}`).join('; ')}`);
  }
  return decide(read.context.value, compileCampaigns(read.set.value), read.basket.value);
};

function answered(engine: Engine, asked: DecideCase): { decision: Decision } | { failure: Failure } {
  try {
    return { decision: engine(asked) };
  } catch (error) {
    const { message, stack } = error as Error;
    if (message.startsWith(REFUSED)) return { failure: { code: REFUSED, message } };
    return { failure: { code: 'DECIDE_THREW', message: stack ?? message } };
  }
}

/**
 * The price beside what the oracle knows. Points pay nothing here, so that the payable amount is what was searched for. In priority order
 * nobody looks for the lowest price; below what is possible it must not be either.
 */
function checkPrice({ lowFen, highFen }: Verdict, decision: Decision, { set: { policy } }: DecideCase): Failure[] {
  const { payableFen, provenOptimal, gapFen } = decision;
  const said = `payable ${payableFen}, gap ${gapFen}, proven ${provenOptimal}; lowest possible ${lowFen} to ${highFen}`;
  const failures: Failure[] = [];
  if (payableFen < lowFen) failures.push({ code: 'BELOW_LOWER_BOUND', message: said });
  if (policy.objective === 'priority-order') return failures;
  if (provenOptimal && gapFen !== 0) failures.push({ code: 'PROVEN_WITH_GAP', message: said });
  if (provenOptimal && payableFen > highFen) failures.push({ code: 'NOT_LOWEST', message: said });
  if (!provenOptimal && payableFen - gapFen > highFen) failures.push({ code: 'GAP_TOO_SMALL', message: said });
  return failures;
}

/** Asks engine and oracle the same case and compares: the price, and whether the decision is one that the rules allow. */
export async function judge(
  asked: DecideCase,
  { solver, engine }: { readonly solver: MipSolver; readonly engine: Engine },
): Promise<Judged> {
  const problem = problemOf(asked);
  const verdict = await oracle(problem, solver);
  const answer = answered(engine, asked);
  if ('failure' in answer) return { verdict, refuted: false, decision: undefined, failures: [answer.failure] };
  const { decision } = answer;
  const told = { asked, problem, decision };
  const faults = checkDecision(told);
  const dealt = faults.length === 0 && (await canBeDealt(told, solver));
  // Dealt in the very model whose bound it is below, a decision refutes the bound: a solver in floating point may cut off too much.
  const refuted = dealt && decision.payableFen < verdict.lowFen;
  const held = refuted ? { ...verdict, lowFen: decision.payableFen } : verdict;
  const failures = checkPrice(held, decision, asked);
  if (faults.length > 0) failures.push({ code: 'NOT_ALLOWED', message: faults.join('; ') });
  else if (!dealt)
    failures.push({ code: 'CANNOT_BE_DEALT', message: 'no dealing of the units gives these adjustments' });
  return { verdict: held, refuted, decision, failures };
}
