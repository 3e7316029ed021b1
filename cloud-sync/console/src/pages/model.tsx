import type { StoreModel } from '@tillside/hub-contract';
import { Button, Loading, Notice } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub, useSession } from '../hub/use-hub.ts';
import { ModelBars } from '../parts/model-bars.tsx';
import { ModelCard } from '../parts/model-card.tsx';
import { ModelStores } from '../parts/model-stores.tsx';
import { Column, Lead } from '../parts/print.tsx';
import { StageTable } from '../parts/stage-table.tsx';
import { TrainingProgress } from '../parts/training-progress.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { useJob } from '../parts/use-job.ts';
import { hrefOf } from '../route.ts';

const EVERY_MS = 3000;

/** One model: how well it does, its card, where it runs, and sending it there. */
export function ModelPage({ id }: { id: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const reading = useHub('models', {}, EVERY_MS);
  const stages = useHub('modelStages', {}, EVERY_MS);
  const card = useHub('modelCard', { params: { id } }, null).value?.card;
  if (reading.value === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('model.reading')} />;
  }
  const model = reading.value.models.find((each) => each.id === id);
  if (model === undefined) return <Lead kicker={t('sections.models')} headline={t('model.unknown')} deck={id} />;
  const { notes } = model;
  const deck = t('model.lead', {
    when: format.ago(model.createdAt),
    size: format.size(model.sizeBytes),
    questions: format.number(model.metrics.questions ?? 0),
  });
  return (
    <>
      <ReadingNotice reading={reading} />
      <Lead
        kicker={<a href={hrefOf({ page: 'models' })}>{t('sections.models')}</a>}
        headline={id}
        deck={
          <>
            <p>{deck}</p>
            {notes === null ? null : <p className="np-sure">{t(`model.cause.${notes.cause}`)}</p>}
          </>
        }
      />
      {model.promoted ? <Notice kind="success" title={t('model.promoted')} /> : null}
      {notes?.promotion ? <Notice kind="info" title={t(`model.promotion.${notes.promotion.reason}`)} /> : null}
      <div className="np-columns">
        <Column title={t('front.evidence')} wide>
          <ModelBars model={model} />
          {model.promoted ? null : <Evaluate id={id} onDone={reading.again} />}
        </Column>
        <Column title={t('model.inStores')}>
          <ModelStores
            id={id}
            onDone={() => {
              reading.again();
              stages.again();
            }}
          />
        </Column>
      </div>
      <Column title={t('stage.title')} wide>
        <InStores id={id} stores={stages.value?.stores} />
      </Column>
      <Column title={t('model.card')} wide>
        {card === undefined ? null : card === null ? (
          <p className="tl-second">{t('model.noCard')}</p>
        ) : (
          <ModelCard id={id} card={card} />
        )}
      </Column>
    </>
  );
}

/** The stores that this model was given last, or that still run it. */
function InStores({ id, stores }: { id: string; stores: readonly StoreModel[] | undefined }): ReactElement | null {
  const { t } = useTranslation();
  if (stores === undefined) return null;
  const own = stores.filter(({ given, inForce }) => given?.modelId === id || inForce?.modelId === id);
  return own.length === 0 ? <p className="tl-second">{t('stage.nowhere')}</p> : <StageTable stores={own} />;
}

function Evaluate({ id, onDone }: { id: string; onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const { job, trouble, begin } = useJob(() => hub.call('evaluateModel', { params: { id }, body: {} }));
  return (
    <div className="np-stack">
      <div>
        <Button onPress={begin}>{t('model.evaluate')}</Button>
      </div>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {job === undefined ? null : <TrainingProgress key={job} id={job} onDone={onDone} />}
    </div>
  );
}
