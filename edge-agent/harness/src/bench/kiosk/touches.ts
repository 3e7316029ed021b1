import { setTimeout as sleep } from 'node:timers/promises';
import type { KioskBrowser } from '../../kiosk/browser.ts';
import { Hand } from '../../kiosk/hand.ts';
import type { MeasureContext } from '../../measure.ts';
import type { Result } from '../../output/schema.ts';
import { awaitRest, openKiosk, type Place } from './place.ts';

/** Event Timing tells durations in steps of 8 ms, and none that is shorter. */
const LEAST_MS = 16;
const AIM_MS = 100;
const FRAME_MS = 1_000 / 60;
/** A clock of frames is not exact to the tenth of a millisecond. */
const SLACK_MS = 2;
/** A finger comes no faster; each touch is painted before the next. */
const BETWEEN_MS = 120;
const PHONE = '13900000000';
const JOIN = 0;
const SIGN_IN = 1;

interface Noted {
  tillsideTimed: Map<number, number>;
  tillsideStop: boolean;
}

/**
 * Touch to the paint that follows it, and how many frames come late while fingers scroll and type: with the attract page's motion,
 * and with motion reduced, which tells what drawing it by the CPU takes from all else.
 */
export async function measureTouches(place: Place, rounds: number, context: MeasureContext): Promise<Result[]> {
  const moving = await touchesOf(place, rounds, 'no-preference', context);
  const still = await touchesOf(place, rounds, 'reduce', context);
  return [...moving, ...still.map((one) => ({ ...one, case: `${one.case}-still` }))];
}

async function touchesOf(
  place: Place,
  rounds: number,
  reducedMotion: 'no-preference' | 'reduce',
  { progress, signal }: MeasureContext,
): Promise<Result[]> {
  const kiosk = await openKiosk(place, noteTimes);
  await kiosk.page.emulateMedia({ reducedMotion });
  const hand = new Hand(kiosk);
  try {
    const resting = await framesOf(kiosk, () => sleep(1_000));
    progress.stage('touches', rounds);
    const typing: number[] = [];
    for (let done = 0; done < rounds; done += 1) {
      signal.throwIfAborted();
      typing.push(...(await framesOf(kiosk, () => touchAll(hand))));
      progress.tick();
    }
    const timed = await kiosk.page.evaluate(() => [...(window as unknown as Noted).tillsideTimed.values()]);
    const scrolling: number[] = [];
    await hand.find('.k-head-actions button');
    for (let done = 0; done < rounds; done += 1) scrolling.push(...(await framesOf(kiosk, () => scroll(kiosk))));
    return [
      ...touchResults(timed, hand.touches),
      ...frameResults('frames-resting', resting),
      ...frameResults('frames-typing', typing),
      ...frameResults('frames-scrolling', scrolling),
    ];
  } finally {
    await kiosk.close();
  }
}

/** Runs in the page, before its own code. */
function noteTimes(): void {
  const noted = window as unknown as Noted;
  noted.tillsideTimed = new Map();
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { interactionId?: number })[]) {
      const id = entry.interactionId ?? 0;
      if (id > 0) noted.tillsideTimed.set(id, Math.max(entry.duration, noted.tillsideTimed.get(id) ?? 0));
    }
  });
  observer.observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
}

/** One round: to the keys and back, in both languages. */
async function touchAll(hand: Hand): Promise<void> {
  const ways = hand.kiosk.page.locator('.k-attract-actions button');
  const steps: (() => Promise<unknown>)[] = [
    () => hand.touchNamed(/^English$/),
    () => hand.touchNamed(/^中文$/),
    () =>
      ways
        .nth(JOIN)
        .boundingBox()
        .then((box) => box && hand.touch(middleOf(box))),
    ...[...PHONE].map((digit) => () => hand.touchNamed(new RegExp(`^${digit}$`))),
    () => hand.touchNamed(/^(返回|Back)$/),
    () =>
      ways
        .nth(SIGN_IN)
        .boundingBox()
        .then((box) => box && hand.touch(middleOf(box))),
    ...[...'abc123'].map((key) => () => hand.touchNamed(new RegExp(`^${key}$`, 'i'))),
    () => hand.touchNamed(/^(返回|Back)$/),
  ];
  for (const step of steps) {
    await step();
    await sleep(BETWEEN_MS);
  }
  await awaitRest(hand);
}

const middleOf = (box: { x: number; y: number; width: number; height: number }): { x: number; y: number } => ({
  x: box.x + box.width / 2,
  y: box.y + box.height / 2,
});

async function scroll({ cdp }: KioskBrowser): Promise<void> {
  for (const yDistance of [-1_200, 1_200])
    await cdp.send('Input.synthesizeScrollGesture', {
      x: 540,
      y: 960,
      yDistance,
      speed: 2_000,
      gestureSourceType: 'touch',
    });
}

/** Milliseconds between the frames of the page while something is done. */
async function framesOf({ page }: KioskBrowser, work: () => Promise<unknown>): Promise<number[]> {
  const frames = page.evaluate(async () => {
    const noted = window as unknown as Noted;
    noted.tillsideStop = false;
    const between: number[] = [];
    let lastMs = await new Promise<number>((next) => requestAnimationFrame(next));
    while (!noted.tillsideStop) {
      const atMs = await new Promise<number>((next) => requestAnimationFrame(next));
      between.push(atMs - lastMs);
      lastMs = atMs;
    }
    return between;
  });
  await work();
  await page.evaluate(() => {
    (window as unknown as Noted).tillsideStop = true;
  });
  return frames;
}

function touchResults(timed: readonly number[], touches: number): Result[] {
  const short = Math.max(0, touches - timed.length);
  const all = [...Array.from({ length: short }, () => LEAST_MS), ...timed].sort((left, right) => left - right);
  const at = (share: number): number => all[Math.min(all.length - 1, Math.floor(share * all.length))] ?? Number.NaN;
  const ms = (metric: string, value: number): Result => ({ case: 'touch', metric, value, unit: 'ms' });
  return [
    ms('p50Ms', at(0.5)),
    ms('p95Ms', at(0.95)),
    ms('maxMs', at(1)),
    {
      case: 'touch',
      metric: 'shareOver100Ms',
      value: all.filter((one) => one > AIM_MS).length / all.length,
      unit: 'ratio',
    },
    { case: 'touch', metric: 'touches', value: touches, unit: 'count' },
  ];
}

function frameResults(of: string, frames: readonly number[]): Result[] {
  const over = (count: number): number =>
    frames.filter((ms) => ms > count * FRAME_MS + SLACK_MS).length / Math.max(1, frames.length);
  return [
    { case: of, metric: 'over16Ms', value: over(1), unit: 'ratio' },
    { case: of, metric: 'over33Ms', value: over(2), unit: 'ratio' },
    { case: of, metric: 'frames', value: frames.length, unit: 'count' },
  ];
}
