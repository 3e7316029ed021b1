import { Button } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { itemName, RULE_ORDERS, type RuleOrder, type RuleRow } from '../news/rules.ts';
import { hrefOf } from '../route.ts';
import { goodsOf } from '../words/goods.ts';
import { useFormat } from './use-format.ts';

interface RulesTableProps {
  readonly rows: readonly RuleRow[];
  readonly order: RuleOrder;
  readonly onOrder: (order: RuleOrder) => void;
}

/** Rules with the names of both items; the heads sort. */
export function RulesTable({ rows, order, onOrder }: RulesTableProps): ReactElement {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={t('rule.table')} tabIndex={0}>
      <table className="tl-table">
        <thead>
          <tr>
            <th scope="col">{t('rule.antecedent')}</th>
            <th scope="col">{t('rule.consequent')}</th>
            {RULE_ORDERS.map((column) => (
              <th key={column} scope="col" data-align="end" aria-sort={column === order ? 'descending' : 'none'}>
                <Button
                  look="plain"
                  aria-label={t('rule.sort', { column: t(`rule.${column}`) })}
                  onPress={() => onOrder(column)}
                >
                  {t(`rule.${column}`)}
                  {column === order ? ' ↓' : ''}
                </Button>
              </th>
            ))}
            <th scope="col">{t('rule.makeShort')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.antecedent} ${row.consequent}`} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ row }: { row: RuleRow }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const language = format.locale === 'en' ? 'en' : 'zh';
  const cell = (item: RuleRow['from']): ReactElement => (
    <>
      {itemName(item, language)}
      <small>{[format.said(goodsOf(item.category)), item.sku].filter(Boolean).join(' · ')}</small>
    </>
  );
  return (
    <tr>
      <th scope="row" className="np-row-name">
        {cell(row.from)}
      </th>
      <td className="np-row-name">{cell(row.to)}</td>
      <td data-align="end">
        <strong>{format.number(Math.round(row.lift * 10) / 10)}</strong>
      </td>
      <td data-align="end">{format.share(row.confidence, 1)}</td>
      <td data-align="end">{format.share(row.support, 2)}</td>
      <td data-align="end">{format.number(row.baskets)}</td>
      <td>
        <a href={hrefOf({ page: 'compose', skus: [row.antecedent, row.consequent] })} aria-label={t('rule.make')}>
          {t('rule.makeShort')}
        </a>
      </td>
    </tr>
  );
}
