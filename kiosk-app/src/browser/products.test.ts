/** Price check, finder and map at the kiosk, in a real Chromium. */
import { beforeEach, describe, expect, it } from 'vitest';
import { en } from '../kiosk/words-en.ts';
import { zh } from '../kiosk/words-zh.ts';
import { LANDSCAPE, MIN_TARGET_KIOSK_PX, PORTRAIT, pagesKit } from '../testing/pages-kit.ts';
import { SCANS, tellProducts } from '../testing/products-data.ts';

const kit = pagesKit();
beforeEach(() => tellProducts(kit.agent));

const scan = (data: string): void => kit.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'gtin', data });

describe.each([
  ['portrait', 'zh-CN', PORTRAIT, zh],
  ['landscape', 'en', LANDSCAPE, en],
] as const)('products, %s, %s', (shape, locale, viewport, words) => {
  const { products } = words;
  const shot = (name: string): Promise<void> => kit.check(`products-${shape}-${locale}-${name}`, MIN_TARGET_KIOSK_PX);
  const button = (name: string) => kit.open.page.getByRole('button', { name, exact: true });
  const named = (zhName: string, enName: string): string => (locale === 'en' ? enName : zhName);

  it('says a price at once for what is scanned, shows the way to it, and forgets it', async () => {
    const page = await kit.showKiosk(viewport, locale);
    await page.locator('.k-stall').waitFor();
    await button(products.tools.price).click();
    await page.getByRole('heading', { name: products.price.title }).waitFor();
    await shot('scan');
    scan(SCANS.milk);
    await page.getByRole('heading', { name: named('鲜牛奶', 'Fresh milk'), exact: true }).waitFor();
    await page.getByText(named('再买 1 件，立减 ¥1.15', 'Add 1 more, save ¥1.15')).waitFor();
    await shot('price');

    await button(products.price.where).click();
    await page.getByRole('heading', { name: products.map.steps }).waitFor();
    expect(await page.locator('.k-map-way').count()).toBe(1);
    const steps = await page.locator('.k-steps li').allInnerTexts();
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.at(-1)).toContain(named('牛奶与奶油', 'Milk and cream'));
    await shot('map');

    // The next one shuts the map.
    scan(SCANS.banana);
    await page.getByRole('heading', { name: named('香蕉', 'Bananas'), exact: true }).waitFor();
    await page.getByText(products.price.perKg, { exact: true }).waitFor();
    await shot('price-loose');
    scan(SCANS.expired);
    await page.getByText(products.refused.ITEM_EXPIRED.title).waitFor();
    scan(SCANS.unknown);
    await page.getByText(products.refused.ITEM_UNKNOWN.todo).waitFor();
    await shot('price-unknown');
    await button(products.price.done).click();
    await page.locator('.k-stall').waitFor();
    expect(await page.locator('body').innerText()).not.toContain(named('香蕉', 'Bananas').repeat(2));
  });

  it('finds by touch and by typing, and goes back to what was found', async () => {
    const page = await kit.showKiosk(viewport, locale);
    await page.locator('.k-stall').waitFor();
    await button(products.tools.find).click();
    await page.locator('.k-group').first().waitFor();
    await shot('groups');
    await page.locator('.k-group', { hasText: products.groups.dairy }).click();
    await page.locator('.k-seek-found-row', { hasText: named('鲜牛奶', 'Fresh milk') }).waitFor();
    await shot('group');
    await page.locator('.k-seek-found-row', { hasText: named('鲜牛奶', 'Fresh milk') }).click();
    await page.getByRole('heading', { name: named('鲜牛奶', 'Fresh milk'), exact: true }).waitFor();
    await button(words.back).first().click();
    await page.getByRole('heading', { name: products.groups.dairy }).waitFor();
    await button(words.back).click();

    await page.getByLabel(products.find.label).click();
    for (const key of 'niunaa') await page.getByRole('button', { name: key, exact: true }).click();
    await page.getByText(products.find.near.replace('{{q}}', 'niunaa')).waitFor();
    await shot('typing');
    await button(products.find.clear).click();
    for (const key of 'xx') await page.getByRole('button', { name: key, exact: true }).click();
    await page.getByText(products.find.none.replace('{{q}}', 'xx')).waitFor();
    await shot('nothing');
  });
});

describe('products of whoever is signed in', () => {
  it('opens from their own page, at their own price, and leads back there', async () => {
    const page = await kit.showKiosk(PORTRAIT);
    await page.locator('.k-stall').waitFor();
    await page.getByRole('button', { name: zh.attract.member }).click();
    kit.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'own', data: 'TM:2000000418' });
    await page.getByRole('heading', { name: zh.home.greeting }).waitFor();
    scan(SCANS.milk);
    await page.getByRole('heading', { name: '鲜牛奶', exact: true }).waitFor();
    // Asked with the visit: no second price for members.
    expect(await page.locator('.k-member-price').count()).toBe(0);
    // Somebody else's code does not open theirs from here.
    kit.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'own', data: 'TM:other' });
    await page.getByRole('button', { name: zh.products.price.done }).click();
    await page.getByRole('heading', { name: zh.home.greeting }).waitFor();
    // By touch too, and back to the same page.
    for (const [tool, opened] of [
      [zh.products.tools.find, '[data-screen=finder]'],
      [zh.products.tools.price, '[data-screen=price-check]'],
    ] as const) {
      await page.getByRole('button', { name: tool }).click();
      await page.locator(opened).waitFor();
      await page.locator('[data-way-back]').click();
      await page.getByRole('heading', { name: zh.home.greeting }).waitFor();
    }
  });

  it('without a map, finds without places', async () => {
    tellProducts(kit.agent, { map: null });
    const page = await kit.showKiosk(PORTRAIT);
    await page.locator('.k-stall').waitFor();
    scan(SCANS.milk);
    await page.getByRole('heading', { name: '鲜牛奶', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: zh.products.price.where }).count()).toBe(0);
  });
});
