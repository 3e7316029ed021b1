import type { RulesAnswer } from '@tillside/hub-contract';
import { expect, test } from 'vitest';
import { departmentsOf, itemName, rulesOf } from './rules.ts';

const rule = (antecedent: string, consequent: string, lift: number, support: number) => ({
  antecedent,
  consequent,
  baskets: 9,
  support,
  confidence: 0.5,
  lift,
});
const answer: RulesAnswer = {
  model: 'm',
  madeAt: null,
  baskets: 10,
  rules: [rule('1', '2', 3, 0.1), rule('2', '1', 3, 0.1), rule('1', '9', 2, 0.4)],
  items: [
    { sku: '1', department: 'dairy', category: 'milk', name: { zh: '牛奶', en: 'Milk' } },
    { sku: '2', department: 'bakery', category: 'bread', name: null },
  ],
};
const any = { order: 'lift', text: '', department: '' } as const;
const shown = (change: Partial<Parameters<typeof rulesOf>[1]>) =>
  rulesOf(answer, { ...any, ...change }).map(({ antecedent, consequent }) => antecedent + consequent);

test('rules are ordered, found by name in either language, number or category, and by department', () => {
  expect(shown({})).toEqual(['12', '21', '19']);
  expect(shown({ order: 'support' })).toEqual(['19', '12', '21']);
  expect(shown({ text: ' 牛奶 ' })).toEqual(['12', '21', '19']);
  expect(shown({ text: 'BREAD' })).toEqual(['12', '21']);
  expect(shown({ text: '9' })).toEqual(['19']);
  expect(shown({ department: 'bakery' })).toEqual(['12', '21']);
  expect(departmentsOf(answer)).toEqual(['bakery', 'dairy']);
  const row = rulesOf(answer, any)[0];
  expect(row && [itemName(row.from, 'zh'), itemName(row.to, 'zh')]).toEqual(['牛奶', '2']);
});
