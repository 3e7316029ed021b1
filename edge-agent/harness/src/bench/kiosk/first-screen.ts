import { HarnessError } from '../../errors.ts';
import { KioskBrowser } from '../../kiosk/browser.ts';
import type { MeasureContext } from '../../measure.ts';
import type { Result } from '../../output/schema.ts';
import { median } from '../../quantiles.ts';
import { kioskUrl, type Place } from './place.ts';

const START_MS = 60_000;
const ASK_EVERY_MS = 5;

/** How long until a passer-by can touch an offer's page: from the browser's process start, and from the page's own. */
export async function firstScreens(
  place: Place,
  pairingCode: string,
  starts: number,
  { progress, signal }: MeasureContext,
): Promise<Result[]> {
  // Pairs, and fills the browser's folder: no kiosk starts without one every morning.
  await startOnce(place, `#pair=${pairingCode}`);
  progress.stage('starts', starts);
  const [process, page]: [number[], number[]] = [[], []];
  for (let done = 0; done < starts; done += 1) {
    signal.throwIfAborted();
    const took = await startOnce(place, '');
    process.push(took.processMs);
    page.push(took.pageMs);
    progress.tick();
  }
  const ms = (metric: string, value: number): Result => ({ case: 'first-screen', metric, value, unit: 'ms' });
  return [
    ms('processP50Ms', median(process)),
    ms('processMinMs', Math.min(...process)),
    ms('processMaxMs', Math.max(...process)),
    ms('pageP50Ms', median(page)),
    ms('pageMinMs', Math.min(...page)),
    ms('pageMaxMs', Math.max(...page)),
    { case: 'first-screen', metric: 'starts', value: starts, unit: 'count' },
  ];
}

async function startOnce(place: Place, hash: string): Promise<{ processMs: number; pageMs: number }> {
  const kiosk = await KioskBrowser.start({ profile: place.profile, url: `${kioskUrl(place)}${hash}` });
  try {
    const { pageMs, atMs } = await awaitUsable(kiosk);
    return { processMs: atMs - kiosk.spawnedAtMs, pageMs };
  } finally {
    await kiosk.close();
  }
}

/** Rejects with HARNESS_TIMED_OUT. */
async function awaitUsable({ page }: KioskBrowser): Promise<Usable> {
  const untilMs = performance.now() + START_MS;
  for (;;) {
    // The empty page that a browser begins with goes away under whoever asks it.
    const usable = await page.evaluate(whenUsable).catch(() => undefined);
    if (usable !== undefined) return usable;
    if (performance.now() > untilMs) throw new HarnessError('HARNESS_TIMED_OUT', 'the kiosk shows no offer');
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

interface Usable {
  readonly pageMs: number;
  readonly atMs: number;
}

/** Looks at each frame until a finger would hit the way in and an offer stands beside it; undefined on another page. Runs in the page. */
async function whenUsable(): Promise<Usable | undefined> {
  if (!location.pathname.startsWith('/kiosk/')) return undefined;
  for (;;) {
    const way = document.querySelector('.k-attract-actions button');
    const box = way?.getBoundingClientRect();
    const top = box && document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (way && top && way.contains(top) && document.querySelector('.k-stall, .k-attract') !== null)
      return { pageMs: performance.now(), atMs: performance.timeOrigin + performance.now() };
    await new Promise((next) => requestAnimationFrame(next));
  }
}
