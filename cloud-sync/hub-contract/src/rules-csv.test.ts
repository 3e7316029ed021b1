import { expect, test } from 'vitest';
import { rulesCsv } from './rules-csv.ts';

test('rules as CSV: a head in the language, names quoted, nothing that a spreadsheet would compute', () => {
  const rule = { antecedent: '1', consequent: '=2', baskets: 3, support: 0.5, confidence: 1, lift: 1.25 };
  const item = { department: '', category: '' };
  const items = [
    { sku: '1', ...item, name: { zh: '牛奶 "鲜"', en: 'Milk, fresh' } },
    { sku: '=2', ...item, name: null },
  ];
  expect(rulesCsv({ rules: [rule], items }, 'zh')).toBe(
    '\uFEFF"买了","买了（名称）","也买","也买（名称）","同篮次数","支持度","置信度","提升度"\r\n"1","牛奶 ""鲜""","\'=2","",3,0.5,1,1.25\r\n',
  );
  expect(rulesCsv({ rules: [rule], items }, 'en')).toContain('"Milk, fresh"');
});
