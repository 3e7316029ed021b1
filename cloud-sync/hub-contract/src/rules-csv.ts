import type { RulesAnswer } from './models.ts';
import type { Text } from './text.ts';

const HEADS: readonly Text[] = [
  { zh: '买了', en: 'Who buys' },
  { zh: '买了（名称）', en: 'Who buys (name)' },
  { zh: '也买', en: 'also buys' },
  { zh: '也买（名称）', en: 'also buys (name)' },
  { zh: '同篮次数', en: 'Baskets with both' },
  { zh: '支持度', en: 'Support' },
  { zh: '置信度', en: 'Confidence' },
  { zh: '提升度', en: 'Lift' },
];
/** Text that a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

const cell = (value: string): string => `"${(FORMULA.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;

/** Association rules as CSV (RFC 4180) for a spreadsheet, with a byte-order mark so that it reads Chinese. */
export function rulesCsv({ rules, items }: Pick<RulesAnswer, 'rules' | 'items'>, language: keyof Text): string {
  const names = new Map(items.map(({ sku, name }) => [sku, name?.[language] ?? '']));
  const rows = rules.map(({ antecedent, consequent, baskets, support, confidence, lift }) => [
    cell(antecedent),
    cell(names.get(antecedent) ?? ''),
    cell(consequent),
    cell(names.get(consequent) ?? ''),
    ...[baskets, support, confidence, lift].map(String),
  ]);
  const lines = [HEADS.map((head) => cell(head[language])), ...rows].map((row) => row.join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}
