import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { CODE, FakeHub } from './testing/fake-hub.ts';
import { FakeMembers, PHONE } from './testing/fake-members.ts';
import { KINDS_SET, NEVER_OPEN } from './testing/samples.ts';
import { worldOf } from './testing/world.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core');
/** Set to a folder to keep pictures of every page. */
const SHOTS = process.env.TILLSIDE_SHOTS;
const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
type Language = 'zh-CN' | 'en';
const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];

// A browser on shared cores can be slow without being wrong.
vi.setConfig({ testTimeout: 60_000 });

let webDir: string;
let browser: Browser;
let context: BrowserContext;
let hub: FakeHub;
let origin: string;

beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), 'tillside-console-'));
  const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'error', build: { outDir: webDir, emptyOutDir: true } });
  const executablePath = process.env.TILLSIDE_CHROMIUM ?? '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: BROWSER_ARGS });
});
afterAll(async () => {
  await browser?.close();
  await rm(webDir, { recursive: true, force: true });
});
beforeEach(async () => {
  hub = new FakeHub(webDir);
  origin = await hub.listen();
});
afterEach(async () => {
  await context?.close();
  await hub.close();
});

interface Look {
  readonly language?: Language;
  readonly theme?: 'light' | 'dark';
  readonly isSignedIn?: boolean;
  readonly width?: number;
}

async function open(path: string, look: Look = {}): Promise<Page> {
  const { language = 'en', theme = 'light', isSignedIn = true, width = 1280 } = look;
  context = await browser.newContext({ locale: language, viewport: { width, height: 900 }, reducedMotion: 'reduce' });
  await context.addInitScript(
    ([kept, signedIn]) => {
      if (localStorage.getItem('tillside.theme') === null) localStorage.setItem('tillside.theme', kept as string);
      if (signedIn && sessionStorage.getItem('opened') === null)
        localStorage.setItem('tillside.operator', 'o'.repeat(43));
      sessionStorage.setItem('opened', 'yes');
    },
    [theme, isSignedIn],
  );
  const page = await context.newPage();
  page.setDefaultTimeout(9000);
  await page.goto(`${origin}/console/#${path}`);
  await page.locator('h1, [role=alert], .tl-notice').first().waitFor();
  return page;
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

async function seriousViolations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  const found = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations)',
  )) as Violation[];
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await mkdir(SHOTS, { recursive: true });
  await page.waitForTimeout(150);
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

const PAGES = [
  ['front', '/'],
  ['stores', '/stores'],
  ['store', '/stores/renmin-lu'],
  ['campaigns', '/campaigns'],
  ['compose', '/campaigns/new'],
  ['members', '/members'],
  ['member', '/members/M000068'],
  ['accesses', '/members/-/access'],
  ['segments', '/segments'],
  ['models', '/models'],
  ['events', '/events'],
  ['webhooks', '/webhooks'],
  ['webhook', '/webhooks/0d8a4b11-5a06-4a52-9d0e-0d2f2f0a7b01'],
] as const;

describe.each(LANGUAGES)('in %s', (language) => {
  /** Chinese is looked at by day and English by night, so that both languages and both themes are seen without doubling the time. */
  const theme = language === 'en' ? 'dark' : 'light';
  const go = async (page: Page, path: string): Promise<void> => {
    await page.goto(`${origin}/console/#${path}`);
    await page.locator(`.np-sections a[aria-current=page][href="#/${path.split('/')[1]}"]`).waitFor();
    await page.locator('h1').waitFor();
    expect(await seriousViolations(page), path).toEqual([]);
  };

  test('no page has a serious accessibility fault', async () => {
    const page = await open('/', { language, theme });
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    for (const [name, path] of PAGES) {
      await go(page, path);
      expect(await page.locator('h1').count()).toBe(1);
      await shoot(page, `${name}-${language}-${theme}`);
    }
  });

  test('empty pages say why and what to do', async () => {
    hub.world = worldOf('empty');
    hub.members = new FakeMembers(true);
    const page = await open('/', { language, theme });
    for (const [name, path] of PAGES) {
      if (['store', 'member', 'webhook'].includes(name)) continue;
      await go(page, path);
      await shoot(page, `empty-${name}-${language}-${theme}`);
    }
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
  hub.isRevoked = true;
  await page.getByLabel('Pairing code').waitFor();
});

test('a campaign from the form: tried on a basket, pushed, and seen in force', async () => {
  const page = await open('/campaigns/new');
  const total = page.locator('.np-outcome-total .tl-price');
  expect(await total.textContent()).toContain('¥109.62');
  await page.getByRole('button', { name: 'Put it in' }).click();
  await page.getByText('Please fill this in.').first().waitFor();
  await page.getByLabel('Name in Chinese').fill('全场半价');
  await page.getByLabel('Name in English').fill('Everything at half price');
  await page.getByLabel('Percent off').fill('50');
  await page.getByRole('button', { name: 'Put it in' }).click();
  await page.getByRole('row', { name: /Everything at half price/ }).waitFor();
  expect(await total.textContent()).not.toContain('¥109.62');
  await shoot(page, 'compose-tried-en');
  await page.getByRole('button', { name: 'Take out “Dairy week”' }).click();
  await page.getByRole('button', { name: 'Push 3 campaigns' }).click();
  await page.getByRole('heading', { level: 1, name: /on the way to 3 stores/ }).waitFor();
  await shoot(page, 'campaigns-pending-en');
  hub.world.applyAll();
  await page.getByRole('heading', { level: 1, name: /in force in 3 stores/ }).waitFor();
  expect(hub.world.releases[0]?.campaignCount).toBe(3);
  // What was in force before says so no more.
  await page
    .getByRole('row', { name: /“Dairy week” and 2 more/ })
    .getByText('Replaced')
    .first()
    .waitFor();
});

test('an edition from a file: a bad one is explained by place, a good one replaces the draft', async () => {
  const page = await open('/campaigns/new');
  const file = join(webDir, 'set.json');
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
  const file = join(webDir, 'kinds.json');
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
  hub.isDown = true;
  await page.getByText('The hub is out of reach').waitFor();
  expect(await page.getByRole('link', { name: '人民路店' }).isVisible()).toBe(true);
  expect(await seriousViolations(page)).toEqual([]);
  await shoot(page, 'stores-offline-en');
  hub.isDown = false;
  await page.getByText('The hub is out of reach').waitFor({ state: 'detached' });
});

test('a hundred and twenty stores: found by name; a new one gets its code', async () => {
  hub.world = worldOf('many');
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

test('segments: worked out now, with progress, and told by grid, lifecycle, groups and stores', async () => {
  hub.world = worldOf('empty');
  const page = await open('/segments');
  await page.getByRole('heading', { level: 1, name: 'Members were not told apart yet' }).waitFor();
  await page.getByRole('button', { name: 'Work it out now' }).click();
  await page.getByRole('progressbar').waitFor();
  await page.getByRole('heading', { level: 1, name: '22% of members bring' }).waitFor();
  const grid = page.getByRole('table').filter({ hasText: 'Recency 5' });
  expect(await grid.locator('td').count()).toBe(25);
  // The fullest cell is the darkest, and says how full it is.
  expect(await grid.locator('td[data-step="4"]').first().textContent()).toBe('10.7%Champions');
  await page
    .getByRole('row', { name: /Must keep/ })
    .getByText('what went wrong')
    .waitFor();
  await page.getByText('6 days since the last visit, 41 orders of ¥39').waitFor();
  await page.getByText('never the price of the same thing').waitFor();
});

test('a member is found with a reason, seen whole, set right, exported and erased', async () => {
  const page = await open('/members', { theme: 'dark' });
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.getByText('Say why; it goes into the access log.').waitFor();
  await page.getByRole('textbox', { name: 'Phone' }).fill('138 0013 8000');
  await page.getByRole('textbox', { name: 'Why' }).fill('called in');
  const before = hub.members.accesses.length;
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: '欧阳 Alexandra' }).waitFor();
  await page.getByText('300 points end on').waitFor();
  // One look is one line in the log: the page does not ask again for what the search answered.
  expect(hub.members.accesses.length).toBe(before + 1);
  expect(page.url()).not.toContain('13800138000');
  expect(await seriousViolations(page)).toEqual([]);
  await shoot(page, 'member-seen-en-dark');

  await page.getByRole('button', { name: 'Withdraw for the member' }).click();
  await page.getByText('in force in online stores within 60 seconds').waitFor();
  expect(hub.members.member?.consents[1]?.granted).toBe(false);
  await page.getByRole('textbox', { name: 'Name' }).fill('欧阳');
  await page.getByRole('textbox', { name: 'Birthday' }).fill('17 May');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Write 1990-05-17').waitFor();
  await page.getByRole('textbox', { name: 'Birthday' }).fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: '欧阳', exact: true }).waitFor();
  expect(hub.members.member?.profile).toEqual({ name: '欧阳', phone: PHONE });
  await page.getByRole('button', { name: 'Read everything' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download (JSON)' }).click();
  expect((await saved).suggestedFilename()).toBe('member-M000068.json');

  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Erase', exact: true }).click();
  await page.getByText('1 of 3 stores have confirmed').waitFor();
  await shoot(page, 'member-erased-en-dark');
  hub.members.confirmed = 3;
  await page.getByText('All stores have confirmed').waitFor();
});

test('in Chinese too: a member by number, and an erasure that waits for stores', async () => {
  const page = await open('/members/M000068', { language: 'zh-CN' });
  await page.getByRole('textbox', { name: '查看原因' }).fill('顾客来电');
  await page.getByRole('button', { name: '查看' }).click();
  await page.getByText('300 积分将于').waitFor();
  await shoot(page, 'member-seen-zh-CN-light');
  await page.getByRole('button', { name: '注销', exact: true }).click();
  expect(await seriousViolations(page)).toEqual([]);
  await page.getByRole('alertdialog').getByRole('button', { name: '注销', exact: true }).click();
  await page.getByText('1 / 3 家门店已确认删除').waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await shoot(page, 'member-erased-zh-CN-light');
});

test('who comes to a member by a link says why first; of one who is erased there is the proof', async () => {
  const page = await open('/members/M000068');
  await page.getByRole('heading', { level: 1, name: 'Why look at this person' }).waitFor();
  const before = hub.members.accesses.length;
  await page.getByRole('textbox', { name: 'Why' }).fill('audit');
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByRole('heading', { level: 1, name: '欧阳 Alexandra' }).waitFor();
  expect(hub.members.accesses[0]).toMatchObject({ memberId: 'M000068', what: 'view', reason: 'audit' });
  expect(hub.members.accesses.length).toBe(before + 1);
  hub.members.member = null;
  await page.reload();
  await page.getByRole('textbox', { name: 'Why' }).fill('audit');
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByRole('heading', { level: 1, name: 'This member’s data were erased' }).waitFor();
  await page.goto(`${origin}/console/#/members/M999999`);
  await page.getByRole('textbox', { name: 'Why' }).fill('audit');
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByText('HUB_MEMBER_UNKNOWN').waitFor();
});

test('the access log is read page by page', async () => {
  const page = await open('/members/-/access');
  expect(await page.locator('tbody tr').count()).toBe(50);
  await page.getByRole('button', { name: 'Earlier ones' }).click();
  await expect.poll(() => page.locator('tbody tr').count()).toBe(70);
  expect(await page.getByRole('button', { name: 'Earlier ones' }).count()).toBe(0);
});

test('webhooks: registered with a secret that is shown once, replayed, switched and deleted', async () => {
  const page = await open('/webhooks');
  await page.getByRole('heading', { level: 1, name: '2 messages could not be delivered' }).waitFor();
  await page.getByRole('button', { name: 'Register and make a secret' }).click();
  await page.getByText('Enter a whole address').waitFor();
  await page.getByRole('textbox', { name: 'Address' }).fill('https://mini.example.com/in');
  await page.getByRole('button', { name: 'Register and make a secret' }).click();
  await page.getByText('whsec_').waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await shoot(page, 'webhooks-secret-en');
  await page.getByRole('link', { name: 'https://shop.example.com/hooks/tillside' }).click();
  await page.getByRole('button', { name: 'Send from here on' }).first().click();
  await page.getByText('One message will be sent again.').waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Send from here on' }).count()).toBe(1);
  await page.getByRole('textbox', { name: 'From' }).fill('2026-11-20T08:00');
  await page.getByRole('button', { name: 'Send again', exact: true }).click();
  await page.getByText('812 messages will be sent again.').waitFor();
  await page.getByRole('button', { name: 'Stop delivering' }).click();
  await page.getByText('Switched off by hand').waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('link', { name: 'https://mini.example.com/in' }).waitFor();
  expect(hub.members.hooks.map(({ url }) => new URL(url).host)).toEqual(['crm.example.com', 'mini.example.com']);
});

test('training shows its progress to the end, and a model is pushed', async () => {
  const page = await open('/models');
  await page.getByRole('button', { name: 'Train a new model' }).click();
  await page.getByRole('progressbar').waitFor();
  await page.getByText('Training is done').waitFor();
  await page.getByRole('button', { name: 'Push to all stores' }).click();
  await page.getByText('Signed and pushed').waitFor();
  await page.getByText('On its way').first().waitFor();
});

test('events: told in sentences, filtered, paged, and quarantined ones named', async () => {
  const page = await open('/events');
  await page.getByText('Sold 4 lines for ¥83.40, saving ¥7.20, to a member').first().waitFor();
  expect(await page.locator('.np-events > li').count()).toBe(50);
  await page.getByRole('button', { name: 'Earlier ones' }).click();
  await expect.poll(() => page.locator('.np-events > li').count()).toBe(100);
  await page.getByText('Only those put aside').click();
  await page.getByRole('heading', { level: 1, name: 'Events that could not be read' }).waitFor();
  await expect.poll(() => page.locator('.np-events > li').count()).toBe(10);
  await page.getByText('EVENT_TYPE_UNKNOWN').first().waitFor();
});

test('on a narrow screen nothing runs out of the page', async () => {
  const page = await open('/', { width: 390, language: 'zh-CN' });
  for (const [name, path] of PAGES) {
    await page.goto(`${origin}/console/#${path}`);
    await page.locator(`.np-sections a[aria-current=page][href="#/${path.split('/')[1]}"]`).waitFor();
    await page.locator('h1').waitFor();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, name).toBeLessThanOrEqual(0);
    if (name === 'front') await shoot(page, 'front-narrow-zh-CN');
  }
});
