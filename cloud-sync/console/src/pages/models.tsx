import { Bars, Button, Loading, Notice } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { useStoreNames } from '../hub/use-store-names.ts';
import { type Comparison, compare, type ModelRow } from '../news/metrics.ts';
import { Column, Lead } from '../parts/print.tsx';
import { ReleaseStatus } from '../parts/states.tsx';
import { TrainingProgress } from '../parts/training-progress.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';

const EVERY_MS = 3000;

export function ModelsPage(): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('models', {}, EVERY_MS);
  const models = reading.value?.models;
  if (models === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('model.reading')} />;
  }
  const newest = models[0];
  return (
    <>
      <ReadingNotice reading={reading} />
      {newest === undefined ? (
        <Lead kicker={t('sections.models')} headline={t('model.headlineNone')} deck={t('model.noneWhy')} />
      ) : (
        <Newest model={newest} count={models.length} onPushed={reading.again} />
      )}
      <Column title={t('model.train')}>
        <Train onDone={reading.again} />
      </Column>
      {models.length > 1 ? (
        <Column title={t('model.list')} wide>
          <ModelTable models={models} />
        </Column>
      ) : null}
    </>
  );
}

function Newest({ model, count, onPushed }: { model: ModelRow; count: number; onPushed: () => void }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useStoreNames();
  const all = compare(model.metrics);
  const gain = all?.gain;
  const headline =
    gain === undefined
      ? t('model.headlineOne', { count })
      : gain > 0
        ? t('model.headlineWin', { share: format.share(gain) })
        : t('model.headlineLose');
  return (
    <>
      <Lead
        kicker={t('sections.models')}
        headline={headline}
        deck={t('model.lead', {
          when: format.ago(model.createdAt),
          size: format.size(model.sizeBytes),
          questions: format.number(model.metrics.questions ?? 0),
        })}
        action={<PushModel model={model} onPushed={onPushed} />}
      />
      {gain !== undefined && gain <= 0 ? <Notice kind="warning" title={t('model.worse')} /> : null}
      <div className="np-columns">
        <Column title={t('front.evidence')} wide>
          {all === undefined ? null : <MetricBars title={t('model.chartTitle', { n: all.first })} found={all} />}
          {(['repeat', 'explore'] as const).map((part) => {
            const found = compare(model.metrics, part);
            return found === undefined ? null : <MetricBars key={part} title={t(`model.${part}`)} found={found} />;
          })}
        </Column>
        <Column title={t('model.inStores')}>
          {model.stores.length === 0 ? <p className="tl-second">{t('model.notPushed')}</p> : null}
          <ul className="np-dispatches">
            {model.stores.map((state) => (
              <li key={state.store}>
                <span className="np-dispatch-name">{nameOf(state.store)}</span>
                <ReleaseStatus release={state} />
              </li>
            ))}
          </ul>
        </Column>
      </div>
    </>
  );
}

function MetricBars({ title, found }: { title: string; found: Comparison }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const bars = [
    { label: t('model.of.model'), value: found.model, isEmphasised: true },
    ...found.baselines.map(({ name, value }) => ({ label: t(`model.of.${name}`), value })),
  ];
  return (
    <Bars
      title={title}
      note={t('model.chartNote')}
      bars={bars}
      format={(value) => format.share(value, 1)}
      head={[t('model.method'), t('model.recall')]}
    />
  );
}

function PushModel({ model, onPushed }: { model: ModelRow; onPushed: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  const [isPushed, setPushed] = useState(false);
  const push = async (): Promise<void> => {
    const answer = await hub.call('pushModel', { params: { id: model.id }, body: { stores: ['*'] } });
    setPushed(answer.ok);
    setTrouble(answer.ok ? undefined : answer.trouble);
    onPushed();
  };
  return (
    <div className="np-stack">
      <div>
        <Button look="primary" onPress={() => void push()}>
          {t('model.push')}
        </Button>
      </div>
      {isPushed ? <Notice kind="success" title={t('model.pushed')} /> : null}
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
    </div>
  );
}

function Train({ onDone }: { onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [job, setJob] = useState<string>();
  const [trouble, setTrouble] = useState<Trouble>();
  const train = async (): Promise<void> => {
    const answer = await hub.call('trainModel', { body: {} });
    if (answer.ok) setJob(answer.value.id);
    setTrouble(answer.ok ? undefined : answer.trouble);
  };
  return (
    <div className="np-stack">
      <p className="tl-second">{t('model.trainLead')}</p>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {job === undefined ? null : <TrainingProgress key={job} id={job} onDone={onDone} />}
      <div>
        <Button onPress={() => void train()}>{t('model.train')}</Button>
      </div>
    </div>
  );
}

function ModelTable({ models }: { models: readonly ModelRow[] }): ReactElement {
  const nameOf = useStoreNames();
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <table className="tl-table">
      <thead>
        <tr>
          <th scope="col">{t('model.id')}</th>
          <th scope="col">{t('model.created')}</th>
          <th scope="col" data-align="end">
            {t('model.recall')}
          </th>
          <th scope="col">{t('model.inStores')}</th>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => {
          const found = compare(model.metrics);
          return (
            <tr key={model.id}>
              <th scope="row">{model.id}</th>
              <td>{format.when(model.createdAt)}</td>
              <td data-align="end">{found === undefined ? '–' : format.share(found.model, 1)}</td>
              <td>
                {model.stores.length === 0
                  ? t('model.notPushed')
                  : model.stores.map((state) => (
                      <span key={state.store} className="np-past-store">
                        {nameOf(state.store)} <ReleaseStatus release={state} />
                      </span>
                    ))}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
