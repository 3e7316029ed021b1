import { Button, Loading, Notice, Status } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub, useSession } from '../hub/use-hub.ts';
import { useStoreNames } from '../hub/use-store-names.ts';
import { compare, type ModelRow } from '../news/metrics.ts';
import { ModelBars } from '../parts/model-bars.tsx';
import { ModelStores } from '../parts/model-stores.tsx';
import { Column, Lead, ToolLink } from '../parts/print.tsx';
import { StageTable } from '../parts/stage-table.tsx';
import { ReleaseStatus } from '../parts/states.tsx';
import { TrainingProgress } from '../parts/training-progress.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { useJob } from '../parts/use-job.ts';
import { hrefOf } from '../route.ts';

const EVERY_MS = 3000;

export function ModelsPage(): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('models', {}, EVERY_MS);
  const stages = useHub('modelStages', {}, EVERY_MS).value?.stores;
  const models = reading.value?.models;
  if (models === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('model.reading')} />;
  }
  const newest = models[0];
  const job = reading.value?.job ?? null;
  return (
    <>
      <ReadingNotice reading={reading} />
      {newest === undefined ? (
        <Lead kicker={t('sections.models')} headline={t('model.headlineNone')} deck={t('model.noneWhy')} />
      ) : (
        <Newest model={newest} count={models.length} onPushed={reading.again} />
      )}
      {newest === undefined || stages === undefined ? null : (
        <Column title={t('stage.title')} wide>
          <StageTable stores={stages} />
        </Column>
      )}
      <div className="np-columns">
        <Column title={t('model.train')} wide>
          <Train running={job?.endedAt === null ? job.id : undefined} onDone={reading.again} />
        </Column>
        <Column title={t('model.more')}>
          <ToolLink href={hrefOf({ page: 'takes' })} title={t('take.title')} why={t('take.why')} />
          <ToolLink href={hrefOf({ page: 'rules' })} title={t('model.rules')} why={t('model.rulesWhy')} />
        </Column>
      </div>
      {models.length > 0 ? (
        <Column title={t('model.list')} wide>
          <ModelTable models={models} />
        </Column>
      ) : null}
    </>
  );
}

/** What a reader should know first of the newest model: beside the running one, else beside the rules. */
function useHeadline(model: ModelRow, count: number): { headline: string; isBehind: boolean } {
  const { t } = useTranslation();
  const format = useFormat();
  const share = (gain: number): { share: string } => ({ share: format.share(gain) });
  const gain = compare(model.metrics)?.gain;
  const beside = model.promoted ? null : (model.notes?.comparison?.gain ?? null);
  const isBehind = gain !== undefined && gain <= 0;
  const headline = (): string => {
    if (beside !== null) return beside > 0 ? t('model.headlineBetter', share(beside)) : t('model.headlineWorse');
    if (gain === undefined) return t('model.headlineOne', { count });
    if (isBehind) return t('model.headlineLose');
    return t(model.promoted ? 'model.headlineRuns' : 'model.headlineWin', share(gain));
  };
  return { headline: headline(), isBehind };
}

function Newest({ model, count, onPushed }: { model: ModelRow; count: number; onPushed: () => void }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { headline, isBehind } = useHeadline(model, count);
  const promotion = model.notes?.promotion;
  return (
    <>
      <Lead
        kicker={t('sections.models')}
        headline={headline}
        deck={
          <>
            <p>
              {t('model.lead', {
                when: format.ago(model.createdAt),
                size: format.size(model.sizeBytes),
                questions: format.number(model.metrics.questions ?? 0),
              })}
            </p>
            {promotion ? <p className="np-sure">{t(`model.promotion.${promotion.reason}`)}</p> : null}
          </>
        }
      />
      {isBehind ? <Notice kind="warning" title={t('model.worse')} /> : null}
      <div className="np-columns">
        <Column title={t('front.evidence')} wide>
          <ModelBars model={model} />
        </Column>
        <Column title={t('model.inStores')}>
          <ModelStores id={model.id} onDone={onPushed} />
        </Column>
      </div>
    </>
  );
}

/** @param running a job that is under way already, perhaps begun by the hub itself */
function Train({ running, onDone }: { running: string | undefined; onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const { job: begun, trouble, begin } = useJob(() => hub.call('trainModel', { body: {} }));
  const job = running ?? begun;
  return (
    <div className="np-stack">
      <p className="tl-second">{t('model.trainLead')}</p>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {job === undefined ? null : <TrainingProgress key={job} id={job} onDone={onDone} />}
      <div>
        <Button onPress={begin}>{t('model.train')}</Button>
      </div>
    </div>
  );
}

function ModelTable({ models }: { models: readonly ModelRow[] }): ReactElement {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={t('model.list')} tabIndex={0}>
      <table className="tl-table">
        <thead>
          <tr>
            <th scope="col">{t('model.id')}</th>
            <th scope="col">{t('model.created')}</th>
            <th scope="col" data-align="end">
              {t('model.recall')}
            </th>
            <th scope="col">{t('model.why')}</th>
            <th scope="col">{t('model.inStores')}</th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <TableRow key={model.id} model={model} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function TableRow({ model }: { model: ModelRow }): ReactElement {
  const nameOf = useStoreNames();
  const { t } = useTranslation();
  const format = useFormat();
  const found = compare(model.metrics);
  const reason = model.notes?.promotion?.reason;
  const why =
    model.notes?.cause === 'brought' ? 'model.cause.brought' : reason && (`model.promotion.${reason}` as const);
  return (
    <tr>
      <th scope="row" className="np-row-name">
        <a href={hrefOf({ page: 'model', id: model.id })}>{model.id}</a>
        {model.promoted ? (
          <small>
            <Status tone="good">{t('model.promoted')}</Status>
          </small>
        ) : null}
      </th>
      <td>{format.when(model.createdAt)}</td>
      <td data-align="end">{found === undefined ? '–' : format.share(found.model, 1)}</td>
      <td>{why === undefined ? '–' : t(why)}</td>
      <td>
        {model.stores.length === 0
          ? t('model.notPushed')
          : model.stores.map((state) => (
              <span key={`${state.store} ${state.version}`} className="np-past-store">
                {nameOf(state.store)} <ReleaseStatus release={state} />
              </span>
            ))}
      </td>
    </tr>
  );
}
