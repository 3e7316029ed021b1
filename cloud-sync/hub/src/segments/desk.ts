import type { SegmentProgress, SegmentRules, SegmentsAnswer } from '@tillside/hub-contract';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { SegmentRuns, Turns } from '../storage/port.ts';
import { type RunPorts, runSegments } from './run.ts';

/** How often it is looked whether a run is due. */
const LOOK_EVERY_MS = 10 * 60_000;
const HOUR_MS = 60 * 60_000;

export interface SegmentDeskPorts extends RunPorts {
  readonly runs: SegmentRuns;
  readonly turns: Turns;
  readonly rules: SegmentRules;
  /** 0: only when somebody asks. */
  readonly everyHours: number;
  /** Once a run ended; `error` when it ended badly. */
  readonly ended: (
    result: { readonly members: number; readonly relabelled: number } | { readonly error: Error },
  ) => void;
}

export interface SegmentDesk {
  start(): void;
  answer(): Promise<SegmentsAnswer>;
  /** Starts a run and answers at once. HUB_SEGMENTS_BUSY while one is under way at any hub. */
  run(): Promise<SegmentProgress>;
  /** Ends a run that is under way. Idempotent. */
  stop(): Promise<void>;
}

class Stopped extends Error {}

/** Runs segments when they are due, one hub of a storage at a time. */
export function createSegmentDesk(ports: SegmentDeskPorts): SegmentDesk {
  const { runs, turns, rules, everyHours, clock, ended } = ports;
  let running: { progress: SegmentProgress; done: Promise<void> } | undefined;
  let failed: SegmentsAnswer['failed'] = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  let isStopping = false;

  const work = async (release: () => Promise<void>): Promise<void> => {
    try {
      const newest = await runs.newest();
      const run = await runSegments(ports, {
        rules,
        before: newest?.clusters?.groups ?? [],
        told: (progress) => {
          if (running !== undefined) running.progress = progress;
        },
        goOn: () => {
          if (isStopping) throw new Stopped();
        },
      });
      await runs.put(run);
      failed = null;
      ended(run);
    } catch (error) {
      if (error instanceof Stopped) return;
      const { code, message } = error instanceof HubFault ? error : new HubFault('HUB_INTERNAL', String(error));
      failed = { at: instantOf(clock.now()), code, message };
      ended({ error: error instanceof Error ? error : new Error(String(error)) });
    } finally {
      await release().catch(() => undefined);
      running = undefined;
    }
  };

  const run = async (): Promise<SegmentProgress> => {
    if (running !== undefined || isStopping) throw new HubFault('HUB_SEGMENTS_BUSY');
    const progress: SegmentProgress = { startedAt: instantOf(clock.now()), stage: 'reading', members: 0, progress: 0 };
    // Taken before the first await, so that two requests at once cannot both start.
    running = { progress, done: Promise.resolve() };
    const release = await turns.take('segments').catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    if (release === null) {
      running = undefined;
      throw new HubFault('HUB_SEGMENTS_BUSY');
    }
    running.done = work(release);
    return progress;
  };

  const look = async (): Promise<void> => {
    const newest = await runs.newest();
    const isDue = newest === null || clock.now() - Date.parse(newest.startedAt) >= everyHours * HOUR_MS;
    if (!isDue || running !== undefined) return;
    await run();
  };
  const lookQuietly = (): void => {
    look().catch((error: unknown) => {
      // Another hub does it.
      if (error instanceof HubFault && error.code === 'HUB_SEGMENTS_BUSY') return;
      ended({ error: error instanceof Error ? error : new Error(String(error)) });
    });
  };

  return {
    start: () => {
      if (everyHours > 0) timer ??= setInterval(lookQuietly, LOOK_EVERY_MS);
    },
    answer: async () => ({ run: await runs.newest(), running: running?.progress ?? null, failed, rules }),
    run,
    stop: async () => {
      isStopping = true;
      clearInterval(timer);
      await running?.done;
    },
  };
}
