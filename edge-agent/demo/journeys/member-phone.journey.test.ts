/** A shopper joins at a kiosk, binds the phone, shows its code at the till, reads the statement, and leaves: a real hub, a real agent and a real Chromium. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { callAgent } from '@tillside/agent-contract';
import { CODE_STEP_MS } from '@tillside/decide';
import { parseConfig, type RunningAgent, startAgent } from '@tillside/edge-agent';
import { parseConfig as parseHubConfig, type RunningHub, startHub } from '@tillside/hub';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { faultsOf, isTooWide, type Opened, openPage, startBrowser } from './browser.ts';

// A browser on shared cores can be slow without being wrong.
vi.setConfig({ testTimeout: 90_000 });
const WAIT = { timeout: 40_000, interval: 200 };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, acceptDownloads: true };
/** Set to a folder to keep pictures. */
const SHOTS = process.env.TILLSIDE_SHOTS;
const ROOM = fileURLToPath(new URL('../../../cloud-sync/member-page', import.meta.url));
const VITE = fileURLToPath(new URL('../../../node_modules/vite/bin/vite.js', import.meta.url));

let dir: string;
let hub: RunningHub;
let agent: RunningAgent;
let browser: Browser;
let kiosk: { url: string; credential: string };
let till: { url: string; credential: string };
let keys = 0;
const key = (): string => {
  keys += 1;
  return `k${keys}`;
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-phone-'));
  const memberPageDir = join(dir, 'pages');
  const building = promisify(execFile)(
    process.execPath,
    [VITE, 'build', '--logLevel', 'warn', '--outDir', memberPageDir],
    {
      cwd: ROOM,
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  [browser] = await Promise.all([startBrowser(), building]);
  const hubConfig = { dataDir: join(dir, 'hub'), port: 0, mqtt: { port: 0 }, logLevel: 'silent', memberPageDir };
  hub = await startHub(parseHubConfig(hubConfig));
  const { code: pairingCode } = await hub.pairingCode('store', 'renmin-lu');
  agent = await startAgent(
    parseConfig({
      version: 1,
      storeId: 'renmin-lu',
      storeName: { zh: '人民路店', en: 'Renmin Road' },
      dataDir: join(dir, 'store'),
      port: 0,
      hub: { url: hub.url, pairingCode, pollMs: 500 },
      unknownItems: 'sell-open',
      logLevel: 'silent',
    }),
  );
  kiosk = await pair('kiosk');
  till = await pair('terminal');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await agent?.stop();
  await hub?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function pair(kind: 'kiosk' | 'terminal'): Promise<{ url: string; credential: string }> {
  const admin = { url: agent.url, credential: readFileSync(join(dir, 'store', 'secrets', 'admin.token'), 'utf8') };
  const body = { kind, name: kind, ...(kind === 'terminal' ? { lane: '1' } : {}) };
  const { code } = await callAgent(admin, 'createPairingCode', { body });
  const { credential } = await callAgent({ url: agent.url }, 'pair', { body: { code, kind } });
  return { url: agent.url, credential };
}

async function joinAtKiosk(phone: string): Promise<{ memberId: string; claimUrl: string }> {
  const { version: textVersion } = await callAgent(kiosk, 'consentTexts', {});
  const consents = (['membership', 'personalisation'] as const).map((purpose) => ({
    purpose,
    granted: true,
    textVersion,
  }));
  const body = { phone, name: '王小明', isOldEnough: true, consents, locale: 'zh-CN' as const };
  const { memberId, claimUrl = '' } = await callAgent(kiosk, 'signUp', { body, key: key() });
  return { memberId, claimUrl };
}

const shown = async (page: Page): Promise<string> => (await page.locator('.m-paper').getAttribute('data-code')) ?? '';
const digitsOf = async (page: Page): Promise<string> =>
  (await page.locator('.m-digits').innerText()).replace(/\s/g, '');
const openBasket = async (): Promise<string> =>
  (await callAgent(till, 'openBasket', { body: { cashierId: 'c1' }, key: key() })).basketId;
/** How the till takes a code: the trust, or why not. */
const scan = async (basketId: string, code: string): Promise<string> => {
  try {
    const view = await callAgent(till, 'setMember', { params: { basketId }, body: { code }, key: key() });
    return `${view.member?.memberId} ${view.member?.trust}`;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};
/** A code that was made with time left, so that no half minute ends between two looks at it. */
async function freshCode(page: Page): Promise<string> {
  const leftMs = CODE_STEP_MS - (Date.now() % CODE_STEP_MS);
  if (leftMs < 4_000) await page.waitForTimeout(leftMs + 500);
  return shown(page);
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

async function look(page: Page, name: string): Promise<void> {
  expect(await faultsOf(page), name).toEqual([]);
  expect(await isTooWide(page), name).toBe(false);
  await shoot(page, name);
}

describe.each(['zh-CN', 'en'] as const)('a member in %s', (locale) => {
  const isChinese = locale === 'zh-CN';
  const word = (zh: string, en: string): string => (isChinese ? zh : en);
  let opened: Opened;
  let memberId: string;
  const tab = (zh: string, en: string) =>
    opened.page
      .locator('.m-tabs')
      .getByRole('button', { name: word(zh, en) })
      .click();

  afterAll(() => opened?.close());

  it('joins at the kiosk and binds the phone, which shows a code', async () => {
    const joined = await joinAtKiosk(isChinese ? '13912345678' : '13912345679');
    memberId = joined.memberId;
    expect(joined.claimUrl).toMatch(/\/m\/#claim=[\w-]{22}$/);
    // An older browser has no Ed25519: there the page keeps the seed.
    opened = await openPage(browser, `${hub.url}/m/`, { ...PHONE, locale, serviceWorkers: 'allow' });
    if (!isChinese)
      await opened.page.context().addInitScript(() => {
        if ('SubtleCrypto' in window)
          SubtleCrypto.prototype.generateKey = (): Promise<never> => Promise.reject(new Error('no Ed25519'));
      });
    await opened.page.getByRole('heading', { name: word('还没有会员码', 'No member code') }).waitFor();
    await look(opened.page, `${locale}-empty`);
    await opened.page.goto('about:blank');
    await opened.page.goto(joined.claimUrl);
    await opened.page.locator('.m-paper').waitFor({ timeout: WAIT.timeout });
    expect(opened.page.url()).not.toContain('claim');
    expect(await shown(opened.page)).toMatch(/^TR:[\w-]{103}$/);
    await look(opened.page, `${locale}-code`);
  });

  it('is known at the till by the code, once, and by the digits', async () => {
    const basketId = await openBasket();
    await expect.poll(async () => scan(basketId, await freshCode(opened.page)), WAIT).toBe(`${memberId} signed`);
    const code = await freshCode(opened.page);
    const before = Date.now();
    const first = await scan(await openBasket(), code);
    const again = await scan(await openBasket(), code);
    // The first basket may have used this half minute's code already.
    expect([`${memberId} signed`, 'MEMBER_CODE_USED']).toContain(first);
    expect(again, `${Date.now() - before} ms`).toBe('MEMBER_CODE_USED');
    await expect(callAgent(kiosk, 'signIn', { body: { code } })).rejects.toMatchObject({ code: 'MEMBER_CODE_USED' });
    const digits = await digitsOf(opened.page);
    expect(digits).toMatch(/^77\d{16}$/);
    // HQ takes each half minute's digits once.
    expect(await scan(await openBasket(), digits)).toBe(`${memberId} checked`);
    expect(await scan(await openBasket(), digits)).toBe(`${memberId} card`);

    const price = { unitPriceFen: 23_450, reason: 'unknown-item' as const };
    const params = { basketId };
    const { decision } = await callAgent(till, 'addLine', {
      params,
      body: { gtin: '2900000000018', quantity: 1, price },
      key: key(),
    });
    const body = {
      cashierId: 'c1',
      expectedPayableFen: decision.payableFen,
      tenders: [{ kind: 'cash' as const, amountFen: decision.payableFen }],
    };
    const sale = await callAgent(till, 'completeBasket', { params, body, key: key() });
    expect(sale.pointsEarned).toBeGreaterThan(0);
  });

  it('reads the statement, and shows a code without a network', async () => {
    const { page } = opened;
    await tab('积分', 'Points');
    await expect
      .poll(async () => {
        await page.evaluate(() => dispatchEvent(new Event('online')));
        return page.locator('.m-line').count();
      }, WAIT)
      .toBe(1);
    // Not innerText: a line that the browser has not drawn yet has none.
    expect(await page.locator('.m-line').textContent()).toContain(word('购物得分', 'Shopping'));
    await look(page, `${locale}-points`);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    // Its clock goes wrong as well: a code of the next half minute, which is not used yet, and which the store's window takes.
    await page.addInitScript((ms) => {
      const real = Date.now;
      Date.now = () => real() + ms;
    }, CODE_STEP_MS);
    await page.context().setOffline(true);
    await page.reload();
    await page.locator('.m-paper').waitFor();
    await page.locator('.tl-notice[data-kind=offline]').waitFor();
    await look(page, `${locale}-offline`);
    await expect.poll(async () => scan(await openBasket(), await freshCode(page)), WAIT).toBe(`${memberId} signed`);
    await page.context().setOffline(false);
  });

  it('withdraws a consent, takes all data home, and leaves with a proof', async () => {
    const { page } = opened;
    await page.reload();
    await tab('我的', 'Me');
    const choose = page.getByRole('switch', { name: word('为我挑选优惠', 'Choose offers for me') });
    await choose.waitFor({ state: 'attached' });
    expect(await choose.isChecked()).toBe(true);
    await look(page, `${locale}-me`);
    await page.getByText(word('为我挑选优惠', 'Choose offers for me')).click();
    await page.getByText(word('撤回。', 'Withdrawn on')).waitFor();
    const saving = page.waitForEvent('download');
    await page
      .getByRole('button', { name: word('下载总部保存的全部数据', 'Download all that head office holds') })
      .click();
    const all = JSON.parse(readFileSync(await (await saving).path(), 'utf8')) as Record<string, unknown>;
    expect(all).toMatchObject({ format: 'tillside-my-data/1', member: { memberId }, profile: { name: '王小明' } });
    await page.getByRole('button', { name: word('注销会员并删除资料', 'Leave, and delete my data') }).click();
    await look(page, `${locale}-leave`);
    await page.getByText(word('我明白删除后不能恢复', 'I understand')).click();
    await page.getByRole('button', { name: word('删除我的资料', 'Delete my data'), exact: true }).click();
    await page.getByRole('heading', { name: word('您的资料已删除', 'Your data is deleted') }).waitFor();
    await look(page, `${locale}-erased`);
    const proving = page.waitForEvent('download');
    await page.getByRole('button', { name: word('下载删除证明', 'Download the proof') }).click();
    const proof = JSON.parse(readFileSync(await (await proving).path(), 'utf8')) as { signed: unknown };
    expect(proof.signed).toMatchObject({ memberId, by: 'member' });
    await page.reload();
    await page.getByRole('heading', { name: word('还没有会员码', 'No member code') }).waitFor();
  });

  it('met a page without complaints', () => {
    // Being offline is logged by the browser itself.
    expect(opened.complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED|404|409|401/.test(text))).toEqual([]);
  });
});
