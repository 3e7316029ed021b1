import { parseCampaignSet } from '@tillside/decide';
import type { HubAnswer } from '@tillside/hub-contract';
import { Bars, Lines, Loading, Notice, Price } from '@tillside/ui';
import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub } from '../hub/use-hub.ts';
import { byDay, type Certainty, certaintyOf, type DayTotal } from '../news/certainty.ts';
import { tellFact } from '../news/facts.ts';
import { Column, Lead, ToolLink } from '../parts/print.tsx';
import { KINDS, LineStatus, ReleaseStatus } from '../parts/states.tsx';
import { ReadingNotice } from '../parts/trouble-notice.tsx';
import { type Format, useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

const OVERVIEW_EVERY_MS = 3000;
const DAYS_EVERY_MS = 10_000;
const CHART_DAYS = 14;
const BARS_AT_MOST = 8;

type Overview = HubAnswer<'overview'>;

export function FrontPage(): ReactElement {
  const { t } = useTranslation();
  const overview = useHub('overview', {}, OVERVIEW_EVERY_MS);
  const daily = useHub('salesDaily', { query: { limit: 1000 } }, DAYS_EVERY_MS);
  if (overview.value === undefined) {
    return overview.trouble ? <ReadingNotice reading={overview} /> : <Loading what={t('front.reading')} />;
  }
  const days = byDay(daily.value?.days ?? []);
  return (
    <>
      <ReadingNotice reading={overview} />
      <Quarantine count={overview.value.quarantined} />
      {overview.value.businessDate === null ? <NotOpen /> : <Today overview={overview.value} days={days} />}
      <div className="np-columns">
        {overview.value.businessDate === null ? null : (
          <Evidence days={days} rows={daily.value?.days ?? []} overview={overview.value} />
        )}
        <InStores overview={overview.value} />
      </div>
      <Tools />
    </>
  );
}

function NotOpen(): ReactElement {
  const { t } = useTranslation();
  return <Lead kicker={t('front.headline')} headline={t('front.none')} deck={t('front.noneWhy')} />;
}

function Quarantine({ count }: { count: number }): ReactElement | null {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <Notice
      kind="warning"
      title={t('front.quarantined', { count })}
      safe={t('front.quarantinedSafe')}
      todo={t('front.quarantinedTodo')}
      actions={<a href={hrefOf({ page: 'events', quarantined: true })}>{t('front.open')}</a>}
    />
  );
}

function Today({ overview, days }: { overview: Overview; days: readonly DayTotal[] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { today, businessDate } = overview;
  const names = useCampaignNames();
  const [first, ...others] = overview.facts.map((fact) => ({
    code: fact.code,
    words: tellFact(fact, names, t, format),
  }));
  const values = { sales: format.number(today.sales), payable: format.yuan(today.payableFen) };
  // A headline has no full stop; the same fact among the briefs has.
  const headline = first?.words.replace(/[。.]$/u, '') ?? t('front.plain', values);
  const last = days.at(-1);
  return (
    <section className="np-front">
      <Lead
        kicker={`${t('front.headline')} · ${businessDate === null ? '' : format.longDay(businessDate)}`}
        headline={headline}
        deck={<Sureness certainty={certaintyOf(days)} sales={today.sales} />}
      />
      <div className="np-figure">
        <p className="np-figure-name">{t('front.takings')}</p>
        <Price priceFen={today.payableFen} size="l" />
        <dl className="np-facts">
          <dt>{t('front.sales')}</dt>
          <dd>{format.number(today.sales)}</dd>
          <dt>{t('front.saved')}</dt>
          <dd>{format.money(today.savingsFen)}</dd>
          {last === undefined || last.sales === 0 ? null : (
            <>
              <dt>{t('front.items')}</dt>
              <dd>{format.number(last.items)}</dd>
              <dt>{t('front.memberShare')}</dt>
              <dd>{format.share(last.memberSales / last.sales)}</dd>
            </>
          )}
        </dl>
        <a href={hrefOf({ page: 'events', stream: 'sales' })}>{t('front.how')}</a>
      </div>
      {others.length > 0 ? (
        <div className="np-briefs">
          <h2 className="np-kicker">{t('front.also')}</h2>
          <ul>
            {others.map(({ code, words }) => (
              <li key={code}>{words}</li>
            ))}
          </ul>
        </div>
      ) : null}
    </section>
  );
}

const NO_NAMES = new Map<string, { zh: string; en: string }>();

/** Names of the campaigns that were pushed last, by id. */
function useCampaignNames(): ReadonlyMap<string, { zh: string; en: string }> {
  const { value } = useHub('campaigns', {}, DAYS_EVERY_MS);
  return useMemo(() => {
    const parsed = parseCampaignSet(value?.releases[0]?.set);
    return parsed.ok ? new Map(parsed.value.campaigns.map(({ id, name }) => [id, name])) : NO_NAMES;
  }, [value]);
}

function Sureness({ certainty, sales }: { certainty: Certainty; sales: number }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <p>{sureSentence(certainty, t, format)}</p>
      <p className="np-sure">
        <strong>{t('front.sureTitle')}</strong> {t('front.exact', { count: sales, sales: format.number(sales) })}
      </p>
    </>
  );
}

type Translate = ReturnType<typeof useTranslation>['t'];

function sureSentence(certainty: Certainty, t: Translate, format: Format): string {
  if (certainty.kind === 'first-days') return t('front.firstDays', { count: certainty.daysBefore });
  const { kind, change, spread, daysBefore } = certainty;
  const share = format.share(Math.abs(change));
  const side = Math.abs(change) < 0.005 ? 'same' : change > 0 ? 'more' : 'less';
  return t(`front.${kind}`, { change: t(`front.${side}`, { share }), spread: format.share(spread), count: daysBefore });
}

function Evidence({
  days,
  rows,
  overview,
}: {
  days: readonly DayTotal[];
  rows: HubAnswer<'salesDaily'>['days'];
  overview: Overview;
}): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = days.slice(-CHART_DAYS);
  const last = shown.at(-1);
  if (last === undefined) return null;
  const names = new Map(overview.stores.map(({ id, name }) => [id, name]));
  const bars = rows
    .filter(({ businessDate }) => businessDate === last.businessDate)
    .sort((a, b) => b.payableFen - a.payableFen)
    .slice(0, BARS_AT_MOST)
    .map(({ store, payableFen }, index) => ({
      label: names.get(store) ?? store,
      value: Math.max(0, payableFen),
      isEmphasised: index === 0,
    }));
  const best = bars[0];
  return (
    <Column title={t('front.evidence')} wide>
      <Lines
        title={chartTitle(certaintyOf(days), last, t, format)}
        note={t('front.chart.note')}
        labels={shown.map(({ businessDate }) => format.day(businessDate))}
        series={[
          { name: t('front.chart.payable'), values: shown.map(({ payableFen }) => payableFen) },
          { name: t('front.chart.list'), values: shown.map(({ listFen }) => listFen) },
        ]}
        format={format.yuan}
        labelHead={t('front.chart.day')}
      />
      {best === undefined ? null : (
        <Bars
          title={t(bars.length === 1 ? 'front.stores.one' : 'front.stores.title', { store: best.label })}
          note={t('front.stores.note', { date: format.day(last.businessDate) })}
          bars={bars}
          format={format.yuan}
          head={[t('front.stores.store'), t('front.stores.payable')]}
        />
      )}
    </Column>
  );
}

function chartTitle(certainty: Certainty, last: DayTotal, t: Translate, format: Format): string {
  if (certainty.kind === 'first-days') return t('front.chart.one', { payable: format.yuan(last.payableFen) });
  if (certainty.kind === 'usual') return t('front.chart.level');
  const share = format.share(Math.abs(certainty.change));
  return t(certainty.change > 0 ? 'front.chart.up' : 'front.chart.down', { share });
}

function InStores({ overview }: { overview: Overview }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Column title={t('front.inStores')}>
      <ul className="np-dispatches">
        {overview.stores.slice(0, BARS_AT_MOST).map((store) => (
          <li key={store.id}>
            <a className="np-dispatch-name" href={hrefOf({ page: 'store', id: store.id })}>
              {store.name}
            </a>
            <LineStatus state={store.state} />
            <p className="tl-second">
              {store.lastSeenAt === null ? null : `${t('store.lastSeen')} ${format.ago(store.lastSeenAt)} · `}
              {t('store.events')} {format.number(store.events)}
            </p>
            {KINDS.filter((kind) => store[kind] !== null).map((kind) => (
              <p key={kind} className="np-dispatch-state">
                {t(`store.${kind}`)} <ReleaseStatus release={store[kind]} />
              </p>
            ))}
          </li>
        ))}
      </ul>
    </Column>
  );
}

function Tools(): ReactElement {
  const { t } = useTranslation();
  return (
    <Column title={t('front.tools')} wide>
      <div className="np-tools">
        <ToolLink href={hrefOf({ page: 'compose' })} title={t('front.toolCampaign')} why={t('front.toolCampaignWhy')} />
        <ToolLink href={hrefOf({ page: 'stores' })} title={t('front.toolStore')} why={t('front.toolStoreWhy')} />
        <ToolLink href={hrefOf({ page: 'models' })} title={t('front.toolModel')} why={t('front.toolModelWhy')} />
      </div>
    </Column>
  );
}
