import type { LifecycleState, SegmentProgress, SegmentRun, SegmentsAnswer } from '@tillside/hub-contract';
import { Bars, Button, Loading, Notice } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { type Reading, useHub, useSession } from '../hub/use-hub.ts';
import { useStoreNames } from '../hub/use-store-names.ts';
import { Column, Lead } from '../parts/print.tsx';
import { RfmGrid } from '../parts/rfm-grid.tsx';
import { GroupTable, SegmentTable, StoreTable } from '../parts/segment-tables.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';

const EVERY_MS = 3000;
/** They still come. */
const STAYING: readonly LifecycleState[] = ['new', 'active', 'won-back'];

export function SegmentsPage(): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('segments', {}, EVERY_MS);
  if (reading.value === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('segment.reading')} />;
  }
  const { run, failed } = reading.value;
  return (
    <>
      <ReadingNotice reading={reading} />
      <Headline run={run} action={<RunNow reading={reading} />} />
      {failed === null ? null : (
        <Notice
          kind="warning"
          title={t('segment.failed')}
          safe={run === null ? undefined : t('segment.failedSafe')}
          code={failed.code}
        />
      )}
      {run === null ? null : <Distribution run={run} />}
      <Column title={t('segment.limits')} wide>
        <p className="np-measure">{t('segment.limitsWhy')}</p>
      </Column>
    </>
  );
}

function Headline({ run, action }: { run: SegmentRun | null; action: ReactElement }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const kicker = t('sections.segments');
  if (run === null) {
    return <Lead kicker={kicker} headline={t('segment.headlineNone')} deck={t('segment.noneWhy')} action={action} />;
  }
  const best = run.rfm?.segments.find(({ segment }) => segment === 'champions');
  if (best === undefined) {
    const count = run.members;
    return (
      <Lead kicker={kicker} headline={t('segment.headlineFew', { count })} deck={t('segment.fewWhy')} action={action} />
    );
  }
  const headline = t('segment.headline', {
    members: format.share(best.members / Math.max(1, run.members)),
    spend: format.share(best.spentFen / Math.max(1, run.spentFen)),
  });
  const lead = t('segment.lead', {
    name: t('segment.rfm.champions'),
    count: format.number(best.members),
    when: format.when(run.asOf),
    total: format.number(run.members),
    without: format.number(run.withoutPurchase),
  });
  return (
    <Lead
      kicker={kicker}
      headline={headline}
      deck={
        <>
          <p>{lead}</p>
          <p className="np-sure">{t('segment.consent', { labelled: format.number(run.labelled) })}</p>
        </>
      }
      action={action}
    />
  );
}

function RunNow({ reading }: { reading: Reading<SegmentsAnswer> }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  const running = reading.value?.running ?? null;
  const begin = async (): Promise<void> => {
    const answer = await hub.call('runSegments', {});
    setTrouble(answer.ok ? undefined : answer.trouble);
    reading.again();
  };
  if (running !== null) return <Progress progress={running} />;
  return (
    <div className="np-stack">
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      <div>
        <Button onPress={() => void begin()}>{t('segment.run')}</Button>
      </div>
    </div>
  );
}

function Progress({ progress: { stage, progress, members } }: { progress: SegmentProgress }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const what = t(`segment.running.${stage}`);
  return (
    <div className="np-progress" role="status">
      <progress value={progress} max={1} aria-label={what} />
      <p className="tl-second">
        {what} · {t('segment.runningCount', { count: members, number: format.number(members) })}
      </p>
    </div>
  );
}

function Distribution({ run }: { run: SegmentRun }): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <div className="np-columns">
        {run.rfm === null ? null : (
          <Column title={t('segment.grid')} wide>
            <RfmGrid grid={run.rfm.grid} total={run.members} />
            <Cuts cuts={run.rfm.cuts} />
          </Column>
        )}
        <Column title={t('segment.lifecycle')}>
          <Lifecycle run={run} />
        </Column>
      </div>
      {run.rfm === null ? null : (
        <Column title={t('segment.named')} wide>
          <SegmentTable segments={run.rfm.segments} whole={run} />
        </Column>
      )}
      <Column title={t('segment.clusters')} wide>
        {run.clusters === null ? (
          <p className="tl-second">{t('segment.clustersNone')}</p>
        ) : (
          <GroupTable clusters={run.clusters} whole={run} />
        )}
      </Column>
      <Column title={t('segment.stores')} wide>
        <ByStore run={run} />
      </Column>
    </>
  );
}

function Cuts({ cuts }: { cuts: NonNullable<SegmentRun['rfm']>['cuts'] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const last = <T,>(of: readonly T[]): T | undefined => of.at(-1);
  return (
    <p className="tl-second np-small">
      {t('segment.cuts', {
        newest: format.number(last(cuts.recencyDays) ?? 0),
        orders: format.number(last(cuts.orders) ?? 0),
        spent: format.money(last(cuts.spentFen) ?? 0),
      })}
    </p>
  );
}

function Lifecycle({ run }: { run: SegmentRun }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const share = (members: number): number => (run.members === 0 ? 0 : members / run.members);
  const staying = run.lifecycle.reduce((sum, { state, members }) => sum + (STAYING.includes(state) ? members : 0), 0);
  const { rules } = run;
  return (
    <>
      <Bars
        title={t('segment.lifecycleTitle', { share: format.share(share(staying)) })}
        note={t('segment.lifecycleNote')}
        bars={run.lifecycle.map(({ state, members }) => ({
          label: t(`segment.states.${state}`),
          value: share(members),
          isEmphasised: STAYING.includes(state),
        }))}
        format={(value) => format.share(value, 1)}
        head={[t('segment.state'), t('segment.share')]}
      />
      <dl className="np-facts np-small">
        {run.lifecycle.map(({ state, members }) => (
          <div key={state} className="np-fact-row">
            <dt>
              <strong>{t(`segment.states.${state}`)}</strong> {t(`segment.stateWords.${state}`, { ...rules })}
            </dt>
            <dd>{format.number(members)}</dd>
          </div>
        ))}
      </dl>
      {rules.mode === 'own-rhythm' ? (
        <p className="tl-second np-small">{t('segment.rhythm', { ...rules.rhythm })}</p>
      ) : null}
    </>
  );
}

function ByStore({ run }: { run: SegmentRun }): ReactElement {
  const { t } = useTranslation();
  const names = useStoreNames();
  const rows = run.stores.map(({ store, members, states }) => {
    const staying = STAYING.reduce((sum, state) => sum + (states[state] ?? 0), 0);
    return {
      key: store,
      name: store === 'hq' ? t('segment.hq') : names(store),
      members,
      staying: members === 0 ? 0 : staying / members,
      states,
    };
  });
  return <StoreTable rows={rows} more={run.moreStores} />;
}
