import type { TakesAnswer } from '@tillside/hub-contract';
import { Bars, Lines, Loading, Select } from '@tillside/ui';
import { type ReactElement, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub } from '../hub/use-hub.ts';
import {
  allOf,
  exploredOf,
  type Maker,
  MIN_COMPARED,
  makersOf,
  pointsOf,
  ratesOf,
  replaced,
  type Step,
  takeRate,
} from '../news/takes.ts';
import { Column, Lead } from '../parts/print.tsx';
import { TakeTable, useMakerName } from '../parts/take-table.tsx';
import { ReadingNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

const EVERY_MS = 10_000;
const DAY_MS = 86_400_000;
/** Lines that can be told apart. */
const LINES = 3;

/** How far back, and how coarse. */
const PERIODS = { weeks4: { days: 28, step: 'day' }, weeks26: { days: 182, step: 'week' } } as const satisfies Record<
  string,
  { days: number; step: Step }
>;
type Period = keyof typeof PERIODS;

/** What became of recommendations, for those who want to know whether they are of use. */
export function TakesPage(): ReactElement {
  const { t } = useTranslation();
  const [store, setStore] = useState('');
  const [period, setPeriod] = useState<Period>('weeks4');
  const { days, step } = PERIODS[period];
  const from = new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);
  const reading = useHub('takes', { query: { from, ...(store === '' ? {} : { store }) } }, EVERY_MS);
  const stores = useHub('stores', {}, EVERY_MS).value?.stores ?? [];
  const tools = (
    <div className="np-push-row">
      <Select
        label={t('take.store')}
        options={[{ key: '', label: t('model.all') }, ...stores.map(({ id, name }) => ({ key: id, label: name }))]}
        selected={store}
        onSelect={setStore}
      />
      <Select
        label={t('take.period')}
        options={(['weeks4', 'weeks26'] as const).map((key) => ({ key, label: t(`take.${key}`) }))}
        selected={period}
        onSelect={setPeriod}
      />
    </div>
  );
  if (reading.value === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('take.reading')} />;
  }
  return (
    <>
      <ReadingNotice reading={reading} />
      <Taken answer={reading.value} step={step} tools={tools} />
    </>
  );
}

function Taken({ answer, step, tools }: { answer: TakesAnswer; step: Step; tools: ReactNode }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const kicker = <a href={hrefOf({ page: 'models' })}>{t('sections.models')}</a>;
  const makers = makersOf(answer.rows);
  const all = allOf(makers);
  const rate = takeRate(all);
  const period = { from: format.fullDay(answer.from), to: format.fullDay(answer.to) };
  if (rate === null)
    return (
      <>
        <Lead kicker={kicker} headline={t('take.headlineNone')} deck={t('take.noneWhy', period)} />
        {tools}
      </>
    );
  const answers = makers.reduce((sum, maker) => sum + maker.answers, 0);
  return (
    <>
      <Lead
        kicker={kicker}
        headline={t('take.headline', { rate: format.share(rate, 1) })}
        deck={
          <>
            <p>
              {t('take.lead', {
                ...period,
                shown: format.number(all.shown),
                answers: format.number(answers),
                bought: format.number(all.bought),
              })}
            </p>
            <p className="np-sure">{t('take.not')}</p>
          </>
        }
      />
      {tools}
      <div className="np-columns">
        <Column title={t('front.evidence')} wide>
          <Over answer={answer} makers={makers} step={step} />
          {answer.isWhole ? null : <p className="tl-second">{t('take.cut')}</p>}
        </Column>
        <Column title={t('take.exploring')}>
          <Explored makers={makers} />
        </Column>
      </div>
      <Column title={t('take.table')} wide>
        <TakeTable makers={makers} />
        <p className="tl-second np-small">{t('take.how')}</p>
      </Column>
    </>
  );
}

/** What the new model brought beside the one before, where there are two and enough of both; else what is drawn. */
function useMessage(makers: readonly Maker[]): string {
  const { t } = useTranslation();
  const format = useFormat();
  const both = replaced(makers);
  if (both === undefined) return t('take.over');
  if (Math.min(both.next.all.shown, both.before.all.shown) < MIN_COMPARED) return t('take.overFew');
  const share = (maker: Maker): string => format.share(takeRate(maker.all) ?? 0, 1);
  return t('take.overTwo', { next: share(both.next), before: share(both.before) });
}

function Over({
  answer: { rows, from, to },
  makers,
  step,
}: {
  answer: TakesAnswer;
  makers: readonly Maker[];
  step: Step;
}): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useMakerName();
  const points = pointsOf(from, to, step);
  return (
    <Lines
      title={useMessage(makers)}
      note={t(step === 'week' ? 'take.byWeek' : 'take.byDay')}
      labels={points.map((point) => format.day(point))}
      labelHead={t(step === 'week' ? 'take.week' : 'take.day')}
      series={makers
        .slice(0, LINES)
        .map((maker) => ({ name: nameOf(maker, true), values: ratesOf(rows, maker.key, points, step) }))}
      format={(value) => format.share(value, 1)}
    />
  );
}

/** The explore share beside what stood there by its score. */
function Explored({ makers }: { makers: readonly Maker[] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const [all, explored] = [allOf(makers), exploredOf(makers)];
  if (explored.shown === 0) return <p className="tl-second">{t('take.exploredNone')}</p>;
  const scored = { shown: all.shown - explored.shown, added: 0, bought: all.bought - explored.bought };
  return (
    <Bars
      title={t('take.exploredTitle', { rate: format.share(takeRate(explored) ?? 0, 1) })}
      note={t('take.exploredNote', { shown: format.number(explored.shown) })}
      bars={[
        { label: t('take.byScore'), value: takeRate(scored) ?? 0, isEmphasised: true },
        { label: t('take.byChance'), value: takeRate(explored) ?? 0 },
      ]}
      format={(value) => format.share(value, 1)}
      head={[t('take.place'), t('take.rate')]}
    />
  );
}
