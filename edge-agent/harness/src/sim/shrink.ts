import type { Finding } from './check.ts';
import type { Fault, Plan } from './plan.ts';
import type { Plant } from './plants.ts';
import { runWorld, type Trace } from './world.ts';

const noTrace: Trace = () => undefined;
const CALM = { drop: 0, duplicate: 0, late: 0, answerLost: 0 };

/** The plan with as little going wrong as still gives the same finding, tried at most `tries` times. */
export async function shrinkPlan(plan: Plan, plant: Plant, code: Finding, tries: number): Promise<Plan> {
  let left = tries;
  const stillFails = async (smaller: Plan): Promise<boolean> => {
    left -= 1;
    return left >= 0 && runWorld(smaller, plant, noTrace).failure?.code === code;
  };
  let best = plan;
  for (const change of [{ weather: CALM }, { hubs: 1 }, { weather: CALM, hubs: 1 }] as const) {
    const smaller = { ...best, ...change, faults: best.faults.map((fault) => within(fault, change)) };
    if (await stillFails(smaller)) best = smaller;
  }
  return shrinkFaults(best, stillFails, left);
}

/** The same for whatever has faults: leaves them out in ever smaller parts, in at most `tries` runs. */
export async function shrinkFaults<P extends { readonly faults: readonly object[] }>(
  plan: P,
  stillFails: (smaller: P) => Promise<boolean>,
  tries: number,
): Promise<P> {
  let [best, left] = [plan, tries];
  for (
    let size = Math.ceil(best.faults.length / 2);
    size >= 1 && left > 0;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < best.faults.length && left > 0; ) {
      const smaller = { ...best, faults: best.faults.toSpliced(from, size) };
      left -= 1;
      if (await stillFails(smaller)) best = smaller;
      else from += size;
    }
  }
  return best;
}

const within = (fault: Fault, change: { hubs?: number }): Fault =>
  'hub' in fault && change.hubs !== undefined ? { ...fault, hub: fault.hub % change.hubs } : fault;
