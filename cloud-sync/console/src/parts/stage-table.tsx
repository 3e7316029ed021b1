import type { ModelStage, StoreModel } from '@tillside/hub-contract';
import { Button, Status, type StatusTone } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStoreNames } from '../hub/use-store-names.ts';
import { hrefOf } from '../route.ts';
import { useFormat } from './use-format.ts';

/** In the order in which a person should look at them. */
const STATES = ['refused', 'trial', 'waiting', 'in-service', 'none'] as const satisfies readonly StoreModel['state'][];
const TONES: Readonly<Record<StoreModel['state'], StatusTone>> = {
  refused: 'bad',
  trial: 'waiting',
  waiting: 'waiting',
  'in-service': 'good',
  none: 'waiting',
};
/** Stores shown at first, and each time more are asked for. */
const SHOWN = 50;

/** "In service in 12 stores, on trial in 3, refused in 1". */
export function useStageSum(stores: readonly StoreModel[]): string {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = (['in-service', 'trial', 'waiting', 'refused', 'none'] as const).flatMap((state) => {
    const count = stores.filter((store) => store.state === state).length;
    return count === 0 ? [] : [t(`stage.sum.${state}`, { count, number: format.number(count) })];
  });
  return parts.length === 0 ? t('stage.noStores') : `${parts.join(t('stage.comma'))}${t('stage.stop')}`;
}

/** Each store: the model that serves, the newest one with its stage, what was counted of it, and why it was refused. */
export function StageTable({ stores }: { stores: readonly StoreModel[] }): ReactElement {
  const { t } = useTranslation();
  const nameOf = useStoreNames();
  const [shown, setShown] = useState(SHOWN);
  const rows = stores.toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
  return (
    <>
      <p className="np-sum">{useStageSum(stores)}</p>
      {rows.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
        <section className="np-scroll" aria-label={t('stage.title')} tabIndex={0}>
          <table className="tl-table">
            <thead>
              <tr>
                {(['store', 'newest', 'inForce', 'counted'] as const).map((head) => (
                  <th key={head} scope="col">
                    {t(`stage.${head}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, shown).map((row) => (
                <Row key={row.store} row={row} name={nameOf(row.store)} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {rows.length > shown ? (
        <div>
          <Button onPress={() => setShown(shown + SHOWN)}>{t('rule.more')}</Button>
        </div>
      ) : null}
    </>
  );
}

function Row({ row, name }: { row: StoreModel; name: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { store, state, given, newest, inForce, refused } = row;
  const since = newest?.at ?? refused?.at ?? inForce?.since ?? given?.at;
  return (
    <tr>
      <th scope="row" className="np-row-name">
        <a href={hrefOf({ page: 'store', id: store })}>{name}</a>
      </th>
      <td>
        {given === null ? (
          <span className="tl-second">{t('model.notPushed')}</span>
        ) : (
          <>
            <Status tone={TONES[state]}>{stageWords(t, row)}</Status>
            <Model
              id={given.modelId}
              note={since === undefined ? '' : t('stage.since', { when: format.when(since) })}
            />
          </>
        )}
      </td>
      <td>
        {inForce === null ? (
          <span className="tl-second">{t('stage.rules')}</span>
        ) : (
          <Model id={inForce.modelId} note={t('stage.since', { when: format.when(inForce.since) })} />
        )}
      </td>
      <td>
        {newest === null ? null : <Counts stage={newest} />}
        {refused === null ? null : <Why refused={refused} />}
        {newest === null && refused === null ? '–' : null}
      </td>
    </tr>
  );
}

type Translate = ReturnType<typeof useTranslation>['t'];

function stageWords(t: Translate, { state, newest }: StoreModel): string {
  if (state === 'waiting') return t('release.pending');
  if (state !== 'trial' || newest === null) return t(`stage.state.${state}`);
  return newest.stage === 'share' ? t('stage.share', { share: newest.sharePercent }) : t(`stage.${asTrial(newest)}`);
}

/** What else a trial can be told as; a newer one has taken its place where it is none of both. */
const asTrial = ({ stage }: ModelStage): 'shadow' | 'watch' | 'gaveWay' =>
  stage === 'shadow' || stage === 'watch' ? stage : 'gaveWay';

function Model({ id, note }: { id: string; note: string }): ReactElement {
  return (
    <span className="np-stage-model">
      <a href={hrefOf({ page: 'model', id })}>{id}</a> <small className="tl-second">{note}</small>
    </span>
  );
}

/** What was counted in the stage that ended last, since a store tells of stages when they end; a model that has just come has none yet. */
function Counts({ stage }: { stage: ModelStage }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { questions, failed, late, crashes, overlapPercent } = stage;
  if (questions + failed + late + crashes === 0) return <span className="tl-second">{t('stage.nothingYet')}</span>;
  const counts = { failed: format.number(failed), late: format.number(late), crashes: format.number(crashes) };
  return (
    <span className="np-stage-counts">
      {t('stage.counts', { ...counts, questions: format.number(questions) })}
      {overlapPercent === null ? null : (
        <small className="tl-second">{t('stage.overlap', { share: format.share(overlapPercent / 100) })}</small>
      )}
    </span>
  );
}

/** What happened, what to do, and the code small beneath. */
function Why({ refused: { code, message } }: { refused: NonNullable<StoreModel['refused']> }): ReactElement {
  const { t, i18n } = useTranslation();
  const key = `stage.codes.${code ?? ''}`;
  const words = i18n.exists(`${key}.cause`)
    ? { cause: i18n.t(`${key}.cause`), hint: i18n.t(`${key}.hint`) }
    : undefined;
  return (
    <span className="np-release-why">
      {words?.cause ?? t('stage.otherCause')} {words?.hint ?? t('stage.otherHint')}
      {words === undefined && message !== null ? <span lang="en"> {message}</span> : null} <small>{code}</small>
    </span>
  );
}
