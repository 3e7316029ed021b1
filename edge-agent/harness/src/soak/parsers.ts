import { mkdtemp, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, type SoakReport } from '../measure.ts';
import type { SoakFailure } from '../output/schema.ts';
import { type FoundFailure, parserTargets } from './parsers/block.ts';
import { type Finished, HANG_MS, runTasks, WORKER } from './parsers/crew.ts';
import { CaseDrawer } from './parsers/inputs.ts';
import type { Task } from './parsers/worker.ts';

/** Small enough that a Ctrl-C is soon heard and the threads end together. */
const BLOCK_CASES = 20_000;
/** A decoder that fails this often is broken; its other failures say no more. */
const MAX_FAILURES_A_DECODER = 10;
/** A flood is bytes for a quarter of an hour at 9600 baud. */
const MOST_FLOOD_BYTES = 1_000_000;

export const parsersSoak = measure({
  description:
    'random and mutated bytes for every decoder: none throws, hangs or keeps memory, and what it accepts its encoder gives back',
  options: {
    count: { description: 'cases for each decoder', default: 200_000, min: 1, max: 1_000_000_000 },
    first: { description: 'number of the first case', default: 0, min: 0, max: 2 ** 31 - 1 },
    threads: { description: 'worker threads', default: availableParallelism(), min: 1, max: 64 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
  },
  async run({ count, first, threads, seed }, { progress, signal }): Promise<SoakReport> {
    const names = parserTargets().map(({ name }) => name);
    const tally = new Tally(names);
    const beganMs = performance.now();
    progress.stage(`cases for ${names.length} decoders`, count * names.length);
    await runTasks(tasksOf(names, { count, first, seed }), {
      threads,
      hangMs: HANG_MS,
      entry: WORKER,
      signal,
      onFinished(finished) {
        tally.add(finished);
        if (finished.task.kind === 'block') progress.tick(finished.task.block.count);
      },
    });
    const seconds = (performance.now() - beganMs) / 1_000;
    const failures = await Promise.all(tally.failures.map((failure) => kept(failure, seed, tally.folder)));
    return { counts: { ...tally.counts(seconds), failures: tally.failureCount }, failures };
  },
});

/** Blocks of all decoders by turns, so that a run that is cut short has seen every one. */
function tasksOf(names: readonly string[], of: { count: number; first: number; seed: number }): Task[] {
  const bytes = Math.min(MOST_FLOOD_BYTES, of.count * 100);
  const tasks: Task[] = names.map((target) => ({ kind: 'flood', target, bytes }));
  for (let done = 0; done < of.count; done += BLOCK_CASES) {
    const count = Math.min(BLOCK_CASES, of.count - done);
    for (const target of names) {
      tasks.push({ kind: 'block', block: { target, seed: of.seed, first: of.first + done, count } });
    }
  }
  return tasks;
}

class Tally {
  readonly failures: FoundFailure[] = [];
  failureCount = 0;
  readonly #accepted: Map<string, number>;
  readonly #busyMs: Map<string, number>;
  readonly #failed = new Map<string, number>();
  #cases = 0;
  #folder: Promise<string> | undefined;

  constructor(names: readonly string[]) {
    this.#accepted = new Map(names.map((name) => [name, 0]));
    this.#busyMs = new Map(names.map((name) => [name, 0]));
  }

  /** Of the run, made when the first failure has to be kept; it stays. */
  readonly folder = (): Promise<string> => (this.#folder ??= mkdtemp(join(tmpdir(), 'tillside-soak-parsers-')));

  add({ task, report, tookMs }: Finished): void {
    if (task.kind === 'block') {
      const { target, count } = task.block;
      this.#cases += count;
      this.#accepted.set(target, (this.#accepted.get(target) ?? 0) + report.accepted);
      this.#busyMs.set(target, (this.#busyMs.get(target) ?? 0) + tookMs);
    }
    for (const failure of report.failures) {
      this.failureCount += 1;
      const before = this.#failed.get(failure.target) ?? 0;
      this.#failed.set(failure.target, before + 1);
      if (before < MAX_FAILURES_A_DECODER) this.failures.push(failure);
    }
  }

  counts(seconds: number): Record<string, number> {
    const cases = this.#cases / this.#accepted.size;
    return {
      decoders: this.#accepted.size,
      cases: this.#cases,
      casesPerSecond: Math.round(this.#cases / seconds),
      rssMb: Math.round(process.memoryUsage().rss / 1e6),
      // A decoder that accepts nothing was held to nothing.
      ...Object.fromEntries([...this.#accepted].map(([name, accepted]) => [`${word(name)}Accepted`, accepted])),
      ...Object.fromEntries(
        [...this.#busyMs].map(([name, ms]) => [
          `${word(name)}PerSecond`,
          Math.round((1_000 * cases) / Math.max(1, ms)),
        ]),
      ),
    };
  }
}

/** `scale.mettler-8217.answer` -> `scaleMettler8217Answer`. */
const word = (name: string): string => name.replace(/[.-]+(\w)/g, (_whole, letter: string) => letter.toUpperCase());

/** Writes the failing case to a file that `--first N --count 1` with the same seed makes again. */
async function kept(failure: FoundFailure, seed: number, folder: () => Promise<string>): Promise<SoakFailure> {
  const { target, number, code, message } = failure;
  const samples = parserTargets().find(({ name }) => name === target)?.samples ?? [];
  const drawn = number < 0 ? [] : new CaseDrawer({ seed, target, samples }).draw(number);
  const file = join(await folder(), `${target}-${seed}-${number}.json`);
  const whole = drawn.map((chunk) => Buffer.from(chunk).toString('hex'));
  await writeFile(file, `${JSON.stringify({ seed, ...failure, drawn: whole }, null, 2)}\n`);
  return { code, message: `${target}, seed ${seed}, case ${number}: ${message} (${file})` };
}
