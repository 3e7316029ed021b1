import { createI18n, type Locale, localeOf, type SameKeys, UiProvider, type Words } from '@tillside/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { type Client, createClient } from '../api/client.ts';
import { credentialStore, type PageKind, shellStore, takePairingCode } from './credential.ts';
import { PairingGate } from './pairing-gate.tsx';

export interface PageContext {
  client: Client;
  /** Forgets the credential, such as after the agent said that it was revoked, and starts over. */
  unpair: () => void;
}

export interface PageOptions<T extends Words> {
  kind: PageKind;
  words: Readonly<{ 'zh-CN': T; en: SameKeys<T> & Words }>;
  locale: Locale;
  staffSession?: () => string | null;
  page: (context: PageContext) => React.ReactElement;
}

/** Starts a page: words, client, pairing, then the page itself. */
export function startPage<T extends Words>(options: PageOptions<T>): void {
  const root = document.getElementById('app');
  if (root === null) throw new Error('PAGE_ROOT_MISSING: index.html has no element #app');
  const i18n = createI18n(options.words, options.locale);
  const store = shellStore(document) ?? credentialStore(options.kind, window.localStorage);
  const client = createClient(
    {
      credential: () => store.read(),
      staffSession: options.staffSession ?? (() => null),
      locale: () => localeOf(i18n),
    },
    (url, init) => fetch(url, init),
  );
  const unpair = (): void => {
    store.forget();
    window.location.reload();
  };
  createRoot(root).render(
    <StrictMode>
      <UiProvider i18n={i18n}>
        <PairingGate
          kind={options.kind}
          client={client}
          store={store}
          codeFromAddress={takePairingCode(window.location, window.history)}
        >
          {options.page({ client, unpair })}
        </PairingGate>
      </UiProvider>
    </StrictMode>,
  );
}
