import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { answerOwn } from '../testing/own-data.ts';
import { LANDSCAPE, MIN_TARGET_KIOSK_PX, PORTRAIT, pagesKit } from '../testing/pages-kit.ts';

const kit = pagesKit();
const SHOWN = [
  { locale: 'zh-CN', viewport: PORTRAIT, name: 'zh-portrait' },
  { locale: 'en', viewport: LANDSCAPE, name: 'en-landscape' },
] as const;
const check = (name: string): Promise<void> => kit.check(name, MIN_TARGET_KIOSK_PX);

/** A member with a card stands there, at home. */
async function atHome(page: Page): Promise<void> {
  kit.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'own', data: 'TM:2000000418' });
  await page.locator('.k-home').waitFor();
}
const text = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).allInnerTexts()).join(' ');

it.each(SHOWN)('home, coupons, gifts and receipts, $name', async ({ locale, viewport, name }) => {
  const did = answerOwn(kit.agent);
  const zh = locale === 'zh-CN';
  const page = await kit.showKiosk(viewport, locale);
  await atHome(page);
  await page.locator('.k-tier-bar').waitFor();
  await check(`own-home-${name}`);
  // 5,000 less 3,760 of spending is nearer than the points.
  expect(await text(page, '.k-tier-words')).toContain(zh ? '¥1,240.00' : '¥1,240.00');

  const ticket = page.locator('.k-ticket').first();
  // Within the page: to be touched it may be scrolled to.
  const place = (): Promise<number[]> =>
    ticket.evaluate((node: HTMLElement) => [node.offsetTop, node.offsetWidth, node.offsetHeight]);
  const before = await place();
  await ticket.getByRole('button').dblclick();
  await page.locator('.k-ticket[data-state="taken"]').waitFor();
  expect(did.taken).toEqual(['autumn']);
  expect(await place()).toEqual(before);
  await check(`own-taken-${name}`);

  await page.getByRole('button', { name: zh ? '我的券' : 'My coupons' }).click();
  await page.locator('.k-ticket[data-state="over"]').waitFor();
  await check(`own-coupons-${name}`);
  await page.locator('[data-way-back]').click();

  await page.getByRole('button', { name: zh ? '选赠品' : 'Choose a gift' }).click();
  await page.getByRole('button', { name: zh ? '明前绿茶' : 'First-pick green tea' }).click();
  await page.locator('.k-gift[aria-pressed="true"]').waitFor();
  await check(`own-gifts-${name}`);
  await page.locator('[data-way-back]').click();
  expect(await text(page, '.k-way')).toContain(zh ? '已选：明前绿茶' : 'Chosen: First-pick green tea');
  expect(did.chosen).toEqual(['tea']);

  await page.getByRole('button', { name: zh ? '我的小票' : 'My receipts' }).click();
  await page.locator('.k-receipt-list').waitFor();
  await check(`own-receipts-${name}`);
  await page.locator('.k-receipt-list button').first().click();
  await page.locator('.k-receipt').waitFor();
  await page.getByRole('button', { name: zh ? '打印小票' : 'Print it' }).click();
  await page
    .locator('.k-print-said')
    .getByText(zh ? '补打的第 1 份' : 'reprint 1')
    .waitFor();
  await check(`own-receipt-${name}`);
});

it('while head office is away it says when it counted, and the rest stands', async () => {
  answerOwn(kit.agent).isNow = false;
  const page = await kit.showKiosk(PORTRAIT);
  await atHome(page);
  await page.getByText('按总部').waitFor();
});

it.each(SHOWN)('anybody finds a receipt by number and amount, $name', async ({ locale, viewport, name }) => {
  const did = answerOwn(kit.agent);
  const zh = locale === 'zh-CN';
  const page = await kit.showKiosk(viewport, locale);
  await page.getByRole('button', { name: zh ? '查小票' : 'Find a receipt' }).click();
  const type = async (digits: string): Promise<void> => {
    for (const digit of digits) await page.getByRole('button', { name: digit, exact: true }).click();
  };
  await type('000042');
  await page.locator('.k-find-field').nth(1).click();
  await type('4581');
  await check(`find-${name}`);
  const look = page.getByRole('button', { name: zh ? '查看小票' : 'Show the receipt' });
  await look.click();
  await page.getByText('RECEIPT_UNKNOWN').waitFor();
  await check(`find-none-${name}`);
  await page.getByRole('button', { name: zh ? '清空' : 'Clear' }).click();
  await type('4580');
  await look.click();
  await page.locator('.k-receipt').waitFor();
  await check(`find-found-${name}`);

  // Who walks away while it prints takes the print along.
  kit.agent.delayMs = 1_500;
  await page.getByRole('button', { name: zh ? '打印小票' : 'Print it' }).click();
  await page.locator('[data-way-back]').click();
  await expect.poll(() => did.dropped, { timeout: 10_000 }).toBe(1);
});
