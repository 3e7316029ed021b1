import { Button, ConsolePage, dressDocument, LanguageSwitch, UiProvider } from '@tillside/ui';
import type { i18n as I18n } from 'i18next';
import { type ReactElement, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createHubClient } from './hub/client.ts';
import { keep, recall } from './hub/stored.ts';
import { SessionContext } from './hub/use-hub.ts';
import { AccessesPage } from './pages/accesses.tsx';
import { CampaignsPage } from './pages/campaigns.tsx';
import { ComposePage } from './pages/compose.tsx';
import { DuplicatesPage } from './pages/duplicates.tsx';
import { EventsPage } from './pages/events.tsx';
import { FrontPage } from './pages/front.tsx';
import { MemberPage } from './pages/member.tsx';
import { MemberImportPage } from './pages/member-import.tsx';
import { MemberNewPage } from './pages/member-new.tsx';
import { MemberSettingsPage } from './pages/member-settings.tsx';
import { MembersPage } from './pages/members.tsx';
import { ModelPage } from './pages/model.tsx';
import { ModelsPage } from './pages/models.tsx';
import { RulesPage } from './pages/rules.tsx';
import { ScreensPage } from './pages/screens.tsx';
import { SegmentsPage } from './pages/segments.tsx';
import { SignIn } from './pages/sign-in.tsx';
import { StorePage } from './pages/store.tsx';
import { StoresPage } from './pages/stores.tsx';
import { TakesPage } from './pages/takes.tsx';
import { WebhookPage } from './pages/webhook.tsx';
import { WebhooksPage } from './pages/webhooks.tsx';
import { hrefOf, type Route, readRoute, SECTIONS, sectionOf } from './route.ts';

export interface AppProps {
  readonly i18n: I18n;
  /** A one-time code that the page was opened with. */
  readonly codeFromAddress: string | undefined;
}

export function App({ i18n, codeFromAddress }: AppProps): ReactElement {
  return (
    <UiProvider i18n={i18n}>
      <Console codeFromAddress={codeFromAddress} />
    </UiProvider>
  );
}

function Console({ codeFromAddress }: Pick<AppProps, 'codeFromAddress'>): ReactElement {
  const [credential, setCredential] = useState(() => recall('credential'));
  const route = useRoute();
  const change = useCallback((next: string | undefined): void => {
    keep('credential', next);
    setCredential(next);
  }, []);
  const signOut = useCallback(() => change(undefined), [change]);
  const session = useMemo(() => ({ hub: createHubClient(credential), signOut }), [credential, signOut]);
  const isSignedIn = credential !== undefined;
  return (
    <ConsolePage head={<Masthead route={route} onSignOut={isSignedIn ? signOut : undefined} />}>
      {isSignedIn ? (
        <SessionContext value={session}>
          <Page route={route} />
        </SessionContext>
      ) : (
        <SignIn codeFromAddress={codeFromAddress} onSignedIn={change} />
      )}
    </ConsolePage>
  );
}

function useRoute(): Route {
  const [hash, setHash] = useState(() => location.hash);
  useEffect(() => {
    const follow = (): void => {
      setHash(location.hash);
      scrollTo(0, 0);
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return useMemo(() => readRoute(hash), [hash]);
}

function Page({ route }: { route: Route }): ReactElement {
  switch (route.page) {
    case 'front':
      return <FrontPage />;
    case 'stores':
      return <StoresPage />;
    case 'store':
      return <StorePage key={route.id} id={route.id} />;
    case 'campaigns':
      return <CampaignsPage />;
    case 'screens':
      return <ScreensPage />;
    case 'compose':
      return <ComposePage key={route.skus?.join(' ')} skus={route.skus} />;
    case 'models':
      return <ModelsPage />;
    case 'model':
      return <ModelPage key={route.id} id={route.id} />;
    case 'rules':
      return <RulesPage />;
    case 'takes':
      return <TakesPage />;
    case 'members':
      return <MembersPage />;
    case 'member':
      return <MemberPage key={route.id} id={route.id} />;
    case 'accesses':
      return <AccessesPage />;
    case 'duplicates':
      return <DuplicatesPage />;
    case 'member-new':
      return <MemberNewPage />;
    case 'member-import':
      return <MemberImportPage />;
    case 'member-settings':
      return <MemberSettingsPage />;
    case 'segments':
      return <SegmentsPage />;
    case 'webhooks':
      return <WebhooksPage />;
    case 'webhook':
      return <WebhookPage key={route.id} id={route.id} />;
    case 'events':
      return <EventsPage route={route} />;
  }
}

function Masthead({ route, onSignOut }: { route: Route; onSignOut: (() => void) | undefined }): ReactElement {
  const { t, i18n } = useTranslation();
  const section = sectionOf(route);
  const title = `${t(`sections.${section}`)} · ${t('title')}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => keep('locale', i18n.language), [i18n.language]);
  return (
    <div className="np-masthead">
      <div className="np-nameplate">
        <span className="np-wordmark">Tillside</span>
        <span className="np-paper">{t('paper')}</span>
      </div>
      <div className="np-ears">
        <ThemeSwitch />
        <LanguageSwitch />
        {onSignOut ? (
          <Button look="plain" onPress={onSignOut}>
            {t('signOut')}
          </Button>
        ) : null}
      </div>
      {onSignOut ? (
        <nav className="np-sections" aria-label={t('sections.label')}>
          {SECTIONS.map((page) => (
            <a key={page} href={hrefOf({ page })} aria-current={page === section ? 'page' : undefined}>
              {t(`sections.${page}`)}
            </a>
          ))}
        </nav>
      ) : null}
    </div>
  );
}

export const isNight = (): boolean => {
  const kept = recall('theme');
  return kept === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : kept === 'dark';
};

function ThemeSwitch(): ReactElement {
  const { t } = useTranslation();
  const [night, setNight] = useState(isNight);
  const turn = (): void => {
    const next = night ? 'light' : 'dark';
    keep('theme', next);
    dressDocument('console', next);
    setNight(!night);
  };
  return (
    <Button look="plain" onPress={turn}>
      {t(night ? 'theme.light' : 'theme.dark')}
    </Button>
  );
}
