/** Joining and signing in by phone where the store sends codes, in a real Chromium, in both languages. */
import { beforeEach, describe, expect, it } from 'vitest';
import { en as kioskEn } from '../kiosk/words-en.ts';
import { zh as kioskZh } from '../kiosk/words-zh.ts';
import { tapDigits } from '../testing/browser.ts';
import { CODE, FakePhone } from '../testing/fake-phone.ts';
import { LANDSCAPE, MIN_TARGET_KIOSK_PX, PORTRAIT, pagesKit } from '../testing/pages-kit.ts';
import { VISIT } from '../testing/store-data.ts';

const kit = pagesKit();
let phone: FakePhone;
beforeEach(() => {
  phone = new FakePhone();
  phone.install(kit.agent);
});

describe.each([
  ['portrait', 'zh-CN', PORTRAIT, kioskZh],
  ['landscape', 'en', LANDSCAPE, kioskEn],
] as const)('by phone, %s, %s', (shape, locale, viewport, words) => {
  const shot = (name: string): Promise<void> => kit.check(`join-${shape}-${locale}-${name}`, MIN_TARGET_KIOSK_PX);
  const button = (name: string | RegExp) => kit.open.page.getByRole('button', { name });
  const step = (name: string) => kit.open.page.locator(`[data-step=${name}]`).waitFor();
  const toCode = async (digits = '13800138000') => {
    const page = await kit.showKiosk(viewport, locale);
    await button(words.attract.join).click();
    await step('phone');
    await tapDigits(page, digits);
    await button(words.join.go).click();
    return page;
  };

  it('a shopper joins with one code, mistypes once, and is verified', async () => {
    const page = await toCode();
    await step('code');
    await tapDigits(page, '111111');
    await page.getByText(words.errors.PHONE_CODE_WRONG.title).waitFor();
    await shot('code-wrong');
    expect(kit.agent.members.signUps).toEqual([]);
    await tapDigits(page, CODE.slice(0, 3));
    // Backspace and digits of a keyboard are taken as well.
    await page.keyboard.press('Backspace');
    await page.keyboard.type(CODE.slice(2), { delay: 80 });
    await step('welcome');
    await shot('welcome');
    expect(await page.getByText(words.join.unverified).count()).toBe(0);
    expect(kit.agent.members.signUps).toMatchObject([
      { phone: '13800138000', isOldEnough: true, phoneCode: { requestId: 'request-1', code: CODE } },
    ]);
  });

  it('whose message waits joins at once, and proves the number later', async () => {
    phone.state = 'waiting';
    const page = await toCode();
    await step('waiting');
    await shot('waiting');
    await button(words.join.waiting.go).click();
    await page.getByText(words.join.unverified).waitFor();
    await shot('welcome-unverified');
    expect(kit.agent.members.signUps).toMatchObject([{ phoneCode: { requestId: 'request-1' } }]);
    await button(words.welcome.home).click();
    await button(words.join.verify.way).click();
    await step('verify');
    await shot('verify');
    await tapDigits(page, CODE);
    await page.getByText(words.join.verify.done).waitFor();
    await button(words.welcome.home).click();
    await page.getByRole('heading', { name: words.home.greeting }).waitFor();
    expect(await button(words.join.verify.way).count()).toBe(0);
  });

  it('who is a member already comes to their own page; who is none keeps the number and joins', async () => {
    phone.members.add('13800138000');
    const page = await toCode();
    await step('code');
    await tapDigits(page, CODE);
    await page.getByText(words.join.back).waitFor();
    await shot('back');
    await button(words.home.leave).click();
    await expect.poll(() => kit.agent.members.asked.at(-1)).toEqual({ name: 'endVisit', body: { code: VISIT } });

    if (locale === 'en') await button('English').click();
    await button(words.attract.member).click();
    await button(words.join.phoneSignIn.way).click();
    await step('phone');
    await tapDigits(page, '13900139000');
    await shot('phone-sign-in');
    await button(words.join.phoneSignIn.go).click();
    await step('code');
    await tapDigits(page, CODE);
    await button(words.join.phoneSignIn.join).click();
    await page.locator('.k-phone').getByText('139 0013 9000').waitFor();
    await shot('join');
    await button(words.join.more).click();
    await page.getByRole('dialog').waitFor();
    await shot('details');
  });
});

it('asks for what must be read in few words', async () => {
  for (const [locale, most] of [
    ['zh-CN', 65],
    ['en', 42],
  ] as const) {
    const page = await kit.showKiosk(PORTRAIT, locale);
    const words = locale === 'en' ? kioskEn : kioskZh;
    const texts = [words.attract.join];
    await page.getByRole('button', { name: words.attract.join }).click();
    const read = async (): Promise<void> => {
      texts.push(...(await page.locator('[data-must-read]').allInnerTexts()));
    };
    await page.locator('[data-step=phone]').waitFor();
    await read();
    await tapDigits(page, '13800138000');
    await page.getByRole('button', { name: words.join.go }).click();
    await page.locator('[data-step=code]').waitFor();
    await read();
    const all = texts.join(' ');
    const count = locale === 'en' ? all.split(/\s+/).length : (all.match(/\p{Script=Han}|\d+/gu) ?? []).length;
    expect(count, all).toBeLessThanOrEqual(most);
    expect(texts.length).toBeGreaterThan(5);
  }
});
