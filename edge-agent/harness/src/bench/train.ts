import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { nodeArguments } from '@tillside/demo';
import { type MeasureContext, measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { createChance } from '../random.ts';
import { residentMemory } from '../store/proc.ts';
import { cpuTimesOf } from './ingest/cpu.ts';
import { shopLines } from './train/shop.ts';
import { saleLines } from './train/tafeng.ts';

const JOB = fileURLToPath(import.meta.resolve('@tillside/training/job'));
const LOOK_MS = 500;

export const trainBench = measure({
  description: "HQ's training job, as the hub spawns it: time of each step and the most memory",
  options: {
    data: {
      description: 'Ta-Feng as DNNTSP has it, repeated up to --baskets; else a made-up shop',
      default: '',
      path: 'FILE',
    },
    baskets: { description: 'to train on', default: 90_000, min: 100, max: 3_000_000 },
    members: { description: 'of the made-up shop', default: 20_000, min: 20, max: 1_000_000 },
    items: { description: 'of the made-up shop', default: 12_000, min: 300, max: 200_000 },
    seed: { description: 'of all that is drawn', default: 1, min: 0, max: 2 ** 31 - 1 },
  },
  async run({ data, seed, ...size }, context): Promise<Result[]> {
    const dir = mkdtempSync(join(tmpdir(), 'tillside-train-'));
    try {
      context.progress.stage(`${size.baskets} baskets are written`);
      const input = join(dir, 'sales.ndjson');
      const lines = data === '' ? shopLines(size, createChance(seed)) : saleLines(data, size.baskets);
      await pipeline(lines, createWriteStream(input));
      const out = join(dir, 'out');
      const run = await train(['--input', input, '--out', out, '--seed', String(seed)], context);
      const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as Manifest;
      return resultsOf(data === '' ? 'planted' : 'tafeng', run, manifest);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
});

interface Run {
  readonly seconds: number;
  /** Of the job's own process and its threads; what else the machine does changes it least. */
  readonly cpuSeconds: number;
  /** Of the job with its children, MB, looked at every LOOK_MS. */
  readonly peakMb: number;
  /** Seconds from the first line of a step to that of the next. */
  readonly steps: ReadonlyMap<string, number>;
}

/** What of the model's manifest is told. */
interface Manifest {
  readonly training: { readonly baskets: number; readonly members: number; readonly items: number };
  readonly metrics: Readonly<Record<string, number>>;
}

function resultsOf(
  name: string,
  { seconds, cpuSeconds, peakMb, steps }: Run,
  { training, metrics }: Manifest,
): Result[] {
  const result = (metric: string, value: number, unit: Result['unit']): Result => ({ case: name, metric, value, unit });
  return [
    result('seconds', seconds, 's'),
    result('cpuSeconds', cpuSeconds, 's'),
    result('peakRssMb', peakMb, 'MB'),
    result('baskets', training.baskets, 'count'),
    result('members', training.members, 'count'),
    result('items', training.items, 'count'),
    result('recallAt5', metrics.recallAt5 ?? 0, 'ratio'),
    ...[...steps].map(([step, took]) => result(`${step}Seconds`, took, 's')),
  ];
}

async function train(args: readonly string[], { progress, signal }: MeasureContext): Promise<Run> {
  const startedMs = performance.now();
  const job = spawn(process.execPath, [...nodeArguments(JOB), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  });
  const ended = once(job, 'close');
  let [peakMb, cpuMs] = [0, 0];
  const look = setInterval(() => {
    try {
      peakMb = Math.max(peakMb, residentMemory(job.pid ?? 0).treeMb);
      const cpu = cpuTimesOf(job.pid);
      cpuMs = Math.max(cpuMs, (cpu?.mainMs ?? 0) + (cpu?.othersMs ?? 0));
    } catch {
      // It has just ended.
    }
  }, LOOK_MS);
  const steps = new Map<string, number>();
  let [step, stepMs] = ['', startedMs];
  const leave = () => {
    const nowMs = performance.now();
    if (step !== '') steps.set(step, (steps.get(step) ?? 0) + (nowMs - stepMs) / 1_000);
    stepMs = nowMs;
  };
  try {
    for await (const line of createInterface({ input: job.stdout })) {
      const told = JSON.parse(line) as { step?: string; error?: { code: string; message: string } };
      if (told.error !== undefined) throw new Error(`${told.error.code}: ${told.error.message}`);
      if (told.step === undefined || told.step === step) continue;
      leave();
      step = told.step;
      progress.stage(step);
    }
    leave();
    await ended;
  } finally {
    clearInterval(look);
    job.kill('SIGKILL');
  }
  return { seconds: (performance.now() - startedMs) / 1_000, cpuSeconds: cpuMs / 1_000, peakMb, steps };
}
