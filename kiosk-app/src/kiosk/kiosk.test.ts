import {
  DEFAULT_KIOSK_SETTINGS,
  type KioskCard,
  KioskSettings,
  LEAST_WARNING_SECONDS,
  type OfferCard,
} from '@tillside/agent-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { homeOf, OFFERS } from '../testing/store-data.ts';
import { AS_USUAL, MORE_TIME, patienceOf } from './access/access.ts';
import { idlePhase } from './idle.ts';
import { greetingAt, MAX_CARDS, MAX_SLIDES, scenesOf, slidesOf, windowOf } from './slides.ts';
import { AT_REST, type KioskAction, memberCodeIn, nextScreen, type Screen } from './state.ts';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

const member = { memberId: 'm-1', code: 'TM:2000000418', tier: 'member', joinedAt: '2026-11-22T02:00:00Z' };
const home = homeOf('TM:2000000418', 'm-1', true);
const actions: readonly KioskAction[] = [
  { type: 'open', screen: 'join' },
  { type: 'open', screen: 'sign-in' },
  { type: 'open', screen: 'offers' },
  { type: 'joined', member },
  { type: 'signed-in', home },
];

/** A card of HQ's in words alone. */
const cardOf = (id: string, change: Partial<KioskCard> = {}): KioskCard => ({
  id,
  title: { zh: '今早到', en: 'In this morning' },
  text: { zh: '先到先得', en: 'While they last' },
  places: ['attract'],
  until: '2027-01-01T00:00:00Z',
  ...change,
});

describe('screens', () => {
  it('hold nothing of anybody after a wipe, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...actions)), (before) => {
        const used = before.reduce<Screen>(nextScreen, AT_REST);
        expect(nextScreen(used, { type: 'wipe' })).toEqual({ name: 'attract' });
      }),
    );
  });

  it('do not show a late answer to the next shopper', () => {
    expect(nextScreen(AT_REST, { type: 'signed-in', home })).toBe(AT_REST);
    expect(nextScreen(AT_REST, { type: 'joined', member })).toBe(AT_REST);
    expect(nextScreen({ name: 'sign-in' }, { type: 'joined', member })).toEqual({ name: 'sign-in' });
  });

  it('take a member code for one, and nothing else', () => {
    expect(['TM:8f3a', 'tm:20', ']Q1TM:8f3a'].map(memberCodeIn)).toEqual(['TM:8f3a', 'tm:20', 'TM:8f3a']);
    expect(memberCodeIn(']C0771234567890123454')).toBe('771234567890123454');
    for (const other of ['6901234567892', ']E06901234567892', 'TC:518', 'TM:', ']Q1TM:', '77123456789012345'])
      expect(memberCodeIn(other)).toBeUndefined();
  });

  it('lead from joining to the code, and on to the offers', () => {
    const joined = nextScreen({ name: 'join' }, { type: 'joined', member });
    expect(joined).toEqual({ name: 'welcome', member });
    expect(nextScreen(joined, { type: 'signed-in', home })).toEqual({ name: 'home', home });
  });
});

describe('idle', () => {
  const patience = patienceOf(DEFAULT_KIOSK_SETTINGS, AS_USUAL);

  it('warns for at least 20 seconds before it wipes', () => {
    const { idleMs, warningMs } = patience;
    expect(idlePhase(idleMs - 1, patience)).toEqual({ name: 'active' });
    expect(idlePhase(idleMs, patience)).toEqual({ name: 'warning', leftMs: warningMs });
    expect(idlePhase(idleMs + warningMs - 1, patience)).toEqual({ name: 'warning', leftMs: 1 });
    expect(idlePhase(idleMs + warningMs, patience)).toEqual({ name: 'over' });
    expect(KioskSettings.safeParse({ warningSeconds: LEAST_WARNING_SECONDS - 1 }).success).toBe(false);
    expect(LEAST_WARNING_SECONDS).toBeGreaterThanOrEqual(20);
  });

  it('waits longer for who asked for more time', () => {
    const slow = patienceOf(DEFAULT_KIOSK_SETTINGS, { hasMoreTime: true });
    expect(slow).toEqual({ idleMs: patience.idleMs * MORE_TIME, warningMs: patience.warningMs * MORE_TIME });
  });
});

describe('slides', () => {
  it('take one item of each offer in turn, the best first, none twice', () => {
    const names = slidesOf(OFFERS).map((slide) => slide.item.name.en);
    expect(names.slice(0, 3)).toEqual([
      'Strawberries',
      'Extra-large eggs',
      'Film and television guide, November double issue with poster',
    ]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are at most MAX_SLIDES of a thousand offers, and none of none', () => {
    const offer = OFFERS[0] as OfferCard;
    const many = Array.from({ length: 1000 }, (_, at) => ({
      ...offer,
      campaignId: `c-${at}`,
      items: offer.items.map((item) => ({ ...item, sku: `${item.sku}-${at}` })),
    }));
    expect(slidesOf(many)).toHaveLength(MAX_SLIDES);
    expect(slidesOf([])).toEqual([]);
    expect(windowOf([], [], 5, 3)).toEqual({ main: null, others: [] });
  });

  it('go round without showing the same one twice at once', () => {
    const slides = slidesOf(OFFERS).slice(0, 3);
    const { main, others } = windowOf(scenesOf(slides, OFFERS, []), slides, 4, 3);
    expect([main?.slide, ...others].map((slide) => slide?.item.sku).sort()).toEqual(
      slides.map((slide) => slide.item.sku).sort(),
    );
  });

  it('take turns with the cards of HQ, whose campaign gives its best item to its card and to no other scene', () => {
    const slides = slidesOf(OFFERS);
    const fresh = cardOf('fresh', { campaignId: 'fresh-week' });
    const cards = [fresh, cardOf('basket', { campaignId: 'basket-20' }), cardOf('home', { places: ['home'] })];
    const scenes = scenesOf(slides, OFFERS, cards);
    expect(scenes.map(({ kind }) => kind).slice(0, 7)).toEqual([
      'card',
      'offer',
      'offer',
      'card',
      'offer',
      'offer',
      'offer',
    ]);
    expect(scenes.map(({ slide }) => slide?.item.name.en)[0]).toBe('Strawberries');
    expect(scenes[3]?.slide).toBeNull();
    expect(scenes.filter(({ slide }) => slide?.item.name.en === 'Strawberries')).toHaveLength(1);
    expect(
      scenesOf(
        [],
        [],
        Array.from({ length: 24 }, (_, at) => cardOf(`c-${at}`)),
      ),
    ).toHaveLength(MAX_CARDS);
  });

  it('greet by the hour', () => {
    expect([4, 5, 11, 18].map(greetingAt)).toEqual(['evening', 'morning', 'day', 'evening']);
  });
});

/** Every text of a tree with its path. */
function texts(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : texts(value, `${path}${key}.`),
  );
}

it('says the same facts in both languages: same keys, same blanks, each in its own script', () => {
  const blanks = (text: string): string[] => (text.match(/{{\w+}}/g) ?? []).sort();
  const english = new Map(texts(en));
  for (const [path, text] of texts(zh)) {
    const other = english.get(path) ?? '';
    expect(blanks(other), path).toEqual(blanks(text));
    expect(other, path).not.toMatch(/\p{Script=Han}/u);
    expect(`${text}${other}`, path).not.toMatch(/invalid|oops|无效/i);
  }
});
