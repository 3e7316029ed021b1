import { PICTURE_SIZES } from '@tillside/decide';
import { expect, test } from 'vitest';
import { consoleUnderTest, expectNoOverflow, seriousViolations, shoot, themeOf } from './testing/browser.ts';

const under = consoleUnderTest();

test('a card is written, its picture cut for both screens and looked at, published, and taken back', async () => {
  const page = await under.open('/campaigns/screens');
  await page.getByText('No cards yet').waitFor();
  await page.getByRole('button', { name: 'Save to the draft' }).click();
  await page.getByText('One line of at most 40 characters.').first().waitFor();
  for (const [label, words] of [
    ['Title (Chinese)', '水蜜桃到了'],
    ['Title (English)', 'Peaches are in'],
    ['Words (Chinese)', '今早从无锡来。'],
    ['Words (English)', 'From Wuxi this morning.'],
  ] as const)
    await page.getByLabel(label).fill(words);
  const choose = (name: string, buffer: Buffer) =>
    page
      .getByLabel(/picture/i)
      .first()
      .setInputFiles({ name, mimeType: 'image/png', buffer });
  await choose('note.png', Buffer.from('<svg onload="alert(1)"/>'));
  await page.getByText('There is no picture in this file').waitFor();
  await choose('peaches.png', await page.screenshot());
  await page.getByLabel('What is on the picture (Chinese)').fill('一篮桃子');
  await page.getByLabel('What is on the picture (English)').fill('A basket of peaches');
  // What goes to the hub is painted anew and has the kiosk's two sizes.
  expect(under.hub.content.uploads.map(({ widthPx, heightPx }) => ({ widthPx, heightPx }))).toEqual(
    Object.values(PICTURE_SIZES),
  );
  await expect.poll(() => page.getByRole('img', { name: 'A basket of peaches' }).count()).toBe(2);
  await page.getByRole('button', { name: 'Save to the draft' }).click();
  await page.getByRole('button', { name: 'Delete “Peaches are in”' }).waitFor();
  await shoot(page, 'screens-card-en');
  expect(await seriousViolations(page)).toEqual([]);
  expect(under.hub.content.releases).toEqual([]);
  await page.getByRole('button', { name: 'Publish 1 card' }).click();
  await page.getByText('Published last').waitFor();
  expect(under.hub.content.releases[0]?.cards).toMatchObject([
    {
      title: { zh: '水蜜桃到了', en: 'Peaches are in' },
      places: ['attract', 'home'],
      picture: { alt: { zh: '一篮桃子' } },
    },
  ]);
  await page.getByText('Publish this time').click();
  await page.getByRole('button', { name: 'Clear the kiosks' }).waitFor();
  await page.getByRole('button', { name: 'Delete “Peaches are in”' }).click();
  await page.getByText('No cards yet').waitFor();
});

test('in Chinese, on a narrow screen: nothing runs out of the page, and nothing is left unnamed', async () => {
  const language = 'zh-CN';
  const page = await under.open('/campaigns/screens', { language, theme: themeOf(language), width: 390 });
  await page.getByText('还没有卡片').waitFor();
  await shoot(page, 'screens-empty-zh-CN');
  expect(await seriousViolations(page)).toEqual([]);
  await expectNoOverflow(under, page, [['screens', '/campaigns/screens']]);
});
