/** What every browser test of these pages does: one Chromium a file, a fresh page and a fresh store a test, and the look at each screen. For tests only. */
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import {
  type Bench,
  isTooWide,
  type OpenPage,
  shoot,
  smallTargetsOf,
  startBench,
  topOfHead,
  violationsOf,
} from './browser.ts';
import { type FakeAgent, PAIRING_CODES } from './fake-agent.ts';

export const PORTRAIT = { width: 1080, height: 1920 };
export const LANDSCAPE = { width: 1920, height: 1080 };
export const PHONE = { width: 390, height: 844 };
export const MIN_TARGET_KIOSK_PX = 88;
export const MIN_TARGET_STAFF_PX = 48;

interface Viewport {
  width: number;
  height: number;
}

/** The tests look at Chinese upright and English lying; with TILLSIDE_TURNED=1 at the other two. */
export const IS_TURNED = process.env.TILLSIDE_TURNED === '1';
const shapeOf = ({ width, height }: Viewport): Viewport =>
  IS_TURNED ? { width: height, height: width } : { width, height };
const OTHER_SHAPE: Readonly<Record<string, string>> = { portrait: 'landscape', landscape: 'portrait' };

/** What a screen is called: its shape in the name is the one that it was seen in. */
function nameOf(name: string): string {
  if (!IS_TURNED) return name;
  return /portrait|landscape/.test(name)
    ? name.replace(/portrait|landscape/, (shape) => OTHER_SHAPE[shape] ?? shape)
    : `${name}-turned`;
}

export interface PagesKit {
  readonly agent: FakeAgent;
  /** What is open now. */
  readonly open: OpenPage;
  /** Opens a page, by default with motion reduced; the one before is closed. */
  show(path: string, viewport: Viewport, locale?: string): Promise<OpenPage>;
  /** The same, with a clock that the test moves. */
  showWithClock(path: string, viewport: Viewport): Promise<OpenPage>;
  /** The kiosk, paired, in a language. */
  showKiosk(viewport: Viewport, locale?: 'zh-CN' | 'en'): Promise<OpenPage['page']>;
  /** The open screen: axe, sizes of what is touched, nothing beside the page, no complaint; a picture where TILLSIDE_SHOTS asks for it. */
  check(name: string, minTargetPx: number): Promise<void>;
}

/** To be called once at the top of a test file. */
export function pagesKit(): PagesKit {
  // A browser on shared cores can be slow without being wrong.
  vi.setConfig({ testTimeout: 60_000 });
  let bench: Bench;
  let open: OpenPage | undefined;
  beforeAll(async () => {
    bench = await startBench();
  }, 60_000);
  afterAll(() => bench?.stop());
  beforeEach(async () => {
    await open?.close();
    open = undefined;
    bench.agent.reset();
  });
  const kit: PagesKit = {
    get agent() {
      return bench.agent;
    },
    get open() {
      if (open === undefined) throw new Error('no page is open');
      return open;
    },
    async show(path, viewport, locale) {
      await open?.close();
      open = await bench.open({ viewport, reducedMotion: 'reduce', ...(locale === undefined ? {} : { locale }) }, path);
      return open;
    },
    async showWithClock(path, viewport) {
      const shown = await kit.show(path, viewport);
      await shown.page.clock.install();
      return shown;
    },
    async showKiosk(viewport, locale = 'zh-CN') {
      const { page } = await kit.show(`/kiosk/#pair=${PAIRING_CODES.kiosk}`, shapeOf(viewport));
      await page.locator('.k-store').waitFor();
      if (locale === 'en') await page.getByRole('button', { name: 'English' }).click();
      return page;
    },
    async check(name, minTargetPx) {
      const { page, complaints } = kit.open;
      await page.evaluate(() => document.fonts.ready);
      await shoot(page, nameOf(name));
      expect(await violationsOf(page), name).toEqual([]);
      expect(await smallTargetsOf(page, minTargetPx), name).toEqual([]);
      expect(await isTooWide(page), name).toBe(false);
      expect(await topOfHead(page), name).toBe(0);
      expect(complaints, name).toEqual([]);
    },
  };
  return kit;
}
