/** The kiosk while something is missing: the agent, head office, offers, the shopper, the pairing. */
import { describe, expect, it } from 'vitest';
import { en as kioskEn } from '../kiosk/words-en.ts';
import { zh as kioskZh } from '../kiosk/words-zh.ts';
import { tapDigits } from '../testing/browser.ts';
import { PAIRING_CODES } from '../testing/fake-agent.ts';
import { MIN_TARGET_KIOSK_PX, PORTRAIT, pagesKit } from '../testing/pages-kit.ts';
import { OFFERS } from '../testing/store-data.ts';

const kit = pagesKit();

describe('kiosk states', () => {
  it('stays calm while the agent is away, and comes back by itself', async () => {
    const page = await kit.showKiosk(PORTRAIT);
    await page.locator('.k-stall').waitFor();
    kit.agent.goAway();
    await page.getByText(kioskZh.away.title).waitFor();
    await kit.check('kiosk-away', MIN_TARGET_KIOSK_PX);
    kit.agent.isAway = false;
    await page.getByRole('button', { name: kioskZh.attract.join }).waitFor();
  });

  it('says that only head office is out of reach, and follows new offers at once', async () => {
    kit.agent.isOnline = false;
    kit.agent.offers = [];
    const page = await kit.showKiosk(PORTRAIT, 'en');
    await page.getByText(kioskEn.hqAway).waitFor();
    await page.getByText(kioskEn.attract.emptyTitle).waitFor();
    await kit.check('kiosk-empty', MIN_TARGET_KIOSK_PX);
    kit.agent.isOnline = true;
    kit.agent.offers = OFFERS.slice(0, 1).map((offer) => ({ ...offer, items: offer.items.slice(0, 1) }));
    kit.agent.emit({ type: 'offers', campaignSetVersion: 8 });
    await page.locator('.k-stall').getByText('Strawberries').waitFor();
    await kit.check('kiosk-one-offer', MIN_TARGET_KIOSK_PX);
  });

  it('warns before it wipes, lets a shopper stay, and wipes what was typed', async () => {
    const { page } = await kit.showWithClock('/kiosk/', PORTRAIT);
    await page.goto(`${new URL(page.url()).origin}/kiosk/#pair=${PAIRING_CODES.kiosk}`);
    await page.reload();
    await page.getByRole('button', { name: kioskZh.attract.join }).click();
    await tapDigits(page, '138');
    await page.clock.runFor(61_000);
    await page.getByRole('alertdialog').waitFor();
    await kit.check('kiosk-idle', MIN_TARGET_KIOSK_PX);
    await page.getByRole('button', { name: kioskZh.idle.stay }).click();
    await page.clock.runFor(1_000);
    expect(await page.locator('.k-phone').textContent()).toBe('138');
    await page.clock.runFor(61_000);
    await page.getByRole('alertdialog').waitFor();
    await page.clock.runFor(30_000);
    await page.locator('.k-store').waitFor();
    await page.getByRole('button', { name: kioskZh.attract.join }).click();
    expect(await page.locator('.k-phone').textContent()).toBe(kioskZh.join.phoneEmpty);
  });

  it('never shows a late answer to the next shopper', async () => {
    const page = await kit.showKiosk(PORTRAIT);
    await page.getByRole('button', { name: kioskZh.attract.member }).click();
    await tapDigits(page, '2000000418');
    kit.agent.delayMs = 400;
    const answered = page.waitForResponse(/sign-in/);
    await page.getByRole('button', { name: kioskZh.signIn.go }).click();
    await page.getByRole('button', { name: kioskZh.back }).click();
    await page.getByRole('button', { name: kioskZh.attract.join }).click();
    expect((await answered).status()).toBe(200);
    kit.agent.delayMs = 0;
    await tapDigits(page, '139');
    expect(await page.locator('.k-phone').textContent()).toBe('139');
    expect(await page.getByText(kioskZh.home.greeting).count()).toBe(0);
  });

  it('asks an unpaired device for its code, and explains a wrong one', async () => {
    const { page } = await kit.show('/kiosk/#pair=WRONG-CODE', PORTRAIT);
    await page.getByRole('alert').waitFor();
    await kit.check('kiosk-pairing', MIN_TARGET_KIOSK_PX);
    await page.getByLabel(kioskZh.pair.code).fill(PAIRING_CODES.kiosk ?? '');
    await page.getByRole('button', { name: kioskZh.pair.go, exact: true }).click();
    await page.locator('.k-stall').waitFor();
  });
});
