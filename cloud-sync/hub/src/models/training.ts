import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TrainingJob } from '@tillside/hub-contract';
import { z } from 'zod';
import { resolveStores } from '../campaigns.ts';
import { type Clock, instantOf } from '../clock.ts';
import type { HubConfig } from '../config.ts';
import { HubFault } from '../fault.ts';
import type { HubStorage } from '../storage/port.ts';
import { programPath, runProgram } from './child.ts';
import { exportCommand } from './export.ts';
import { itemsArgs } from './known-items.ts';
import { mergedArgs } from './merged.ts';
import type { Models } from './models.ts';
import { readComparison, readOutputs } from './outputs.ts';
import { promotionOf } from './promotion.ts';
import { takeTastes } from './tastes.ts';

export const TRAINING_LIMITS = {
  /** Lines of a job's output that are kept. */
  outputLines: 50,
  outputLineChars: 300,
  /** Jobs remembered for GET /v1/models/jobs/:id. */
  jobs: 20,
  /** A job that takes longer is ended. As large as a job gets takes some 20 minutes of one core, which HQ may need for other work. */
  timeoutMs: 2 * 60 * 60_000,
} as const;

export interface TrainingWish {
  readonly seed: number;
  readonly stores: readonly string[];
  readonly cause: TrainingJob['cause'];
}

export interface Training {
  /** Starts a job that trains a model, and answers at once. One job at a time. */
  start(wish: TrainingWish): Promise<TrainingJob>;
  /** Starts a job that holds a model against the promoted one. One job at a time. */
  evaluate(model: string, stores: readonly string[]): Promise<TrainingJob>;
  /** Of any hub on the storage. */
  job(id: string): Promise<TrainingJob>;
  newest(): Promise<TrainingJob | null>;
  /** Ends a running job and waits for it. */
  stop(): Promise<void>;
}

export interface TrainingPorts {
  readonly storage: HubStorage;
  readonly models: Models;
  readonly clock: Clock;
  readonly workDir: string;
  readonly config: Pick<HubConfig, 'dataDir' | 'storage' | 'training' | 'trainingEntry'>;
  readonly onEnd: (job: TrainingJob) => void;
}

/** A line of the job's standard output that tells how far it is, or why it gave up; all other lines are kept as text. */
const Progress = z.object({ progress: z.number().min(0).max(1), step: z.string().max(100).optional() });
const GaveUp = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });
const Told = z.union([Progress, GaveUp]);

function readLine(line: string): z.infer<typeof Told> | null {
  try {
    return Told.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** What a job is to do; `model` is the one to evaluate. */
interface Work {
  readonly kind: TrainingJob['kind'];
  readonly cause: TrainingJob['cause'];
  readonly seed: number;
  readonly stores: readonly string[];
  readonly model: string | null;
}

interface Run extends Work {
  readonly id: string;
  readonly path: string;
  readonly exportPath: string;
  /** The stores by name; null for all. */
  readonly only: readonly string[] | null;
}

export function createTraining({ storage, models, clock, workDir, config, onEnd }: TrainingPorts): Training {
  const jobs = new Map<string, TrainingJob>();
  let running: { id: string; done: Promise<void>; child?: ChildProcess } | undefined;
  let saving: Promise<void> | undefined;

  const update = (id: string, change: Partial<TrainingJob>): void => {
    const job = jobs.get(id);
    if (job === undefined) return;
    jobs.set(id, { ...job, ...change });
    saving ??= save(id);
  };
  /** The newest state of a job, for the other hubs; what changes while it is written is written next. */
  const save = async (id: string): Promise<void> => {
    for (let saved: TrainingJob | undefined; jobs.get(id) !== saved; ) {
      saved = jobs.get(id);
      // Another hub may know less for a while; the job goes on.
      if (saved !== undefined) await storage.jobs.put(saved).catch(() => undefined);
    }
    saving = undefined;
  };
  const heard = (id: string, line: string): void => {
    const told = readLine(line);
    if (told === null) {
      const output = [...(jobs.get(id)?.output ?? []), line.slice(0, TRAINING_LIMITS.outputLineChars)];
      update(id, { output: output.slice(-TRAINING_LIMITS.outputLines) });
    } else if ('error' in told) {
      const { code, message, hint } = told.error;
      update(id, { error: { code, message: `${message} ${hint}` } });
    } else update(id, { progress: told.progress, ...(told.step === undefined ? {} : { stage: told.step }) });
  };
  const runChild = async (id: string, what: { path: string; args: string[]; env?: Record<string, string> }) => {
    const code = await runProgram({
      ...what,
      timeoutMs: TRAINING_LIMITS.timeoutMs,
      onLine: (line) => heard(id, line),
      onStart: (child) => {
        if (running?.id === id) running.child = child;
      },
    });
    if (code !== 0) throw new HubFault('HUB_TRAINING_FAILED', `the program ended with ${code}`);
  };

  /** The packs of the promoted model and of the one to evaluate, as files that the job can read; their arguments. */
  const writePacks = async (dir: string, { model }: Run): Promise<string[]> => {
    const promoted = await models.promoted();
    const args: string[] = [];
    for (const [flag, id] of [
      ['--running', promoted],
      ['--evaluate', model],
    ] as const) {
      // A model is not held against itself.
      if (id === null || (flag === '--running' && id === model)) continue;
      const file = join(dir, `${flag.slice(2)}.tillmodel`);
      await writeFile(file, await models.pack(id));
      args.push(flag, file);
    }
    return args;
  };

  const finish = async ({ id, kind, cause, only }: Run, out: string): Promise<Partial<TrainingJob>> => {
    if (kind === 'evaluate') return { comparison: await readComparison(out) };
    const outputs = await readOutputs(out);
    const sales = jobs.get(id)?.sales ?? 0;
    const before = await models.promoted();
    const modelId = await models.register(outputs.pack, outputs.manifest);
    const { card, comparison } = outputs;
    const decided = promotionOf(cause, comparison, config.training);
    // The same data and seed give the same model, which may be the one that runs.
    const promotion = decided.promoted && before === modelId ? { ...decided, promoted: false } : decided;
    await models.note(modelId, { sales, cause, card, comparison, promotion }, outputs.rules);
    // Those of some stores would take away what the others' sales say. They are of members, not of a model: newer ones count whichever model runs.
    if (only === null) await takeTastes(storage, { out, modelId, now: () => instantOf(clock.now()) });
    if (promotion.promoted && before !== null) await models.pushInPlaceOf(before, modelId);
    return { modelId, comparison, promotion };
  };

  const run = async (what: Run, release: () => Promise<void>): Promise<void> => {
    const { id, path, exportPath, seed, only } = what;
    const dir = join(workDir, id);
    const out = join(dir, 'out');
    try {
      await mkdir(out, { recursive: true, mode: 0o700 });
      const { parquetDir, ...exporting } = await exportCommand(config, dir);
      await runChild(id, { path: exportPath, ...exporting });
      update(id, { state: 'training', stage: 'training' });
      const stores = only === null ? [] : ['--stores', only.join(',')];
      const args = ['--input', parquetDir, '--out', out, '--seed', String(seed), ...stores];
      const files = [
        ...(await mergedArgs(storage, dir)),
        ...(await itemsArgs(storage, dir)),
        ...(await writePacks(dir, what)),
      ];
      await runChild(id, { path, args: [...args, ...files] });
      update(id, { state: 'done', stage: 'done', progress: 1, ...(await finish(what, out)) });
    } catch (error) {
      const fault = error instanceof HubFault ? error : new HubFault('HUB_TRAINING_FAILED', String(error));
      // What the job itself said is closer to the cause than that it ended.
      const said = jobs.get(id)?.error ?? { code: fault.code, message: fault.message };
      update(id, { state: 'failed', error: said });
    } finally {
      // What is left of its files must not keep a job from ending. It ends and makes room for the next in one step: who sees it ended may start another.
      await rm(dir, { recursive: true, force: true }).catch(() => undefined);
      await release().catch(() => undefined);
      update(id, { endedAt: instantOf(clock.now()) });
      running = undefined;
      const job = jobs.get(id);
      if (job !== undefined) onEnd(job);
    }
  };

  const begin = async (work: Work): Promise<TrainingJob> => {
    if (running !== undefined) throw new HubFault('HUB_TRAINING_BUSY');
    const id = randomUUID();
    // Taken before the first await, so that two requests at once cannot both start.
    running = { id, done: Promise.resolve() };
    let release: (() => Promise<void>) | null = null;
    try {
      const [path, exportPath] = [await programPath('training', config.trainingEntry), await programPath('export')];
      const targets = await resolveStores(storage, work.stores);
      const sales = await storage.events.saleCount(targets);
      if (sales === 0) throw new HubFault('HUB_TRAINING_NO_SALES');
      release = await storage.turns.take('training');
      if (release === null) throw new HubFault('HUB_TRAINING_BUSY');
      const job: TrainingJob = {
        id,
        kind: work.kind,
        cause: work.cause,
        state: 'exporting',
        progress: 0,
        stage: 'exporting',
        sales,
        output: [],
        startedAt: instantOf(clock.now()),
        endedAt: null,
        modelId: work.model,
        comparison: null,
        promotion: null,
        error: null,
      };
      jobs.set(id, job);
      for (const old of [...jobs.keys()].slice(0, -TRAINING_LIMITS.jobs)) jobs.delete(old);
      await storage.jobs.put(job);
      const only = work.stores.includes('*') ? null : targets;
      running.done = run({ ...work, id, path, exportPath, only }, release);
      return job;
    } catch (error) {
      running = undefined;
      await release?.();
      throw error;
    }
  };

  return {
    start: (wish) => begin({ ...wish, kind: 'train', model: null }),
    evaluate: async (model, stores) => {
      // Said at once, not by a job that fails.
      await models.pack(model);
      return begin({ kind: 'evaluate', cause: 'asked', seed: 1, stores, model });
    },
    job: async (id) => jobs.get(id) ?? jobElsewhere(storage, id, instantOf(clock.now())),
    newest: async () => [...jobs.values()].at(-1) ?? storage.jobs.newest(),
    stop: async () => {
      running?.child?.kill('SIGKILL');
      await running?.done;
      await saving;
    },
  };
}

/** A job of another hub. One that has not ended while nobody has the turn died with its hub. */
async function jobElsewhere({ jobs, turns }: HubStorage, id: string, at: string): Promise<TrainingJob> {
  const told = await jobs.get(id);
  if (told === null) throw new HubFault('HUB_JOB_UNKNOWN', id);
  if (told.endedAt !== null) return told;
  const release = await turns.take('training');
  if (release === null) return told;
  try {
    // It may have ended before we took the turn.
    const now = (await jobs.get(id)) ?? told;
    if (now.endedAt !== null) return now;
    const { code, message } = new HubFault('HUB_TRAINING_FAILED', 'the hub that ran it has stopped');
    const failed: TrainingJob = { ...now, state: 'failed', endedAt: at, error: { code, message } };
    await jobs.put(failed);
    return failed;
  } finally {
    await release();
  }
}

/** The entry as a URL, for doctor. */
export async function trainingEntryUrl(entry: string | undefined): Promise<string> {
  await programPath('export');
  return pathToFileURL(await programPath('training', entry)).href;
}
