import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TrainingJob } from '@tillside/hub-contract';
import { z } from 'zod';
import { resolveStores } from '../campaigns.ts';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { HubStorage } from '../storage/port.ts';
import type { Models } from './models.ts';

export const TRAINING_LIMITS = {
  /** Sales read from the database at a time. */
  exportPage: 500,
  /** Lines of a job's output that are kept. */
  outputLines: 50,
  outputLineChars: 300,
  /** Jobs remembered for GET /v1/models/jobs/:id. */
  jobs: 20,
  /** A job that takes longer is ended. */
  timeoutMs: 30 * 60_000,
} as const;

export interface Training {
  /** Starts a job and answers at once. One job at a time. */
  start(request: { seed: number; stores: readonly string[] }): Promise<TrainingJob>;
  /** Of any hub on the storage. */
  job(id: string): Promise<TrainingJob>;
  /** Ends a running job and waits for it. */
  stop(): Promise<void>;
}

export interface TrainingPorts {
  readonly storage: HubStorage;
  readonly models: Models;
  readonly clock: Clock;
  readonly workDir: string;
  /** Path of the job's entry; by default the one @tillside/training exports as `./job`. */
  readonly entry: string | undefined;
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

async function resolveEntry(entry: string | undefined): Promise<string> {
  try {
    const path = entry ?? fileURLToPath(import.meta.resolve('@tillside/training/job'));
    await stat(path);
    return path;
  } catch {
    throw new HubFault('HUB_TRAINING_UNAVAILABLE', entry ?? '@tillside/training/job');
  }
}

function nodeArgs(entry: string): string[] {
  return entry.endsWith('.ts')
    ? ['--conditions=@tillside/source', '--import', import.meta.resolve('tsx'), entry]
    : [entry];
}

/** Completed sales as NDJSON of their bodies, in order of arrival. Returns how many. */
async function exportSales(storage: HubStorage, stores: readonly string[], path: string): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  let count = 0;
  try {
    for (let after = 0; ; ) {
      const page = await storage.events.saleBodies({ after, limit: TRAINING_LIMITS.exportPage, stores });
      if (page.length === 0) return count;
      await file.writeFile(`${page.map(({ body }) => body).join('\n')}\n`);
      count += page.length;
      after = page.at(-1)?.cursor ?? after;
    }
  } finally {
    await file.close();
  }
}

/** Where the job left its packed model. */
async function findPack(out: string): Promise<{ pack: string; manifest: Record<string, unknown> }> {
  const name = (await readdir(out)).find((each) => each.endsWith('.tillmodel'));
  if (name === undefined) throw new HubFault('HUB_TRAINING_FAILED', 'the job left no .tillmodel file');
  const manifest = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')));
  return { pack: join(out, name), manifest };
}

export function createTraining({ storage, models, clock, workDir, entry, onEnd }: TrainingPorts): Training {
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

  const runChild = (id: string, path: string, args: readonly string[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...nodeArgs(path), ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: TRAINING_LIMITS.timeoutMs,
        killSignal: 'SIGKILL',
      });
      if (running?.id === id) running.child = child;
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => heard(id, line));
      }
      child.once('error', (error) => reject(new HubFault('HUB_TRAINING_FAILED', error.message)));
      child.once('close', (code, signal) =>
        code === 0 ? resolve() : reject(new HubFault('HUB_TRAINING_FAILED', `the job ended with ${signal ?? code}`)),
      );
    });

  const run = async (
    id: string,
    path: string,
    seed: number,
    stores: readonly string[],
    release: () => Promise<void>,
  ): Promise<void> => {
    const dir = join(workDir, id);
    const [input, out] = [join(dir, 'sales.ndjson'), join(dir, 'out')];
    try {
      await mkdir(out, { recursive: true, mode: 0o700 });
      const sales = await exportSales(storage, stores, input);
      update(id, { state: 'training', stage: 'training', sales });
      await runChild(id, path, ['--input', input, '--out', out, '--seed', String(seed)]);
      const { pack, manifest } = await findPack(out);
      const modelId = await models.register(pack, manifest);
      update(id, { state: 'done', stage: 'done', progress: 1, modelId });
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

  return {
    start: async ({ seed, stores }) => {
      if (running !== undefined) throw new HubFault('HUB_TRAINING_BUSY');
      const id = randomUUID();
      // Taken before the first await, so that two requests at once cannot both start.
      running = { id, done: Promise.resolve() };
      let release: (() => Promise<void>) | null = null;
      try {
        release = await storage.turns.take('training');
        if (release === null) throw new HubFault('HUB_TRAINING_BUSY');
        const path = await resolveEntry(entry);
        const targets = await resolveStores(storage, stores);
        const sales = await storage.events.saleCount(targets);
        if (sales === 0) throw new HubFault('HUB_TRAINING_NO_SALES');
        const fresh = { state: 'exporting', progress: 0, stage: 'exporting', sales, output: [] } as const;
        const startedAt = instantOf(clock.now());
        jobs.set(id, { ...fresh, id, output: [], startedAt, endedAt: null, modelId: null, error: null });
        for (const old of [...jobs.keys()].slice(0, -TRAINING_LIMITS.jobs)) jobs.delete(old);
        running = { id, done: Promise.resolve() };
        const job = jobs.get(id);
        if (job === undefined) throw new HubFault('HUB_INTERNAL');
        await storage.jobs.put(job);
        running.done = run(id, path, seed, targets, release);
        return job;
      } catch (error) {
        running = undefined;
        await release?.();
        throw error;
      }
    },
    job: async (id) => jobs.get(id) ?? jobElsewhere(storage, id, instantOf(clock.now())),
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
  return pathToFileURL(await resolveEntry(entry)).href;
}
