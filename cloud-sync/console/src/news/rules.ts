import type { AssociationRule, RuleItem, RulesAnswer } from '@tillside/hub-contract';

/** What rules can be sorted by; all largest first. */
export const RULE_ORDERS = ['lift', 'confidence', 'support', 'baskets'] as const;
export type RuleOrder = (typeof RULE_ORDERS)[number];

export interface RuleRow extends AssociationRule {
  readonly from: RuleItem;
  readonly to: RuleItem;
}

export interface RuleFilter {
  readonly order: RuleOrder;
  /** Part of a name or an item number, in any case. */
  readonly text: string;
  /** '' for any. */
  readonly department: string;
}

const unknownItem = (sku: string): RuleItem => ({ sku, department: '', category: '', name: null });

/** What a reader calls an item: its name, else its number. */
export const itemName = ({ sku, name }: RuleItem, language: 'zh' | 'en'): string => name?.[language] ?? sku;

/** Each rule with its items, in the order asked for; of equal ones the stronger first, as the hub gave them. */
export function rulesOf({ rules, items }: RulesAnswer, { order, text, department }: RuleFilter): RuleRow[] {
  const known = new Map(items.map((item) => [item.sku, item]));
  const wanted = text.trim().toLowerCase();
  const says = ({ sku, name, category }: RuleItem): boolean =>
    [sku, category, name?.zh ?? '', name?.en ?? ''].some((part) => part.toLowerCase().includes(wanted));
  return rules
    .map((rule) => ({
      ...rule,
      from: known.get(rule.antecedent) ?? unknownItem(rule.antecedent),
      to: known.get(rule.consequent) ?? unknownItem(rule.consequent),
    }))
    .filter(({ from, to }) => department === '' || from.department === department || to.department === department)
    .filter(({ from, to }) => wanted === '' || says(from) || says(to))
    .sort((a, b) => b[order] - a[order]);
}

/** The departments of the rules' items, by key. */
export const departmentsOf = ({ items }: Pick<RulesAnswer, 'items'>): string[] =>
  [...new Set(items.map(({ department }) => department).filter((each) => each !== ''))].sort();
