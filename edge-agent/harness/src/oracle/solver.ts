import loader, { type Highs, type Model, type ModelData } from 'highs';
import type { LinearModel } from './linear.ts';

/** The package's types are of its CommonJS build, whose default export is one step deeper than that of the module that runs. */
const loadHighs = loader as unknown as typeof loader.default;

/** What a solver says about a model. `bound`: no solution is larger. `values`: the best solution found, within a fen of `bound` where optimal. */
export type Solved =
  | { readonly status: 'optimal'; readonly bound: number; readonly values: Float64Array }
  | { readonly status: 'infeasible' }
  | { readonly status: 'stopped'; readonly bound: number; readonly values: Float64Array | undefined };

/** A WebAssembly heap never shrinks, and a solver that aborted is not to be trusted again: a new one after so many solves. */
const SOLVES_PER_RUNTIME = 2_000;
const TIME_LIMIT_S = 3;
/** All amounts are whole: less than a fen between the best solution and the bound is nothing. */
const OPTIONS = {
  output_flag: false,
  // Presolve loses the best answer of some small models (`solver.test.ts` holds one), and a restart would presolve again.
  presolve: 'off',
  mip_allow_restart: false,
  // Costs more than it finds on models this small.
  mip_heuristic_run_feasibility_jump: false,
  time_limit: TIME_LIMIT_S,
  mip_rel_gap: 0,
  mip_abs_gap: 0.99,
  mip_feasibility_tolerance: 1e-7,
  primal_feasibility_tolerance: 1e-8,
} as const;

function dataOf(model: LinearModel, highs: Highs): ModelData {
  const { variableType, objectiveSense } = highs.constants;
  const entries = model.rows.map((row) => [...row.terms].sort(([one], [other]) => one - other));
  const starts = [0];
  for (const row of entries) starts.push((starts.at(-1) ?? 0) + row.length);
  return {
    numCols: model.columns.length,
    numRows: model.rows.length,
    sense: objectiveSense.maximize,
    colCost: model.columns.map((_, index) => model.objective.get(index) ?? 0),
    colLower: model.columns.map((column) => column.lower),
    colUpper: model.columns.map((column) => column.upper),
    rowLower: model.rows.map((row) => row.lower),
    rowUpper: model.rows.map((row) => row.upper),
    matrix: {
      format: 'csr',
      numCols: model.columns.length,
      numRows: model.rows.length,
      starts,
      indices: entries.flatMap((row) => row.map(([variable]) => variable)),
      values: entries.flatMap((row) => row.map(([, factor]) => factor)),
    },
    integrality: model.columns.map((column) => (column.whole ? variableType.integer : variableType.continuous)),
  };
}

/** HiGHS in this process, one runtime for many models. */
export class MipSolver {
  #runtime: { highs: Highs; model: Model } | undefined;
  #left = 0;
  solves = 0;

  async solve(model: LinearModel): Promise<Solved> {
    if (model.columns.length === 0) return solvedByHand(model);
    try {
      return this.#run(model, await this.#ready());
    } catch {
      // A runtime that aborted is gone; a model that kills a new one too is told.
      this.dispose();
      return this.#run(model, await this.#ready());
    }
  }

  dispose(): void {
    const held = this.#runtime;
    this.#runtime = undefined;
    try {
      held?.model.dispose();
    } catch {
      // An aborted runtime can't even be asked to end; nobody holds it any more.
    }
  }

  async #ready(): Promise<{ highs: Highs; model: Model }> {
    if (this.#left === 0) this.dispose();
    if (this.#runtime === undefined) {
      const highs = await loadHighs();
      this.#runtime = { highs, model: highs.createModel() };
      this.#runtime.model.options.set(OPTIONS);
      this.#left = SOLVES_PER_RUNTIME;
    }
    this.#left -= 1;
    return this.#runtime;
  }

  #run(linear: LinearModel, { highs, model }: { highs: Highs; model: Model }): Solved {
    const { modelStatus, solutionStatus } = highs.constants;
    model.passModel(dataOf(linear, highs));
    model.raw.zeroAllClocks();
    model.run();
    this.solves += 1;
    const status = model.getModelStatus();
    if (status === modelStatus.infeasible) return { status: 'infeasible' };
    const known = Number(model.info.get('mip_dual_bound'));
    const bound = Number.isFinite(known) ? known : Number.POSITIVE_INFINITY;
    const found = Number(model.info.get('primal_solution_status')) === solutionStatus.feasible;
    const values = found ? Float64Array.from(model.getSolution().colValue) : undefined;
    if (status !== modelStatus.optimal || values === undefined) return { status: 'stopped', bound, values };
    const whole = linear.columns.some((column) => column.whole);
    return { status: 'optimal', bound: whole ? bound : model.getObjectiveValue(), values };
  }
}

/** Nothing to choose: the rows hold or don't. */
function solvedByHand(model: LinearModel): Solved {
  const holds = model.rows.every((row) => row.lower <= 0 && row.upper >= 0);
  return holds ? { status: 'optimal', bound: 0, values: new Float64Array(0) } : { status: 'infeasible' };
}
