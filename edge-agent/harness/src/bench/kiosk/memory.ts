import type { KioskBrowser } from '../../kiosk/browser.ts';
import { Hand } from '../../kiosk/hand.ts';
import { movableClock } from '../../kiosk/page-clock.ts';
import { createShopper } from '../../kiosk/shopper.ts';
import { ENDINGS, ERRANDS, leave, run } from '../../kiosk/visit.ts';
import type { MeasureContext } from '../../measure.ts';
import type { Result } from '../../output/schema.ts';
import { createChance } from '../../random.ts';
import { proportionalMemoryMb, residentMemory } from '../../store/proc.ts';
import { awaitRest, openKiosk, type Place } from './place.ts';

/** By then everything that is loaded once has been. */
const WARM_SESSIONS = 100;
/** Readings between the first and the last: a leak goes on, what only fills up levels off. */
const BETWEEN = 3;
/** A page that is loaded again forgets what it would have kept. */
const STAYING = ENDINGS.filter((ending) => ending !== 'reload');

/** What is read, and its unit. */
const METRICS = [
  ['heapMb', 'MB'],
  ['rssTreeMb', 'MB'],
  ['pssTreeMb', 'MB'],
  ['nodes', 'count'],
  ['listeners', 'count'],
  ['sessions', 'count'],
] as const;
const GROWING = [
  ['heap', 'heapMb'],
  ['rssTree', 'rssTreeMb'],
  ['pssTree', 'pssTreeMb'],
] as const;

/** `pssTreeMb` is undefined where the browser's processes may not be read. */
type Memory = Readonly<Record<(typeof METRICS)[number][0], number | undefined>>;

/** Memory of one page after some sessions, on the way, and after all. Growth is of the last over the first. */
export async function measureMemory(
  place: Place,
  { sessions, seed }: { sessions: number; seed: number },
  { progress, signal }: MeasureContext,
): Promise<Result[]> {
  const kiosk = await openKiosk(place, movableClock);
  await kiosk.reduceMotion();
  const hand = new Hand(kiosk);
  const due = readingsDue(sessions);
  const readings: Memory[] = [];
  try {
    progress.stage('sessions', sessions);
    for (let done = 0; done < sessions; done += 1) {
      signal.throwIfAborted();
      const chance = createChance((seed + done * 7_919) >>> 0);
      await run(chance.pick(ERRANDS), hand, createShopper(place.store, chance, seed, done));
      await leave(chance.pick(STAYING), hand);
      await awaitRest(hand);
      if (due.has(done + 1)) readings.push(await memoryOf(kiosk, done + 1));
      progress.tick();
    }
    return resultsOf(readings);
  } finally {
    await kiosk.close();
  }
}

/** After which sessions memory is read: the warm one, some between, the last. */
function readingsDue(sessions: number): Set<number> {
  const warm = Math.min(WARM_SESSIONS, Math.max(1, Math.floor(sessions / 2)));
  const steps = Array.from({ length: BETWEEN + 1 }, (_, step) => (step + 1) / (BETWEEN + 1));
  return new Set([warm, ...steps.map((share) => Math.round(warm + (sessions - warm) * share))]);
}

async function memoryOf({ cdp, pid }: KioskBrowser, sessions: number): Promise<Memory> {
  // What the first round frees lets the second free more.
  for (let rounds = 0; rounds < 2; rounds += 1) await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
  return {
    sessions,
    heapMb: usedSize / 1e6,
    rssTreeMb: residentMemory(pid).treeMb,
    pssTreeMb: proportionalMemoryMb(pid),
    nodes,
    listeners: jsEventListeners,
  };
}

function resultsOf(readings: readonly Memory[]): Result[] {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return [];
  const nameOf = (memory: Memory): string =>
    memory === first ? 'memory-warm' : memory === last ? 'memory-end' : `memory-${memory.sessions}`;
  const at = (memory: Memory): Result[] =>
    METRICS.flatMap(([metric, unit]) => {
      const value = memory[metric];
      return value === undefined ? [] : [{ case: nameOf(memory), metric, value, unit }];
    });
  const growth = GROWING.flatMap(([metric, of]): Result[] => {
    const [from, to] = [first[of], last[of]];
    return from === undefined || to === undefined
      ? []
      : [{ case: 'memory-growth', metric, value: to / from - 1, unit: 'ratio' }];
  });
  return [...readings.flatMap(at), ...growth];
}
