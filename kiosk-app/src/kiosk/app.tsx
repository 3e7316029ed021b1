import { useLocale } from '@tillside/ui';
import { type ReactElement, useEffect, useReducer, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../shared/pick.ts';
import type { PageContext } from '../shared/start.tsx';
import { useStream } from '../shared/use-stream.ts';
import { AS_USUAL, patienceOf } from './access/access.ts';
import { AccessLayer } from './access/access-layer.tsx';
import { useKiosk } from './access/provider.tsx';
import { endSession } from './end-session.ts';
import { IdleGuard } from './idle-guard.tsx';
import { homeIn } from './products/state.ts';
import { KioskScreen } from './screens.tsx';
import { AT_REST, memberCodeIn, nextScreen, type Screen } from './state.ts';
import { useMember } from './use-member.ts';
import { useOffers } from './use-offers.ts';
import { KeysProvider } from './wedge/typed-keys.tsx';

/** Screens that are somebody's: another one's code does not open theirs from there. */
const OF_A_MEMBER: ReadonlySet<Screen['name']> = new Set(['home', 'mine', 'left']);

/** Screens on which somebody types: they are asked first. */
const TYPING: ReadonlySet<Screen['name']> = new Set(['join', 'phone-sign-in']);

export function KioskApp({ context }: { context: PageContext }): ReactElement {
  const { t, i18n } = useTranslation();
  const locale = useLocale();
  const [screen, dispatch] = useReducer(nextScreen, AT_REST);
  const { settings, access, reset } = useKiosk();
  // What the store's sensors say of the place before this kiosk.
  const [isPlaceEmpty, setPlaceEmpty] = useState(false);
  const [isSheetOpen, setSheetOpen] = useState(false);
  const { offers, error, refresh } = useOffers(context.client);
  const member = useMember(context.client, (home, isBack) => dispatch({ type: 'signed-in', home, isBack }));
  const current = useRef<Screen>(screen);
  current.current = screen;

  /** A member code shown to the scanner signs in from wherever the shopper is, but never over another one's page. */
  const scanned = (data: string): void => {
    const code = memberCodeIn(data);
    if (code === undefined) {
      dispatch({ type: 'price', asked: { scan: data } });
      return;
    }
    if (OF_A_MEMBER.has(current.current.name) || homeIn(current.current) !== undefined) return;
    if (TYPING.has(current.current.name)) {
      dispatch({ type: 'scanned', code });
      return;
    }
    if (current.current.name !== 'sign-in') dispatch({ type: 'open', screen: 'sign-in' });
    void member.signIn(code);
  };
  const isConnected = useStream(
    context.client,
    (event) => {
      if (event.type === 'offers') refresh();
      if (event.type === 'presence') setPlaceEmpty(event.isEmpty);
      if (event.type === 'scan') scanned(event.data);
    },
    refresh,
  );

  const wipe = (): void => {
    dispatch({ type: 'wipe' });
    member.clear();
    reset();
    setSheetOpen(false);
    void endSession();
    void i18n.changeLanguage(settings.homeLocale);
  };
  const isRevoked = error?.code === 'CREDENTIAL_REVOKED' || error?.code === 'CREDENTIAL_MISSING';
  useEffect(() => {
    if (isRevoked) context.unpair();
  }, [isRevoked, context]);
  useEffect(() => {
    document.title = `${t('title')} · Tillside`;
  }, [t]);
  // For who looks from outside (the shell that asks whether anybody is there, measures, tests): a word that no language and no redesign changes.
  useEffect(() => {
    document.documentElement.dataset.screen = screen.name;
  }, [screen.name]);

  const name = settings.brand.name ?? offers?.storeName;
  const storeName = name === undefined ? '' : pick(name, locale);
  // Without offers there is nothing to stand on: whatever was answered, it was no answer.
  const isAway = !isConnected || error?.code === 'AGENT_AWAY' || (error !== null && offers === null);
  // Who walks away from the attract page may have left it in another language, or larger, or with the sheet open.
  const isAsUsual = access === AS_USUAL && !isSheetOpen && locale === settings.homeLocale;
  const isAtRest = screen.name === 'attract' && isAsUsual;
  return (
    <KeysProvider onScan={scanned}>
      <KioskScreen {...{ context, screen, dispatch, wipe, member, offers, storeName, isAway }} />
      {isAtRest ? null : (
        <IdleGuard
          key={screen.name === 'price-check' ? `price-check ${screen.turn}` : screen.name}
          patience={patienceOf(settings, access)}
          isPlaceEmpty={isPlaceEmpty}
          onWipe={wipe}
        />
      )}
      <AccessLayer
        screen={screen.name === 'mine' ? `mine ${screen.part}` : screen.name}
        isSheetOpen={isSheetOpen}
        onSheet={setSheetOpen}
      />
    </KeysProvider>
  );
}
