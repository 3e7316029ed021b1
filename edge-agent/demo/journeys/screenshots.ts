/**
 * Pictures of every page for docs/screenshots, from a demo store that runs and has sold: shopper, staff and HQ, in both languages.
 *
 *     node --conditions=@tillside/source --import tsx edge-agent/demo/journeys/screenshots.ts [FOLDER]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CampaignSet } from '@tillside/decide';
import type { Browser, Page } from 'playwright-core';
import type { Cashier } from '../src/day/cashier.ts';
import { pushCampaigns, trainAndPush, until } from '../src/day/headquarters.ts';
import { newestCode } from '../src/day/kiosk.ts';
import { openTill } from '../src/day/open-till.ts';
import { dairyShelf, hangLabels, type StaffPhone, staffPhone } from '../src/day/staff.ts';
import { demoCampaigns } from '../src/store/campaigns.ts';
import type { DemoStore } from '../src/store/demo-store.ts';
import { STAFF_PIN } from '../src/store/layout.ts';
import { openPage, startBrowser, tapDigits } from './browser.ts';
import { everyKind, withFindings } from './every-kind.ts';
import { findReasons, shootReasons } from './reason-pictures.ts';
import { openShop, sellBaskets } from './shop.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = process.argv[2] ?? fileURLToPath(new URL('../../../docs/screenshots', import.meta.url));
const BASKETS = 90;
const PRESENCE_WINDOW_MS = 12_000;
const MODEL_TIMEOUT_MS = 30_000;
/** The kiosk is laid out for 1080 by 1920; half of that is enough to look at. */
const KIOSK = { timezoneId: 'Asia/Shanghai', viewport: { width: 540, height: 960 }, deviceScaleFactor: 1.5 };
const PHONE = { timezoneId: 'Asia/Shanghai', viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 };
/** A customer display of ten inches. */
const DISPLAY = { timezoneId: 'Asia/Shanghai', viewport: { width: 1280, height: 800 } };
const DISPLAY_LINES = 7;
/** What a shopper hands over: whole notes of ten yuan. */
const NOTE_FEN = 1_000;
const DESK = { timezoneId: 'Asia/Shanghai', viewport: { width: 1280, height: 900 } };
const LANGUAGES = [
  { suffix: 'zh', locale: 'zh-CN', other: 'English', product: '牛奶' },
  { suffix: 'en', locale: 'en', other: '中文', product: 'milk' },
] as const;
type Language = (typeof LANGUAGES)[number];
/** Who joins at the kiosk, and is found by a colleague. */
const MEMBER_PHONE = { zh: '13912345670', en: '13912345671' } as const;

async function shoot(page: Page, name: string, fullPage = false): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage });
  process.stderr.write(`${name}\n`);
}

async function shootKiosk(browser: Browser, demo: DemoStore, { suffix, locale }: Language, phone: string) {
  const code = await demo.pairingCode('kiosk', `kiosk ${suffix}`, '1');
  const { page, close } = await openPage(browser, `${demo.agentUrl}/kiosk/#pair=${code}`, { ...KIOSK, locale });
  const english = page.getByRole('button', { name: 'English' });
  await page.locator('.k-stall').waitFor();
  if (locale === 'en') await english.click();
  await shoot(page, `kiosk-attract-${suffix}`);
  await page.locator('.k-head-actions button').first().click();
  await page.locator('.k-offers').waitFor();
  await shoot(page, `kiosk-offers-${suffix}`);
  await page.locator('.k-attract-actions button').first().click();
  await page.locator('.k-join').waitFor();
  await tapDigits(page, phone);
  await page.locator('.k-consents .tl-check').first().click();
  await shoot(page, `kiosk-join-${suffix}`);
  const joined = page
    .waitForResponse((one) => one.url().endsWith('/v1/members'))
    .then(async (one) => (await one.json()) as { claimUrl?: string });
  await page.getByRole('button', { name: /^(满 14 岁，同意入会|I’m 14 or older and agree)$/ }).click();
  await page.locator('[data-step=code]').waitFor();
  await shoot(page, `kiosk-code-${suffix}`);
  await tapDigits(page, await newestCode(demo.agentUrl));
  await page.locator('.k-card .tl-qr').waitFor();
  await shoot(page, `kiosk-welcome-${suffix}`);
  await shootPhone(browser, { suffix, locale }, (await joined).claimUrl);
  await page.getByRole('button', { name: /^(拍好了，结束|Got it, finish)$/ }).click();
  await page.locator('.k-stall').waitFor();
  if (locale === 'en') await english.click();
  // A member of the real data with coupons shows the card to the lane's scanner.
  await demo.simulators.counter('1').scanner.scan('TM:card-M000001', { aim: ']Q1' });
  await page.locator('.k-home').waitFor();
  await shoot(page, `kiosk-member-${suffix}`);
  const ways = page.locator('.k-home .k-way');
  await ways.first().click();
  await page.locator('.k-points-now').waitFor();
  await shoot(page, `kiosk-points-${suffix}`);
  const back = page.getByRole('button', { name: /^(返回|Back)$/ });
  await back.click();
  await ways.last().click();
  await page.locator('.k-mine .tl-switch').first().waitFor();
  await shoot(page, `kiosk-privacy-${suffix}`);
  for (const [way, name] of [
    [1, 'data'],
    [2, 'leave'],
  ] as const) {
    await page.locator('.k-ways .k-way').nth(way).click();
    await page
      .locator(name === 'data' ? '.k-facts' : '.k-mine .k-lead')
      .first()
      .waitFor();
    await shoot(page, `kiosk-${name}-${suffix}`);
    await back.click();
  }
  await close();
}

/** The phone that binds itself by the code on the kiosk's screen. */
async function shootPhone(
  browser: Browser,
  { suffix, locale }: Pick<Language, 'suffix' | 'locale'>,
  claimUrl: string | undefined,
): Promise<void> {
  if (claimUrl === undefined) throw new Error('joining gave no link for the phone');
  const { page, close } = await openPage(browser, claimUrl, { ...PHONE, locale });
  await page.locator('.m-paper').waitFor({ timeout: MODEL_TIMEOUT_MS });
  await shoot(page, `phone-code-${suffix}`);
  await page.locator('.m-tabs button').nth(1).click();
  await page.locator('.m-points').waitFor();
  await shoot(page, `phone-points-${suffix}`);
  await close();
}

/** A member's basket on the lane's customer display as it grows, and what the shopper reads once it is paid. */
async function shootDisplay(
  browser: Browser,
  demo: DemoStore,
  till: Cashier,
  { suffix, locale }: Language,
): Promise<void> {
  const code = await demo.pairingCode('display', `display ${suffix}`, till.lane);
  const lang = locale === 'en' ? 'en' : 'zh';
  const { page, close } = await openPage(browser, `${demo.agentUrl}/display/?lang=${lang}#pair=${code}`, DISPLAY);
  await page.locator('.d-main').waitFor();
  const { basketId } = await till.call('openBasket', { body: { cashierId: till.cashierId }, key: till.newKey() });
  const params = { basketId };
  await till.call('setMember', { params, body: { code: 'TM:card-M000001' }, key: till.newKey() });
  const goods = demo.data.day.find(({ lines }) => lines.length >= DISPLAY_LINES)?.lines.slice(0, DISPLAY_LINES) ?? [];
  let view = await till.call('getBasket', { params });
  for (const { sku, quantity, weightGrams } of goods) {
    const body = { sku, quantity, ...(weightGrams > 0 ? { weightGrams } : {}) };
    view = await till.call('addLine', { params, body, key: till.newKey() });
  }
  await page
    .locator('.d-line')
    .nth(goods.length - 1)
    .waitFor();
  await till.call('getDecision', { params });
  await page.locator('.d-picks').waitFor();
  await shoot(page, `display-basket-${suffix}`);
  const dueFen = view.decision.cash?.totalFen ?? view.decision.totalFen;
  const givenFen = Math.ceil(dueFen / NOTE_FEN) * NOTE_FEN;
  await till.call('completeBasket', {
    params,
    body: {
      cashierId: till.cashierId,
      expectedPayableFen: view.decision.payableFen,
      tenders: [{ kind: 'cash', amountFen: dueFen, givenFen }],
    },
    key: till.newKey(),
  });
  await page.locator('.d-paid').waitFor();
  await shoot(page, `display-paid-${suffix}`);
  await close();
}

async function shootStaff(browser: Browser, demo: DemoStore, { suffix, locale, product }: Language): Promise<void> {
  const code = await demo.pairingCode('staff', `handheld ${suffix}`);
  const { page, close } = await openPage(browser, `${demo.agentUrl}/staff/#pair=${code}`, { ...PHONE, locale });
  await page.locator('.tl-keypad').waitFor();
  await tapDigits(page, STAFF_PIN);
  await page.locator('form button[type=submit], .tl-button[data-look=primary]').last().click();
  await page.locator('.s-labels').waitFor();
  await shoot(page, `staff-labels-${suffix}`);
  await page.locator('.s-tab').nth(1).click();
  await page.locator('input').first().fill(product);
  await page.locator('.s-result').first().click();
  await shoot(page, `staff-promotion-${suffix}`);
  await page.locator('.s-tab').nth(2).click();
  await page.locator('.s-members input').first().fill(MEMBER_PHONE[suffix]);
  await page.locator('.s-members .s-filter').nth(1).click();
  await page.locator('.s-members button[type=submit]').click();
  await page.locator('.s-person').waitFor();
  await page.locator('.s-members .tl-switch').first().waitFor();
  await shoot(page, `staff-member-${suffix}`);
  for (const [way, name] of [
    [0, 'phone'],
    [1, 'points'],
    [2, 'data'],
  ] as const) {
    await page.locator('.s-way').nth(way).click();
    await page
      .locator(name === 'phone' ? '.s-members .tl-qr' : '.s-facts')
      .first()
      .waitFor({ state: 'attached' });
    await shoot(page, `staff-member-${name}-${suffix}`);
    await page.locator('.s-members > .tl-button').last().click();
  }
  await page.locator('.s-tab').nth(3).click();
  await page.waitForTimeout(500);
  await shoot(page, `staff-footfall-${suffix}`);
  await close();
}

/** Chinese by day and English by night, so that both themes are seen. */
async function openConsole(browser: Browser, demo: DemoStore, locale: Language['locale']) {
  const opened = await openPage(browser, `${demo.hubUrl}/console/`, {
    ...DESK,
    locale,
    colorScheme: locale === 'en' ? 'dark' : 'light',
  });
  const { page } = opened;
  await page.evaluate((credential) => localStorage.setItem('tillside.operator', credential), demo.operatorCredential);
  await page.reload();
  return opened;
}

async function shootConsole(browser: Browser, demo: DemoStore, { suffix, locale }: Language): Promise<void> {
  const { page, close } = await openConsole(browser, demo, locale);
  for (const [name, path] of [
    ['front', '/'],
    ['stores', '/stores'],
    ['campaigns', '/campaigns'],
    ['models', '/models'],
    ['events', '/events'],
  ] as const) {
    await page.goto(`${demo.hubUrl}/console/#${path}`);
    await page.locator('h1').waitFor();
    await page.waitForTimeout(700);
    await shoot(page, `console-${name}-${suffix}`);
  }
  await close();
}

/** The edition with every kind of campaign: listed in the console, offered at the kiosk, and tried on a basket with what its author got wrong. */
async function shootEveryKind(browser: Browser, demo: DemoStore, set: CampaignSet, language: Language): Promise<void> {
  const { suffix, locale } = language;
  const desk = await openConsole(browser, demo, locale);
  await desk.page.goto(`${demo.hubUrl}/console/#/campaigns`);
  await desk.page.locator('.np-release .tl-status[data-tone=good]').first().waitFor();
  await shoot(desk.page, `console-kinds-${suffix}`, true);
  await desk.page.goto(`${demo.hubUrl}/console/#/campaigns/new`);
  const buffer = Buffer.from(JSON.stringify(withFindings(set)));
  await desk.page
    .locator('input[type=file]')
    .setInputFiles({ name: 'edition.json', mimeType: 'application/json', buffer });
  await desk.page.locator('.np-issues').first().waitFor();
  await desk.page.locator('.np-preview .tl-check').last().click();
  await shoot(desk.page, `console-preview-${suffix}`, true);
  await desk.close();

  const code = await demo.pairingCode('kiosk', `tall kiosk ${suffix}`, '1');
  const tall = { ...KIOSK, locale, viewport: { width: 540, height: 4700 }, deviceScaleFactor: 1 };
  const kiosk = await openPage(browser, `${demo.agentUrl}/kiosk/#pair=${code}`, tall);
  await kiosk.page.locator('.k-stall').waitFor();
  if (locale === 'en') await kiosk.page.getByRole('button', { name: 'English' }).click();
  await kiosk.page.locator('.k-head-actions button').first().click();
  await kiosk.page.locator('.k-offers').waitFor();
  await shoot(kiosk.page, `kiosk-kinds-${suffix}`);
  await kiosk.close();
}

/** What a person sees on the tags, as the access point has proven it: one with a plain price and one with a promotion. */
async function shootLabels(browser: Browser, demo: DemoStore, phone: StaffPhone, sku: string): Promise<void> {
  const until24h = new Date(Date.now() + 86_400_000).toISOString();
  const before = (await phone.call('listLabels', {})).labels.find((label) => label.sku === sku)?.priceFen ?? 0;
  await phone.call('putPromotion', { body: { sku, percentOffBasisPoints: 2000, until: until24h } });
  const { labels } = await until('every label is shown', MODEL_TIMEOUT_MS, async () => {
    const view = await phone.call('listLabels', {});
    const mine = view.labels.find((label) => label.sku === sku);
    return mine?.state === 'shown' && mine.priceFen !== undefined && mine.priceFen < before ? view : undefined;
  });
  const context = await browser.newContext({ viewport: { width: 296 + 16, height: 128 + 16 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  for (const label of labels.slice(0, 2)) {
    const image = demo.simulators.accessPoint.tagImage(label.tagId);
    if (image === undefined) continue;
    const jpeg = Buffer.from(image.jpeg).toString('base64');
    await page.setContent(
      `<body style="margin:8px;background:#d8d4cc"><img style="image-rendering:pixelated" src="data:image/jpeg;base64,${jpeg}">`,
    );
    await shoot(page, label.sku === sku ? 'label-promotion-zh' : 'label-price-zh');
  }
  await context.close();
}

mkdirSync(FOLDER, { recursive: true });
// Pages that were bundled before the contract changed refuse what the hub of today answers, and show no headline.
const { bundlePages } = (await import(new URL('../setup/build.mjs', import.meta.url).href)) as {
  bundlePages: (root: string, say: (room: string) => void) => Promise<unknown>;
};
await bundlePages(ROOT, (room) => process.stderr.write(`${room}\n`));
const { demo, close } = await openShop({ presenceWindowMs: PRESENCE_WINDOW_MS });
const browser = await startBrowser();
try {
  await pushCampaigns(demo, demoCampaigns(demo.data, Date.now()));
  const stopWalking = demo.simulators.presence.start();
  const modelId = await trainAndPush(demo, () => undefined);
  process.stderr.write(`${modelId}\n`);
  const till = await openTill(demo, '2');
  const phone = await staffPhone(demo);
  await until('the model serves', MODEL_TIMEOUT_MS, async () => (await phone.call('status', {})).modelId);
  const shelf = dairyShelf(demo.data, 5);
  await hangLabels(phone, shelf);
  await sellBaskets(demo, till, 0, BASKETS);
  await shootLabels(browser, demo, phone, shelf[0] ?? '');
  const found = await findReasons(demo, till);
  for (const language of LANGUAGES) {
    await shootKiosk(browser, demo, language, MEMBER_PHONE[language.suffix]);
    await shootDisplay(browser, demo, till, language);
    await shootReasons(browser, demo, till, { ...language, found, shoot });
    await shootStaff(browser, demo, language);
    await shootConsole(browser, demo, language);
  }
  const set = everyKind(demo.data, Date.now());
  await pushCampaigns(demo, set);
  for (const language of LANGUAGES) await shootEveryKind(browser, demo, set, language);
  stopWalking();
  till.stop();
} finally {
  await browser.close();
  await close();
}
