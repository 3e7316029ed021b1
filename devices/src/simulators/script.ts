import { nearest } from './nearest.ts';
import type { SimulatorVerb } from './simulator.ts';
import { ScriptError, splitWords } from './words.ts';

/** Loops in loops; a person who needs more has made a mistake. */
const MAX_DEPTH = 8;
const MAX_REPEATS = 1_000_000_000;
const BLOCKS = ['repeat', 'loop', 'end'] as const;

export type Step =
  | { readonly kind: 'command'; readonly line: number; readonly name: string; readonly args: readonly string[] }
  | { readonly kind: 'block'; readonly line: number; readonly times: number; readonly steps: readonly Step[] };

type Verbs = Readonly<Record<string, SimulatorVerb>>;

/**
 * Reads a script line by line: one command a line, `#` begins a comment, `"..."` holds blanks, `\x1d`, `\r`, `\n`, `\t`, `\\` and `\"` are escapes.
 * `repeat N` ... `end` and `loop` ... `end` (for ever) hold other lines.
 */
export class ScriptReader {
  readonly #verbs: Verbs;
  readonly #open: { line: number; times: number; steps: Step[] }[] = [];
  #line = 0;

  constructor(verbs: Verbs) {
    this.#verbs = verbs;
  }

  /** Blocks that wait for their `end`. */
  get depth(): number {
    return this.#open.length;
  }

  /** The step that this line completes, if any. Throws ScriptError; the line is then as if it had not been there. */
  push(text: string): Step | undefined {
    this.#line += 1;
    const [name, ...args] = splitWords(text, this.#line);
    if (name === undefined) return undefined;
    if (name === 'repeat' || name === 'loop') {
      this.#begin(name, args);
      return undefined;
    }
    return this.#keep(name === 'end' ? this.#end(args) : this.#command(name, args));
  }

  /** Call it after the last line. Throws ScriptError when a block has no end. */
  finish(): void {
    const open = this.#open.at(-1);
    if (!open) return;
    throw new ScriptError(
      open.line,
      { zh: '循环没有 end', en: 'the block has no end' },
      { zh: '在循环的最后加一行 end。', en: 'Put a line "end" after its last command.' },
    );
  }

  #keep(step: Step): Step | undefined {
    const around = this.#open.at(-1);
    around?.steps.push(step);
    return around ? undefined : step;
  }

  #begin(name: string, args: readonly string[]): void {
    const [count = ''] = args;
    const isCount = /^\d{1,10}$/.test(count) && Number(count) >= 1 && Number(count) <= MAX_REPEATS;
    if (name === 'repeat' ? !isCount || args.length > 1 : args.length > 0) {
      throw new ScriptError(
        this.#line,
        { zh: `${name} 的写法不对`, en: `${name} is not written like that` },
        { zh: '写 repeat 次数 或 loop。', en: `Write "repeat N" with N from 1 to ${MAX_REPEATS}, or "loop".` },
      );
    }
    if (this.#open.length >= MAX_DEPTH) {
      throw new ScriptError(
        this.#line,
        { zh: '循环嵌套太深', en: 'too many blocks in each other' },
        { zh: `最多 ${MAX_DEPTH} 层。`, en: `At most ${MAX_DEPTH}.` },
      );
    }
    this.#open.push({ line: this.#line, times: name === 'loop' ? Number.POSITIVE_INFINITY : Number(count), steps: [] });
  }

  #end(args: readonly string[]): Step {
    const block = args.length === 0 ? this.#open.pop() : undefined;
    if (!block) {
      throw new ScriptError(
        this.#line,
        { zh: '多余的 end', en: 'this end ends nothing' },
        {
          zh: '每个 end 对应一个 repeat 或 loop，后面不写参数。',
          en: 'Each end closes one repeat or loop and has no arguments.',
        },
      );
    }
    return { kind: 'block', ...block };
  }

  #command(name: string, args: readonly string[]): Step {
    const verb = Object.hasOwn(this.#verbs, name) ? this.#verbs[name] : undefined;
    const known = [...Object.keys(this.#verbs), ...BLOCKS];
    if (!verb) {
      const near = nearest(name, known) ?? '';
      throw new ScriptError(
        this.#line,
        { zh: `没有命令 "${name}"，是不是 "${near}"？`, en: `there is no command "${name}"; did you mean "${near}"?` },
        { zh: `可用命令：${known.join('、')}`, en: `There are: ${known.join(', ')}` },
      );
    }
    const { least, most } = argumentCount(verb.usage);
    if (args.length < least || args.length > most) {
      const usage = `${name} ${verb.usage}`.trim();
      throw new ScriptError(
        this.#line,
        { zh: `"${name}" 的参数个数不对`, en: `"${name}" has the wrong number of arguments` },
        { zh: `写法：${usage}（${verb.help.zh}）`, en: `Write: ${usage} (${verb.help.en})` },
      );
    }
    return { kind: 'command', line: this.#line, name, args };
  }
}

/** A whole script. Throws ScriptError at the first line that is wrong. */
export function parseScript(text: string, verbs: Verbs): readonly Step[] {
  const reader = new ScriptReader(verbs);
  const steps: Step[] = [];
  for (const line of text.split(/\r?\n/)) {
    const step = reader.push(line);
    if (step) steps.push(step);
  }
  reader.finish();
  return steps;
}

export interface ScriptRun {
  readonly verbs: Verbs;
  readonly signal: AbortSignal;
  /** True for a failure that a script outlives, e.g. nobody listens; it is told by `onSkipped`. */
  isHarmless(error: unknown): boolean;
  onSkipped(line: number, error: Error): void;
}

/** Runs steps one after the other until they are done or `signal` aborts. Rejects with ScriptError naming the line that failed. */
export async function runSteps(steps: readonly Step[], run: ScriptRun): Promise<void> {
  for (const step of steps) {
    if (run.signal.aborted) return;
    if (step.kind === 'command') {
      await runCommand(step, run);
      continue;
    }
    for (let time = 0; time < step.times && !run.signal.aborted; time += 1) {
      await runSteps(step.steps, run);
      // A block without any wait must not keep the rest of the process from its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function runCommand(step: Extract<Step, { kind: 'command' }>, run: ScriptRun): Promise<void> {
  try {
    await run.verbs[step.name]?.run(step.args);
  } catch (error) {
    const problem = error instanceof Error ? error : new Error(String(error));
    if (run.isHarmless(error)) return run.onSkipped(step.line, problem);
    const usage = `${step.name} ${run.verbs[step.name]?.usage ?? ''}`.trim();
    throw new ScriptError(
      step.line,
      { zh: `"${step.name}" 未执行：${problem.message}`, en: `"${step.name}" failed: ${problem.message}` },
      { zh: `写法：${usage}`, en: `Write: ${usage}` },
    );
  }
}

/** How many arguments a usage such as `CODE [AIM]` allows; `...` at its end allows any number more. */
function argumentCount(usage: string): { least: number; most: number } {
  const optional = [...usage.matchAll(/\[([^\]]*)\]/g)].flatMap(([, inner = '']) => wordsOf(inner)).length;
  const least = wordsOf(usage.replace(/\[[^\]]*\]/g, '')).length;
  return { least, most: usage.includes('...') ? Number.POSITIVE_INFINITY : least + optional };
}

const wordsOf = (text: string): string[] =>
  text.split(/\s+/).filter((word) => word !== '' && word !== '...' && word !== '|');
