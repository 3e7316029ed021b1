import { COMPARED, type ModelComparison } from '@tillside/hub-contract';
import { Bars } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { compare, type ModelRow } from '../news/metrics.ts';
import { useFormat } from './use-format.ts';

/** How well a model does: beside the running one where both were asked the same, else by the numbers of its training. */
export function ModelBars({ model }: { model: ModelRow }): ReactElement {
  const comparison = model.notes?.comparison;
  return comparison?.running ? <Beside comparison={comparison} /> : <Own metrics={model.metrics} />;
}

export function Beside({ comparison }: { comparison: ModelComparison }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { cases, first, questions, from, to, interval } = comparison;
  const share = (value: number | undefined): string => format.share(value ?? 0, 1);
  const points = (value: number): string => format.number(Math.round(value * 1000) / 10);
  const bars = (pick: 'recall' | 'repeatRecall' | 'exploreRecall') =>
    COMPARED.flatMap((name) => {
      const found = cases[name];
      const isEmphasised = name === 'candidate';
      return found === undefined ? [] : [{ label: t(`model.of.${name}`), value: found[pick], isEmphasised }];
    });
  const period = { from: format.fullDay(from.slice(0, 10)), to: format.fullDay(to.slice(0, 10)) };
  const chart = { format: share, head: [t('model.method'), t('model.recall')] as const };
  return (
    <>
      <Bars
        {...chart}
        title={t('model.besideTitle', {
          ours: share(cases.candidate?.recall),
          theirs: share(cases.running?.recall),
        })}
        note={t('model.besideNote', { ...period, questions: format.number(questions), n: first })}
        bars={bars('recall')}
      />
      {interval === null ? null : (
        <p className="np-sure">{t('model.interval', { low: points(interval.low), high: points(interval.high) })}</p>
      )}
      <Bars {...chart} title={t('model.repeat')} bars={bars('repeatRecall')} />
      <Bars {...chart} title={t('model.explore')} bars={bars('exploreRecall')} />
    </>
  );
}

function Own({ metrics }: Pick<ModelRow, 'metrics'>): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = (['', 'repeat', 'explore'] as const).flatMap((part) => {
    const found = compare(metrics, part);
    return found === undefined ? [] : [{ part, found }];
  });
  return (
    <>
      {parts.map(({ part, found }) => (
        <Bars
          key={part}
          title={part === '' ? t('model.chartTitle', { n: found.first }) : t(`model.${part}`)}
          note={t('model.chartNote')}
          bars={[
            { label: t('model.of.model'), value: found.model, isEmphasised: true },
            ...found.baselines.map(({ name, value }) => ({ label: t(`model.of.${name}`), value })),
          ]}
          format={(value) => format.share(value, 1)}
          head={[t('model.method'), t('model.recall')]}
        />
      ))}
    </>
  );
}
