import { Button, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createHubClient, type Trouble } from '../hub/client.ts';
import { TroubleNotice } from '../parts/trouble-notice.tsx';

/** Trades a one-time operator code for a credential. */
export function SignIn({
  codeFromAddress,
  onSignedIn,
}: {
  /** Tried once without asking. */
  codeFromAddress: string | undefined;
  onSignedIn: (credential: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [name, setName] = useState<string>();
  const [isMissing, setMissing] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const shownName = name ?? t('signIn.defaultName');
  const hasTried = useRef(false);
  const submit = async (given: string): Promise<void> => {
    const typed = given.trim();
    setMissing(typed === '');
    if (typed === '' || isBusy) return;
    setBusy(true);
    const body = { code: typed, kind: 'operator' as const, name: shownName.trim() || t('signIn.defaultName') };
    const answer = await createHubClient(undefined).call('pair', { body });
    setBusy(false);
    if (answer.ok) onSignedIn(answer.value.credential);
    else setTrouble(answer.trouble);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is read once, at the start
  useEffect(() => {
    if (codeFromAddress === undefined || hasTried.current) return;
    hasTried.current = true;
    void submit(codeFromAddress);
  }, []);
  return (
    <div className="np-sign-in">
      <div className="np-lead">
        <h1 className="np-headline">{t('signIn.title')}</h1>
        <p className="np-deck">{t('signIn.lead')}</p>
      </div>
      <form
        className="np-form np-sign-in-form"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void submit(code);
        }}
      >
        {trouble ? <TroubleNotice trouble={trouble} /> : null}
        <TextField
          label={t('signIn.code')}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          error={isMissing ? t('signIn.missing') : undefined}
        />
        <TextField
          label={t('signIn.name')}
          hint={t('signIn.nameHint')}
          value={shownName}
          onChange={setName}
          maxLength={64}
        />
        <Button look="primary" type="submit" isDisabled={isBusy}>
          {t('signIn.go')}
        </Button>
        <p className="tl-second np-how">
          {t('signIn.how')} <code>tillside-hub pair operator</code>
        </p>
      </form>
    </div>
  );
}
