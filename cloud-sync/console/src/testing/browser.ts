import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { FakeHub } from './fake-hub.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** `npm test` has just built the pages; else each file builds them for itself. */
const isBuilt = process.env.TILLSIDE_TEST_BUILT === '1';
/** Set to a folder to keep pictures of every page. */
const SHOTS = process.env.TILLSIDE_SHOTS;
const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
export type Language = 'zh-CN' | 'en';
export const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];
/** Chinese is looked at by day and English by night, so that both languages and both themes are seen without doubling the time. */
export const themeOf = (language: Language): 'light' | 'dark' => (language === 'en' ? 'dark' : 'light');

export interface Look {
  readonly language?: Language;
  readonly theme?: 'light' | 'dark';
  readonly isSignedIn?: boolean;
  readonly width?: number;
}

/** The built console in a browser before a stand-in hub, a new one for each test of the file that calls this. */
export interface ConsoleUnderTest {
  readonly hub: FakeHub;
  /** A folder for this file's tests. */
  readonly folder: string;
  /** A new page at this place of the console. */
  open(path: string, look?: Look): Promise<Page>;
  /** Another place, in a page that is open. */
  goTo(page: Page, path: string): Promise<void>;
}

export function consoleUnderTest(): ConsoleUnderTest {
  let folder: string;
  let webDir: string;
  let browser: Browser;
  let context: BrowserContext;
  let hub: FakeHub;
  let origin: string;
  // A browser on shared cores can be slow without being wrong.
  vi.setConfig({ testTimeout: 60_000 });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tillside-console-'));
    webDir = isBuilt
      ? fileURLToPath(new URL('../../dist-web', import.meta.url))
      : await buildPages(join(folder, 'web'));
    const executablePath = process.env.TILLSIDE_CHROMIUM ?? '/usr/bin/chromium';
    browser = await chromium.launch({ executablePath, args: BROWSER_ARGS });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    hub = new FakeHub(webDir);
    origin = await hub.listen();
  });
  afterEach(async () => {
    await context?.close();
    await hub.close();
  });

  return {
    get hub() {
      return hub;
    },
    get folder() {
      return folder;
    },
    open: async (path, { language = 'en', theme = 'light', isSignedIn = true, width = 1280 } = {}) => {
      context = await browser.newContext({
        locale: language,
        viewport: { width, height: 900 },
        reducedMotion: 'reduce',
      });
      await context.addInitScript(
        ([kept, signedIn]) => {
          if (localStorage.getItem('tillside.theme') === null) localStorage.setItem('tillside.theme', kept as string);
          if (signedIn && sessionStorage.getItem('opened') === null)
            localStorage.setItem('tillside.operator', 'o'.repeat(43));
          sessionStorage.setItem('opened', 'yes');
        },
        [theme, isSignedIn],
      );
      await context.addInitScript(hasten);
      const page = await context.newPage();
      page.setDefaultTimeout(9000);
      await page.goto(`${origin}/console/#${path}`);
      await page.locator('h1, [role=alert], .tl-notice').first().waitFor();
      return page;
    },
    goTo: async (page, path) => {
      await page.goto(`${origin}/console/#${path}`);
      await page.locator(`.np-sections a[aria-current=page][href="#/${path.split('/')[1]}"]`).waitFor();
      await page.locator('h1').waitFor();
    },
  };
}

/** What the pages read again every few seconds they read five times as often: tests would only wait for it. */
function hasten(): void {
  const { setTimeout: later } = window;
  window.setTimeout = ((handler: () => void, ms = 0) => later(handler, ms < 1_000 ? ms : ms / 5)) as typeof setTimeout;
}

async function buildPages(outDir: string): Promise<string> {
  const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  return outDir;
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

export async function seriousViolations(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.addScriptTag({ path: AXE });
  const found = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations)',
  )) as Violation[];
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}

export async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await mkdir(SHOTS, { recursive: true });
  await page.waitForTimeout(150);
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

/** Each page by name and place: one headline, no serious fault, nothing that runs out of a narrow screen. */
export async function lookAtPages(
  under: ConsoleUnderTest,
  page: Page,
  pages: readonly (readonly [string, string])[],
  nameOf: (name: string) => string,
): Promise<void> {
  for (const [name, path] of pages) {
    await under.goTo(page, path);
    expect(await seriousViolations(page), path).toEqual([]);
    expect(await page.locator('h1').count(), path).toBe(1);
    await shoot(page, nameOf(name));
  }
}

export async function expectNoOverflow(
  under: ConsoleUnderTest,
  page: Page,
  pages: readonly (readonly [string, string])[],
): Promise<void> {
  for (const [name, path] of pages) {
    await under.goTo(page, path);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, name).toBeLessThanOrEqual(0);
  }
}
