/** The shopper's ways through the built kiosk, in a real Chromium, in both languages. */
import { DEFAULT_CONSENT_TEXTS as TEXTS } from '@tillside/agent-contract';
import { describe, expect, it } from 'vitest';
import { en as kioskEn } from '../kiosk/words-en.ts';
import { zh as kioskZh } from '../kiosk/words-zh.ts';
import { tapDigits } from '../testing/browser.ts';
import { LANDSCAPE, MIN_TARGET_KIOSK_PX, PORTRAIT, pagesKit } from '../testing/pages-kit.ts';
import { OFFERS, VISIT } from '../testing/store-data.ts';

const kit = pagesKit();

describe.each([
  ['portrait', 'zh-CN', PORTRAIT, kioskZh],
  ['landscape', 'en', LANDSCAPE, kioskEn],
] as const)('kiosk, %s, %s', (shape, locale, viewport, words) => {
  const shot = (name: string): Promise<void> => kit.check(`kiosk-${shape}-${locale}-${name}`, MIN_TARGET_KIOSK_PX);
  const button = (name: string) => kit.open.page.getByRole('button', { name });
  const textOf = (text: { zh: string; en: string }): string => (locale === 'en' ? text.en : text.zh);

  it('shows real offers, takes a shopper from the street to their own offers, and forgets them', async () => {
    const page = await kit.showKiosk(viewport, locale);
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
    await page.getByText(textOf(TEXTS.purposes.personalisation.title), { exact: true }).click();
    await shot('join');
    // HQ changes its words while somebody reads them: they are shown and asked anew, and what was typed stays.
    const marketing = {
      title: { zh: '给我寄月刊', en: 'Post me the magazine' },
      text: { zh: '每月一本。', en: 'Monthly.' },
    };
    kit.agent.members.texts = { ...TEXTS, version: 'newer', purposes: { ...TEXTS.purposes, marketing } };
    await button(words.join.go).click();
    await page.getByText(words.errors.CONSENT_TEXT_UNKNOWN.title).waitFor();
    await page.getByText(textOf(marketing.title), { exact: true }).waitFor();
    expect(kit.agent.members.signUps).toEqual([]);
    await shot('join-new-terms');
    await page.getByText(textOf(TEXTS.purposes.personalisation.title), { exact: true }).click();
    await button(words.join.go).click();
    await page.getByRole('img', { name: words.welcome.claimQr }).waitFor();
    expect(await page.locator('body').innerText()).not.toContain('TM:');
    await shot('welcome');
    await button(words.welcome.toFixed).click();
    await page.getByRole('img', { name: words.welcome.qr }).waitFor();
    await shot('welcome-fixed');
    expect(kit.agent.members.signUps).toMatchObject([
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
    await expect.poll(() => kit.agent.members.isPersonalised).toBe(false);
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
    const page = await kit.showKiosk(viewport, locale);
    await button(words.attract.member).click();
    await tapDigits(page, '9999');
    await button(words.signIn.go).click();
    await page.getByText(words.errors.MEMBER_UNKNOWN.title).waitFor();
    await shot('sign-in');
    kit.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'own', data: 'TM:2000000418' });
    await page.getByRole('heading', { name: words.home.greeting }).waitFor();
  });
});

describe.each([
  ['zh-CN', kioskZh],
  ['en', kioskEn],
] as const)('a member’s own data at the kiosk, %s', (locale, words) => {
  const shot = (name: string): Promise<void> => kit.check(`kiosk-${locale}-${name}`, MIN_TARGET_KIOSK_PX);
  const button = (name: string) => kit.open.page.getByRole('button', { name });
  const bodyOf = (name: string) => kit.agent.members.asked.find((asked) => asked.name === name)?.body;

  it('is shown, set right, and deleted in two steps, all by the word of the visit', async () => {
    const page = await kit.showKiosk(PORTRAIT, locale);
    await page.locator('.k-stall').waitFor();
    await button(words.attract.member).click();
    kit.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'own', data: 'TR:of-a-phone' });
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
    await button(words.home.leave).click();
    await page.locator('.k-stall').waitFor();
    await expect.poll(() => bodyOf('endVisit')).toEqual({ code: VISIT });
  });

  it('asks for a birthday only of who wants to tell it, and shows the fixed code where HQ has no page', async () => {
    kit.agent.members.hasPhonePage = false;
    const page = await kit.showKiosk(PORTRAIT, locale);
    await page.locator('.k-stall').waitFor();
    await button(words.attract.join).click();
    await page.locator('.k-join').waitFor();
    expect(await page.locator('.tl-check[data-selected]').count()).toBe(0);
    await tapDigits(page, '13800138000');
    await button(words.join.birthdayAdd).click();
    await tapDigits(page, '1990');
    await tapDigits(page, '0');
    await button(words.join.go).click();
    await page.getByText(words.join.needBirthday).waitFor();
    await tapDigits(page, '203');
    await shot('birthday');
    await button(words.join.go).click();
    await page.getByRole('img', { name: words.welcome.qr }).waitFor();
    expect(kit.agent.members.signUps).toMatchObject([{ birthday: '1990-02-03' }]);
    expect(kit.agent.members.signUps[0]).not.toHaveProperty('isOldEnough');
  });
});
