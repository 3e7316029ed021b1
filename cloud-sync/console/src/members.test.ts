import { DEFAULT_CONSENT_TEXTS, type TierRules } from '@tillside/decide';
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
import { FakeMembers } from './testing/fake-members.ts';
import { PHONE } from './testing/people-samples.ts';
import { worldOf } from './testing/world.ts';
import { zh } from './words/zh.ts';

const under = consoleUnderTest();
const { open } = under;

const PAGES = [
  ['members', '/members'],
  ['member', '/members/M000068'],
  ['accesses', '/members/-/access'],
  ['duplicates', '/members/-/twice'],
  ['member-new', '/members/-/new'],
  ['member-import', '/members/-/import'],
  ['member-settings', '/members/-/settings'],
  ['segments', '/segments'],
  ['webhooks', '/webhooks'],
  ['webhook', '/webhooks/0d8a4b11-5a06-4a52-9d0e-0d2f2f0a7b01'],
] as const;
/** What is there before the first member. */
const EMPTY = [
  ['members', '/members'],
  ['accesses', '/members/-/access'],
  ['duplicates', '/members/-/twice'],
  ['segments', '/segments'],
  ['webhooks', '/webhooks'],
] as const;

describe.each(LANGUAGES)('in %s', (language) => {
  const theme = themeOf(language);

  test('no page of members has a serious accessibility fault', async () => {
    const page = await open('/members', { language, theme });
    await lookAtPages(under, page, PAGES, (name) => `${name}-${language}-${theme}`);
  });
});

test('empty pages of members say why and what to do', async () => {
  under.hub.world = worldOf('empty');
  under.hub.members = new FakeMembers(true);
  const page = await open('/members', { language: 'zh-CN' });
  await lookAtPages(under, page, EMPTY, (name) => `empty-${name}-zh-CN-light`);
});

test('segments: worked out now, with progress, and told by grid, lifecycle, groups and stores', async () => {
  under.hub.world = worldOf('empty');
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
  const before = under.hub.members.accesses.length;
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: '欧阳 Alexandra' }).waitFor();
  await page.getByText('300 points end on').waitFor();
  // One look is one line in the log: the page does not ask again for what the search answered.
  expect(under.hub.members.accesses.length).toBe(before + 1);
  expect(page.url()).not.toContain('13800138000');
  expect(await seriousViolations(page)).toEqual([]);
  await shoot(page, 'member-seen-en-dark');

  await page.getByRole('button', { name: 'Withdraw for the member' }).click();
  await page.getByText('in force in online stores within 60 seconds').waitFor();
  expect(under.hub.members.member?.consents[1]?.granted).toBe(false);
  await page.getByRole('textbox', { name: 'Name' }).fill('欧阳');
  await page.getByRole('textbox', { name: 'Birthday' }).fill('17 May');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Write 1990-05-17').waitFor();
  await page.getByRole('textbox', { name: 'Birthday' }).fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: '欧阳', exact: true }).waitFor();
  expect(under.hub.members.member?.profile).toEqual({ name: '欧阳', phone: PHONE });
  await page.getByRole('button', { name: 'Read everything' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download (JSON)' }).click();
  expect((await saved).suggestedFilename()).toBe('member-M000068.json');

  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Erase', exact: true }).click();
  await page.getByText('1 of 3 stores have confirmed').waitFor();
  await shoot(page, 'member-erased-en-dark');
  under.hub.members.confirmed = 3;
  await page.getByText('All stores have confirmed').waitFor();
});

test('HQ changes a member: tags, household, points with a reason, and an agreement with its text', async () => {
  const page = await open('/members/M000068');
  await page.getByRole('textbox', { name: 'Why' }).fill('letter');
  await page.getByRole('button', { name: 'Look' }).click();
  // The tier by the name that the chain gave it.
  await page.getByText('Gold, sure until').waitFor();
  await page.getByRole('textbox', { name: 'Add a tag' }).fill('baking');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect.poll(() => under.hub.members.member?.tags).toEqual(['wine-club', 'baking']);
  await page.getByRole('textbox', { name: 'Id of a member of the household' }).fill('M000412');
  await page.getByRole('button', { name: 'Link', exact: true }).click();
  await page.getByText('Both must agree.').waitFor();
  await page.getByRole('textbox', { name: 'Why they are linked' }).fill('a couple, at the desk');
  await page.getByText('Both agreed to be one household').click();
  await page.getByRole('button', { name: 'Link', exact: true }).click();
  await page.getByText('a couple, at the desk (both agreed)').waitFor();
  await page.getByText('Adjust points').click();
  await page.getByRole('textbox', { name: 'Points to add or take' }).fill('2.5');
  await page.getByRole('button', { name: 'Adjust', exact: true }).click();
  await page.getByText('Write a whole number').waitFor();
  await page.getByRole('textbox', { name: 'Points to add or take' }).fill('-200');
  await page.locator('details').getByRole('textbox', { name: 'Why' }).fill('wrong price');
  await page.getByRole('button', { name: 'Adjust', exact: true }).click();
  await page.getByText('Adjusted; it stands').waitFor();
  expect(under.hub.members.moved).toMatchObject([{ kind: 'adjust', points: -200, reason: 'wrong price' }]);
  await page.getByText('Record an agreement').click();
  await page.getByRole('textbox', { name: 'Version of the text' }).fill('2026-01');
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  await page.getByText('Recorded; in force').waitFor();
  expect(under.hub.members.member?.consents[2]).toMatchObject({ granted: true, textVersion: '2026-01' });
  await shoot(page, 'member-changed-en');
});

test('who may be there twice: looked at side by side, merged and undone, or kept apart until that is taken back', async () => {
  const page = await open('/members/-/twice');
  await page.getByRole('heading', { level: 1, name: '3 pairs may be one person' }).waitFor();
  const first = page.getByRole('listitem').filter({ hasText: 'The same phone, which nobody verified' });
  await page.getByRole('textbox', { name: 'Why' }).fill('');
  await first.getByRole('button', { name: 'Side by side' }).click();
  await page.getByText('Say why; it goes').waitFor();
  await page.getByRole('textbox', { name: 'Why' }).fill('letter of 3 May');
  await first.getByRole('button', { name: 'Side by side' }).click();
  await first.getByText('1988-05-**').waitFor();
  expect(under.hub.members.accesses[0]).toMatchObject({ what: 'compare', reason: 'letter of 3 May' });
  expect(await seriousViolations(page)).toEqual([]);
  await shoot(page, 'duplicates-beside-en');
  await first.getByRole('button', { name: 'Same person: merge' }).click();
  await first.getByText('Merged into one member').waitFor();
  await first.getByRole('button', { name: 'Undo the merge' }).click();
  await first.getByText('The merge was undone').waitFor();
  const second = page.getByRole('listitem').filter({ hasText: 'One household and the same birthday' });
  await second.getByRole('button', { name: 'Side by side' }).click();
  await second.getByRole('button', { name: 'Two people' }).click();
  await second.getByText('Noted: these are two people').waitFor();
  await page.getByText('M000245 and M000130').waitFor();
  await shoot(page, 'duplicates-judged-en');
  await second.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('None yet.').waitFor();
});

test('a file of members is imported with its report, and rules are saved over the version that was read', async () => {
  const page = await open('/members/-/import', { language: 'zh-CN' });
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await page.getByText('请先选择文件').waitFor();
  const buffer = Buffer.from('phone,membership\n');
  await page.locator('input[type=file]').setInputFiles({ name: 'crm.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await page.getByText('新增 1,180 位会员；3 行没有收').waitFor();
  expect(await page.locator('tbody tr').count()).toBe(3);
  expect(await seriousViolations(page)).toEqual([]);
  await shoot(page, 'members-imported-zh-CN');
  await under.goTo(page, '/members/-/settings');
  await page.getByRole('textbox', { name: '多少天后可用' }).fill('14');
  await page.getByRole('button', { name: '保存规则' }).click();
  await page.getByText('已保存').waitFor();
  expect(under.hub.members.settings.body).toMatchObject({ points: { pendingDays: 14, expiryMonths: 24 } });
  await page.getByText('12 个月内消费满').first().waitFor();
});

test('tiers: added, moved, told in a sentence, and saved only when each asks for something', async () => {
  const page = await open('/members/-/settings');
  const tier = (name: string) => page.getByRole('group', { name });
  const ids = () => (under.hub.members.settings.body.tiers as TierRules).tiers.map(({ id }) => id);
  const before = ids();
  await page.getByRole('button', { name: 'Add a tier' }).click();
  const added = tier(`Tier ${before.length + 1}:`);
  await added.getByText('What it takes is told here').waitFor();
  await page.getByRole('button', { name: 'Save the tiers' }).click();
  await added.getByText('one at least').waitFor();
  await added.getByRole('textbox', { name: 'Id' }).fill('diamond');
  await added.getByRole('textbox', { name: 'Name in Chinese' }).fill('钻石');
  await added.getByRole('textbox', { name: 'Spent, in yuan' }).fill('8888.80');
  await added.getByRole('textbox', { name: 'or orders' }).fill('60');
  await added.getByRole('textbox', { name: 'Name in English' }).fill('Diamond');
  const diamond = tier(`Tier ${before.length + 1}: Diamond`);
  await diamond.getByText('Within 12 months, ¥8,888.80 spent, or 60 orders').waitFor();
  await diamond.getByRole('button', { name: 'Lower' }).click();
  await tier(`Tier ${before.length}: Diamond`).waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save the tiers' }).click();
  await page.getByText('Saved. Stores have it').waitFor();
  expect(ids()).toEqual([...before.slice(0, -1), 'diamond', ...before.slice(-1)]);
});

test('consent texts: another version with any word, as shoppers will see it', async () => {
  const page = await open('/members/-/settings', { language: 'zh-CN' });
  const words = zh.hq.texts;
  const version = page.getByRole('textbox', { name: words.version, exact: true });
  await expect.poll(() => version.inputValue()).toBe(DEFAULT_CONSENT_TEXTS.version);
  const save = page.getByRole('button', { name: words.go });
  await page.getByRole('textbox', { name: words.text.zh }).nth(2).fill('可选。每月一封信。');
  await page.getByRole('textbox', { name: words.text.en }).nth(2).fill('Optional. One letter a month.');
  const seen = page.getByRole('complementary', { name: words.preview });
  await seen.getByText('可选。每月一封信。').waitFor();
  await seen.getByText('Optional. One letter a month.').waitFor();
  await expect.poll(() => version.inputValue()).toMatch(/^\d{4}-\d{2}-\d{2}(-\d+)?$/u);
  await version.fill(DEFAULT_CONSENT_TEXTS.version);
  await page.getByText(words.versionSame).waitFor();
  expect(await save.isDisabled()).toBe(true);
  await version.fill('2026-12');
  expect(await seriousViolations(page)).toEqual([]);
  await shoot(page, 'members-settings-texts-zh-CN');
  await save.click();
  await page.getByText(words.ofHq).waitFor();
  expect(under.hub.members.settings.body.consentTexts).toMatchObject({
    version: '2026-12',
    purposes: { marketing: { text: { zh: '可选。每月一封信。' } } },
  });
  await shoot(page, 'members-settings-zh-CN');
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
  await shoot(page, 'member-erased-zh-CN-light');
});

test('who comes to a member by a link says why first; of one who is erased there is the proof', async () => {
  const page = await open('/members/M000068');
  await page.getByRole('heading', { level: 1, name: 'Why look at this person' }).waitFor();
  const before = under.hub.members.accesses.length;
  await page.getByRole('textbox', { name: 'Why' }).fill('audit');
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByRole('heading', { level: 1, name: '欧阳 Alexandra' }).waitFor();
  expect(under.hub.members.accesses[0]).toMatchObject({ memberId: 'M000068', what: 'view', reason: 'audit' });
  expect(under.hub.members.accesses.length).toBe(before + 1);
  under.hub.members.member = null;
  await page.reload();
  await page.getByRole('textbox', { name: 'Why' }).fill('audit');
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByRole('heading', { level: 1, name: 'This member’s data were erased' }).waitFor();
  await under.goTo(page, '/members/M999999');
  await page.getByRole('textbox', { name: 'Why' }).fill('audit');
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByText('HUB_MEMBER_UNKNOWN').waitFor();
});

test("a store's member pack: since when, built anew, and whose members are in it", async () => {
  const page = await open('/stores/renmin-lu');
  await page.getByText('taken up').waitFor();
  await page.getByRole('button', { name: 'Build a new pack now' }).click();
  await page.getByText('Signed: 12,304 members, 0 found no room').waitFor();
  await page.getByRole('textbox', { name: 'Stores nearby' }).fill('harbour, binhe');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('counts from the next pack on').waitFor();
  expect(under.hub.members.near).toEqual(['harbour', 'binhe']);
  await shoot(page, 'store-pack-en');
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
  const delivered = page.getByRole('row').filter({ hasText: '1,207 ms' });
  await delivered.getByRole('button', { name: 'Send this one again' }).click();
  await expect.poll(() => under.hub.members.replays.at(-1)).toMatchObject({ only: true });
  await page.getByRole('textbox', { name: 'From' }).fill('2026-11-20T08:00');
  await page.getByRole('button', { name: 'Send again', exact: true }).click();
  await page.getByText('812 messages will be sent again.').waitFor();
  await page.getByRole('button', { name: 'Stop delivering' }).click();
  await page.getByText('Switched off by hand').waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('link', { name: 'https://mini.example.com/in' }).waitFor();
  expect(under.hub.members.hooks.map(({ url }) => new URL(url).host)).toEqual(['crm.example.com', 'mini.example.com']);
});

test('on a narrow screen nothing runs out of the pages of members', async () => {
  const page = await open('/members', { width: 390, language: 'zh-CN' });
  await shoot(page, 'members-narrow-zh-CN');
  await expectNoOverflow(under, page, PAGES);
});
