/** HQ's cards on the attract page: with their picture, without it, and among the store's own offers. */
import { KioskCard } from '@tillside/agent-contract';
import { beforeEach, describe, expect, it } from 'vitest';
import { IS_TURNED, LANDSCAPE, MIN_TARGET_KIOSK_PX, PORTRAIT, pagesKit } from '../testing/pages-kit.ts';
import { OFFERS } from '../testing/store-data.ts';

const kit = pagesKit();
const SHAPES = {
  portrait: { letter: 'a', widthPx: 1080, heightPx: 1350 },
  landscape: { letter: 'b', widthPx: 1600, heightPx: 900 },
} as const;
const served = ({ letter, widthPx, heightPx }: { letter: string; widthPx: number; heightPx: number }) => ({
  url: `/content/${letter.repeat(64)}.webp`,
  widthPx,
  heightPx,
});
const cardOf = (more: Partial<KioskCard> = {}): KioskCard =>
  KioskCard.parse({
    id: 'berries',
    campaignId: 'fresh-week',
    title: { zh: '草莓到了，整颗都红', en: 'Strawberries, red all through' },
    text: { zh: '今早从丹东来，挑小的更甜。', en: 'From Dandong this morning. The small ones are sweeter.' },
    places: ['attract', 'home'],
    until: '2027-01-01T00:00:00Z',
    picture: {
      portrait: served(SHAPES.portrait),
      landscape: served(SHAPES.landscape),
      alt: { zh: '木箱里的草莓', en: 'Strawberries in a crate' },
    },
    ...more,
  });
let cards: KioskCard[];

beforeEach(() => {
  cards = [cardOf()];
  kit.agent.answers.publicOffers = () => ({
    storeName: { zh: '晨光市集 · 中山路店', en: 'Morning Market, Zhongshan Road' },
    campaignSetVersion: 7,
    online: true,
    offers: kit.agent.offers,
    cards,
  });
});

/** A drawing stands in for a photograph. The kiosk is asked again, since the page is there before its pictures can be answered. */
async function withPictures(answer: 'drawn' | 'gone'): Promise<void> {
  const { page } = kit.open;
  await page.route('**/content/*', (route) => {
    const { widthPx, heightPx } = route.request().url().includes('aaaa') ? SHAPES.portrait : SHAPES.landscape;
    const body = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}"><rect width="100%" height="100%" fill="#f3d9c9"/><circle cx="50%" cy="50%" r="30%" fill="#b3282d"/></svg>`;
    return answer === 'drawn' ? route.fulfill({ contentType: 'image/svg+xml', body }) : route.fulfill({ status: 404 });
  });
  await page.reload();
}
const frame = () => kit.open.page.locator('.k-campaign-picture').boundingBox();

describe.each([
  ['portrait', 'zh-CN', PORTRAIT],
  ['landscape', 'en', LANDSCAPE],
] as const)('a card of HQ, %s, %s', (shape, locale, viewport) => {
  const seen = (shape === 'portrait') === IS_TURNED ? 'landscape' : 'portrait';
  const check = (name: string) => kit.check(`attract-${shape}-${locale}-${name}`, MIN_TARGET_KIOSK_PX);
  const english = async (): Promise<void> => {
    if (locale === 'en') await kit.open.page.getByRole('button', { name: 'English' }).click();
  };

  it('stands with its picture for this screen, its words and the price of its campaign here, and on a member’s home; a picture that never comes moves nothing', async () => {
    // One item alone: the loop has one scene, and stands still for as long as the test looks.
    kit.agent.offers = OFFERS.slice(0, 1).map((offer) => ({ ...offer, items: offer.items.slice(0, 1) }));
    const page = await kit.showKiosk(viewport, locale);
    await withPictures('drawn');
    await english();
    const { alt } = cardOf().picture ?? { alt: { zh: '', en: '' } };
    const picture = page.getByRole('img', { name: locale === 'en' ? alt.en : alt.zh });
    await page.locator('[data-state="here"]').waitFor();
    expect(await picture.getAttribute('src')).toBe(served(SHAPES[seen]).url);
    const best = OFFERS[0]?.items[0];
    await page
      .locator('.k-stall')
      .getByText(locale === 'en' ? `${best?.name.en}` : `${best?.name.zh}`, { exact: true })
      .waitFor();
    const whole = await frame();
    await check('card');
    kit.agent.emit({ type: 'scan', lane: 'kiosk-1', kind: 'own', data: 'TM:2000000418' });
    await page.locator('.k-home-card [data-state="here"]').waitFor();
    await check('home');
    await withPictures('gone');
    await english();
    await page.locator('[data-state="broken"]').waitFor();
    expect(await frame()).toEqual(whole);
    expect(await page.locator('.k-campaign-picture .k-stall-picture').count()).toBe(1);
    kit.open.complaints.length = 0;
    await check('card-without-picture');
  });

  it('gives way to the offers of the store, and stands alone where there are none', async () => {
    kit.agent.offers = [];
    cards = [cardOf({ id: 'bag', campaignId: undefined, picture: undefined })];
    const page = await kit.showKiosk(viewport, locale);
    await page.locator('.k-card-stall').waitFor();
    expect(await page.locator('.k-card-stall .tl-price').count()).toBe(0);
    await check('card-alone');
  });
});
