import type { PairedKind } from '@tillside/agent-contract';
import { Button, LanguageSwitch, Notice, TextField, useLocale } from '@tillside/ui';
import { type FormEvent, type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';
import type { CredentialStore } from './credential.ts';
import { errorWords } from './error-words.ts';

export interface PairingGateProps {
  kind: PairedKind;
  client: Client;
  store: CredentialStore;
  /** A code from the address, tried once without asking. */
  codeFromAddress: string | null;
  children: ReactNode;
}

/** Nothing unpaired talks: asks for the one-time code until this device has a credential. */
export function PairingGate({ kind, client, store, codeFromAddress, children }: PairingGateProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [isPaired, setPaired] = useState(() => store.read() !== null && codeFromAddress === null);
  const [code, setCode] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const hasTried = useRef(false);

  async function pair(oneTimeCode: string): Promise<void> {
    const answer = await client.call('pair', { body: { code: oneTimeCode, kind } });
    if (answer.ok) {
      store.write(answer.value.credential);
      setPaired(true);
    } else if (store.read() !== null) {
      // An old link was opened on a device that is paired already: that pairing stands.
      setPaired(true);
    } else {
      setError(answer.error);
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is read once, at the start
  useEffect(() => {
    if (codeFromAddress === null || hasTried.current) return;
    hasTried.current = true;
    void pair(codeFromAddress);
  }, []);

  useEffect(() => {
    if (!isPaired) document.documentElement.dataset.screen = 'pairing';
  }, [isPaired]);

  if (isPaired) return <>{children}</>;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const typed = code.trim();
    if (typed.length >= 4) void pair(typed);
  };
  const words = error ? errorWords(error, locale, {}) : null;
  return (
    <main className="pair-page">
      <div className="pair-head">
        <strong className="tl-wordmark">Tillside</strong>
        <LanguageSwitch />
      </div>
      <form className="pair-form" onSubmit={submit}>
        <h1>{t('pair.title')}</h1>
        <p className="tl-second">{t('pair.how')}</p>
        <TextField label={t('pair.code')} value={code} onChange={setCode} autoComplete="off" autoFocus />
        {words ? (
          <Notice kind="error" title={words.title || t('pair.away')} todo={words.todo} code={words.code} />
        ) : null}
        <Button type="submit" look="primary" size="large" wide isDisabled={code.trim().length < 4}>
          {t('pair.go')}
        </Button>
      </form>
    </main>
  );
}
