/**
 * The training job: `--input <export, file or dir> --out <dir> [--seed N] [--created-at ISO] [--stores a,b] [--merged FILE] [--items FILE] [--running <pack>]` trains a model; with `--evaluate <pack>` it only
 * compares that one with the running one; `--check <pack> --out <dir>` tries a pack that was made elsewhere as a store does, and leaves its manifest. Prints one JSON object a line: {progress, step} while it works, then {done: true, ...summary}; or {error: {code, message, hint, words}},
 * `words` being cause and hint in both languages, and exit code 1 (2 for wrong arguments). Other lines are for people.
 */
import { parseArgs } from 'node:util';
import { MODEL_ERRORS, ModelError } from '@tillside/inference';
import { tryBrought } from './brought.ts';
import { messageOf, TRAINING_ERRORS, TrainingError } from './errors.ts';
import { type JobOptions, runEvaluation, runJob } from './job.ts';

const SEED_MAX = 2 ** 31 - 1;
const FLAGS = [
  'input',
  'out',
  'seed',
  'created-at',
  'stores',
  'merged',
  'items',
  'running',
  'evaluate',
  'check',
] as const;
type Values = Partial<Record<(typeof FLAGS)[number], string>>;

function readArguments(): Values {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({ options: Object.fromEntries(FLAGS.map((flag) => [flag, text])) }).values;
  } catch (error) {
    throw new TrainingError('TRAINING_USAGE', messageOf(error));
  }
}

function jobOf(values: Values): Omit<JobOptions, 'onProgress'> {
  const { input, out, stores, merged, items, running, evaluate } = values;
  const seed = Number(values.seed ?? '1');
  const createdAt = new Date(values['created-at'] ?? Date.now());
  if (input === undefined || out === undefined)
    throw new TrainingError('TRAINING_USAGE', '--input and --out are needed.');
  if (!Number.isInteger(seed) || seed < 0 || seed > SEED_MAX)
    throw new TrainingError('TRAINING_USAGE', `--seed ${values.seed}`);
  if (Number.isNaN(createdAt.getTime()))
    throw new TrainingError('TRAINING_USAGE', `--created-at ${values['created-at']}`);
  return {
    input,
    out,
    seed,
    createdAt: createdAt.toISOString(),
    stores: stores?.split(','),
    merged,
    items,
    running,
    evaluate,
  };
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function run(): Promise<object> {
  const values = readArguments();
  const { check, out } = values;
  if (check !== undefined && out !== undefined) return tryBrought(check, out);
  const options: JobOptions = {
    ...jobOf(values),
    onProgress: (progress, step) => print({ progress: Math.round(progress * 1000) / 1000, step }),
    onNotice: (text) => process.stderr.write(`${text}\n`),
  };
  const { evaluate } = options;
  return evaluate === undefined ? runJob(options) : runEvaluation({ ...options, evaluate });
}

function told(error: unknown) {
  if (error instanceof ModelError) return { known: error, words: MODEL_ERRORS[error.code] };
  const known = error instanceof TrainingError ? error : new TrainingError('TRAINING_FAILED', messageOf(error));
  return { known, words: TRAINING_ERRORS[known.code] };
}

try {
  print({ progress: 1, done: true, ...(await run()) });
} catch (error) {
  const { known, words } = told(error);
  print({ error: { code: known.code, message: known.message, hint: known.hint.en, words } });
  process.exitCode = known.code === 'TRAINING_USAGE' ? 2 : 1;
}
