/** A member's whole session at the kiosk of a real store, and then the search for what it left behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoStore } from '../src/store/demo-store.ts';
import { STORE_ID } from '../src/store/layout.ts';
import { startBrowserIn, tapDigits } from './browser.ts';
import { formsOfPhone, foundIn, foundInFiles, heapOf } from './left-behind.ts';
import { openShop, type Shop } from './shop.ts';

const KIOSK = { viewport: { width: 1080, height: 1920 } };
/** Of nobody: neither in the demo's households nor anywhere in the code. */
const PHONE = '13857204916';
/**
 * What this test itself puts in the page's storage. Not the number: Chromium writes storage to its log seconds to a
 * minute later, and what was wiped from storage stays in that log.
 */
const PLANTED = 'planted by the test';
const planted = new Map([['what was put in storage', PLANTED]]);
/** What the page still draws after a shopper has left. */
const SETTLE_MS = 1_500;

let shop: Shop;
let demo: DemoStore;
let profile: string;
let browser: BrowserContext;
let page: Page;
/** Names and texts of what must be gone. */
const needles = new Map<string, string>();

const button = (name: string | RegExp) => page.getByRole('button', { name });

beforeAll(async () => {
  profile = mkdtempSync(join(tmpdir(), 'tillside-profile-'));
  [shop, browser] = await Promise.all([openShop({ households: 20 }), startBrowserIn(profile, KIOSK)]);
  demo = shop.demo;
  page = browser.pages()[0] ?? (await browser.newPage());
  page.setDefaultTimeout(15_000);
  for (const [at, form] of formsOfPhone(PHONE).entries()) needles.set(`phone, form ${at + 1}`, form);
  await page.goto(`${demo.agentUrl}/kiosk/#pair=${await demo.pairingCode('kiosk', 'kiosk', '1')}`);
  await page.locator('.k-store').waitFor();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await shop?.close();
  rmSync(profile, { recursive: true, force: true });
}, 30_000);

/** Every word that an answer of the agent gives this shopper. */
function learnWords(): void {
  page.on('response', (response) => {
    if (!/\/v1\/(members|kiosk\/(sign-in|phone-sign-in))$/.test(new URL(response.url()).pathname)) return;
    void response.json().then((body: { code?: string; visit?: string; claimUrl?: string }) => {
      if (body.code !== undefined) needles.set('the member’s code', body.code.replace(/^TM:/, ''));
      if (body.visit !== undefined) needles.set('the word of the visit', body.visit);
      if (body.claimUrl !== undefined) needles.set('the phone’s link', body.claimUrl);
    });
  });
}

describe('a kiosk', () => {
  it('holds what a shopper typed and was shown, as long as they stand there: the search finds it', async () => {
    learnWords();
    await button('手机号入会').click();
    await tapDigits(page, PHONE);
    expect(foundIn(await heapOf(page), needles)).toContain('phone, form 1');
    await button('满 14 岁，同意入会').click();
    // Where this store sends codes, the card comes before the code does.
    const without = button('没收到？先入会');
    await page.locator('.tl-qr').or(without).first().waitFor();
    if (await without.isVisible()) await without.click();
    await page.locator('.tl-qr').waitFor();
    await button('不用手机，给我固定的码').click();
    await page.locator('.k-code').waitFor();
    await button('看我的优惠').click();
    await page.locator('.k-home').waitFor();
    expect(foundIn(await heapOf(page), needles)).toEqual(
      expect.arrayContaining(['the member’s code', 'the word of the visit']),
    );
    // Chromium may write storage a minute later: what the page puts there is seen at once by asking it.
    const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]));
    expect(stored).toContain('tillside.kiosk.settings');
    expect(foundIn(stored, needles)).toEqual([]);
    await page.evaluate((draft) => {
      localStorage.setItem('draft', draft);
      sessionStorage.setItem('draft', draft);
      // biome-ignore lint/suspicious/noDocumentCookie: what a page could do, the end of a session must undo
      document.cookie = `draft=${draft}`;
    }, PLANTED);
    await button('我的资料与选择').click();
    await button('看看存了我的什么').click();
    await page.locator('.k-facts').waitFor();
    await button('返回').click();
    await button('返回').click();
    await page.locator('.k-home').waitFor();
    // The search of the disk finds what is there.
    await expect.poll(() => foundInFiles(profile, planted), { timeout: 60_000, interval: 500 }).not.toEqual([]);
  }, 120_000);

  it('has none of it once they have left, and keeps only what is the device’s', async () => {
    await button('结束').click();
    await page.locator('.k-stall, .tl-state').first().waitFor();
    await page.waitForTimeout(SETTLE_MS);
    expect(foundIn(await heapOf(page), needles)).toEqual([]);
    const kept = await page.evaluate(async () => ({
      local: Object.keys(localStorage).sort(),
      session: sessionStorage.length,
      cookies: document.cookie,
      caches: 'caches' in window ? await caches.keys() : [],
      databases: await indexedDB.databases(),
      screen: document.body.innerHTML,
    }));
    expect(kept).toMatchObject({
      local: ['tillside.kiosk.credential', 'tillside.kiosk.settings'],
      session: 0,
      cookies: '',
      caches: [],
      databases: [],
    });
    expect(foundIn(kept.screen, needles)).toEqual([]);
  }, 60_000);

  it('wrote none of it to its disk, nor did the agent to its data or logs', async () => {
    await browser.close();
    expect(foundInFiles(profile, needles)).toEqual([]);
    expect(foundInFiles(demo.layout.agentData, needles)).toEqual([]);
    expect(foundInFiles(demo.layout.logs, needles)).toEqual([]);
    // The search reads these folders: what is known to be there is found.
    expect(foundInFiles(profile, planted)).not.toEqual([]);
    expect(foundInFiles(demo.layout.agentData, new Map([['the store', STORE_ID]]))).not.toEqual([]);
  }, 60_000);
});
