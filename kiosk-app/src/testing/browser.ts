/** Builds the pages, serves them from the fake agent, and opens them in a real Chromium. For tests only. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { FakeAgent } from './fake-agent.ts';

/** Throws CHROMIUM_MISSING. */
export function chromiumPath(): string {
  const found = [process.env.TILLSIDE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (found !== undefined) return found;
  throw new Error(
    'CHROMIUM_MISSING: no Chromium was found. Install it (apt-get install chromium) or set TILLSIDE_CHROMIUM.',
  );
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Set TILLSIDE_SHOTS to a folder to keep a picture of every screen the tests pass through. */
const SHOTS = process.env.TILLSIDE_SHOTS;

export interface Bench {
  agent: FakeAgent;
  open(options: BrowserContextOptions, path: string): Promise<OpenPage>;
  stop(): Promise<void>;
}

export interface OpenPage {
  page: Page;
  /** What the page complained about, apart from refusals that the test asked for. */
  complaints: string[];
  close(): Promise<void>;
}

export async function startBench(): Promise<Bench> {
  const executablePath = chromiumPath();
  const [webRoot, forget] = await pages();
  const agent = new FakeAgent(webRoot);
  const origin = await agent.start();
  const browser: Browser = await chromium.launch({ executablePath, args: FLAGS });
  return {
    agent,
    async open(options, path) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          complaints.push(message.text());
      });
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(origin) && !url.startsWith('data:')) complaints.push(`left the store: ${url}`);
      });
      await page.goto(`${origin}${path}`);
      return { page, complaints, close: () => context.close() };
    },
    async stop() {
      await browser.close();
      await agent.stop();
      await forget();
    },
  };
}

/** Where the built pages are, and how to forget them: `npm test` has just built them, else they are built for this file. */
async function pages(): Promise<[webRoot: string, forget: () => Promise<void>]> {
  if (process.env.TILLSIDE_TEST_BUILT === '1')
    return [fileURLToPath(new URL('../../dist-web', import.meta.url)), () => Promise.resolve()];
  const webRoot = await mkdtemp(join(tmpdir(), 'tillside-kiosk-'));
  const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'warn', build: { outDir: webRoot, emptyOutDir: true } });
  return [webRoot, () => rm(webRoot, { recursive: true, force: true })];
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface AxeWindow {
  axe: { run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
}

/** Serious and critical accessibility violations of what is on the screen, as `rule: element`. */
export async function violationsOf(page: Page): Promise<string[]> {
  const isLoaded = await page.evaluate(() => 'axe' in window);
  if (!isLoaded) await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(async () => {
    const { axe } = window as unknown as AxeWindow;
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations
      .filter((one) => one.impact === 'serious' || one.impact === 'critical')
      .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`));
  });
}

/** What can be touched but is lower than `minPx`, as its text and height. */
export async function smallTargetsOf(page: Page, minPx: number): Promise<string[]> {
  return page.evaluate((min) => {
    const targets = [
      ...document.querySelectorAll('button, a[href], input:not([type=checkbox]), .tl-check, .tl-switch'),
    ];
    return targets
      .filter((target) => target.checkVisibility() && target.getAttribute('tabindex') !== '-1')
      .map((target) => ({ text: target.textContent?.slice(0, 30), box: target.getBoundingClientRect() }))
      .filter(({ box }) => box.height > 2 && box.height < min)
      .map(({ text, box }) => `${text}: ${Math.round(box.height)}`);
  }, minPx);
}

/** Whether anything sticks out of the page sideways. */
export async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('main')].some(
      (one) => one.scrollWidth > one.clientWidth + 1,
    ),
  );
}

/** Where the page's header begins; anything but 0 means that the frame itself was scrolled. A page without one counts as 0. */
export async function topOfHead(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelector('header')?.getBoundingClientRect().top ?? 0);
}

export async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

/** Types digits on the page's keypad: each is a press at the middle of its key, whatever lies on top there. */
export async function tapDigits(page: Page, digits: string): Promise<void> {
  const pad = page.locator('.tl-keypad, .tl-keyboard');
  // Where a key stands is still once it can be pressed.
  await pad.getByRole('button', { name: digits.charAt(0), exact: true }).click({ trial: true });
  const keys = await pad.evaluate((one) =>
    [...one.querySelectorAll('button')].map((key): [string, number, number] => {
      const { left, top, width, height } = key.getBoundingClientRect();
      return [(key.textContent ?? '').trim(), left + width / 2, top + height / 2];
    }),
  );
  for (const digit of digits) {
    const key = keys.find(([name]) => name === digit);
    if (key === undefined) throw new Error(`KEY_MISSING: there is no key ${digit}`);
    await page.mouse.click(key[1], key[2]);
  }
}
