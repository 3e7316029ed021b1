import {
  HandheldPage,
  type IconComponent,
  IdentificationCardIcon,
  LanguageSwitch,
  Loading,
  QrCodeIcon,
  TicketIcon,
  UiProvider,
} from '@tillside/ui';
import type { i18n as I18n } from 'i18next';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CodePage } from './code/code-page.tsx';
import { BindingPage, EmptyPage, ErasedPage, ReplacePage, RevokedPage, UnablePage } from './edge-pages.tsx';
import { keepLocale } from './locale.ts';
import { MePage } from './me/me-page.tsx';
import type { Trouble } from './phone/hub.ts';
import type { KeptPhone } from './phone/store.ts';
import { type Actions, usePhone } from './phone/use-phone.ts';
import { PointsPage } from './points/points-page.tsx';

const TABS: readonly { readonly name: 'code' | 'points' | 'me'; readonly icon: IconComponent }[] = [
  { name: 'code', icon: QrCodeIcon },
  { name: 'points', icon: TicketIcon },
  { name: 'me', icon: IdentificationCardIcon },
];
type Tab = (typeof TABS)[number]['name'];

export function App({ i18n, claim }: { readonly i18n: I18n; readonly claim: string | undefined }): ReactElement {
  return (
    <UiProvider i18n={i18n}>
      <Page claim={claim} />
    </UiProvider>
  );
}

function Page({ claim }: { claim: string | undefined }): ReactElement {
  const { t, i18n } = useTranslation();
  const { state, actions } = usePhone(claim);
  useEffect(() => {
    document.title = t('title');
    keepLocale(i18n.language);
  }, [t, i18n.language]);
  switch (state.at) {
    case 'reading':
      return (
        <Frame>
          <Loading what={t('code.making')} />
        </Frame>
      );
    case 'bound':
      return <Member phone={state.phone} actions={actions} />;
    case 'unable':
      return (
        <Frame>
          <UnablePage />
        </Frame>
      );
    case 'empty':
      return (
        <Frame>
          <EmptyPage />
        </Frame>
      );
    case 'replacing':
      return (
        <Frame>
          <ReplacePage actions={actions} phone={state.phone} claim={state.claim} />
        </Frame>
      );
    case 'binding':
      return (
        <Frame>
          <BindingPage trouble={state.trouble} onGiveUp={() => void actions.forget()} />
        </Frame>
      );
    case 'revoked':
      return (
        <Frame>
          <RevokedPage onForget={() => void actions.forget()} />
        </Frame>
      );
    case 'erased':
      return (
        <Frame>
          <ErasedPage proof={state.proof} />
        </Frame>
      );
  }
}

function Frame({ nav, children }: { nav?: ReactNode; children: ReactNode }): ReactElement {
  return (
    <HandheldPage
      head={
        <>
          <strong className="tl-wordmark">Tillside</strong>
          <LanguageSwitch />
        </>
      }
      nav={nav}
    >
      {children}
    </HandheldPage>
  );
}

const EVERY_MS = 60_000;

/** The hub is asked when the page opens, when it comes to the front, and each minute; never for the code itself. */
function Member({ phone, actions }: { phone: KeptPhone; actions: Actions }): ReactElement {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>('code');
  const [trouble, setTrouble] = useState<Trouble>();
  const { refresh } = actions;
  useEffect(() => {
    let isGone = false;
    const read = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      const failed = await refresh();
      if (!isGone) setTrouble(failed);
    };
    const now = (): void => void read();
    now();
    const timer = setInterval(now, EVERY_MS);
    document.addEventListener('visibilitychange', now);
    addEventListener('online', now);
    return () => {
      isGone = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', now);
      removeEventListener('online', now);
    };
  }, [refresh]);
  return (
    <Frame
      nav={
        <nav className="m-tabs" aria-label={t('tabs.name')}>
          {TABS.map(({ name, icon: Icon }) => (
            <button
              key={name}
              type="button"
              className="m-tab"
              aria-current={tab === name ? 'page' : undefined}
              onClick={() => setTab(name)}
            >
              <Icon className="tl-icon" weight={tab === name ? 'fill' : 'regular'} aria-hidden />
              {t(`tabs.${name}`)}
            </button>
          ))}
        </nav>
      }
    >
      {tab === 'code' ? <CodePage phone={phone} trouble={trouble} /> : null}
      {tab === 'points' ? <PointsPage phone={phone} trouble={trouble} /> : null}
      {tab === 'me' ? <MePage phone={phone} trouble={trouble} actions={actions} /> : null}
    </Frame>
  );
}
