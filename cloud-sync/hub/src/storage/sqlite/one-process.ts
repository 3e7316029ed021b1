import type { TrainingJob } from '@tillside/hub-contract';
import type { JobRecords, Signals, Turns } from '../port.ts';
import { createListeners } from '../signals.ts';
import { createOrder } from '../turns.ts';

/** Jobs remembered; a job ends with the process that runs it. */
const MAX_JOBS = 20;

/** What hubs share, where only one process may have the database open (see lockDataDir): memory is enough. */
export function createOneProcess(): { signals: Signals; turns: Turns; jobs: JobRecords } {
  const listeners = createListeners();
  const order = createOrder();
  const jobs = new Map<string, TrainingJob>();
  return {
    signals: { publish: (signal) => listeners.tell(signal), subscribe: listeners.add },
    turns: {
      alone: order.run,
      take: async (name) => {
        if (order.busy(name)) return null;
        let release = (): void => undefined;
        const work = order.run(name, () => new Promise<void>((resolve) => (release = resolve)));
        return async () => {
          release();
          await work;
        };
      },
    },
    jobs: {
      put: async (job) => {
        jobs.set(job.id, job);
        for (const id of [...jobs.keys()].slice(0, -MAX_JOBS)) jobs.delete(id);
      },
      get: async (id) => jobs.get(id) ?? null,
      newest: async () => [...jobs.values()].at(-1) ?? null,
    },
  };
}
