import type { KioskBrowser } from '../../kiosk/browser.ts';
import { Hand } from '../../kiosk/hand.ts';
import { movableClock } from '../../kiosk/page-clock.ts';
import { createShopper } from '../../kiosk/shopper.ts';
import { ENDINGS, ERRANDS, leave, run } from '../../kiosk/visit.ts';
import type { MeasureContext } from '../../measure.ts';
import type { Result } from '../../output/schema.ts';
import { createChance } from '../../random.ts';
import { residentMemory } from '../../store/proc.ts';
import { awaitRest, openKiosk, type Place } from './place.ts';

/** By then everything that is loaded once has been. */
const WARM_SESSIONS = 100;
/** A page that is loaded again forgets what it would have kept. */
const STAYING = ENDINGS.filter((ending) => ending !== 'reload');

interface Memory {
  readonly heapMb: number;
  readonly rssTreeMb: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** Memory of one page after some sessions, and after all. Growth is of the second over the first. */
export async function measureMemory(
  place: Place,
  { sessions, seed }: { sessions: number; seed: number },
  { progress, signal }: MeasureContext,
): Promise<Result[]> {
  const kiosk = await openKiosk(place, movableClock);
  await kiosk.reduceMotion();
  const hand = new Hand(kiosk);
  const warm = Math.min(WARM_SESSIONS, Math.floor(sessions / 2));
  let before: Memory | undefined;
  try {
    progress.stage('sessions', sessions);
    for (let done = 0; done < sessions; done += 1) {
      signal.throwIfAborted();
      const chance = createChance((seed + done * 7_919) >>> 0);
      await run(chance.pick(ERRANDS), hand, createShopper(place.store, chance, seed, done));
      await leave(chance.pick(STAYING), hand);
      await awaitRest(hand);
      if (done + 1 === warm) before = await memoryOf(kiosk);
      progress.tick();
    }
    const after = await memoryOf(kiosk);
    return before === undefined ? [] : resultsOf(before, after, { warm, sessions });
  } finally {
    await kiosk.close();
  }
}

async function memoryOf({ cdp, pid }: KioskBrowser): Promise<Memory> {
  // What the first round frees lets the second free more.
  for (let rounds = 0; rounds < 2; rounds += 1) await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
  return { heapMb: usedSize / 1e6, rssTreeMb: residentMemory(pid).treeMb, nodes, listeners: jsEventListeners };
}

function resultsOf(before: Memory, after: Memory, of: { warm: number; sessions: number }): Result[] {
  const at = (name: string, memory: Memory, sessions: number): Result[] => [
    { case: name, metric: 'heapMb', value: memory.heapMb, unit: 'MB' },
    { case: name, metric: 'rssTreeMb', value: memory.rssTreeMb, unit: 'MB' },
    { case: name, metric: 'nodes', value: memory.nodes, unit: 'count' },
    { case: name, metric: 'listeners', value: memory.listeners, unit: 'count' },
    { case: name, metric: 'sessions', value: sessions, unit: 'count' },
  ];
  const growth = (of: 'heapMb' | 'rssTreeMb'): number => after[of] / before[of] - 1;
  return [
    ...at('memory-warm', before, of.warm),
    ...at('memory-end', after, of.sessions),
    { case: 'memory-growth', metric: 'heap', value: growth('heapMb'), unit: 'ratio' },
    { case: 'memory-growth', metric: 'rssTree', value: growth('rssTreeMb'), unit: 'ratio' },
  ];
}
