import type { Page } from 'playwright-core';

interface Waiting {
  readonly run: () => void;
  /** On the moved clock. */
  dueMs: number;
  /** Of an interval; else 0. */
  readonly everyMs: number;
}

interface PageClock {
  byMs: number;
  dateByMs: number;
  forward(byMs: number): void;
}

/**
 * Moves the page's clocks: what waits for time runs at once when its time is skipped, an interval once however often it fell due.
 * Runs in the page before its own code, as text: no closures, no inner named functions. The clock of the browser's driver does
 * the same, but adds a script to each later page for each move, which thousands of visits don't bear.
 */
export function movableClock(): void {
  const [now, date] = [performance.now.bind(performance), Date.now.bind(Date)];
  const waits = [window.setTimeout.bind(window), window.setInterval.bind(window)] as const;
  const clears = [window.clearTimeout.bind(window), window.clearInterval.bind(window)] as const;
  const waiting = new Map<number, Waiting>();
  const clock: PageClock = {
    byMs: 0,
    dateByMs: 0,
    forward(byMs) {
      clock.byMs += byMs;
      const due = [...waiting].filter(([, { dueMs }]) => dueMs <= performance.now());
      for (const [id, one] of due.sort(([, left], [, right]) => left.dueMs - right.dueMs)) {
        // One that ran before may have called it off.
        if (!waiting.has(id)) continue;
        if (one.everyMs > 0) one.dueMs = performance.now() + one.everyMs;
        else {
          clears[0](id);
          waiting.delete(id);
        }
        one.run();
      }
    },
  };
  (window as unknown as { tillsideClock: PageClock }).tillsideClock = clock;
  performance.now = () => now() + clock.byMs;
  Date.now = () => date() + clock.byMs + clock.dateByMs;
  Object.assign(window, {
    setTimeout: (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const id = waits[0](() => {
        waiting.delete(id);
        work(...args);
      }, ms);
      waiting.set(id, { run: () => work(...args), dueMs: performance.now() + ms, everyMs: 0 });
      return id;
    },
    setInterval: (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const id = waits[1](() => {
        const one = waiting.get(id);
        if (one !== undefined) one.dueMs = performance.now() + ms;
        work(...args);
      }, ms);
      waiting.set(id, { run: () => work(...args), dueMs: performance.now() + ms, everyMs: Math.max(1, ms) });
      return id;
    },
    clearTimeout: (id: number) => {
      waiting.delete(id);
      clears[0](id);
    },
    clearInterval: (id: number) => {
      waiting.delete(id);
      clears[1](id);
    },
  });
}

/** So much time passes for the page at once. */
export const skip = (page: Page, byMs: number): Promise<void> =>
  page.evaluate((by) => (window as unknown as { tillsideClock: PageClock }).tillsideClock.forward(by), byMs);

/** The machine's clock is set: nothing waits less long for it. */
export const setClock = (page: Page, byMs: number): Promise<void> =>
  page.evaluate((by) => {
    (window as unknown as { tillsideClock: PageClock }).tillsideClock.dateByMs += by;
  }, byMs);
