import { ChartFigure } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { itemName, type RuleRow } from '../news/rules.ts';
import { useFormat } from './use-format.ts';

const WIDTH = 640;
const HEIGHT = 260;
const PLOT = { left: 8, right: 600, top: 20, bottom: 224 };
/** Dots; more would hide each other. */
const DOTS = 60;
/** Dots that bear a name: those furthest from the corner of chance. */
const NAMED = 3;
/** Longer names would run over each other. */
const NAME_CHARS = 24;

/** Rules by how often (right) and how much of a pair (up); both axes from zero. */
export function RulesPlot({ rows }: { rows: readonly RuleRow[] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const language = format.locale === 'en' ? 'en' : 'zh';
  // Both directions of a pair lie on one dot.
  const pairs = new Set<string>();
  const dots = rows
    .filter(({ antecedent, consequent }) => {
      const pair = [antecedent, consequent].sort().join(' ');
      return !pairs.has(pair) && pairs.add(pair) !== undefined;
    })
    .slice(0, DOTS);
  const most = {
    support: Math.max(...dots.map(({ support }) => support)) || 1,
    lift: Math.max(...dots.map(({ lift }) => lift)) || 1,
  };
  const x = ({ support }: RuleRow): number => PLOT.left + (support / most.support) * (PLOT.right - PLOT.left);
  const y = ({ lift }: RuleRow): number => PLOT.bottom - (lift / most.lift) * (PLOT.bottom - PLOT.top);
  const short = (name: string): string => (name.length > NAME_CHARS ? `${name.slice(0, NAME_CHARS - 1)}…` : name);
  const pairOf = ({ from, to }: RuleRow): string =>
    [from, to].map((item) => short(itemName(item, language))).join(' + ');
  const far = (row: RuleRow): number => (row.support / most.support) * (row.lift / most.lift);
  const named = new Set(dots.toSorted((a, b) => far(b) - far(a)).slice(0, NAMED));
  return (
    <ChartFigure
      title={t('rule.plot')}
      note={t('rule.plotNote', { count: dots.length })}
      head={[t('rule.antecedent'), t('rule.support'), t('rule.lift')]}
      rows={dots.map((row) => [pairOf(row), format.share(row.support, 2), format.number(row.lift)])}
    >
      <svg className="tl-line-plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <line x1={PLOT.left} x2={PLOT.left} y1={PLOT.top} y2={PLOT.bottom} stroke="var(--line)" />
        <line x1={PLOT.left} x2={PLOT.right} y1={PLOT.bottom} y2={PLOT.bottom} stroke="var(--ink)" strokeWidth="1.5" />
        <text x={PLOT.left} y={PLOT.top - 6}>
          {t('rule.lift')} {format.number(most.lift)}
        </text>
        <text x={PLOT.right} y={HEIGHT - 14} textAnchor="end">
          {t('rule.support')} {format.share(most.support, 2)}
        </text>
        {dots.map((row) => (
          <circle
            key={`${row.antecedent} ${row.consequent}`}
            cx={x(row)}
            cy={y(row)}
            r={named.has(row) ? 6 : 4}
            fill={named.has(row) ? 'var(--series-1)' : 'var(--series-rest)'}
            fillOpacity={named.has(row) ? 1 : 0.6}
          />
        ))}
        {[...named].map((row) => {
          const isRight = x(row) > WIDTH / 2;
          return (
            <text
              key={`${row.antecedent} ${row.consequent}`}
              className="tl-line-name"
              x={x(row) + (isRight ? -10 : 10)}
              y={y(row) + 4}
              textAnchor={isRight ? 'end' : 'start'}
            >
              {pairOf(row)}
            </text>
          );
        })}
      </svg>
    </ChartFigure>
  );
}
