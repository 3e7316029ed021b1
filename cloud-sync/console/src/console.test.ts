import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  consoleUnderTest,
  expectNoOverflow,
  LANGUAGES,
  lookAtPages,
  seriousViolations,
  shoot,
  themeOf,
} from './testing/browser.ts';
import { CODE } from './testing/fake-hub.ts';
import { eventsOf, KINDS_SET, NEVER_OPEN } from './testing/samples.ts';
import { worldOf } from './testing/world.ts';

const under = consoleUnderTest();
const { open } = under;

const PAGES = [
  ['front', '/'],
  ['stores', '/stores'],
  ['store', '/stores/renmin-lu'],
  ['campaigns', '/campaigns'],
  ['compose', '/campaigns/new'],
  ['models', '/models'],
  ['model', '/models/next-item-77aa01b2c3d4'],
  ['rules', '/models/-/rules'],
  ['takes', '/models/-/takes'],
  ['events', '/events'],
] as const;

describe.each(LANGUAGES)('in %s', (language) => {
  const theme = themeOf(language);

  test('no page has a serious accessibility fault', async () => {
    const page = await open('/', { language, theme });
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    await lookAtPages(under, page, PAGES, (name) => `${name}-${language}-${theme}`);
  });

  test('empty pages say why and what to do', async () => {
    under.hub.world = worldOf('empty');
    const page = await open('/', { language, theme });
    const pages = PAGES.filter(([name]) => name !== 'store' && name !== 'model');
    await lookAtPages(under, page, pages, (name) => `empty-${name}-${language}-${theme}`);
  });
});

test('signing in: a wrong code is explained, the right one opens the front page, signing out closes it', async () => {
  const page = await open('/', { isSignedIn: false });
  expect(await seriousViolations(page)).toEqual([]);
  await shoot(page, 'sign-in-en');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Enter the pairing code.').waitFor();
  await page.getByLabel('Pairing code').fill('WRONG');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('HUB_PAIRING_CODE_REFUSED').waitFor();
  await page.getByLabel('Pairing code').fill(CODE);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Members’ day lifts' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Members’ day lifts' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Pairing code').waitFor();
});

test('a revoked credential leads back to the pairing page by itself', async () => {
  const page = await open('/');
  under.hub.isRevoked = true;
  await page.getByLabel('Pairing code').waitFor();
});

test('a campaign from the form: tried on a basket, pushed, and seen in force', async () => {
  const page = await open('/campaigns/new');
  const total = page.locator('.np-outcome-total .tl-price');
  expect(await total.textContent()).toContain('¥109.62');
  const days = page.getByLabel('Only around the member’s birthday');
  await days.fill('40');
  await page.getByRole('button', { name: 'Put it in' }).click();
  await page.getByText('Please fill this in.').first().waitFor();
  await page.getByText('Enter a whole number from 0 to 31').waitFor();
  await days.fill('3');
  await page.getByLabel('Name in Chinese').fill('全场半价');
  await page.getByLabel('Name in English').fill('Everything at half price');
  await page.getByLabel('Percent off').fill('50');
  await page.getByRole('button', { name: 'Put it in' }).click();
  await page.getByRole('row', { name: /Everything at half price.*within 3 days of the birthday/ }).waitFor();
  expect(await total.textContent()).toContain('¥109.62');
  await page.getByText('It is the member’s birthday').click();
  expect(await total.textContent()).not.toContain('¥109.62');
  await shoot(page, 'compose-tried-en');
  await page.getByRole('button', { name: 'Take out “Dairy week”' }).click();
  await page.getByRole('button', { name: 'Push 3 campaigns' }).click();
  await page.getByRole('heading', { level: 1, name: /on the way to 3 stores/ }).waitFor();
  await shoot(page, 'campaigns-pending-en');
  under.hub.world.applyAll();
  await page.getByRole('heading', { level: 1, name: /in force in 3 stores/ }).waitFor();
  expect(under.hub.world.releases[0]?.campaignCount).toBe(3);
  // What was in force before says so no more.
  await page
    .getByRole('row', { name: /“Dairy week” and 2 more/ })
    .getByText('Replaced')
    .first()
    .waitFor();
});

test('an edition from a file: a bad one is explained by place, a good one replaces the draft', async () => {
  const page = await open('/campaigns/new');
  const file = join(under.folder, 'set.json');
  await writeFile(file, '{"schema":1,"setId":"x"}');
  await page.getByLabel('Load a whole edition from a file').setInputFiles(file);
  await page.getByText('This file can’t be used').waitFor();
  await page.locator('.np-issues code', { hasText: 'campaigns' }).first().waitFor();
  const policy = { version: 1, objective: 'best-for-customer', couponsPerBasket: 0 };
  await writeFile(file, JSON.stringify({ schema: 1, setId: 'x', version: 9, campaigns: [], policy }));
  await page.getByLabel('Load a whole edition from a file').setInputFiles(file);
  await page.getByRole('button', { name: 'Push an empty edition (ends all campaigns)' }).waitFor();
});

test("an edition of every kind: described, checked in the reader's language, and refused while a campaign cannot work", async () => {
  const page = await open('/campaigns/new', { language: 'zh-CN' });
  const file = join(under.folder, 'kinds.json');
  const write = (set: object) => writeFile(file, JSON.stringify(set));
  const load = () => page.getByLabel('从文件载入整期').setInputFiles(file);
  await write({ ...KINDS_SET, campaigns: [...KINDS_SET.campaigns, NEVER_OPEN] });
  await load();
  await page.getByRole('row', { name: /2 件一组共 ¥26/ }).waitFor();
  await page.getByText('1 处必须修改').waitFor();
  await page.getByText('永远不会生效').first().waitFor();
  await page.getByText('赠品：购物袋 ×1').waitFor();
  await page.getByText('用积分抵现（有').click();
  await page.getByText('使用 1000 积分抵 ¥10').waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await shoot(page, 'compose-kinds-zh-CN');
  await page.getByRole('button', { name: /^推送/ }).click();
  await page.getByText('HUB_CAMPAIGNS_UNSOUND').waitFor();
  await write(KINDS_SET);
  await load();
  await page.getByText('必须修改').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^推送/ }).click();
  await page.getByRole('heading', { level: 1, name: /正在送往/ }).waitFor();
});

test('a hub that goes away leaves what was read, says so, and recovers by itself', async () => {
  const page = await open('/stores');
  await page.getByRole('link', { name: '人民路店' }).waitFor();
  under.hub.isDown = true;
  await page.getByText('The hub is out of reach').waitFor();
  expect(await page.getByRole('link', { name: '人民路店' }).isVisible()).toBe(true);
  expect(await seriousViolations(page)).toEqual([]);
  await shoot(page, 'stores-offline-en');
  under.hub.isDown = false;
  await page.getByText('The hub is out of reach').waitFor({ state: 'detached' });
});

test('a hundred and twenty stores: found by name; a new one gets its code', async () => {
  under.hub.world = worldOf('many');
  const page = await open('/stores');
  await shoot(page, 'stores-many-en');
  await page.getByLabel('Find a store').fill('滨河');
  expect(await page.locator('tbody tr').count()).toBe(1);
  await page.getByLabel('Store id').fill('Bad Id');
  await page.getByRole('button', { name: 'Add and make a code' }).click();
  await page.getByText('Use lower-case letters').waitFor();
  await page.getByLabel('Store id').fill('xihu');
  await page.getByRole('button', { name: 'Add and make a code' }).click();
  await page.getByText('K7QM-3RXT').waitFor();
});

test('an unknown store is an explained error, not a blank page', async () => {
  const page = await open('/stores/nowhere');
  await page.getByText('HUB_STORE_UNKNOWN').waitFor();
});

test('training shows its progress to the end; a model is compared, pushed to one store, and taken back', async () => {
  const page = await open('/models');
  await page.getByRole('heading', { level: 1, name: 'finds 4% more than the one in the stores' }).waitFor();
  await page.getByText('in service in one store, on trial in 1, not taken by 1.').waitFor();
  await page.getByRole('row', { name: /滨河店.*late too often. The store is back on what it had/ }).waitFor();
  await page.getByRole('link', { name: 'What shoppers took' }).click();
  await page.getByText('Of the new model’s items 7.9% were bought, of those before 6.5%').waitFor();
  await page.getByRole('row', { name: /^next-item-4c09d21f7b1e \(stand-in\)/ }).waitFor();
  await page.getByRole('link', { name: 'Models' }).first().click();
  await page.getByRole('button', { name: 'Train a new model' }).click();
  await page.getByRole('progressbar').waitFor();
  await page.getByText('Training is done').waitFor();
  await page.getByRole('link', { name: 'next-item-77aa01b2c3d4' }).last().click();
  await page.getByRole('heading', { name: 'Limits' }).waitFor();
  await page.getByRole('button', { name: 'Compare with the running one' }).click();
  await page.getByText('The comparison is done').waitFor();
  await page.locator('.np-choices').getByText('人民路店').click();
  await page.getByRole('button', { name: 'Push to 1 store' }).click();
  await page.getByText('Signed and pushed').waitFor();
  await page.getByText('On its way').first().waitFor();
  expect(await page.getByText('On its way').count()).toBe(1);
  await page.getByRole('button', { name: 'Back in 1 store' }).click();
  await page.getByText('Gone back to next-item-4c09d21f7b1e').waitFor();
});

test('what is bought together is sorted, found, downloaded, and becomes a campaign', async () => {
  const page = await open('/models/-/rules');
  await page.getByRole('heading', { level: 1, name: 'Who buys Taco shells' }).waitFor();
  const first = page.locator('tbody tr').last();
  await page.getByRole('button', { name: 'Sort by Support' }).click();
  await page.locator('th[aria-sort=descending]', { hasText: 'Support' }).waitFor();
  await page.getByLabel('Find by name or number').fill('MILK');
  await page.getByText('2 rules').waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('rules.csv');
  expect(await first.textContent()).toContain('Milk');
  await page.getByRole('link', { name: 'Make a campaign with these two' }).first().click();
  await expect
    .poll(() =>
      page
        .locator('.np-column input[value="sku-eggs, sku-milk"], .np-column input[value="sku-milk, sku-eggs"]')
        .count(),
    )
    .toBe(1);
});

test('events: told in sentences, filtered, paged, and quarantined ones named', async () => {
  const page = await open('/events');
  await page.getByText('Sold 4 lines for ¥83.40, saving ¥7.20, to a member').first().waitFor();
  expect(await page.locator('.np-events > li').count()).toBe(50);
  await page.getByRole('button', { name: 'Earlier ones' }).click();
  await expect.poll(() => page.locator('.np-events > li').count()).toBe(100);
  await page.getByText('Only those put aside').click();
  await page.getByRole('heading', { level: 1, name: 'Events that could not be read' }).waitFor();
  const aside = eventsOf(['renmin-lu']).filter(({ quarantine }) => quarantine !== null);
  await expect.poll(() => page.locator('.np-events > li').count()).toBe(aside.length);
  await page.getByText('EVENT_TYPE_UNKNOWN').first().waitFor();
});

test('on a narrow screen nothing runs out of the page', async () => {
  const page = await open('/', { width: 390, language: 'zh-CN' });
  await shoot(page, 'front-narrow-zh-CN');
  await expectNoOverflow(under, page, PAGES);
  for (const [name, path] of PAGES.filter(([each]) => each === 'takes' || each === 'models')) {
    await under.goTo(page, path);
    await shoot(page, `${name}-narrow-zh-CN`);
  }
});
