/** The kiosk against names nobody foresaw, hasty hands, scanners that type, and an agent that answers slowly, wrongly or not at all. */
import { DEFAULT_CONSENT_TEXTS as TEXTS } from '@tillside/agent-contract';
import type { Page, Route } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { en as kioskEn } from '../kiosk/words-en.ts';
import { zh as kioskZh } from '../kiosk/words-zh.ts';
import { tapDigits } from '../testing/browser.ts';
import { CODE, FakePhone } from '../testing/fake-phone.ts';
import { HTML, LONG, NASTY, name, SHORT } from '../testing/nasty.ts';
import { LANDSCAPE, MIN_TARGET_KIOSK_PX, PORTRAIT, pagesKit } from '../testing/pages-kit.ts';

const kit = pagesKit();
/** The contract's limit for a name (decide's maxTextChars). */
const NAME_CHARS = 200;
const button = (words: string) => kit.open.page.getByRole('button', { name: words });

/** Nothing ran, and what is to be touched next is on the screen. */
async function standsFirm(page: Page, kind: string, where: string, action: string): Promise<void> {
  await kit.check(`bad-${kind}-${where}`, MIN_TARGET_KIOSK_PX);
  expect(await page.evaluate(() => 'wasRun' in globalThis), where).toBe(false);
  const box = await button(action).first().boundingBox();
  const { height = 0 } = page.viewportSize() ?? {};
  expect(box !== null && box.y + box.height <= height, `${where}: ${action}`).toBe(true);
}

describe('names nobody foresaw', () => {
  it.each([
    ['short', SHORT, 'zh-CN', PORTRAIT, kioskZh],
    ['long', LONG, 'en', LANDSCAPE, kioskEn],
  ] as const)('%s', async (kind, kinds, locale, viewport, words) => {
    name(kit.agent, NAME_CHARS, kinds);
    const page = await kit.showKiosk(viewport, locale);
    await page.locator('.k-stall').waitFor();
    await standsFirm(page, kind, 'attract', words.attract.join);
    await button(words.attract.all).click();
    await page.locator('.k-offers').waitFor();
    await standsFirm(page, kind, 'offers', words.attract.join);
    kit.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'own', data: 'TM:2000000418' });
    await page.locator('[data-screen=home]').waitFor();
    await standsFirm(page, kind, 'home', words.home.leave);
  });

  it('in HQ’s words for joining, of any length', async () => {
    const title = { zh: HTML.slice(0, 60), en: HTML.slice(0, 60) };
    const said = (text: string) => ({ title, text: { zh: text, en: text } });
    const purposes = {
      membership: said('长W'.repeat(500)),
      personalisation: said(NASTY.rightToLeft?.(1000) ?? ''),
      marketing: said(HTML),
    };
    kit.agent.members.texts = { ...TEXTS, purposes };
    const page = await kit.showKiosk(PORTRAIT);
    await button(kioskZh.attract.join).click();
    await page.locator('[data-step=phone]').waitFor();
    await standsFirm(page, 'texts', 'join', kioskZh.join.go);
    await button(kioskZh.join.more).click();
    await page.getByRole('dialog').waitFor();
    await standsFirm(page, 'texts', 'details', kioskZh.join.moreDone);
  });
});

async function toJoin(digits: string): Promise<Page> {
  const page = await kit.showKiosk(PORTRAIT);
  await button(kioskZh.attract.join).click();
  await page.locator('[data-step=phone]').waitFor();
  await tapDigits(page, digits);
  return page;
}

const JSON_TYPE = 'application/json';
/** Each is answered once instead of what the agent would say. */
const SPOILT: readonly (readonly [what: string, code: keyof typeof kioskZh.errors, (route: Route) => Promise<void>])[] =
  [
    ['a page of HTML', 'ANSWER_UNREADABLE', (route) => route.fulfill({ contentType: 'text/html', body: HTML })],
    ['500 with HTML', 'ANSWER_UNREADABLE', (route) => route.fulfill({ status: 500, body: HTML })],
    ['half a JSON', 'ANSWER_UNREADABLE', (route) => route.fulfill({ contentType: JSON_TYPE, body: '{"memberId":"m-' })],
    ['another shape', 'ANSWER_UNREADABLE', (route) => route.fulfill({ contentType: JSON_TYPE, body: '{"code":7}' })],
    [
      'an unknown refusal',
      'OTHER',
      (route) =>
        route.fulfill({
          status: 500,
          contentType: JSON_TYPE,
          body: JSON.stringify({ code: 'INTERNAL', message: HTML, hint: 'stack trace', requestId: 'r' }),
        }),
    ],
    [
      'no credential',
      'CREDENTIAL_MISSING',
      (route) =>
        route.fulfill({
          status: 401,
          contentType: JSON_TYPE,
          body: JSON.stringify({ code: 'CREDENTIAL_MISSING', message: 'm', hint: 'h', requestId: 'r' }),
        }),
    ],
    ['nothing', 'AGENT_AWAY', (route) => route.abort('connectionreset')],
  ];

describe('an agent that does not do as it should', () => {
  it('is explained calmly, costs nothing that was typed, and then makes one member', async () => {
    const page = await toJoin('13800138000');
    for (const [what, code, spoil] of SPOILT) {
      await page.route('**/v1/members', spoil, { times: 1 });
      await button(kioskZh.join.go).click();
      await page.getByText(kioskZh.errors[code].title).waitFor();
      expect(await page.locator('.k-phone').textContent(), what).toBe('138 0013 8000');
      expect(await page.locator('body').innerText(), what).not.toMatch(/<|onerror|stack|undefined/);
    }
    await kit.check('bad-agent', MIN_TARGET_KIOSK_PX);
    await button(kioskZh.join.go).click();
    await page.locator('[data-step=welcome]').waitFor();
    expect(kit.agent.members.signUps).toHaveLength(1);
  });

  it('that is slow is waited for in words, and two touches are one', async () => {
    const page = await toJoin('13800138000');
    kit.agent.delayMs = 3_000;
    // Before the page could have shown that it is at work.
    await button(kioskZh.join.go).evaluate((one) => {
      for (let touch = 0; touch < 2; touch += 1) (one as HTMLButtonElement).click();
    });
    await page.getByText(kioskZh.join.working).waitFor();
    await page.locator('[data-step=welcome]').waitFor();
    expect(kit.agent.members.signUps).toHaveLength(1);
  });

  it('that has neither offers nor terms leaves no page blank', async () => {
    const { page } = await kit.show('/kiosk/#pair=KIOSK-7K2M', PORTRAIT);
    let isSpoilt = true;
    const spoil = (route: Route): Promise<void> =>
      isSpoilt ? route.fulfill({ status: 500, body: HTML }) : route.continue();
    await page.route('**/v1/kiosk/offers', spoil);
    await page.route('**/v1/members/consent-texts', spoil);
    await page.reload();
    await page.getByText(kioskZh.away.title).waitFor();
    isSpoilt = false;
    kit.agent.emit({ type: 'offers', campaignSetVersion: 8 });
    await button(kioskZh.attract.join).waitFor();
    isSpoilt = true;
    await button(kioskZh.attract.join).click();
    await page.getByText(kioskZh.join.noTexts).waitFor();
    await kit.check('bad-no-terms', MIN_TARGET_KIOSK_PX);
    isSpoilt = false;
    await page.locator('[data-step=phone]').waitFor();
  });

  it('whose answer breaks the page gets a calm one instead, and the start within seconds', async () => {
    const secret = 'TM:9'.padEnd(10_000, '9');
    kit.agent.members.hasPhonePage = false;
    kit.agent.answers.signUp = () => ({
      memberId: 'm-1',
      code: secret,
      tier: 'basic',
      joinedAt: '2026-11-22T02:00:00Z',
    });
    const page = await toJoin('13800138000');
    await button(kioskZh.join.go).click();
    await page.getByText(kioskZh.join.rescue.title).waitFor();
    // The browser's log has the fault; the page has nothing of the shopper.
    expect(kit.open.complaints.splice(0).join(' ')).not.toMatch(/13800138000|TM:99/);
    expect(await page.locator('body').innerText()).not.toMatch(/99|138/);
    await kit.check('bad-rescue', MIN_TARGET_KIOSK_PX);
    await page.locator('.k-stall').waitFor({ timeout: 10_000 });
    await button(kioskZh.attract.join).click();
    await page.getByText(kioskZh.join.phoneEmpty).waitFor();
  });
});

describe('hands and scanners', () => {
  it('that type a whole code at once are a scan, asked about before anything typed is lost', async () => {
    const page = await toJoin('1380013');
    const burst = (code: string): Promise<void> =>
      page.evaluate((data) => {
        const target = document.activeElement ?? document.body;
        for (const key of [...data, 'Enter'])
          for (const type of ['keydown', 'keyup'])
            target.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, cancelable: true }));
      }, code);
    // A product's barcode is none of this page's, and none of its digits get into the number.
    await burst('6901234567892');
    await page.waitForTimeout(200);
    expect(await page.locator('.k-phone').textContent()).toBe('138 0013');
    await burst('TM:2000000418');
    await page.getByRole('dialog').waitFor();
    await kit.check('bad-scan', MIN_TARGET_KIOSK_PX);
    await button(kioskZh.join.scanned.stay).click();
    expect(await page.locator('.k-phone').textContent()).toBe('138 0013');
    await page.keyboard.type('80', { delay: 90 });
    await page.locator('.k-phone').getByText('138 0013 80', { exact: true }).waitFor();
    kit.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'own', data: 'TM:2000000418' });
    await button(kioskZh.join.scanned.use).click();
    await page.getByRole('heading', { name: kioskZh.home.greeting }).waitFor();
  });

  it('that guess at a code are stopped, and can join without', async () => {
    new FakePhone().install(kit.agent);
    const page = await toJoin('13800138000');
    await button(kioskZh.join.go).click();
    await page.locator('[data-step=code]').waitFor();
    for (let guess = 1; guess <= 5; guess += 1) {
      const refused = page.waitForResponse(/\/v1\/members$/);
      await tapDigits(page, `00000${guess}`);
      expect((await refused).status()).toBe(409);
      await page.getByText(kioskZh.errors.PHONE_CODE_WRONG.title).waitFor();
    }
    await tapDigits(page, CODE);
    await page.getByText(kioskZh.errors.PHONE_CODE_USED_UP.title).waitFor();
    await button(kioskZh.join.code.without).click();
    await page.getByText(kioskZh.join.unverified).waitFor();
    expect(kit.agent.members.signUps).toHaveLength(1);
  });
});
