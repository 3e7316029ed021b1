import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { HarnessError } from '../errors.ts';

/** A portrait kiosk. */
export const PORTRAIT = { width: 1080, height: 1920 } as const;
const START_TIMEOUT_MS = 30_000;
const END_TIMEOUT_MS = 10_000;
/** How slow an answer of the page may be before it counts as hung. */
const PAGE_TIMEOUT_MS = 15_000;
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
  '--touch-events=enabled',
  '--remote-debugging-port=0',
];

export interface BrowserOptions {
  /** Kept over restarts, as on a kiosk: the credential lies in it. */
  readonly profile: string;
  readonly url: string;
}

/** Throws HARNESS_NEEDS_BROWSER. */
export function chromiumPath(): string {
  const found = [process.env.TILLSIDE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (found === undefined) throw new HarnessError('HARNESS_NEEDS_BROWSER', 'no Chromium was found');
  return found;
}

/** A kiosk's browser as a process of its own, started on its page as the shell starts it, and looked into from outside. */
export class KioskBrowser {
  readonly page: Page;
  readonly cdp: CDPSession;
  /** When the process was spawned, on this process's clock. */
  readonly spawnedAtMs: number;
  /** Errors that the page threw, or logged; what could not be loaded is not among them. */
  readonly complaints: string[] = [];
  #child: ChildProcess;
  #browser: Browser;

  private constructor(child: ChildProcess, spawnedAtMs: number, browser: Browser, page: Page, cdp: CDPSession) {
    this.#child = child;
    this.#browser = browser;
    this.spawnedAtMs = spawnedAtMs;
    this.page = page;
    this.cdp = cdp;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new HarnessError('HARNESS_BROWSER_FAILED', 'the browser has no process');
    return this.#child.pid;
  }

  /** Resolves when the page can be looked into, which is before it has loaded. Rejects with HARNESS_BROWSER_FAILED. */
  static async start({ profile, url }: BrowserOptions): Promise<KioskBrowser> {
    mkdirSync(profile, { recursive: true });
    const size = `--window-size=${PORTRAIT.width},${PORTRAIT.height}`;
    const spawnedAtMs = Date.now();
    const child = spawn(chromiumPath(), [...FLAGS, size, `--user-data-dir=${profile}`, url], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const browser = await chromium.connectOverCDP(await debuggingUrl(child), { timeout: START_TIMEOUT_MS });
      const context = browser.contexts()[0];
      const page = context?.pages()[0] ?? (await context?.waitForEvent('page', { timeout: START_TIMEOUT_MS }));
      if (context === undefined || page === undefined) throw new Error('the browser has no page');
      page.setDefaultTimeout(PAGE_TIMEOUT_MS);
      const cdp = await context.newCDPSession(page);
      const kiosk = new KioskBrowser(child, spawnedAtMs, browser, page, cdp);
      kiosk.#listen();
      return kiosk;
    } catch (error) {
      child.kill('SIGKILL');
      throw new HarnessError('HARNESS_BROWSER_FAILED', (error as Error).message);
    }
  }

  /** The size of a portrait kiosk, and fingers. */
  async layOut(): Promise<void> {
    await this.page.setViewportSize(PORTRAIT);
    await this.cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 });
  }

  /** Without a graphics card what moves on the attract page takes a core of its own, and no visit needs it. */
  async reduceMotion(): Promise<void> {
    await this.page.emulateMedia({ reducedMotion: 'reduce' });
  }

  /** Pages are laid out as before and painted with a sixteenth of the pixels: for visits that nobody looks at. */
  async paintCoarsely(): Promise<void> {
    const deviceScaleFactor = 0.25;
    await this.cdp.send('Emulation.setDeviceMetricsOverride', { ...PORTRAIT, deviceScaleFactor, mobile: false });
  }

  async close(): Promise<void> {
    await this.cdp.send('Browser.close').catch(() => undefined);
    await this.#gone();
  }

  /** As when the machine's memory ran out, or its power. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone();
  }

  async #gone(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_TIMEOUT_MS);
        this.#child.once('exit', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    await this.#browser.close().catch(() => undefined);
  }

  #listen(): void {
    this.page.on('pageerror', (error) => this.complaints.push(error.message));
    this.page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|net::ERR_/.test(message.text()))
        this.complaints.push(message.text());
    });
  }
}

/** Where the browser listens, which it says on stderr. */
function debuggingUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the browser did not start in time')), START_TIMEOUT_MS);
    const lines = createInterface({ input: child.stderr as NodeJS.ReadableStream });
    const last: string[] = [];
    lines.on('line', (line) => {
      last.push(line);
      if (last.length > 5) last.shift();
      const url = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the browser ended (${code ?? 'killed'}): ${last.join(' | ')}`));
    });
  });
}
