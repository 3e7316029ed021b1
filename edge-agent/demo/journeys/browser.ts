/** A real Chromium on the pages of a demo store that runs; says what a page complained about. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CHROMIUM = [process.env.TILLSIDE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
/** A browser on shared cores can be slow without being wrong. */
const ACTION_TIMEOUT_MS = 15_000;

function chromiumPath(): string {
  if (CHROMIUM === undefined)
    throw new Error(
      'CHROMIUM_MISSING: no Chromium was found. Install it (apt-get install chromium) or set TILLSIDE_CHROMIUM.',
    );
  return CHROMIUM;
}

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
}

/** A browser that keeps its profile in a folder, as a kiosk's does. */
export const startBrowserIn = (profile: string, options: BrowserContextOptions): Promise<BrowserContext> =>
  chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: FLAGS,
    reducedMotion: 'reduce',
    ...options,
  });

export interface Opened {
  page: Page;
  /** Errors that the page threw or the browser logged, and requests that left this machine. */
  complaints: string[];
  close(): Promise<void>;
}

/** Opens a page of its own, as another device would. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(ACTION_TIMEOUT_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith('http') && asked.hostname !== '127.0.0.1')
      complaints.push(`left the store: ${asked.href}`);
  });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

/** Types digits on the page's own keypad. */
export async function tapDigits(page: Page, digits: string): Promise<void> {
  const pad = page.locator('.tl-keypad, .tl-keyboard');
  for (const digit of digits) await pad.getByRole('button', { name: digit, exact: true }).click();
}

/** Whether anything sticks out of the page sideways. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('main')].some(
      (one) => one.scrollWidth > one.clientWidth + 1,
    ),
  );

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface AxeWindow {
  axe: { run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
}

/** Serious and critical accessibility faults of what is on the screen, as `rule: element`. */
export async function faultsOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(readFileSync(AXE, 'utf8'));
  return page.evaluate(async () => {
    const { axe } = window as unknown as AxeWindow;
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
  });
}
