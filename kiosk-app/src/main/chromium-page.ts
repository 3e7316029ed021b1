/** The page port on Chromium's kiosk mode, driven over a pipe that only this process holds. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import { DEFAULTS_TO_DROP, kioskFlags, PREFERENCES } from './chromium-flags.ts';
import { GATE_HEADER } from './gate-server.ts';
import { originOf } from './policy.ts';
import type { PagePort, PageRules } from './ports.ts';

export interface ChromiumOptions {
  executablePath: string;
  /** Where a profile is made for each start, readable by this user alone; it is gone when the page is closed. */
  profilesDir: string;
  gate: { readonly origin: string; readonly secret: string };
  isKiosk: boolean;
  isMotionReduced: boolean;
  /** Without a screen, and without the sandbox that root has no right to: for tests alone. */
  forTests?: boolean;
}

/** A tab of a living browser comes at once; what takes longer is a browser that hangs itself. */
const NEW_PAGE_MS = 1_500;
const CLOSE_MS = 1_000;

interface Running {
  context: BrowserContext;
  folder: string;
  browserPid: number;
}

export function chromiumPage(options: ChromiumOptions): PagePort {
  let running: Running | null = null;
  let page: Page | null = null;
  let session: CDPSession | null = null;

  async function openPage(rules: PageRules): Promise<void> {
    const before = page;
    page = null;
    if (running !== null) {
      const fresh = await within(running.context.newPage(), NEW_PAGE_MS);
      if (fresh !== undefined) {
        page = fresh;
        void before?.close().catch(() => undefined);
      } else void end();
    }
    if (page === null) {
      running = await launch(options, rules, () => page);
      page = running.context.pages()[0] ?? (await running.context.newPage());
    }
    const ours = page;
    const onGone = (reason: string): void => {
      if (page === ours) rules.onGone(reason);
    };
    session = await lockPage(page, { ...rules, onGone }, options.isKiosk);
  }

  /** Ends what runs; what it leaves behind is cleared away while the next one starts. */
  function end(): Promise<void> {
    const old = running;
    running = null;
    page = null;
    session = null;
    return old === null ? Promise.resolve() : clearAway(old);
  }

  return {
    open: openPage,
    async load(address) {
      if (page === null) throw new Error('no page is open');
      await page.goto(address, { waitUntil: 'domcontentloaded', timeout: 10_000 });
    },
    screen: () =>
      page === null
        ? Promise.reject(new Error('no page is open'))
        : page.evaluate(() => document.documentElement.dataset.screen ?? ''),
    async memoryBytes() {
      const browser = running?.context.browser();
      if (!browser || session === null) return 0;
      if (process.platform !== 'linux') {
        const { metrics } = await session.send('Performance.getMetrics');
        return metrics.find((metric) => metric.name === 'JSHeapTotalSize')?.value ?? 0;
      }
      const root = await browser.newBrowserCDPSession();
      const { processInfo } = await root.send('SystemInfo.getProcessInfo');
      await root.detach();
      return Math.max(0, ...processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentBytes(id)));
    },
    close: end,
  };
}

async function clearAway({ context, folder, browserPid }: Running): Promise<void> {
  context.removeAllListeners('close');
  // Its profile goes with it, so there is nothing that it should save first.
  killOwn(browserPid);
  await within(context.close(), CLOSE_MS);
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }).catch(() => undefined);
}

async function launch(options: ChromiumOptions, rules: PageRules, current: () => Page | null): Promise<Running> {
  const folder = mkdtempSync(join(options.profilesDir, 'chromium-'));
  mkdirSync(join(folder, 'Default'), { mode: 0o700 });
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify(PREFERENCES), { mode: 0o600 });
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: options.executablePath,
    chromiumSandbox: options.forTests !== true,
    headless: options.forTests === true,
    args: kioskFlags(options.gate.origin, options),
    ignoreDefaultArgs: DEFAULTS_TO_DROP,
    viewport: null,
    // As the system says: the driver would answer for it else.
    reducedMotion: null,
    forcedColors: null,
    contrast: null,
    acceptDownloads: false,
    serviceWorkers: 'block',
    permissions: [],
    extraHTTPHeaders: { [GATE_HEADER]: options.gate.secret },
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  });
  const root = await context.browser()?.newBrowserCDPSession();
  const { processInfo } = (await root?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
  await root?.detach();
  context.once('close', () => rules.onGone('browser ended'));
  context.on('page', (opened) => {
    void opened.opener().then((opener) => {
      if (opener === null || opened === current()) return;
      rules.onDenied('WINDOW_DENIED', originOf(opened.url()));
      void opened.close().catch(() => undefined);
    });
  });
  return { context, folder, browserPid: processInfo.find(({ type }) => type === 'browser')?.id ?? 0 };
}

/** Every rule is in force before the page has loaded anything. */
async function lockPage(page: Page, rules: PageRules, isKiosk: boolean): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  page.once('crash', () => rules.onGone('crashed'));
  page.once('close', () => rules.onGone('closed'));
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  page.on('download', (download) => rules.onDenied('DOWNLOAD_DENIED', originOf(download.url())));
  // Documents alone are held up for a look; what a page loads besides is for its policy and for the resolver's rule.
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const isAllowed = rules.isNavigationAllowed(request.url);
    if (!isAllowed) rules.onDenied('NAVIGATION_DENIED', originOf(request.url));
    const answer = isAllowed
      ? session.send('Fetch.continueRequest', { requestId })
      : session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    void answer.catch(() => undefined);
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*', resourceType: 'Document' }] });
  await session.send('Performance.enable');
  await page.addInitScript(() => {
    window.open = () => null;
  });
  if (isKiosk) await keepKeys(page, rules);
  return session;
}

/** Asks the rules in this process for each key that is held with another, or is a key of functions. */
async function keepKeys(page: Page, rules: PageRules): Promise<void> {
  const blocked: string[] = [];
  const names = [
    ...Array.from({ length: 12 }, (_, at) => `F${at + 1}`),
    ...OTHER_KEYS,
    ...'abcdefghijklmnopqrstuvwxyz0123456789+-=',
  ];
  for (const key of names) {
    for (const held of HELD) {
      const input = { key, control: held.includes('c'), alt: held.includes('a'), meta: held.includes('m') };
      if (rules.isKeyBlocked(input)) blocked.push(`${held}:${key}`);
    }
  }
  await page.addInitScript((list: string[]) => {
    const isBlocked = new Set(list);
    addEventListener(
      'keydown',
      (event) => {
        const held = `${event.ctrlKey ? 'c' : ''}${event.altKey ? 'a' : ''}${event.metaKey ? 'm' : ''}`;
        if (isBlocked.has(`${held}:${event.key.length === 1 ? event.key.toLowerCase() : event.key}`)) {
          event.preventDefault();
          event.stopImmediatePropagation();
        }
      },
      { capture: true },
    );
    addEventListener('contextmenu', (event) => event.preventDefault(), { capture: true });
  }, blocked);
}

const HELD = ['', 'c', 'a', 'm', 'ca', 'cm', 'am', 'cam'];
const OTHER_KEYS = [
  ...['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'ContextMenu', 'Tab', 'Enter', 'Escape', 'Delete'],
  ...['BrowserBack', 'BrowserForward', 'BrowserRefresh', 'BrowserHome', 'BrowserSearch'],
];

async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Only the process that was started here. */
function killOwn(pid: number): void {
  if (pid <= 1) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

const PAGE_BYTES = 4096;

/** Linux: the second figure of `/proc/PID/statm`, pages in memory (proc(5)). */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1] ?? 0) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
