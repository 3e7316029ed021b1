import { type Basket, toBaskets } from '@tillside/features';
import { describe, expect, it } from 'vitest';
import { seededRandom, shuffled } from './random.ts';
import { associationRules, type RuleLimits } from './rules.ts';

const ALL: RuleLimits = {
  minBaskets: 1,
  minSupport: 0,
  minConfidence: 0,
  minLift: 0,
  rules: 1000,
  basketItems: 100,
  pairs: 1000,
};
const basketsOf = (...held: string[]): Basket[] =>
  held.map((letters, place) => ({
    basketId: `b${place}`,
    memberId: null,
    atMs: place,
    items: [...letters].sort().map((sku) => ({ sku, category: `c-${sku}`, department: 'd' })),
  }));

describe('association rules', () => {
  // Milk in 4 of 5, bread in 3, both in 3; jam in 2, once with bread.
  const baskets = basketsOf('mb', 'mb', 'mbj', 'm', 'j');

  it('counts support, confidence and lift both ways, as by hand', () => {
    const { rules, items } = associationRules(baskets, ALL);
    expect(rules.find(({ antecedent, consequent }) => antecedent === 'b' && consequent === 'm')).toEqual({
      antecedent: 'b',
      consequent: 'm',
      baskets: 3,
      support: 0.6,
      confidence: 1,
      lift: 1.25,
    });
    expect(rules.find(({ antecedent, consequent }) => antecedent === 'm' && consequent === 'b')).toMatchObject({
      confidence: 0.75,
      lift: 1.25,
    });
    expect(rules.find(({ antecedent, consequent }) => antecedent === 'j' && consequent === 'm')).toMatchObject({
      baskets: 1,
      support: 0.2,
      confidence: 0.5,
      lift: 0.625,
    });
    expect(rules.map(({ lift }) => lift)).toEqual([1.25, 1.25, 0.833333, 0.833333, 0.625, 0.625]);
    expect(items[0]).toEqual({ sku: 'b', category: 'c-b', department: 'd' });
  });

  it('keeps to its limits', () => {
    const pairs = (limits: Partial<RuleLimits>) =>
      associationRules(baskets, { ...ALL, ...limits }).rules.map((rule) => rule.antecedent + rule.consequent);
    expect(pairs({ minBaskets: 3 })).toEqual(['bm', 'mb']);
    expect(pairs({ minSupport: 0.6 })).toEqual(['bm', 'mb']);
    expect(pairs({ minConfidence: 0.8 })).toEqual(['bm']);
    expect(pairs({ minLift: 1 })).toEqual(['bm', 'mb']);
    expect(pairs({ rules: 1 })).toEqual(['bm']);
    expect(pairs({ basketItems: 1 })).toEqual([]);
    // One pair: of the two items that are bought most.
    expect(pairs({ pairs: 1 })).toEqual(['bm', 'mb']);
    expect(associationRules([], ALL)).toEqual({ baskets: 0, rules: [], items: [] });
  });

  it('holds for any baskets what the three figures mean, in any order of baskets', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = seededRandom(seed);
      const held = Array.from({ length: 60 }, () => [...'abcdefgh'].filter(() => random() < 0.3).join(''));
      const found = associationRules(basketsOf(...held), ALL);
      expect(associationRules(shuffled(basketsOf(...held), random), ALL).rules).toEqual(found.rules);
      for (const { antecedent, consequent, baskets: both, support, confidence, lift } of found.rules) {
        const having = (...skus: string[]) => held.filter((each) => skus.every((sku) => each.includes(sku))).length;
        expect(both).toBe(having(antecedent, consequent));
        expect(support).toBeCloseTo(both / 60, 5);
        expect(confidence).toBeCloseTo(both / having(antecedent), 5);
        expect(lift).toBeCloseTo(confidence / (having(consequent) / 60), 4);
        expect(both).toBeLessThanOrEqual(Math.min(having(antecedent), having(consequent)));
      }
      expect(found.rules.length % 2).toBe(0);
    }
  });

  it('counts an item once a basket, and no return', () => {
    const line = { memberId: null, category: '', department: '', at: '2026-01-01T00:00:00Z', basketId: 'b' };
    const sold = toBaskets([
      { ...line, sku: 'a', quantity: 3 },
      { ...line, sku: 'a', quantity: 1 },
      { ...line, sku: 'b', quantity: 1 },
      { ...line, sku: 'c', quantity: -1 },
    ]);
    expect(associationRules(sold, ALL).rules.map(({ antecedent, baskets: both }) => [antecedent, both])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });
});
