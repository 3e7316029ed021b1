import { TierRules } from '@tillside/decide';
import { expect, test } from 'vitest';
import { checkTiers, draftOf, emptyTier, moved } from './tiers-draft.ts';

const name = (en: string) => ({ zh: `${en}卡`, en });
const rules = TierRules.parse({
  base: { id: 'basic', name: name('Basic') },
  tiers: [
    { id: 'silver', name: name('Silver'), months: 12, spendFen: 50_050 },
    { id: 'gold', name: name('Gold'), months: 6, spendFen: 200_000, points: 300, orders: 12 },
  ],
});

test('rules come out of the form as they went in; a tier goes up and down the list, and a new one has an id of its own', () => {
  const draft = draftOf(rules);
  expect(draft.tiers.map(({ spendYuan }) => spendYuan)).toEqual(['500.50', '2000']);
  expect(checkTiers(draft)).toEqual({ rules, faults: {} });
  const ids = (tiers: readonly { id: string }[]) => tiers.map(({ id }) => id);
  expect(ids(moved(draft.tiers, 1, -1))).toEqual(['gold', 'silver']);
  expect(ids(moved(draft.tiers, 0, 1))).toEqual(['gold', 'silver']);
  const third = emptyTier(draft.tiers);
  expect(third.id).toBe('tier-3');
  expect(emptyTier([...draft.tiers, third]).id).toBe('tier-4');
});

test('each fault stands at its field', () => {
  const draft = draftOf(rules);
  const [silver, gold] = draft.tiers;
  if (silver === undefined || gold === undefined) throw new Error('two tiers');
  const wrong = {
    ...draft,
    keepMonths: '1.5',
    graceMonths: '13',
    tiers: [
      { ...silver, spendYuan: ' ', months: '0', en: ' ' },
      { ...gold, id: 'basic', spendYuan: '12.345', orders: '-1' },
      { ...emptyTier(draft.tiers), id: 'a b', zh: '钻', en: 'Diamond', spendYuan: '1' },
    ],
  };
  expect(checkTiers(wrong)).toEqual({
    faults: {
      keepMonths: 'wholeNumber',
      graceMonths: 'wholeNumber',
      'silver.en': 'missing',
      'silver.months': 'wholeNumber',
      'silver.spendYuan': 'threshold',
      'gold.id': 'tierIdTwice',
      'gold.spendYuan': 'yuan',
      'gold.orders': 'wholeNumber',
      'tier-3.id': 'tierId',
    },
  });
});
