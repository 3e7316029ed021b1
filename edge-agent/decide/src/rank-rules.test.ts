import { describe, expect, it } from 'vitest';
import {
  type Barrier,
  barrierOf,
  type OfferableItem,
  type PastAnswer,
  SHOWN_PER_DAY,
  SHOWN_PER_VISIT,
  SHOWN_PER_WEEK,
  shownEnough,
} from './rank-rules.ts';

const MILK: OfferableItem = { state: 'on-sale', noPromotions: false, keyedPrice: false };
const WINE: OfferableItem = { ...MILK, minAge: 18 };

describe('what may be offered', () => {
  it.each<[string, OfferableItem | undefined, number | undefined, Barrier | undefined]>([
    ['milk', MILK, undefined, undefined],
    ['what the store does not know', undefined, undefined, 'UNKNOWN'],
    ['what has no price yet', { ...MILK, state: 'coming' }, undefined, 'NOT_ON_SALE'],
    ['what was taken back', { ...MILK, state: 'discontinued' }, undefined, 'NOT_ON_SALE'],
    ['infant formula', { ...MILK, noPromotions: true }, 40, 'NO_PROMOTIONS'],
    ['a newspaper', { ...MILK, keyedPrice: true }, undefined, 'NO_PRICE'],
    ['wine to whom nobody looked at', WINE, undefined, 'AGE'],
    ['wine to who proved 16 years', WINE, 16, 'AGE'],
    ['wine to who proved 18', WINE, 18, undefined],
  ])('%s', (_, item, provenAge, barrier) => expect(barrierOf(item, provenAge)).toBe(barrier));
});

describe('what was shown enough', () => {
  const DAY = 86_400_000;
  const nowMs = 100 * DAY;
  const answers = (count: number, visit: (at: number) => string, agoMs: (at: number) => number): PastAnswer[] =>
    Array.from({ length: count }, (_, at) => ({ visit: visit(at), atMs: nowMs - agoMs(at), skus: ['milk', 'milk'] }));
  const other = (at: number) => `v${at}`;
  const rests = (ofVisit: PastAnswer[], ofMember: PastAnswer[], visit: string | undefined = 'now') =>
    shownEnough({ visit, nowMs }, ofVisit, ofMember).has('milk');

  it.each<[string, PastAnswer[], PastAnswer[], boolean]>([
    [
      'once in this visit',
      answers(
        1,
        () => 'now',
        () => 1,
      ),
      [],
      false,
    ],
    [
      'often in this visit',
      answers(
        SHOWN_PER_VISIT,
        () => 'now',
        () => 1,
      ),
      [],
      true,
    ],
    ['in fewer visits than a day may have', [], answers(SHOWN_PER_DAY - 1, other, () => 1), false],
    ['in as many visits as a day may have', [], answers(SHOWN_PER_DAY, other, () => 1), true],
    [
      'as many times, in one visit',
      [],
      answers(
        SHOWN_PER_DAY,
        () => 'then',
        () => 1,
      ),
      false,
    ],
    ['as many visits, yesterday', [], answers(SHOWN_PER_DAY, other, () => DAY), false],
    ['a week of visits', [], answers(SHOWN_PER_WEEK, other, (at) => (at * 6.9 * DAY) / SHOWN_PER_WEEK), true],
    ['as many visits, the week before', [], answers(SHOWN_PER_WEEK, other, () => 7 * DAY), false],
    ['times to come, by a clock that was set back', [], answers(SHOWN_PER_DAY, other, () => -1), false],
    [
      'this visit is not one of the visits before it',
      [],
      answers(
        SHOWN_PER_DAY,
        () => 'now',
        () => 1,
      ),
      false,
    ],
  ])('%s', (_, ofVisit, ofMember, isEnough) => expect(rests(ofVisit, ofMember)).toBe(isEnough));
});
