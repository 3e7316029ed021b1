import { readFileSync } from 'node:fs';
import type { ContentCard } from '@tillside/decide';
import type { DemoStore } from './demo-store.ts';
import { callHub } from './hub-client.ts';
import { STORE_ID } from './layout.ts';

const PICTURES = new URL('../../data/pictures/', import.meta.url);
const DAY_MS = 24 * 60 * 60 * 1000;
const SHOWN_DAYS = 30;

type Drawn = Pick<ContentCard, 'id' | 'campaignId' | 'title' | 'text'> & {
  readonly file: string;
  readonly alt: { readonly zh: string; readonly en: string };
};

/** What HQ of the demo shows on kiosks: our own drawings (data/make/pictures.ts) for campaigns that its stores run. */
const CARDS: readonly Drawn[] = [
  {
    id: 'fresh-crate',
    campaignId: 'fresh-15',
    file: 'produce',
    title: { zh: '一箱子新鲜', en: 'A crate of fresh' },
    text: { zh: '今天的蔬果都是八五折，装满再走。', en: 'All fruit and vegetables 15% off today. Fill your crate.' },
    alt: { zh: '木箱里的生菜、番茄、橙子和胡萝卜', en: 'Lettuce, tomatoes, oranges and carrots in a wooden crate' },
  },
  {
    id: 'bread-board',
    campaignId: 'bakery-fixed',
    file: 'bakery',
    title: { zh: '闻到面包香了吗', en: 'Follow the smell of bread' },
    text: { zh: '十二款烘焙，每件减 ¥2。', en: 'Twelve bakes, ¥2 off each.' },
    alt: { zh: '木板上的面包、法棍和可颂', en: 'A loaf, a baguette and a croissant on a board' },
  },
  {
    id: 'drinks-on-ice',
    campaignId: 'drinks-3-2',
    file: 'drinks',
    title: { zh: '冰好了，三瓶算两瓶', en: 'On ice: three for two' },
    text: { zh: '饮料买二送一，口味可以混着拿。', en: 'Buy two drinks, the third is free. Mix as you like.' },
    alt: { zh: '冰桶里的三瓶饮料', en: 'Three bottles in a tub of ice' },
  },
];

/** HQ uploads its pictures, saves its cards and publishes them, as its console does. Returns the ids of the cards. */
export async function pushContent(demo: DemoStore, nowMs: number): Promise<string[]> {
  const hub = demo.hub();
  const upload = async (name: string): Promise<string> =>
    (await callHub(hub, 'addPicture', { body: readFileSync(new URL(name, PICTURES)) })).sha256;
  const cards: ContentCard[] = [];
  for (const [order, { file, alt, ...said }] of CARDS.entries()) {
    const [portrait, landscape] = [await upload(`${file}-portrait.jpg`), await upload(`${file}-landscape.jpg`)];
    cards.push({
      ...said,
      from: new Date(nowMs - DAY_MS).toISOString(),
      until: new Date(nowMs + SHOWN_DAYS * DAY_MS).toISOString(),
      places: ['attract', 'home'],
      priority: 90 - order,
      picture: { portrait, landscape, alt },
    });
  }
  const { draft } = await callHub(hub, 'content');
  const saved = await callHub(hub, 'saveContent', { body: { was: draft.version, cards } });
  await callHub(hub, 'pushContent', { body: { stores: [STORE_ID], was: saved.version } });
  return cards.map(({ id }) => id);
}
