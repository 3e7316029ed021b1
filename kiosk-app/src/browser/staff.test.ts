/** The staff's ways through the built handheld pages, in a real Chromium, in both languages. */
import { describe, expect, it } from 'vitest';
import { en as staffEn } from '../staff/words-en.ts';
import { zh as staffZh } from '../staff/words-zh.ts';
import { tapDigits } from '../testing/browser.ts';
import { PAIRING_CODES, PIN } from '../testing/fake-agent.ts';
import { MIN_TARGET_STAFF_PX, PHONE, pagesKit } from '../testing/pages-kit.ts';
import { labelsOf } from '../testing/store-data.ts';

const kit = pagesKit();

describe.each([
  ['zh-CN', staffZh, '面包', '牛奶'],
  ['en', staffEn, 'bread', 'milk'],
] as const)('staff handheld, %s', (locale, words, bread, milk) => {
  const shot = (name: string): Promise<void> => kit.check(`staff-${locale}-${name}`, MIN_TARGET_STAFF_PX);

  it('opens with a PIN, pairs a label, changes a promotion and sees label and till agree', async () => {
    const { page } = await kit.show(`/staff/#pair=${PAIRING_CODES.staff}`, PHONE, locale);
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
    await page.locator('.s-filter').nth(3).click();
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
    const { page } = await kit.show(`/staff/#pair=${PAIRING_CODES.staff}`, PHONE, locale);
    const { members } = kit.agent;
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
  kit.agent.packAgeSeconds = 3 * 86_400;
  kit.agent.isOnline = false;
  const { page } = await kit.show(`/staff/#pair=${PAIRING_CODES.staff}`, PHONE, 'zh-CN');
  await tapDigits(page, PIN);
  await page.getByRole('button', { name: staffZh.pin.go }).click();
  await page.getByRole('button', { name: staffZh.tabs.members }).click();
  await page.getByText(staffZh.pack.oldOffline).waitFor();
  await kit.check('staff-zh-pack-old', MIN_TARGET_STAFF_PX);
});

it('staff: a thousand labels scroll, none at all is explained, and a lost session asks for the PIN', async () => {
  kit.agent.labels = labelsOf(1000);
  const { page } = await kit.show(`/staff/#pair=${PAIRING_CODES.staff}`, PHONE, 'en');
  await tapDigits(page, PIN);
  await page.getByRole('button', { name: staffEn.pin.go }).click();
  await page.locator('.s-row').nth(999).scrollIntoViewIfNeeded();
  kit.agent.labels = [];
  kit.agent.emit({ type: 'label', tagId: '00007E225A000000', state: 'unpaired' });
  await page.getByText(staffEn.labels.none).waitFor();
  await kit.check('staff-en-empty', MIN_TARGET_STAFF_PX);
  await page.reload();
  await page.getByRole('heading', { name: staffEn.pin.title }).waitFor();
});
