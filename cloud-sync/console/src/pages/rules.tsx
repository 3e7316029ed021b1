import { type RulesAnswer, rulesCsv } from '@tillside/hub-contract';
import { Button, Loading, Select, TextField } from '@tillside/ui';
import { type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub } from '../hub/use-hub.ts';
import { departmentsOf, itemName, type RuleFilter, rulesOf } from '../news/rules.ts';
import { downloadText } from '../parts/download.ts';
import { Column, Lead } from '../parts/print.tsx';
import { RulesPlot } from '../parts/rules-plot.tsx';
import { RulesTable } from '../parts/rules-table.tsx';
import { ReadingNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';
import { goodsOf } from '../words/goods.ts';

/** Rules shown at first, and each time more are asked for. */
const SHOWN = 50;
const FIGURES = ['lift', 'confidence', 'support'] as const;

/** What is bought together, for those who make campaigns. */
export function RulesPage(): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('associationRules', {}, null);
  const answer = reading.value;
  if (answer === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('rule.reading')} />;
  }
  const kicker = <a href={hrefOf({ page: 'models' })}>{t('sections.models')}</a>;
  if (answer.rules.length === 0)
    return <Lead kicker={kicker} headline={t('rule.headlineNone')} deck={t('rule.noneWhy')} />;
  return <Found answer={answer} kicker={kicker} />;
}

function Found({ answer, kicker }: { answer: RulesAnswer; kicker: ReactElement }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const language = format.locale === 'en' ? 'en' : 'zh';
  const [filter, setFilter] = useState<RuleFilter>({ order: 'lift', text: '', department: '' });
  const [shown, setShown] = useState(SHOWN);
  const rows = useMemo(() => rulesOf(answer, filter), [answer, filter]);
  const set = (change: Partial<RuleFilter>): void => {
    setFilter({ ...filter, ...change });
    setShown(SHOWN);
  };
  const strongest = rulesOf(answer, { order: 'lift', text: '', department: '' })[0];
  const departments = [
    { key: '', label: t('rule.anyDepartment') },
    ...departmentsOf(answer).map((key) => ({ key, label: format.said(goodsOf(key)) })),
  ];
  return (
    <>
      <Lead
        kicker={kicker}
        headline={
          strongest === undefined
            ? t('rule.headlineNone')
            : t('rule.headline', {
                one: itemName(strongest.from, language),
                other: itemName(strongest.to, language),
                lift: format.number(Math.round(strongest.lift * 10) / 10),
              })
        }
        deck={t('rule.lead', {
          baskets: format.number(answer.baskets),
          when: answer.madeAt === null ? '' : format.ago(answer.madeAt),
          model: answer.model,
        })}
        action={
          <Button onPress={() => downloadText('rules.csv', rulesCsv(answer, language), 'text/csv')}>
            {t('rule.csv')}
          </Button>
        }
      />
      <div className="np-columns">
        <Column title={t('front.evidence')} wide>
          {rows.length === 0 ? null : <RulesPlot rows={rows} />}
        </Column>
        <Column title={t('rule.figures')}>
          <dl className="np-meanings">
            {FIGURES.map((figure) => (
              <div key={figure}>
                <dt>{t(`rule.${figure}`)}</dt>
                <dd>{t(`rule.${figure}Why`)}</dd>
              </div>
            ))}
          </dl>
          <p className="np-sure">{t('rule.not')}</p>
        </Column>
      </div>
      <Column title={t('rule.table')} wide>
        <div className="np-push-row">
          <TextField label={t('rule.search')} value={filter.text} onChange={(text) => set({ text })} />
          <Select
            label={t('rule.department')}
            options={departments}
            selected={filter.department}
            onSelect={(department) => set({ department })}
          />
          <p className="tl-second" role="status">
            {rows.length === 0 ? t('rule.none') : t('rule.shown', { count: rows.length })}
          </p>
        </div>
        {rows.length === 0 ? null : (
          <RulesTable rows={rows.slice(0, shown)} order={filter.order} onOrder={(order) => set({ order })} />
        )}
        {rows.length > shown ? (
          <div>
            <Button onPress={() => setShown(shown + SHOWN)}>{t('rule.more')}</Button>
          </div>
        ) : null}
      </Column>
    </>
  );
}
