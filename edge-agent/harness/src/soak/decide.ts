import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as eventLoop } from 'node:timers/promises';
import { measure, type SoakReport } from '../measure.ts';
import { generateCase } from '../oracle/generate.ts';
import { type Judged, judge, tillsideEngine } from '../oracle/judge.ts';
import { isExact } from '../oracle/oracle.ts';
import type { DecideCase } from '../oracle/problem.ts';
import { shrink } from '../oracle/shrink.ts';
import { MipSolver } from '../oracle/solver.ts';
import type { SoakFailure } from '../output/schema.ts';

/** How often a failing case is asked again while it is made smaller, and how many cases are. */
const SHRINK_TRIES = 400;
const SHRUNK_CASES = 20;
/** A Ctrl-C is only heard between cases, and there only where the event loop turns. */
const CASES_A_TURN = 20;

export const decideSoak = measure({
  description:
    'random campaign sets and baskets, decided and held against an integer program of the rules: lowest price, allowed answers',
  options: {
    count: { description: 'cases', default: 10_000, min: 1, max: 100_000_000 },
    first: { description: 'number of the first case', default: 0, min: 0, max: 2 ** 31 - 1 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
  },
  async run({ count, first, seed }, { progress, signal }): Promise<SoakReport> {
    const solver = new MipSolver();
    const tally = new Tally();
    const failures: SoakFailure[] = [];
    const out = lazyFolder();
    let shrunk = 0;
    progress.stage('cases', count);
    try {
      for (let number = first; number < first + count; number += 1) {
        if (number % CASES_A_TURN === 0) await eventLoop();
        signal.throwIfAborted();
        const asked = generateCase(seed, number);
        const judged = await judge(asked, { solver, engine: tillsideEngine });
        tally.add(judged);
        if (judged.failures.length > 0) {
          shrunk += 1;
          const smallest = shrunk > SHRUNK_CASES ? asked : await smallestOf(asked, judged, solver);
          const file = await keep(join(await out(), `case-${seed}-${number}.json`), smallest, solver);
          failures.push(...judged.failures.map((one) => told(one, { seed, number, file })));
        }
        progress.tick();
      }
    } finally {
      solver.dispose();
    }
    return { counts: { ...tally.counts(), solves: solver.solves, failures: failures.length }, failures };
  },
});

const told = ({ code, message }: SoakFailure, of: { seed: number; number: number; file: string }): SoakFailure => ({
  code,
  message: `seed ${of.seed}, case ${of.number}: ${message} (${of.file})`,
});

const smallestOf = (asked: DecideCase, judged: Judged, solver: MipSolver): Promise<DecideCase> => {
  const codes = judged.failures.map(({ code }) => code);
  return shrink(
    asked,
    async (smaller) =>
      (await judge(smaller, { solver, engine: tillsideEngine })).failures.some(({ code }) => codes.includes(code)),
    SHRINK_TRIES,
  );
};

/** Writes the case with what engine and oracle say of it. */
async function keep(file: string, asked: DecideCase, solver: MipSolver): Promise<string> {
  const { verdict, decision, failures } = await judge(asked, { solver, engine: tillsideEngine });
  const { lowFen, highFen, evaluation } = verdict;
  const savedFen = Object.fromEntries([...evaluation.savedFen].map(([campaign, fen]) => [campaign.id, fen]));
  const report = { failures, oracle: { lowFen, highFen, savedFen }, decision, case: asked };
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
}

/** A folder of the run, made when the first case has to be kept; it stays. */
function lazyFolder(): () => Promise<string> {
  let folder: Promise<string> | undefined;
  return () =>
    (folder ??= mkdir(tmpdir(), { recursive: true }).then(() => mkdtemp(join(tmpdir(), 'tillside-soak-decide-'))));
}

/** What a run saw; a soak that never meets a kind of campaign says nothing about it. */
class Tally {
  #cases = 0;
  #exact = 0;
  #proven = 0;
  #discounted = 0;
  #refuted = 0;
  readonly #applied = new Map<string, number>();

  add({ verdict, decision, refuted }: Judged): void {
    this.#cases += 1;
    if (refuted) this.#refuted += 1;
    if (isExact(verdict)) this.#exact += 1;
    if (decision?.provenOptimal) this.#proven += 1;
    if (decision !== undefined && decision.savingsFen > 0) this.#discounted += 1;
    for (const [{ kind }, fen] of verdict.evaluation.savedFen) {
      const word = `applied${kind.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase())}`;
      if (fen > 0) this.#applied.set(word, (this.#applied.get(word) ?? 0) + 1);
    }
  }

  counts(): Record<string, number> {
    return {
      cases: this.#cases,
      exact: this.#exact,
      bound: this.#cases - this.#exact,
      exactPerMille: Math.floor((1000 * this.#exact) / this.#cases),
      boundsRefuted: this.#refuted,
      proven: this.#proven,
      unproven: this.#cases - this.#proven,
      discounted: this.#discounted,
      ...Object.fromEntries([...this.#applied].sort(([one], [other]) => (one < other ? -1 : 1))),
    };
  }
}
