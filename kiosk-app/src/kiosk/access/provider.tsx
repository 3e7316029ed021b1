import type { KioskSettings } from '@tillside/agent-contract';
import {
  createContext,
  type ReactElement,
  type ReactNode,
  use,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../../api/client.ts';
import { type Access, AS_USUAL, dress } from './access.ts';
import { keepSettings, readSettings, SETTINGS_KEY } from './settings.ts';

/** The first answer of a kiosk's life is waited for this long, so that it does not start in another brand's colours. */
const FIRST_WAIT_MS = 600;

interface Kiosk {
  readonly settings: KioskSettings;
  readonly access: Access;
  change(next: Partial<Access>): void;
  /** Back to normal: for the next shopper. */
  reset(): void;
}

const KioskContext = createContext<Kiosk | null>(null);

/** How this kiosk is set, and what the shopper before it asked for. */
export function useKiosk(): Kiosk {
  const kiosk = use(KioskContext);
  if (kiosk === null) throw new Error('KIOSK_PROVIDER_MISSING: useKiosk stands outside of <KioskProvider>');
  return kiosk;
}

/** Starts with what the kiosk was told last, asks again, and dresses the page before it is painted. */
export function KioskProvider({ client, children }: { client: Client; children: ReactNode }): ReactElement | null {
  const { i18n } = useTranslation();
  const [settings, setSettings] = useState(() => readSettings(window.localStorage));
  const [isReady, setReady] = useState(() => window.localStorage.getItem(SETTINGS_KEY) !== null);
  const [access, setAccess] = useState(AS_USUAL);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), FIRST_WAIT_MS);
    void client.call('kioskSettings', {}).then((answer) => {
      if (answer.ok) {
        keepSettings(window.localStorage, answer.value);
        // The same settings are the same object: nothing is drawn twice.
        setSettings((now) => (JSON.stringify(now) === JSON.stringify(answer.value) ? now : answer.value));
      }
      setReady(true);
    });
    return () => clearTimeout(timer);
  }, [client]);
  const { homeLocale } = settings;
  // biome-ignore lint/correctness/useExhaustiveDependencies: i18n is another object in each language, and a shopper's switch must stand
  useEffect(() => {
    void i18n.changeLanguage(homeLocale);
  }, [homeLocale]);
  useLayoutEffect(() => dress(document.documentElement, settings, access), [settings, access]);
  const kiosk = useMemo<Kiosk>(
    () => ({
      settings,
      access,
      change: (next) => setAccess((now) => ({ ...now, ...next })),
      reset: () => setAccess(AS_USUAL),
    }),
    [settings, access],
  );
  return isReady ? <KioskContext value={kiosk}>{children}</KioskContext> : null;
}
