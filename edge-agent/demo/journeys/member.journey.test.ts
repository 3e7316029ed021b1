/** One member from the kiosk to the door: joins, pays with codes of a phone, earns, says no to suggestions, gives goods back, leaves. In a real browser, with a real hub and store. */
import { DEFAULT_CONSENT_TEXTS } from '@tillside/decide';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { MemberPhone } from '../src/day/member-phone.ts';
import { callHub } from '../src/store/hub-client.ts';
import { faultsOf, isTooWide, type Opened, openPage, startBrowser, tapDigits } from './browser.ts';
import { type Device, DRAIN_MS, MemberWorld } from './member-store.ts';

const KIOSK = { viewport: { width: 1080, height: 1920 } };
const PHONE = { viewport: { width: 390, height: 844 } };
const STORE = 'store-1';
const OTHER = 'store-2';
const MILK = '1029743';

const WORDS = {
  'zh-CN': {
    join: /手机号入会/,
    consent: '为我挑选优惠',
    go: '满 14 岁，同意入会',
    claimQr: '在手机上打开会员卡',
    fixed: '不用手机，给我固定的码',
    home: '看我的优惠',
    greeting: '您的优惠',
    statement: /我的积分明细/,
    earned: '购物得分',
    here: '本店',
    away: '现在连不上总部，其他门店的明细暂时没有列出。',
    mine: /我的资料与选择/,
    back: '返回',
    othersBuy: '大家常买',
    data: /看看存了我的什么/,
    purchases: '在本店买过 1 次',
    leave: /退会并删除资料/,
    goOn: '继续退会',
    sure: '确定，全部删除',
    left: '您已退会',
    done: '结束',
    finish: '结束',
    member: /我是会员/,
    tabs: ['会员码', '积分', '我的'],
    choose: '为我挑选优惠',
    texts: '给我发优惠短信',
    magazine: '给我寄月刊',
    newTerms: '条款刚刚更新',
  },
  en: {
    join: /Join by phone/,
    consent: 'Choose offers for me',
    go: 'I’m 14 or older and agree',
    claimQr: 'Opens your member card on your phone',
    fixed: 'No, give me a fixed code',
    home: 'See my offers',
    greeting: 'Your offers',
    statement: /My points statement/,
    earned: 'Earned by shopping',
    here: 'This store',
    away: 'Head office can’t be reached right now, so what you did in other stores is not listed here.',
    mine: /My data and choices/,
    back: 'Back',
    othersBuy: 'Often bought here',
    data: /See what is kept about me/,
    purchases: '1 purchase in this store',
    leave: /Leave and delete my data/,
    goOn: 'Go on to leave',
    sure: 'Yes, delete it all',
    left: 'You have left',
    done: 'Finish',
    finish: 'Finish',
    member: /I’m a member/,
    tabs: ['Code', 'Points', 'Me'],
    choose: 'Choose offers for me',
    texts: 'Text me offers',
    magazine: 'Post me the magazine',
    newTerms: 'The terms were changed just now',
  },
} as const;

let world: MemberWorld;
let browser: Browser;
let kiosk: Opened;
let till: Device;
let tillOfOther: Device;

const tellScreen = (page: Page): void =>
  onTestFailed(async () => {
    const words = await page
      .locator('body')
      .innerText()
      .catch(() => '(gone)');
    process.stderr.write(`\nthe page ${page.url()} shows:\n${words.slice(0, 1500)}\n`);
  });

beforeAll(async () => {
  world = new MemberWorld();
  await world.startHub();
  const [agent] = await Promise.all([world.openStore(STORE), startBrowser().then((one) => (browser = one))]);
  till = await world.pair(STORE, 'terminal', '1');
  await world.openStore(OTHER);
  tillOfOther = await world.pair(OTHER, 'terminal', '1');
  kiosk = await openPage(browser, `${agent.url}/kiosk/#pair=${await world.pairingCode(STORE, 'kiosk', '1')}`, KIOSK);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, 30_000);

/** Sells one milk to whom the shown code names. */
async function buyMilk(code: string, at = till) {
  const { basketId } = await at.call('openBasket', { key: world.key(), body: { cashierId: 'c1' } });
  const params = { basketId };
  const { member } = await at.call('setMember', { key: world.key(), params, body: { code } });
  const { decision } = await at.call('addLine', { key: world.key(), params, body: { sku: MILK } });
  const sale = await at.call('completeBasket', {
    key: world.key(),
    params,
    body: {
      cashierId: 'c1',
      expectedPayableFen: decision.payableFen,
      tenders: [{ kind: 'cash', amountFen: decision.totalFen }],
    },
  });
  return { member, sale };
}

describe.each([
  ['zh-CN', '13800138111'],
  ['en', '13800138222'],
] as const)('a member, %s', (locale, phoneNumber) => {
  const words = WORDS[locale];
  const hub = () => ({ url: world.hubUrl });
  let phone: Opened;
  /** Opens a tab of the phone's page and lets it ask HQ again. */
  const tab = async (index: 0 | 1 | 2): Promise<void> => {
    await phone.page.locator('.m-tabs').getByRole('button', { name: words.tabs[index] }).click();
    await phone.page.evaluate(() => dispatchEvent(new Event('online')));
  };
  const code = async (): Promise<string> => {
    await tab(0);
    return (await phone.page.locator('.m-paper').getAttribute('data-code')) ?? '';
  };
  const pointsOnPhone = async (): Promise<string> => {
    await tab(1);
    return phone.page.locator('.m-big').innerText();
  };
  afterAll(() => phone?.close());
  const button = (name: string | RegExp) => kiosk.page.getByRole('button', { name });
  let member: { memberId: string; code: string; claimUrl?: string };

  it('joins at the kiosk, with nothing ticked beforehand, and binds the phone by the code on the screen', async () => {
    const { page } = kiosk;
    tellScreen(page);
    await page.locator('.k-store').waitFor();
    if (locale === 'en') await button('English').click();
    await button(words.join).click();
    await page.locator('.k-join').waitFor();
    expect(await page.locator('.tl-check[data-selected]').count()).toBe(0);
    await tapDigits(page, phoneNumber);
    await page.getByText(words.consent, { exact: true }).click();
    const answered = page.waitForResponse((one) => one.url().endsWith('/v1/members'));
    await button(words.go).click();
    member = (await (await answered).json()) as typeof member;
    await page.getByRole('img', { name: words.claimQr }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(member.claimUrl).toMatch(new RegExp(`^${world.hubUrl}/m/#claim=[\\w-]{22}$`));

    await world.drained(STORE);
    phone = await openPage(browser, member.claimUrl ?? '', { ...PHONE, locale });
    expect(await code()).toMatch(/^TR:/);
    await expect(new MemberPhone().claim(hub(), member.claimUrl ?? '')).rejects.toThrow('HUB_CLAIM_REFUSED');
  });

  it('is known at the till by a code of the phone, earns, and reads it on the phone and at the kiosk', async () => {
    const { page } = kiosk;
    tellScreen(page);
    tellScreen(phone.page);
    const shown = await code();
    const bought = await buyMilk(shown);
    expect(bought.member).toMatchObject({ memberId: member.memberId, trust: 'signed' });
    expect(bought.sale.pointsEarned).toBeGreaterThan(0);
    await expect(buyMilk(shown)).rejects.toMatchObject({ code: 'MEMBER_CODE_USED' });
    const earned = String(bought.sale.pointsEarned);
    await world.drained(STORE);
    await expect.poll(pointsOnPhone, { timeout: DRAIN_MS }).toBe(earned);

    await button(words.home).click();
    await page.getByRole('heading', { name: words.greeting }).waitFor();
    expect(await page.locator('.k-points strong').innerText()).toBe(earned);
    await button(words.mine).click();
    await button(words.data).click();
    await page.getByText(words.purchases).waitFor();
    expect(await page.locator('body').innerText()).not.toContain(phoneNumber);
    expect([await faultsOf(page), await isTooWide(page)]).toEqual([[], false]);
    await button(words.back).click();

    await button(words.back).click();

    const { lines } = bought.sale.decision;
    await till.call('returnLines', {
      key: world.key(),
      body: {
        saleId: bought.sale.saleId,
        cashierId: 'c1',
        lines: lines.map(({ lineId }) => ({ lineId, quantity: 1 })),
      },
    });
    await expect.poll(pointsOnPhone, { timeout: DRAIN_MS }).toBe('0');
    expect(await phone.page.locator('.m-line').count()).toBe(2);
  }, 60_000);

  it('reads at the kiosk what moved points in every store; without HQ, that those of others are missing', async () => {
    const { page } = kiosk;
    tellScreen(page);
    await world.drained(OTHER);
    const { sale } = await buyMilk(await code(), tillOfOther);
    await world.drained(OTHER);
    const { journal } = world.agent(STORE).app;
    const told = () => journal.get('SELECT 1 AS n FROM points_carried WHERE member_id = ?', member.memberId);
    await expect.poll(told, { timeout: DRAIN_MS }).toEqual({ n: 1 });
    await button(words.statement).click();
    const shown = page.locator('.k-sales > li');
    await shown.nth(2).waitFor();
    expect(await shown.allInnerTexts()).toEqual([
      expect.stringMatching(new RegExp(`^${words.earned}\\n${OTHER} · .+\\n\\+${sale.pointsEarned}$`)),
      expect.stringContaining(words.here),
      expect.stringContaining(words.here),
    ]);
    expect(await page.getByText(words.away).count()).toBe(0);
    expect([await faultsOf(page), await isTooWide(page)]).toEqual([[], false]);
    await button(words.back).click();

    await world.stopHub();
    await button(words.statement).click();
    await page.getByText(words.away).waitFor();
    expect(await page.getByText(OTHER).count()).toBe(0);
    await button(words.back).click();
    await world.startHub();
    await world.drained(STORE);
    await button(words.mine).click();
  }, 60_000);

  it('is asked in the words of HQ, which came signed with what may be spent offline; who read older ones reads anew', async () => {
    const { page } = kiosk;
    tellScreen(page);
    const { app } = world.agent(STORE);
    const before = app.desired.currentVersion('terms');
    const offlineBurnPoints = locale === 'en' ? 321 : 123;
    await page.getByText(locale === 'en' ? words.magazine : words.texts, { exact: true }).waitFor();
    const title = { zh: WORDS['zh-CN'].magazine, en: WORDS.en.magazine };
    const text = { zh: `可选。每月一本（${locale}）。`, en: `Optional. Once a month (${locale}).` };
    const purposes = { ...DEFAULT_CONSENT_TEXTS.purposes, marketing: { title, text } };
    const consentTexts = { ...DEFAULT_CONSENT_TEXTS, version: `hq-${locale}`, purposes };
    const { code: operatorCode } = await world.operatorCode();
    const body = { code: operatorCode, kind: 'operator', name: 'office' } as const;
    const { credential } = await callHub(hub(), 'pair', { body });
    const office = { ...hub(), credential };
    const { version: was, settings } = await callHub(office, 'memberSettings', {});
    const changed = { ...settings, points: { offlineBurnPoints }, consentTexts };
    await callHub(office, 'putMemberSettings', { body: { was, settings: changed } });
    await expect
      .poll(() => app.status().hq.find(({ kind }) => kind === 'terms'), { timeout: DRAIN_MS })
      .toMatchObject({ version: before + 1, state: 'applied' });
    const rules = app.journal.get<{ value: string }>(`SELECT value FROM meta WHERE key = 'points-rules-hq'`);
    expect(JSON.parse(rules?.value ?? '')).toMatchObject({ offlineBurnPoints });

    // The page was opened before: what it shows is out of date, so nothing is agreed to, and the new words stand there.
    const asked = page.getByText(locale === 'en' ? words.magazine : words.texts, { exact: true });
    await asked.click();
    await page.getByText(words.newTerms).waitFor();
    await page.getByText(locale === 'en' ? text.en : text.zh).waitFor();
    expect(await page.locator('.tl-switch[data-selected]').count()).toBe(1);
    // The browser itself tells of the refusal.
    expect(kiosk.complaints.splice(0)).toEqual([expect.stringContaining('409 (Conflict)')]);
    await page.getByText(words.magazine, { exact: true }).click();
    await page.locator('.tl-switch[data-selected]').nth(1).waitFor();
    expect([await faultsOf(page), await isTooWide(page)]).toEqual([[], false]);
    await expect
      .poll(
        async () => {
          await tab(2);
          return phone.page.locator('body').innerText();
        },
        { timeout: DRAIN_MS },
      )
      .toContain(`hq-${locale}`);
    await phone.page.getByText(locale === 'en' ? text.en : text.zh).waitFor();
    expect(await phone.page.getByRole('switch', { name: words.magazine }).isChecked()).toBe(true);
    await page.getByText(words.magazine, { exact: true }).click();
    await page.locator('.tl-switch[data-selected]').nth(1).waitFor({ state: 'detached' });
  }, 60_000);

  it('says no to suggestions at the kiosk: the page follows at once, and HQ has heard of it', async () => {
    const { page } = kiosk;
    tellScreen(page);
    await page.getByText(words.consent, { exact: true }).click();
    await page.locator('.tl-switch[data-selected]').waitFor({ state: 'detached' });
    await button(words.back).click();
    await page.getByRole('heading', { name: words.othersBuy }).waitFor();
    const chosen = async (): Promise<boolean> => {
      await tab(2);
      return phone.page.getByRole('switch', { name: words.choose }).isChecked();
    };
    await expect.poll(chosen, { timeout: DRAIN_MS }).toBe(false);
  });

  it('leaves in two steps, and is forgotten in the store and at HQ', async () => {
    const { page } = kiosk;
    tellScreen(page);
    const key = world.agent(STORE).app.journal.keys.get(member.memberId) ?? 'none';
    expect(world.holding(key).length).toBeGreaterThan(0);
    const last = await code();
    await button(words.mine).click();
    await button(words.leave).click();
    await button(words.goOn).click();
    await button(words.sure).click();
    await page.getByRole('heading', { name: words.left }).waitFor();
    await button(words.done).click();
    // Whoever comes next finds the language of the store.
    await button(WORDS['zh-CN'].member).waitFor();
    expect(await page.locator('body').innerText()).not.toContain('TM:');

    await world.drained(STORE);
    await expect.poll(() => world.holding(key), { timeout: DRAIN_MS }).toEqual([]);
    await phone.page.reload();
    await phone.page.locator('.m-paper').waitFor({ state: 'detached' });
    const { signed } = await callHub(hub(), 'myErasure', { params: { memberId: member.memberId } });
    expect(signed).toMatchObject({ memberIds: [member.memberId], by: 'member' });
    expect(signed.stores).toContainEqual({ store: STORE, confirmedAt: expect.not.stringMatching('waiting') });
    expect(signed.stores.map(({ store }) => store)).toEqual([STORE, OTHER]);
    await expect(buyMilk(member.code)).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' });
    await expect(buyMilk(last)).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' });
    expect(world.holding(phoneNumber)).toEqual([]);
    expect(kiosk.complaints).toEqual([]);
  });
});

it('who joins, fills a basket and leaves while HQ can’t hear is a guest there, and nobody at HQ', async () => {
  const door = await world.pair(STORE, 'kiosk');
  const { version: textVersion } = await door.call('consentTexts', {});
  await world.stopHub();
  const gone = await till.call('signUpAtTill', {
    key: world.key(),
    body: {
      phone: '13800138444',
      isOldEnough: true,
      consents: [{ purpose: 'membership', granted: true, textVersion }],
      locale: 'en',
    },
  });
  const key = world.agent(STORE).app.journal.keys.get(gone.memberId) ?? 'none';
  const { basketId } = await till.call('openBasket', { key: world.key(), body: { cashierId: 'c1' } });
  const params = { basketId };
  await till.call('setMember', { key: world.key(), params, body: { code: gone.code } });
  await till.call('addLine', { key: world.key(), params, body: { sku: MILK } });
  await door.call('forgetMember', { key: world.key(), body: { code: gone.code } });
  expect((await till.call('getBasket', { params })).member).toBeUndefined();
  await till.call('cancelBasket', { key: world.key(), params });
  expect(world.holding(key)).toEqual([]);

  await world.startHub();
  await world.drained(STORE);
  await expect(new MemberPhone().claim({ url: world.hubUrl }, gone.claimUrl ?? '')).rejects.toThrow(
    'HUB_CLAIM_REFUSED',
  );
  expect(world.holding(key)).toEqual([]);
}, 60_000);
