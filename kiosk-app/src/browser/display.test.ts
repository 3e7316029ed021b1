/** The customer display in a real Chromium, in both languages, following a lane. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../display/words-en.ts';
import { zh } from '../display/words-zh.ts';
import { type Bench, isTooWide, type OpenPage, shoot, startBench, violationsOf } from '../testing/browser.ts';
import { basketDisplay, IDLE_DISPLAY, PAID_DISPLAY } from '../testing/display-data.ts';
import { PAIRING_CODES } from '../testing/fake-agent.ts';

const SCREENS = {
  wide: { width: 1280, height: 800 },
  small: { width: 1024, height: 600 },
  tall: { width: 800, height: 1280 },
};

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
}, 60_000);
afterAll(() => bench?.stop());

const tell = (lineIds: readonly string[]): void =>
  bench.agent.emit({
    type: 'basket',
    lane: '1',
    basketId: 'b-1',
    revision: 2,
    what: 'changed',
    delta: {
      lines: lineIds.map((lineId) => ({
        lineId,
        sku: 's',
        name: { zh: '货', en: 'goods' },
        change: 'added',
        quantity: 1,
        payableFen: { before: 0, now: 100 },
      })),
      payableFen: { before: 0, now: 100 },
      savingsFen: { before: 0, now: 0 },
      applied: [],
      lost: [],
    },
  });

async function start(lang: 'zh' | 'en', screen: keyof typeof SCREENS): Promise<OpenPage> {
  bench.agent.isAway = false;
  bench.agent.display = IDLE_DISPLAY;
  const open = await bench.open(
    // What is still arriving is paler than it will be.
    { viewport: SCREENS[screen], reducedMotion: 'reduce' },
    `/display/?lang=${lang}#pair=${PAIRING_CODES.display ?? ''}`,
  );
  await open.page.locator('.k-stall').waitFor();
  return open;
}

describe.each([
  ['zh', zh],
  ['en', en],
] as const)('customer display (%s)', (lang, words) => {
  it.each(Object.keys(SCREENS) as (keyof typeof SCREENS)[])(
    'follows a basket to its end on a %s screen',
    async (screen) => {
      const { page, complaints, close } = await start(lang, screen);
      const sound = async (name: string): Promise<void> => {
        expect(await violationsOf(page)).toEqual([]);
        expect(await isTooWide(page)).toBe(false);
        await shoot(page, `display-${name}-${screen}-${lang}`);
      };
      await sound('idle');

      bench.agent.display = basketDisplay(4);
      tell(['4']);
      await page.locator('.d-line').nth(3).waitFor();
      expect(await page.locator('.d-line[data-touched=true]').count()).toBe(1);
      expect(await page.locator('.d-total').innerText()).toContain('11.86');
      expect(await page.locator('.d-due').innerText()).toContain(words.due);
      await sound('basket');

      // What was scanned last is in sight, however long the basket.
      bench.agent.display = basketDisplay(40);
      tell(['40']);
      await page.locator('.d-line').nth(39).waitFor();
      const box = await page.locator('.d-line').nth(39).boundingBox();
      expect((box?.y ?? Number.POSITIVE_INFINITY) + (box?.height ?? 0)).toBeLessThanOrEqual(SCREENS[screen].height);
      await sound('long');

      bench.agent.display = PAID_DISPLAY;
      tell([]);
      await page.getByText(words.paid).waitFor();
      expect(await page.locator('.d-change').innerText()).toContain('7.40');
      await sound('paid');
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it('says when the store can not be reached, and goes on by itself', async () => {
    const { page, close } = await start(lang, 'wide');
    bench.agent.display = basketDisplay(2, false);
    tell(['2']);
    await page.locator('.d-line').nth(1).waitFor();
    bench.agent.goAway();
    await page.getByText(words.away).waitFor();
    expect(await page.locator('.d-line').count()).toBe(2);
    bench.agent.isAway = false;
    bench.agent.display = basketDisplay(3, false);
    await page.locator('.d-line').nth(2).waitFor({ timeout: 20_000 });
    await page.getByText(words.away).waitFor({ state: 'hidden', timeout: 20_000 });
    await close();
  });
});
