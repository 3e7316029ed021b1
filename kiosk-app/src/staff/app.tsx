import type { StaffSession } from '@tillside/agent-contract';
import {
  ArrowLeftIcon,
  Button,
  FootprintsIcon,
  HandheldPage,
  type IconComponent,
  IdentificationCardIcon,
  LanguageSwitch,
  Loading,
  Notice,
  PercentIcon,
  SignOutIcon,
  TagIcon,
  useLocale,
} from '@tillside/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import type { PageContext } from '../shared/start.tsx';
import { useStream } from '../shared/use-stream.ts';
import { FootfallPage } from './footfall.tsx';
import { LabelPage } from './label-page.tsx';
import { Labels } from './labels.tsx';
import { Members } from './members.tsx';
import { staffWords } from './own-errors.ts';
import { Pin } from './pin.tsx';
import { Promotions } from './promotions.tsx';
import { session } from './session.ts';
import { useFootfall, useLabels, usePromotions } from './use-staff.ts';

const TABS: readonly {
  readonly name: 'labels' | 'promotions' | 'members' | 'footfall';
  readonly icon: IconComponent;
}[] = [
  { name: 'labels', icon: TagIcon },
  { name: 'promotions', icon: PercentIcon },
  { name: 'members', icon: IdentificationCardIcon },
  { name: 'footfall', icon: FootprintsIcon },
];
type Tab = (typeof TABS)[number]['name'];

function Tabs({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <nav className="s-tabs" aria-label={t('tabs.name')}>
      {TABS.map(({ name, icon: Icon }) => (
        <button
          key={name}
          type="button"
          className="s-tab"
          aria-current={tab === name ? 'page' : undefined}
          onClick={() => onTab(name)}
        >
          <Icon className="tl-icon" weight={tab === name ? 'fill' : 'regular'} aria-hidden />
          {t(`tabs.${name}`)}
        </button>
      ))}
    </nav>
  );
}

export function StaffApp({ context }: { context: PageContext }): ReactElement {
  const { t } = useTranslation();
  const [open, setOpen] = useState<StaffSession | null>(null);
  useEffect(() => {
    document.title = `${t('title')} · Tillside`;
  }, [t]);
  const leave = (): void => {
    session.set(null);
    setOpen(null);
  };
  if (open === null) {
    return (
      <HandheldPage
        head={
          <>
            <strong className="tl-wordmark">Tillside</strong>
            <LanguageSwitch />
          </>
        }
      >
        <Pin
          client={context.client}
          onUnpaired={context.unpair}
          onSession={(granted) => {
            session.set(granted.session);
            setOpen(granted);
          }}
        />
      </HandheldPage>
    );
  }
  return <Desk client={context.client} name={open.name} onLeave={leave} />;
}

function Desk({ client, name, onLeave }: { client: Client; name: string; onLeave: () => void }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [tab, setTab] = useState<Tab>('labels');
  const [tagId, setTagId] = useState<string | null>(null);
  const labels = useLabels(client);
  const promotions = usePromotions(client);
  const footfall = useFootfall(client);
  const refresh = (): void => {
    labels.refresh();
    promotions.refresh();
  };
  const isConnected = useStream(client, (event) => (event.type === 'label' ? labels.refresh() : undefined), refresh);

  const error = labels.error ?? promotions.error ?? footfall.error;
  const isOver = error?.code === 'STAFF_SESSION_ENDED' || error?.status === 401;
  useEffect(() => {
    if (isOver) onLeave();
  }, [isOver, onLeave]);

  // Without the agent the session ends by itself later; nobody waits for that at this page.
  const signOut = (): void => {
    void client.call('staffSignOut', {});
    onLeave();
  };
  const list = labels.data?.labels ?? null;
  const label = list?.find((one) => one.tagId === tagId) ?? null;
  const head = (
    <>
      {label ? (
        <Button look="plain" onPress={() => setTagId(null)}>
          <ArrowLeftIcon className="tl-icon" aria-hidden />
          {t('back')}
        </Button>
      ) : (
        <Button look="plain" onPress={signOut}>
          <SignOutIcon className="tl-icon" aria-hidden />
          {t('leave')}
        </Button>
      )}
      <span className="s-who">{name}</span>
      <LanguageSwitch />
    </>
  );
  const nav = (
    <Tabs
      tab={tab}
      onTab={(next) => {
        setTab(next);
        setTagId(null);
      }}
    />
  );
  const isAway = !isConnected || error?.code === 'AGENT_AWAY';
  const words = error && !isAway ? staffWords(error, locale) : null;
  return (
    <HandheldPage head={head} nav={nav}>
      {isAway ? <Notice kind="offline" title={t('away.title')} safe={t('away.safe')} todo={t('away.todo')} /> : null}
      {words ? <Notice kind="error" title={words.title} todo={words.todo} code={words.code} /> : null}
      {tab === 'labels' && list === null ? <Loading what={t('loading')} /> : null}
      {tab === 'labels' && list && !label ? <Labels labels={list} onOpen={setTagId} /> : null}
      {tab === 'labels' && label ? (
        <LabelPage
          key={label.tagId}
          client={client}
          label={label}
          onChanged={labels.refresh}
          onGone={() => setTagId(null)}
        />
      ) : null}
      {tab === 'promotions' ? (
        <Promotions
          client={client}
          labels={list ?? []}
          promotions={promotions.data?.promotions ?? []}
          onChanged={refresh}
        />
      ) : null}
      {tab === 'members' ? <Members client={client} onOver={onLeave} /> : null}
      {tab === 'footfall' && footfall.data ? <FootfallPage footfall={footfall.data} /> : null}
      {tab === 'footfall' && !footfall.data ? <Loading what={t('loading')} /> : null}
    </HandheldPage>
  );
}
