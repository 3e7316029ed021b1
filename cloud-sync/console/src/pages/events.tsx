import type { HubQuery } from '@tillside/hub-contract';
import { Button, Checkbox, Empty, Loading, Select, Status } from '@tillside/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub, useSession } from '../hub/use-hub.ts';
import { useStoreNames } from '../hub/use-store-names.ts';
import { type EventRow, tell } from '../news/story.ts';
import { Lead } from '../parts/print.tsx';
import { ReadingNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf, type Route } from '../route.ts';

const EVERY_MS = 2000;
const PAGE_SIZE = 50;
const STREAMS = ['sales', 'members', 'ops', 'presence'] as const;
const ALL = 'all';

type EventsRoute = Extract<Route, { page: 'events' }>;

function queryOf(route: EventsRoute): NonNullable<HubQuery<'events'>> {
  const stream = STREAMS.find((one) => one === route.stream);
  return {
    limit: PAGE_SIZE,
    ...(route.store === undefined ? {} : { store: route.store }),
    ...(stream === undefined ? {} : { stream }),
    ...(route.quarantined ? { quarantined: 'true' as const } : {}),
  };
}

export function EventsPage({ route }: { route: EventsRoute }): ReactElement {
  const { t } = useTranslation();
  const query = queryOf(route);
  const reading = useHub('events', { query }, EVERY_MS);
  const older = useOlder(query);
  const fresh = reading.value?.events;
  if (fresh === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('event.reading')} />;
  }
  const oldest = older.events[0];
  const rows = [...fresh.filter(({ cursor }) => oldest === undefined || cursor > oldest.cursor), ...older.events];
  const nextBefore = older.events.length > 0 ? older.nextBefore : (reading.value?.nextBefore ?? null);
  return (
    <>
      <ReadingNotice reading={reading} />
      <Lead
        kicker={t('sections.events')}
        headline={t(route.quarantined ? 'event.headlineQuarantined' : 'event.headline')}
        deck={t('event.lead')}
      />
      <Filter route={route} />
      {rows.length === 0 ? (
        <Empty title={t('event.headlineNone')}>{t('event.noneWhy')}</Empty>
      ) : (
        <EventList rows={rows} />
      )}
      {nextBefore === null ? null : (
        <div>
          <Button onPress={() => older.load(nextBefore)}>{t('event.more')}</Button>
        </div>
      )}
    </>
  );
}

/** Pages behind the first, newest first; forgotten when the filter changes. */
function useOlder(query: NonNullable<HubQuery<'events'>>) {
  const { hub } = useSession();
  const key = JSON.stringify(query);
  const [held, setHeld] = useState<{ events: readonly EventRow[]; nextBefore: number | null }>({
    events: [],
    nextBefore: null,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter means other pages
  useEffect(() => setHeld({ events: [], nextBefore: null }), [key]);
  const load = async (before: number): Promise<void> => {
    const answer = await hub.call('events', { query: { ...query, before } });
    if (!answer.ok) return;
    const { events, nextBefore } = answer.value;
    setHeld((now) => ({ events: [...now.events, ...events], nextBefore }));
  };
  return { ...held, load: (before: number) => void load(before) };
}

function Filter({ route }: { route: EventsRoute }): ReactElement {
  const { t } = useTranslation();
  const stores = useHub('stores', {}, 30_000).value?.stores ?? [];
  const go = (change: Partial<EventsRoute>): void => {
    location.hash = hrefOf({ ...route, ...change });
  };
  const drop = (key: 'store' | 'stream' | 'quarantined'): void => {
    const { [key]: _dropped, ...rest } = route;
    location.hash = hrefOf(rest);
  };
  return (
    <div className="np-filter">
      <Select
        label={t('event.store')}
        options={[{ key: ALL, label: t('event.all') }, ...stores.map(({ id, name }) => ({ key: id, label: name }))]}
        selected={route.store ?? ALL}
        onSelect={(store) => (store === ALL ? drop('store') : go({ store }))}
      />
      <Select
        label={t('event.stream')}
        options={[{ key: ALL, label: t('event.all') }, ...STREAMS.map((key) => ({ key, label: t(`stream.${key}`) }))]}
        selected={route.stream ?? ALL}
        onSelect={(stream) => (stream === ALL ? drop('stream') : go({ stream }))}
      />
      <Checkbox
        isSelected={route.quarantined === true}
        onChange={(quarantined) => (quarantined ? go({ quarantined }) : drop('quarantined'))}
      >
        {t('event.onlyQuarantined')}
      </Checkbox>
    </div>
  );
}

function EventList({ rows }: { rows: readonly EventRow[] }): ReactElement {
  const { t } = useTranslation();
  const nameOf = useStoreNames();
  const format = useFormat();
  return (
    <ol className="np-events">
      {rows.map((event) => (
        <li key={event.cursor}>
          <span className="np-event-when tl-second tl-number">{format.when(event.receivedAt)}</span>
          <span className="np-event-where">{nameOf(event.store)}</span>
          <span className="np-event-what">
            {tell(event, t, format)}
            {event.quarantine === null ? null : event.quarantine.startsWith('TOLD_BEFORE') ? (
              <Status tone="waiting">{t('event.toldBefore')}</Status>
            ) : (
              <Status tone="bad">{t('event.quarantine', { why: event.quarantine })}</Status>
            )}
          </span>
          <details>
            <summary>{t('event.details')}</summary>
            <pre className="np-raw">{JSON.stringify(event, null, 2)}</pre>
          </details>
        </li>
      ))}
    </ol>
  );
}
