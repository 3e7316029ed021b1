import { encodeTaste, HistoryFold, skuKey } from '@tillside/features';
import { createChance } from '../../random.ts';
import { memberAt } from './fixture.ts';

const SKUS = Array.from({ length: 20_000 }, (_, at) => String(6_901_000_000_000 + at));
const BY_KEY = new Map(SKUS.map((sku) => [skuKey(sku), sku]));
const WEEK_MS = 7 * 86_400_000;
const UNTIL_MS = Date.UTC(2026, 10, 23);
const WEEKS = 52;
/** Products of a household: those that come again and again, and how many of others there are in a basket. */
const HABITS = 24;
const NEW_SHARE = 0.25;
/** Products that HQ scores for a member; the habits are among them. */
const SCORES = 64;
/** How many households there are; each is many members'. What they bought is no matter to a pack, but for its size. */
const HOUSEHOLDS = 64;

export const skuOf = (key: number): string | undefined => BY_KEY.get(key);
export const agreesAt = (place: number): boolean =>
  memberAt(place).record.consents.some(({ purpose, granted }) => purpose === 'personalisation' && granted);

const tasteOfHousehold = (household: number): Buffer => {
  const chance = createChance(household);
  const any = (): string => chance.pick(SKUS);
  const habits = Array.from({ length: HABITS }, any);
  const fold = new HistoryFold();
  for (let week = WEEKS; week > 0; week -= 1) {
    if (chance.happens(0.25)) continue;
    const basket = Array.from({ length: chance.between(1, 9) }, () =>
      chance.happens(NEW_SHARE) ? any() : chance.pick(habits),
    );
    fold.add([...new Set(basket)].sort(), UNTIL_MS - week * WEEK_MS);
  }
  const scored = [...habits, ...Array.from({ length: SCORES - HABITS }, any)];
  const scores = scored.map((sku) => ({ sku, neighbours: chance.next() ** 3, factors: chance.next() ** 2 }));
  return encodeTaste({ untilMs: UNTIL_MS, history: fold.snapshot(), scores });
};
const TASTES = Array.from({ length: HOUSEHOLDS }, (_, household) => tasteOfHousehold(household));

/** The taste of a member of the bench: a year of a household that shops three weeks of four. */
export const tasteAt = (place: number): Buffer => TASTES[place % HOUSEHOLDS] ?? Buffer.alloc(0);
