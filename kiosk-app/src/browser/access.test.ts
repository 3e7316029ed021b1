/** The kiosk for everybody: larger text, contrast, keys, voice, reach, time, a brand; and what is over when a shopper leaves. */
import { DEFAULT_KIOSK_SETTINGS, KioskSettings } from '@tillside/agent-contract';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { en } from '../kiosk/words-en.ts';
import { zh } from '../kiosk/words-zh.ts';
import { PAIRING_CODES } from '../testing/fake-agent.ts';
import { IS_TURNED, LANDSCAPE, MIN_TARGET_KIOSK_PX, PORTRAIT, pagesKit } from '../testing/pages-kit.ts';

const kit = pagesKit();
const CODE = 'TM:2000000418';

const button = (name: string) => kit.open.page.getByRole('button', { name });
const exactly = (name: string) => kit.open.page.getByRole('button', { name, exact: true });
const scan = (): void => kit.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'own', data: CODE });

/** A voice that writes down what it is asked to say, in a real Chromium, which has none in a test. */
async function withVoice(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    Object.defineProperty(globalThis, 'speechSynthesis', {
      value: {
        speak: (one: SpeechSynthesisUtterance) => said.push(`${one.lang} ${one.text}`),
        cancel: () => said.push('(stop)'),
      },
    });
  });
  return () => page.evaluate(() => (globalThis as unknown as { said: string[] }).said.splice(0));
}

/** A key of an assistive keypad, which no keyboard of the test's has. */
const pad = (key: string): Promise<void> =>
  kit.open.page.evaluate((name) => {
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  }, key);

async function openSheet(words: typeof zh | typeof en): Promise<void> {
  await button(words.access.open).click();
  await kit.open.page.getByRole('heading', { name: words.access.title }).waitFor();
}

describe.each([
  ['portrait', 'zh-CN', PORTRAIT, zh],
  ['landscape', 'en', LANDSCAPE, en],
] as const)('made easier, %s, %s', (shape, locale, viewport, words) => {
  const shot = (name: string): Promise<void> => kit.check(`access-${shape}-${name}`, MIN_TARGET_KIOSK_PX);

  it('doubles the text on every page without losing any, in high contrast, and is as usual again for the next', async () => {
    const page = await kit.showKiosk(viewport, locale);
    await page.locator('.k-stall').waitFor();
    const sizeOf = (selector: string): Promise<number> =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
    const before = await sizeOf('h1');
    await openSheet(words);
    await shot('sheet');
    await button(words.access.sizes.largest).click();
    await page.getByText(words.access.contrast, { exact: true }).click();
    await shot('sheet-largest');
    await exactly(words.access.done).click();
    expect(await sizeOf('h1')).toBeCloseTo(before * 2, 0);
    await shot('attract-largest');
    await button(words.attract.join).click();
    await page.locator('.k-phone').waitFor();
    await shot('join-largest');
    await button(words.back).click();
    // Leaving the page has ended the session; what was asked for is asked for again.
    expect(await sizeOf('h1')).toBe(before);
    if (locale === 'en') await button('English').click();
    await openSheet(words);
    await button(words.access.sizes.largest).click();
    await exactly(words.access.done).click();
    await button(words.attract.member).click();
    scan();
    await page.getByRole('heading', { name: words.home.greeting }).waitFor();
    await shot('home-largest');
    await button(words.home.leave).click();
    await page.locator('.k-stall').waitFor();
    expect(await sizeOf('h1')).toBe(before);
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
  });
});

it('can be gone through by five keys, and says aloud where it is', async () => {
  const { page } = await kit.show('/kiosk/', PORTRAIT);
  const said = await withVoice(page);
  await page.goto(`${new URL(page.url()).origin}/kiosk/#pair=${PAIRING_CODES.kiosk}`);
  await page.reload();
  await page.locator('.k-stall').waitFor();
  await pad('F13');
  await expect.poll(said).toContain(`zh-CN ${zh.access.spoken.help}`);
  // Down to the first action of the page, which is said by its name and what it is.
  const focused = (): Promise<string> =>
    page.evaluate(() => (document.activeElement?.matches('button') ? (document.activeElement.textContent ?? '') : ''));
  for (let steps = 0; steps < 40 && !(await focused()).includes(zh.attract.join); steps += 1)
    await page.keyboard.press('ArrowDown');
  expect(await focused()).toContain(zh.attract.join);
  const way = (await said()).join('\n');
  expect(way).toContain(zh.attract.joinWhy);
  expect(way).toMatch(/¥\d/);
  await page.keyboard.press('Enter');
  await page.locator('.k-phone').waitFor();
  // The new page begins at its heading.
  await expect.poll(said).toContainEqual(expect.stringContaining(`${zh.join.title}, ${zh.access.spoken.heading}`));
  expect(await page.evaluate(() => document.activeElement?.matches(':focus-visible'))).toBe(true);
  await page.keyboard.press('Escape');
  await page.locator('.k-stall').waitFor();
  expect((await said()).at(-1)).toBe('(stop)');
  await page.keyboard.press('ArrowDown');
  expect(await said()).toEqual([]);
});

it('says nothing of a member where others hear it, and all where headphones are in', async () => {
  const { page } = await kit.show('/kiosk/', PORTRAIT);
  const said = await withVoice(page);
  await page.goto(`${new URL(page.url()).origin}/kiosk/#pair=${PAIRING_CODES.kiosk}`);
  await page.reload();
  await page.locator('.k-stall').waitFor();
  await pad('Help');
  scan();
  await page.getByRole('heading', { name: zh.home.greeting }).waitFor();
  const readAll = async (): Promise<string> => {
    await said();
    await page.keyboard.press('ArrowLeft');
    for (let steps = 0; steps < 30; steps += 1) await page.keyboard.press('ArrowDown');
    return (await said()).join('\n');
  };
  const points = await page.locator('.k-points strong').innerText();
  const aloud = await readAll();
  expect(aloud).not.toContain(points);
  expect(aloud).toContain(zh.access.spoken.private);
  await pad('F15');
  expect(await readAll()).toContain(points);
  await pad('F14');
  expect((await said()).at(-1)).toBe('(stop)');
});

// A lying screen is low enough as it is.
it.skipIf(IS_TURNED)('brings all that is touched within reach from a seat', async () => {
  const page = await kit.showKiosk(PORTRAIT);
  await page.locator('.k-stall').waitFor();
  await openSheet(zh);
  await page.getByText(zh.access.low, { exact: true }).click();
  await exactly(zh.access.done).click();
  await button(zh.attract.join).click();
  await page.locator('.k-phone').waitFor();
  const highest = await page.evaluate(() =>
    Math.min(...[...document.querySelectorAll('button')].map((one) => one.getBoundingClientRect().top)),
  );
  expect(highest).toBeGreaterThan(PORTRAIT.height * 0.38);
});

it('asks at once when nobody stands there any more, and waits longer for who asked for time', async () => {
  const { page } = await kit.showWithClock('/kiosk/', PORTRAIT);
  await page.goto(`${new URL(page.url()).origin}/kiosk/#pair=${PAIRING_CODES.kiosk}`);
  await page.reload();
  await button(zh.attract.join).click();
  await page.clock.runFor(10_000);
  kit.agent.emit({ type: 'presence', lane: 'kiosk-1', isEmpty: true });
  await expect
    .poll(async () => {
      await page.clock.runFor(500);
      return page.getByRole('alertdialog').count();
    })
    .toBe(1);
  await button(zh.idle.stay).click();
  await openSheet(zh);
  await page.getByText(zh.access.time, { exact: true }).click();
  await exactly(zh.access.done).click();
  await page.clock.runFor(DEFAULT_KIOSK_SETTINGS.idleSeconds * 4_000);
  expect(await page.getByRole('alertdialog').count()).toBe(0);
});

it('reads at a shopper’s own pace on the attract page, and is as usual again when they walk on', async () => {
  const { page } = await kit.showWithClock('/kiosk/', PORTRAIT);
  await page.goto(`${new URL(page.url()).origin}/kiosk/#pair=${PAIRING_CODES.kiosk}`);
  await page.reload();
  await page.locator('.k-stall').waitFor();
  const shown = (): Promise<string> => page.locator('.k-stall-name').innerText();
  const first = await shown();
  await openSheet(zh);
  await exactly(zh.access.sizes.large).click();
  await exactly(zh.access.done).click();
  await page.clock.runFor(30_000);
  expect(await shown()).toBe(first);
  await page.clock.runFor(31_000);
  await page.getByRole('alertdialog').waitFor();
  await page.clock.runFor(30_500);
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.text)).toBe('normal');
  await page.clock.runFor(10_000);
  await expect.poll(shown).not.toBe(first);
  // A sheet that was left open is not the next one's.
  await openSheet(zh);
  await page.clock.runFor(61_000);
  await page.getByRole('alertdialog').waitFor();
  await page.clock.runFor(30_500);
  await page.getByRole('heading', { name: zh.access.title }).waitFor({ state: 'detached' });
});

it('wears its brand from the first paint on, in both themes', async () => {
  kit.agent.settings = KioskSettings.parse({
    homeLocale: 'en',
    brand: { light: { memberFill: '#5b21b6', member: '#5b21b6' }, highContrast: { memberFill: '#3b0764' } },
  });
  const page = await kit.showKiosk(PORTRAIT);
  const fillOf = (): Promise<string> =>
    button(en.attract.join).evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await fillOf()).toBe('rgb(91, 33, 182)');
  await openSheet(en);
  await page.getByText(en.access.contrast, { exact: true }).click();
  await exactly(en.access.done).click();
  expect(await fillOf()).toBe('rgb(59, 7, 100)');
  // Before the agent has answered, it wears what it was told last.
  kit.agent.delayMs = 2_000;
  await page.reload();
  await page.locator('.tl-kiosk').waitFor();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--member-fill'))).toBe(
    '#5b21b6',
  );
});

it.each([
  ['a 10-inch tablet, upright', { width: 800, height: 1280 }, 'zh-CN'],
  ['a 10-inch tablet, lying', { width: 1280, height: 800 }, 'en'],
  ['4K', { width: 3840, height: 2160 }, 'en'],
] as const)('fits %s', async (name, viewport, locale) => {
  const words = locale === 'en' ? en : zh;
  const page = await kit.showKiosk(viewport, locale);
  // 88 px at 1080 wide is a size of thumbs, which grows and shrinks with the panel.
  const minTargetPx = Math.floor((MIN_TARGET_KIOSK_PX * Math.min(viewport.width, viewport.height)) / 1080);
  await page.locator('.k-stall').waitFor();
  await kit.check(`access-${name}-attract`, minTargetPx);
  // A name that lost its place to what stands beside it would be cut through.
  const isCut = (element: HTMLElement): boolean =>
    element.clientHeight < Number.parseFloat(getComputedStyle(element).fontSize);
  expect(await page.locator('.k-stall-name').evaluate(isCut)).toBe(false);
  await openSheet(words);
  await kit.check(`access-${name}-sheet`, minTargetPx);
  await exactly(words.access.done).click();
  await button(words.attract.join).click();
  await page.locator('.k-phone').waitFor();
  await kit.check(`access-${name}-join`, minTargetPx);
  await button(words.back).click();
  if (locale === 'en') await button('English').click();
  scan();
  await page.getByRole('heading', { name: words.home.greeting }).waitFor();
  await kit.check(`access-${name}-home`, minTargetPx);
});

it('moves nothing that a shopper did not touch', async () => {
  const page = await kit.showKiosk(PORTRAIT);
  await page.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) shifts.push(entry.value);
    }).observe({ type: 'layout-shift' });
  });
  scan();
  await page.getByRole('heading', { name: zh.home.greeting }).waitFor();
  await page.waitForTimeout(800);
  const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts);
  expect(shifts.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.02);
});
