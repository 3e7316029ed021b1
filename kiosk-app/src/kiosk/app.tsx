import { ArrowRightIcon, Button, Empty, Loading, Notice, SignOutIcon, useLocale, WifiSlashIcon } from '@tillside/ui';
import { type ReactElement, useEffect, useReducer, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../shared/pick.ts';
import type { PageContext } from '../shared/start.tsx';
import { useStream } from '../shared/use-stream.ts';
import { Attract, AttractActions } from './attract.tsx';
import { Home } from './home.tsx';
import { IdleGuard } from './idle-guard.tsx';
import { OfferList } from './offer-tile.tsx';
import { shopperWords } from './own-errors.ts';
import { JoinPage, LeftPage, MinePage, Page, SignInPage } from './pages.tsx';
import { AT_REST, type KioskAction, memberCodeIn, nextScreen, type Screen } from './state.ts';
import { useMember } from './use-member.ts';
import { useOffers } from './use-offers.ts';
import { MemberCode, Welcome } from './welcome.tsx';

/** The language this kiosk returns to when a shopper leaves. */
export const HOME_LOCALE = 'zh-CN';

/** Screens that are somebody's: another one's code does not open theirs from there. */
const OF_A_MEMBER: ReadonlySet<Screen['name']> = new Set(['home', 'mine', 'left']);

export function KioskApp({ context }: { context: PageContext }): ReactElement {
  const { t, i18n } = useTranslation();
  const locale = useLocale();
  const [screen, dispatch] = useReducer(nextScreen, AT_REST);
  const [isCodeShown, setCodeShown] = useState(false);
  const { offers, error, refresh } = useOffers(context.client);
  const member = useMember(context.client, (home) => dispatch({ type: 'signed-in', home }));
  const current = useRef<Screen>(screen);
  current.current = screen;

  const isConnected = useStream(
    context.client,
    (event) => {
      if (event.type === 'offers') refresh();
      // A member code shown to the scanner signs in from wherever the shopper is, but never over another one's page.
      const code = event.type === 'scan' ? memberCodeIn(event.data) : undefined;
      if (code !== undefined && !OF_A_MEMBER.has(current.current.name)) {
        if (current.current.name !== 'sign-in') dispatch({ type: 'open', screen: 'sign-in' });
        void member.signIn(code);
      }
    },
    refresh,
  );

  const wipe = (): void => {
    dispatch({ type: 'wipe' });
    member.clear();
    setCodeShown(false);
    void i18n.changeLanguage(HOME_LOCALE);
  };
  const isRevoked = error?.code === 'CREDENTIAL_REVOKED' || error?.code === 'CREDENTIAL_MISSING';
  useEffect(() => {
    if (isRevoked) context.unpair();
  }, [isRevoked, context]);
  useEffect(() => {
    document.title = `${t('title')} · Tillside`;
  }, [t]);

  const storeName = offers ? pick(offers.storeName, locale) : '';
  const isAway = !isConnected || error?.code === 'AGENT_AWAY';
  return (
    <>
      <KioskScreen
        {...{ context, screen, dispatch, wipe, member, offers, storeName, isAway, isCodeShown, setCodeShown }}
      />
      {screen.name === 'attract' ? null : <IdleGuard key={screen.name} onWipe={wipe} />}
    </>
  );
}

interface ScreenProps {
  context: PageContext;
  screen: Screen;
  dispatch: (action: KioskAction) => void;
  wipe: () => void;
  member: ReturnType<typeof useMember>;
  offers: ReturnType<typeof useOffers>['offers'];
  storeName: string;
  isAway: boolean;
  isCodeShown: boolean;
  setCodeShown: (isShown: boolean) => void;
}

function KioskScreen(props: ScreenProps): ReactElement {
  const { context, screen, dispatch, wipe, member, offers, storeName, isAway, isCodeShown, setCodeShown } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const page = { storeName, onLeave: wipe };
  const words = member.error ? shopperWords(member.error, locale) : null;
  const finish = (
    <Button look="quiet" size="large" wide onPress={wipe}>
      <SignOutIcon className="tl-icon" aria-hidden />
      {t('home.leave')}
    </Button>
  );
  switch (screen.name) {
    case 'attract':
      return <AttractPage {...{ storeName, isAway, offers, dispatch }} />;
    case 'offers':
      return (
        <Page {...page} foot={<AttractActions onOpen={(name) => dispatch({ type: 'open', screen: name })} />}>
          <h1 className="k-title">{t('offers.title')}</h1>
          {offers && offers.offers.length > 0 ? (
            <OfferList offers={offers.offers} />
          ) : (
            <Empty title={t('offers.none')}>{t('offers.noneText')}</Empty>
          )}
        </Page>
      );
    case 'join':
      return <JoinPage {...{ context, storeName, dispatch, wipe }} />;
    case 'sign-in':
      return <SignInPage {...{ storeName, dispatch, wipe, member }} />;
    case 'welcome': {
      const foot = (
        <div className="k-pair-actions">
          <Button
            look="member"
            size="large"
            isDisabled={member.isWorking}
            onPress={() => void member.signIn(screen.member.code)}
          >
            {t('welcome.home')}
          </Button>
          <Button look="quiet" size="large" onPress={wipe}>
            {t('welcome.done')}
          </Button>
        </div>
      );
      return (
        <Page {...page} foot={foot}>
          <Welcome code={screen.member.code} claimUrl={screen.member.claimUrl} />
          {words ? <Notice kind="warning" title={words.title} todo={words.todo} code={words.code} /> : null}
        </Page>
      );
    }
    case 'home':
      if (isCodeShown && screen.home.code !== undefined) {
        return (
          <Page storeName={storeName} onLeave={() => setCodeShown(false)} foot={finish}>
            <MemberCode title={t('home.showCode')} code={screen.home.code} />
          </Page>
        );
      }
      return (
        <Page
          {...page}
          foot={
            <div className="k-pair-actions">
              {screen.home.code === undefined ? null : (
                <Button look="member" size="large" onPress={() => setCodeShown(true)}>
                  {t('home.showCode')}
                </Button>
              )}
              {finish}
            </div>
          }
        >
          {words ? <Notice kind="warning" title={words.title} todo={words.todo} code={words.code} /> : null}
          <Home home={screen.home} onOpen={(part) => dispatch({ type: 'mine', part })} />
        </Page>
      );
    case 'mine':
      return (
        <MinePage
          client={context.client}
          home={screen.home}
          part={screen.part}
          onFinish={wipe}
          {...{ storeName, member, dispatch }}
        />
      );
    case 'left':
      return <LeftPage storeName={storeName} onDone={wipe} />;
  }
}

function AttractPage(props: Pick<ScreenProps, 'storeName' | 'isAway' | 'offers' | 'dispatch'>): ReactElement {
  const { storeName, isAway, offers, dispatch } = props;
  const { t } = useTranslation();
  const open = (screen: 'offers' | 'join' | 'sign-in'): void => dispatch({ type: 'open', screen });
  const hint =
    offers && !offers.online && !isAway ? (
      <p className="k-hint tl-second">
        <WifiSlashIcon className="tl-icon" aria-hidden />
        {t('hqAway')}
      </p>
    ) : null;
  const all = (
    <Button look="quiet" onPress={() => open('offers')}>
      {t('attract.all')}
      <ArrowRightIcon className="tl-icon" aria-hidden />
    </Button>
  );
  const foot = isAway ? (
    <Notice kind="offline" title={t('away.title')} safe={t('away.safe')} todo={t('away.todo')} />
  ) : (
    <>
      {hint}
      <AttractActions onOpen={open} />
    </>
  );
  return (
    <Page storeName={storeName} onLeave={null} foot={foot} actions={offers && offers.offers.length > 0 ? all : null}>
      {offers === null ? <Loading what={t('loading')} /> : <Attract offers={offers} />}
    </Page>
  );
}
