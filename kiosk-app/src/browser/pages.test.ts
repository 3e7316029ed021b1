/** The shopper's and the staff's ways through the built pages, in a real Chromium, in both languages. */
import { DEFAULT_CONSENT_TEXTS as TEXTS } from '@tillside/agent-contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { en as kioskEn } from '../kiosk/words-en.ts';
import { zh as kioskZh } from '../kiosk/words-zh.ts';
import { en as staffEn } from '../staff/words-en.ts';
import { zh as staffZh } from '../staff/words-zh.ts';
import {
  type Bench,
  isTooWide,
  type OpenPage,
  shoot,
  smallTargetsOf,
  startBench,
  tapDigits,
  topOfHead,
  violationsOf,
} from '../testing/browser.ts';
import { PAIRING_CODES, PIN } from '../testing/fake-agent.ts';
import { ITEMS, labelsOf, OFFERS, VISIT } from '../testing/store-data.ts';

// A browser on shared cores can be slow without being wrong.
vi.setConfig({ testTimeout: 60_000 });

const PORTRAIT = { width: 1080, height: 1920 };
const LANDSCAPE = { width: 1920, height: 1080 };
const PHONE = { width: 390, height: 844 };
const MIN_TARGET_KIOSK_PX = 88;
const MIN_TARGET_STAFF_PX = 48;

let bench: Bench;
let open: OpenPage | undefined;

beforeAll(async () => {
  bench = await startBench();
}, 60_000);
afterAll(() => bench?.stop());
beforeEach(async () => {
  await open?.close();
  const { agent } = bench;
  agent.isOnline = true;
  agent.isAway = false;
  agent.packAgeSeconds = 7_200;
  agent.delayMs = 0;
  agent.offers = [...OFFERS];
  agent.items = ITEMS.map((item) => ({ ...item }));
  agent.labels = labelsOf(12);
  agent.promotions = [];
  agent.heldBack = [];
  agent.members.reset();
});

async function checkScreen(name: string, minPx: number): Promise<void> {
  const { page, complaints } = open as OpenPage;
  await page.evaluate(() => document.fonts.ready);
  await shoot(page, name);
  expect(await violationsOf(page), name).toEqual([]);
  expect(await smallTargetsOf(page, minPx), name).toEqual([]);
  expect(await isTooWide(page), name).toBe(false);
  expect(await topOfHead(page), name).toBe(0);
  expect(complaints, name).toEqual([]);
}

async function openKiosk(viewport: { width: number; height: number }, locale: 'zh-CN' | 'en' = 'zh-CN') {
  open = await bench.open({ viewport, reducedMotion: 'reduce' }, `/kiosk/#pair=${PAIRING_CODES.kiosk}`);
  const { page } = open;
  await page.locator('.k-store').waitFor();
  if (locale === 'en') await page.getByRole('button', { name: 'English' }).click();
  return page;
}

describe.each([
  ['portrait', 'zh-CN', PORTRAIT, kioskZh],
  ['landscape', 'en', LANDSCAPE, kioskEn],
] as const)('kiosk, %s, %s', (shape, locale, viewport, words) => {
  const shot = (name: string): Promise<void> => checkScreen(`kiosk-${shape}-${locale}-${name}`, MIN_TARGET_KIOSK_PX);
  const button = (name: string) => (open as OpenPage).page.getByRole('button', { name });
  const textOf = (text: { zh: string; en: string }): string => (locale === 'en' ? text.en : text.zh);

  it('shows real offers, takes a shopper from the street to their own offers, and forgets them', async () => {
    const page = await openKiosk(viewport, locale);
    await page.getByText(words.attract.all).waitFor();
    expect(await page.evaluate(() => [location.hash, document.documentElement.lang])).toEqual(['', locale]);
    await page.locator('.k-stall').waitFor();
    await shot('attract');

    await button(words.attract.all).click();
    await page.getByRole('heading', { name: words.offers.title }).waitFor();
    // Each says until when; one on the whole basket has no products.
    expect(await page.locator('.k-terms').count()).toBe(OFFERS.length);
    expect(await page.locator('.k-coupon').count()).toBe(1);
    await shot('offers');

    await button(words.attract.join).click();
    await button(words.join.go).click();
    await page.getByText(words.join.needPhone).waitFor();
    await tapDigits(page, '13800138000');
    await button(words.join.go).click();
    await page.getByText(words.join.needAge).waitFor();
    await button(words.join.younger).click();
    await page.getByText(words.join.guardian).waitFor();
    await shot('join-younger');
    await button(words.join.older).click();
    await button(words.join.go).click();
    await page.getByText(words.join.needConsent).waitFor();
    await page.getByText(textOf(TEXTS.purposes.membership.title), { exact: true }).click();
    await page.getByText(textOf(TEXTS.purposes.personalisation.title), { exact: true }).click();
    await shot('join');
    // HQ changes its words while somebody reads them: they are shown and asked anew, and what was typed stays.
    const marketing = {
      title: { zh: '给我寄月刊', en: 'Post me the magazine' },
      text: { zh: '每月一本。', en: 'Monthly.' },
    };
    bench.agent.members.texts = { ...TEXTS, version: 'newer', purposes: { ...TEXTS.purposes, marketing } };
    await button(words.join.go).click();
    await page.getByText(words.errors.CONSENT_TEXT_UNKNOWN.title).waitFor();
    await page.getByText(textOf(marketing.title), { exact: true }).waitFor();
    expect(bench.agent.members.signUps).toEqual([]);
    await shot('join-new-terms');
    await button(words.join.go).click();
    await page.getByText(words.join.needConsent).waitFor();
    await page.getByText(textOf(TEXTS.purposes.membership.title), { exact: true }).click();
    await page.getByText(textOf(TEXTS.purposes.personalisation.title), { exact: true }).click();
    await button(words.join.go).click();
    await page.getByRole('img', { name: words.welcome.claimQr }).waitFor();
    expect(await page.locator('body').innerText()).not.toContain('TM:');
    await shot('welcome');
    await button(words.welcome.toFixed).click();
    await page.getByRole('img', { name: words.welcome.qr }).waitFor();
    await shot('welcome-fixed');
    expect(bench.agent.members.signUps).toMatchObject([
      {
        phone: '13800138000',
        isOldEnough: true,
        locale,
        consents: [
          { purpose: 'membership', granted: true, textVersion: 'newer' },
          { purpose: 'personalisation', granted: true },
          { purpose: 'marketing', granted: false },
        ],
      },
    ]);

    await button(words.welcome.home).click();
    await page.getByText(words.home.by.model).waitFor();
    await shot('home');
    await button(words.mine.title).click();
    await page.getByText(textOf(TEXTS.purposes.personalisation.title), { exact: true }).click();
    await expect.poll(() => bench.agent.members.isPersonalised).toBe(false);
    await shot('mine');
    await button(words.back).click();
    await page.getByText(words.home.by.popularity).waitFor();
    await shot('home-not-personalised');

    await button(words.home.leave).click();
    await page.locator('.k-stall').waitFor();
    expect(await page.locator('body').textContent()).not.toContain('TM:');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
  });

  it('explains a code that is unknown, and signs in by a scan', async () => {
    const page = await openKiosk(viewport, locale);
    await button(words.attract.member).click();
    await tapDigits(page, '9999');
    await button(words.signIn.go).click();
    await page.getByText(words.errors.MEMBER_UNKNOWN.title).waitFor();
    await shot('sign-in');
    bench.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'own', data: 'TM:2000000418' });
    await page.getByRole('heading', { name: words.home.greeting }).waitFor();
  });
});

describe.each([
  ['zh-CN', kioskZh],
  ['en', kioskEn],
] as const)('a member’s own data at the kiosk, %s', (locale, words) => {
  const shot = (name: string): Promise<void> => checkScreen(`kiosk-${locale}-${name}`, MIN_TARGET_KIOSK_PX);
  const button = (name: string) => (open as OpenPage).page.getByRole('button', { name });
  const bodyOf = (name: string) => bench.agent.members.asked.find((asked) => asked.name === name)?.body;

  it('is shown, set right, and deleted in two steps, all by the word of the visit', async () => {
    const page = await openKiosk(PORTRAIT, locale);
    await page.locator('.k-stall').waitFor();
    await button(words.attract.member).click();
    bench.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'own', data: 'TR:of-a-phone' });
    await page.getByRole('heading', { name: words.home.greeting }).waitFor();
    // A code of a phone is not shown again: it would be over.
    expect(await button(words.home.showCode).count()).toBe(0);
    await shot('home');
    await button(words.points.title).click();
    await page.getByText(words.points.line.givenBack).waitFor();
    await shot('points');
    await button(words.back).click();
    await button(words.mine.title).click();
    await button(words.mine.data).click();
    await page.locator('.k-facts').getByText('+86 ···· 8000').waitFor();
    expect(await page.locator('body').innerText()).not.toContain('13800138000');
    await shot('data');
    await button(words.back).click();

    await button(words.mine.correct).click();
    await tapDigits(page, '13900139000');
    await shot('correct');
    await button(words.correct.go).click();
    await page.getByText(words.correct.done).waitFor();
    expect(bodyOf('correctOwnData')).toEqual({ code: VISIT, phone: '13900139000' });

    await button(words.mine.leave).click();
    await shot('leave');
    await button(words.mine.goOn).click();
    await page.getByRole('heading', { name: words.mine.sureTitle }).waitFor();
    await shot('leave-sure');
    expect(bodyOf('forgetMember')).toBeUndefined();
    await button(words.mine.goSure).click();
    await page.getByRole('heading', { name: words.mine.left }).waitFor();
    await shot('left');
    expect(bodyOf('forgetMember')).toEqual({ code: VISIT });
    await button(words.welcome.done).click();
    await page.locator('.k-stall').waitFor();
    await expect.poll(() => bodyOf('endVisit')).toEqual({ code: VISIT });
  });

  it('asks for a birthday only of who wants to tell it, and shows the fixed code where HQ has no page', async () => {
    bench.agent.members.hasPhonePage = false;
    const page = await openKiosk(PORTRAIT, locale);
    await page.locator('.k-stall').waitFor();
    await button(words.attract.join).click();
    await page.locator('.k-join').waitFor();
    expect(await page.locator('.tl-check[data-selected]').count()).toBe(0);
    await tapDigits(page, '13800138000');
    await button(words.join.birthdayAdd).click();
    await tapDigits(page, '1990');
    await page.locator('.tl-check').first().click();
    await button(words.join.go).click();
    await page.getByText(words.join.needAge).waitFor();
    await tapDigits(page, '0203');
    await shot('birthday');
    await button(words.join.go).click();
    await page.getByRole('img', { name: words.welcome.qr }).waitFor();
    expect(bench.agent.members.signUps).toMatchObject([{ birthday: '1990-02-03' }]);
    expect(bench.agent.members.signUps[0]).not.toHaveProperty('isOldEnough');
  });
});

describe('kiosk states', () => {
  it('stays calm while the agent is away, and comes back by itself', async () => {
    const page = await openKiosk(PORTRAIT);
    await page.locator('.k-stall').waitFor();
    bench.agent.goAway();
    await page.getByText(kioskZh.away.title).waitFor();
    await checkScreen('kiosk-away', MIN_TARGET_KIOSK_PX);
    bench.agent.isAway = false;
    await page.getByRole('button', { name: kioskZh.attract.join }).waitFor();
  });

  it('says that only head office is out of reach, and follows new offers at once', async () => {
    bench.agent.isOnline = false;
    bench.agent.offers = [];
    const page = await openKiosk(PORTRAIT, 'en');
    await page.getByText(kioskEn.hqAway).waitFor();
    await page.getByText(kioskEn.attract.emptyTitle).waitFor();
    await checkScreen('kiosk-empty', MIN_TARGET_KIOSK_PX);
    bench.agent.isOnline = true;
    bench.agent.offers = OFFERS.slice(0, 1).map((offer) => ({ ...offer, items: offer.items.slice(0, 1) }));
    bench.agent.emit({ type: 'offers', campaignSetVersion: 8 });
    await page.locator('.k-stall').getByText('Strawberries').waitFor();
    await checkScreen('kiosk-one-offer', MIN_TARGET_KIOSK_PX);
  });

  it('warns before it wipes, lets a shopper stay, and wipes what was typed', async () => {
    open = await bench.open({ viewport: PORTRAIT, reducedMotion: 'reduce' }, '/kiosk/');
    const { page } = open;
    await page.clock.install();
    await page.goto(`${new URL(page.url()).origin}/kiosk/#pair=${PAIRING_CODES.kiosk}`);
    await page.reload();
    await page.getByRole('button', { name: kioskZh.attract.join }).click();
    await tapDigits(page, '138');
    await page.clock.runFor(61_000);
    await page.getByRole('alertdialog').waitFor();
    await checkScreen('kiosk-idle', MIN_TARGET_KIOSK_PX);
    await page.getByRole('button', { name: kioskZh.idle.stay }).click();
    await page.clock.runFor(1_000);
    expect(await page.locator('.k-phone').textContent()).toBe('138');
    await page.clock.runFor(61_000);
    await page.getByRole('alertdialog').waitFor();
    await page.clock.runFor(30_000);
    await page.locator('.k-store').waitFor();
    await page.getByRole('button', { name: kioskZh.attract.join }).click();
    expect(await page.locator('.k-phone').textContent()).toBe(kioskZh.join.phoneEmpty);
  });

  it('never shows a late answer to the next shopper', async () => {
    const page = await openKiosk(PORTRAIT);
    await page.getByRole('button', { name: kioskZh.attract.member }).click();
    await tapDigits(page, '2000000418');
    bench.agent.delayMs = 400;
    const answered = page.waitForResponse(/sign-in/);
    await page.getByRole('button', { name: kioskZh.signIn.go }).click();
    await page.getByRole('button', { name: kioskZh.back }).click();
    await page.getByRole('button', { name: kioskZh.attract.join }).click();
    expect((await answered).status()).toBe(200);
    bench.agent.delayMs = 0;
    await tapDigits(page, '139');
    expect(await page.locator('.k-phone').textContent()).toBe('139');
    expect(await page.getByText(kioskZh.home.greeting).count()).toBe(0);
  });

  it('asks an unpaired device for its code, and explains a wrong one', async () => {
    open = await bench.open({ viewport: PORTRAIT, reducedMotion: 'reduce' }, '/kiosk/#pair=WRONG-CODE');
    const { page } = open;
    await page.getByRole('alert').waitFor();
    await checkScreen('kiosk-pairing', MIN_TARGET_KIOSK_PX);
    await page.getByLabel(kioskZh.pair.code).fill(PAIRING_CODES.kiosk ?? '');
    await page.getByRole('button', { name: kioskZh.pair.go, exact: true }).click();
    await page.locator('.k-stall').waitFor();
  });
});

describe.each([
  ['zh-CN', staffZh, '面包', '牛奶'],
  ['en', staffEn, 'bread', 'milk'],
] as const)('staff handheld, %s', (locale, words, bread, milk) => {
  const shot = (name: string): Promise<void> => checkScreen(`staff-${locale}-${name}`, MIN_TARGET_STAFF_PX);

  it('opens with a PIN, pairs a label, changes a promotion and sees label and till agree', async () => {
    open = await bench.open(
      { viewport: PHONE, locale, reducedMotion: 'reduce' },
      `/staff/#pair=${PAIRING_CODES.staff}`,
    );
    const { page } = open;
    await page.getByRole('heading', { name: words.pin.title }).waitFor();
    await tapDigits(page, '1111');
    await page.getByRole('button', { name: words.pin.go }).click();
    await page.getByText(words.errors.PIN_REFUSED.title).waitFor();
    await shot('pin');
    await tapDigits(page, PIN);
    await page.getByRole('button', { name: words.pin.go }).click();

    await page.locator('.s-labels').waitFor();
    expect(await page.locator('.s-rows > li').count()).toBe(12);
    await shot('labels');
    await page.locator('.s-filter').nth(2).click();
    await page.locator('.s-row').first().click();
    await page.getByLabel(words.search.label).fill(bread);
    await page.locator('.s-result').first().click();
    await page.locator('.s-state').getByText(words.labels.state.shown, { exact: true }).waitFor();
    await shot('label');

    await page.getByRole('button', { name: words.tabs.promotions }).click();
    await page.getByLabel(words.search.label).fill(milk);
    await page.locator('.s-result').first().click();
    await shot('promotion');
    await page.getByRole('button', { name: words.promotions.set.replace('{{price}}', '¥2.42') }).click();
    await page.getByText(words.follow.agree.replace('{{price}}', '¥2.42')).waitFor();
    await shot('follow');
    await page.getByRole('button', { name: words.follow.done }).click();
    await page.getByRole('button', { name: words.promotions.end, exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await shot('end-promotion');
    await page.getByRole('dialog').getByRole('button', { name: words.promotions.end, exact: true }).click();
    await page.getByText(words.promotions.none).waitFor();
    await page.getByLabel(words.search.label).fill(milk);
    await page.locator('.s-result').first().click();
    await page.getByRole('button', { name: words.promotions.holdBack }).click();
    await page.getByText(words.promotions.heldBack).waitFor();
    await shot('held-back');
    await page.getByRole('button', { name: words.promotions.again }).click();
    await page.getByText(words.promotions.heldBack).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: words.tabs.footfall }).click();
    await page.getByText('34', { exact: true }).first().waitFor();
    await shot('footfall');
  });

  it('finds a member with a reason, changes what they wish, and signs a new one up', async () => {
    open = await bench.open(
      { viewport: PHONE, locale, reducedMotion: 'reduce' },
      `/staff/#pair=${PAIRING_CODES.staff}`,
    );
    const { page } = open;
    const { members } = bench.agent;
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await tapDigits(page, PIN);
    await button(words.pin.go).click();
    await button(words.tabs.members).click();
    await page.getByText('12,304').waitFor();
    await page.getByLabel(words.members.phone).fill('13700000000');
    expect(await button(words.members.go).isDisabled()).toBe(true);
    await button(words.members.reasons['lost-code']).click();
    await button(words.members.go).click();
    await page.getByText(words.errors.MEMBER_UNKNOWN.title).waitFor();
    await shot('members');
    await page.getByLabel(words.members.phone).fill('13800138000');
    await button(words.members.go).click();
    await page.getByText('+86****8000').waitFor();
    expect(members.asked.at(-1)).toMatchObject({ name: 'findMember', body: { reason: 'lost-code' } });
    await page.locator('.tl-switch').nth(1).click();
    await expect.poll(() => members.isMarketing).toBe(true);
    await shot('member');
    const view = (name: 'phone' | 'points' | 'data') => page.locator('.s-way', { hasText: words.members[`${name}Go`] });
    await view('phone').click();
    await page.getByRole('img', { name: words.members.claimQr }).waitFor();
    await shot('member-phone');
    await button(words.back).click();
    await view('points').click();
    await page.getByText(words.members.line.givenBack).waitFor();
    await shot('member-points');
    await button(words.back).click();
    await view('data').click();
    await page.getByText('A-3').waitFor();
    await shot('member-data');
    // Whoever looks over the shoulder reads no whole number.
    expect(await page.getByText('13800138000').count()).toBe(0);
    expect(members.asked.slice(-3)).toEqual(
      ['invitePhone', 'memberStatement', 'memberData'].map((name) => ({ name, body: { reason: 'lost-code' } })),
    );
    await button(words.back).click();
    await button(words.members.forget).click();
    await page.getByRole('dialog').waitFor();
    await shot('member-forget');
    await page.getByRole('dialog').getByRole('button', { name: words.members.forget }).click();
    await page.getByText(words.members.forgotten).waitFor();
    expect(members.asked.at(-1)).toMatchObject({ name: 'forgetMemberByStaff', body: { reason: 'lost-code' } });

    await button(words.members.join).click();
    await page.getByLabel(words.members.phone).fill('13800138555');
    await button(words.members.older).click();
    expect(await page.locator('.tl-check[data-selected]').count()).toBe(0);
    await page.locator('.tl-check').first().click();
    await shot('member-join');
    await button(words.members.joinGo).click();
    await page.getByRole('img', { name: words.members.claimQr }).waitFor();
    await shot('member-joined');
    expect(members.signUps).toMatchObject([{ phone: '13800138555', isOldEnough: true }]);
  });
});

it('staff: a member list that is old, and HQ out of reach, is said plainly', async () => {
  bench.agent.packAgeSeconds = 3 * 86_400;
  bench.agent.isOnline = false;
  open = await bench.open(
    { viewport: PHONE, locale: 'zh-CN', reducedMotion: 'reduce' },
    `/staff/#pair=${PAIRING_CODES.staff}`,
  );
  const { page } = open;
  await tapDigits(page, PIN);
  await page.getByRole('button', { name: staffZh.pin.go }).click();
  await page.getByRole('button', { name: staffZh.tabs.members }).click();
  await page.getByText(staffZh.pack.oldOffline).waitFor();
  await checkScreen('staff-zh-pack-old', MIN_TARGET_STAFF_PX);
});

it('staff: a thousand labels scroll, none at all is explained, and a lost session asks for the PIN', async () => {
  bench.agent.labels = labelsOf(1000);
  open = await bench.open(
    { viewport: PHONE, locale: 'en', reducedMotion: 'reduce' },
    `/staff/#pair=${PAIRING_CODES.staff}`,
  );
  const { page } = open;
  await tapDigits(page, PIN);
  await page.getByRole('button', { name: staffEn.pin.go }).click();
  await page.locator('.s-row').nth(999).scrollIntoViewIfNeeded();
  bench.agent.labels = [];
  bench.agent.emit({ type: 'label', tagId: '00007E225A000000', state: 'unpaired' });
  await page.getByText(staffEn.labels.none).waitFor();
  await checkScreen('staff-en-empty', MIN_TARGET_STAFF_PX);
  await page.reload();
  await page.getByRole('heading', { name: staffEn.pin.title }).waitFor();
});
