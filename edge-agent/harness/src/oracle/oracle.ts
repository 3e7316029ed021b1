import type { Answer } from './answer.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { merge } from './merge.ts';
import { modelOf } from './model.ts';
import type { Problem, SpendSave } from './problem.ts';
import type { MipSolver } from './solver.ts';

/**
 * What the oracle knows of the lowest payable amount before points are paid with: it is at least `lowFen`, and an allowed answer costs
 * `highFen`. Where the two are equal it is known exactly.
 */
export interface Verdict {
  readonly lowFen: number;
  readonly highFen: number;
  /** The allowed answer that costs `highFen`, evaluated. */
  readonly evaluation: Evaluation;
}

export const isExact = ({ lowFen, highFen }: Verdict): boolean => lowFen === highFen;

/** Beyond this many campaigns of the layers above, not every subset of them is tried. */
const MAX_TRIED = 6;

const subsetsOf = <T>(list: readonly T[]): T[][] =>
  Array.from({ length: 2 ** list.length }, (_, mask) => list.filter((_element, place) => (mask >> place) % 2 === 1));

/** The cheapest allowed way to finish an answer of the item layer, and the answer as it stands. */
function bestOf(problem: Problem, answer: Answer): Evaluation | undefined {
  const asRead = evaluate(problem, answer);
  const sets: SpendSave[][] = problem.spends.length <= MAX_TRIED ? subsetsOf(problem.spends) : [];
  let best = isAllowed(asRead) ? asRead : undefined;
  for (const spends of sets) {
    const tried = evaluate(problem, { ...answer, spends });
    if (isAllowed(tried) && tried.payableFen < (best?.payableFen ?? Number.POSITIVE_INFINITY)) best = tried;
  }
  return best;
}

const isAllowed = ({ faults, unclear }: Evaluation): boolean => faults.length === 0 && !unclear;

/** A thousandth of a fen is what solving in floating point may leave of a whole amount. */
const WHOLE_WITHIN = 1e-3;

/** Asks the solver for the lowest payable amount, and holds its answer to the rules in whole fen. */
export async function oracle(problem: Problem, solver: MipSolver): Promise<Verdict> {
  const nothing = evaluate(problem, { takes: [], spends: [] });
  const merged = merge(problem);
  const model = modelOf(merged.problem);
  const solved = await solver.solve(model.linear);
  // Taking nothing is always allowed.
  if (solved.status === 'infeasible') throw new Error('ORACLE_INFEASIBLE: the model refuses the empty answer');
  const lowFen = problem.listFen - Math.floor(solved.bound + WHOLE_WITHIN);
  const found = solved.values && bestOf(problem, merged.split(model.read(solved.values)));
  const best = found && found.payableFen < nothing.payableFen ? found : nothing;
  // A bound above an answer that is allowed refutes itself: in floating point a solver may cut off too much. Then nothing is known from below.
  const sound = lowFen <= best.payableFen;
  return { lowFen: sound ? Math.max(0, lowFen) : 0, highFen: best.payableFen, evaluation: best };
}
