import { Command, CommanderError, Option as CommandOption, InvalidArgumentError } from 'commander';
import { HarnessError } from './errors.ts';
import type { Asked, Bench, MeasureContext, NamedMeasure, Option, Soak } from './measure.ts';
import type { Progress } from './output/progress.ts';
import { BenchOutput, EvalOutput, MAX_LISTED_FAILURES, type Output, SoakOutput } from './output/schema.ts';
import { tableOf } from './output/table.ts';
import { findMeasure, type Kind } from './registry.ts';
import { MeasuredStore } from './store/measured-store.ts';

export interface Registry {
  readonly bench: Readonly<Record<string, Bench>>;
  readonly eval: Readonly<Record<string, Bench>>;
  readonly soak: Readonly<Record<string, Soak>>;
}

export interface RunPorts {
  readonly registry: Registry;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  out(text: string): void;
  err(text: string): void;
}

const KINDS = ['bench', 'eval', 'soak'] as const satisfies readonly Kind[];
const INTERRUPTED = 130;

/** The harness as a command: `bench|eval|soak NAME [options]`. Returns the exit code: 0; 1 failed (a soak that found something too); 2 wrong use; 130 interrupted. */
export async function runHarness(args: readonly string[], ports: RunPorts): Promise<number> {
  try {
    const [kind, name, ...rest] = args;
    if (!isKind(kind)) {
      throw new HarnessError('HARNESS_USAGE', `say what to run: ${KINDS.join(', ')}`);
    }
    const known: Readonly<Record<string, NamedMeasure<unknown>>> = ports.registry[kind];
    if (name === undefined || name.startsWith('-')) {
      ports.err(listing(kind, known));
      throw new HarnessError('HARNESS_USAGE', `say which ${kind}: ${Object.keys(known).join(', ')}`);
    }
    const chosen = findMeasure(kind, known, name);
    const asked = readOptions(kind, name, chosen, rest, ports);
    if (asked === undefined) return 0;
    const output = await runMeasure(kind, name, asked.values, ports);
    if (!asked.json) ports.out(tableOf(output));
    else ports.out(`${JSON.stringify(output)}\n`);
    return 'soak' in output && !output.passed ? 1 : 0;
  } catch (error) {
    ports.progress.stop();
    if (ports.signal.aborted) return INTERRUPTED;
    if (!(error instanceof HarnessError)) {
      ports.err(`HARNESS_FAILED: ${(error as Error).stack}\n`);
      return 1;
    }
    ports.err(`${error.code}: ${error.message}\n  ${error.hint}\n`);
    return error.exitCode;
  }
}

const isKind = (word: string | undefined): word is Kind => KINDS.some((kind) => kind === word);

const listing = (kind: Kind, known: Readonly<Record<string, NamedMeasure<unknown>>>): string =>
  Object.entries(known)
    .map(([name, { description }]) => `  ${kind} ${name.padEnd(12)}${description}\n`)
    .join('');

/** Undefined when only help was asked for. Throws HARNESS_USAGE. */
function readOptions(
  kind: Kind,
  name: string,
  chosen: NamedMeasure<unknown>,
  args: readonly string[],
  ports: RunPorts,
): { json: boolean; values: Asked } | undefined {
  const command = new Command(`${kind} ${name}`)
    .description(chosen.description)
    .option('--json', 'print the result as one JSON line, the last of the output')
    .exitOverride()
    .configureOutput({ writeOut: ports.err, writeErr: () => undefined });
  for (const [name, option] of Object.entries(chosen.options)) {
    const [shown, read] = readerOf(option);
    const flag = new CommandOption(`--${name} <${shown}>`, option.description).argParser(read);
    command.addOption(flag.default(option.default, option.default === '' ? 'none' : undefined));
  }
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new HarnessError('HARNESS_USAGE', error.message.replace(/^error: /, ''));
  }
  const { json = false, ...values } = command.opts<{ json?: boolean } & Record<string, number | string>>();
  return { json: Boolean(json), values };
}

/** How an option's value is shown in the help, and read. */
function readerOf(option: Option): [shown: string, read: (text: string) => number | string] {
  if ('choices' in option) {
    const refuse = (): never => {
      throw new InvalidArgumentError(`give one of ${option.choices.join(', ')}`);
    };
    return [option.choices.join('|'), (text) => (option.choices.includes(text) ? text : refuse())];
  }
  if ('path' in option) return [option.path, (text) => text];
  const { min, max } = option;
  const read = (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`give a whole number from ${min} to ${max}`);
  };
  return ['n', read];
}

async function runMeasure(kind: Kind, name: string, values: Asked, ports: RunPorts): Promise<Output> {
  let store: Promise<MeasuredStore> | undefined;
  const context: MeasureContext = {
    progress: ports.progress,
    signal: ports.signal,
    store: () => (store ??= MeasuredStore.start((step) => ports.progress.stage(`store: ${step}`))),
  };
  try {
    return await outputOf(kind, name, values, ports.registry, context);
  } finally {
    ports.progress.stop();
    // A store that could not be started has stopped itself.
    await (await store?.catch(() => undefined))?.stop();
  }
}

/** Runs one measure and holds what it gives to the published shape. Rejects with HARNESS_OUTPUT_REFUSED when it does not fit. */
export async function outputOf(
  kind: Kind,
  name: string,
  values: Asked,
  registry: Registry,
  context: MeasureContext,
): Promise<Output> {
  if (kind === 'bench') {
    const chosen = findMeasure(kind, registry.bench, name);
    return held(BenchOutput, { bench: name, results: await chosen.run(values, context) });
  }
  if (kind === 'eval') {
    const chosen = findMeasure(kind, registry.eval, name);
    return held(EvalOutput, { eval: name, results: await chosen.run(values, context) });
  }
  const { counts, failures } = await findMeasure(kind, registry.soak, name).run(values, context);
  return held(SoakOutput, {
    soak: name,
    passed: failures.length === 0,
    counts,
    failures: failures.slice(0, MAX_LISTED_FAILURES),
    seed: values.seed,
  });
}

function held<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false; error: Error } },
  value: unknown,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HarnessError('HARNESS_OUTPUT_REFUSED', parsed.error.message);
}
