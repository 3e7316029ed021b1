import type { PhoneCodeSent } from '@tillside/agent-contract';
import { Button, Notice, useLocale } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page, Trouble } from '../page.tsx';
import type { PropsOf } from '../screen-props.ts';
import { useVisitCall } from '../use-visit-call.ts';
import { CodeEntry, SendAgain } from './code-entry.tsx';
import './join.css';

/** Who joined without the code types it here: of the message that came late, or of another one. */
export function VerifyPage({ context, screen, storeName, member, dispatch }: PropsOf<'mine'>): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const call = useVisitCall();
  const [code, setCode] = useState('');
  const [sent, setSent] = useState<PhoneCodeSent | null>(null);
  const { client } = context;
  const { visit, maskedPhone, isPhoneVerified } = screen.home;
  const toHome = (): void => dispatch({ type: 'home' });

  async function send(): Promise<void> {
    const answer = await call.ask(() => client.call('sendOwnCode', { body: { visit, locale } }));
    if (answer?.ok) setSent(answer.value);
    setCode('');
  }
  async function check(typed: string): Promise<void> {
    const proof = sent === null ? {} : { requestId: sent.requestId };
    const answer = await call.ask(() => client.call('verifyPhone', { body: { visit, ...proof, code: typed } }));
    setCode('');
    // Coupons and points that were held back are shown now.
    if (answer?.ok) await member.signIn(visit);
  }
  if (isPhoneVerified !== false) {
    const foot = (
      <Button look="primary" size="large" wide onPress={toHome}>
        {t('welcome.home')}
      </Button>
    );
    return (
      <Page storeName={storeName} onLeave={toHome} foot={foot}>
        <div className="k-code-step" data-step="verified">
          <Notice kind="success" title={t('join.verify.done')} />
        </div>
      </Page>
    );
  }
  const isWorking = call.isWorking || member.isWorking;
  const foot = (
    <>
      <Trouble error={call.error ?? member.error} />
      <SendAgain resendAt={sent?.resendAt ?? ''} isDisabled={isWorking} onPress={() => void send()} />
    </>
  );
  return (
    <Page storeName={storeName} onLeave={toHome} foot={foot}>
      <div className="k-code-step" data-step="verify">
        <div className="k-code-head">
          <h1>{t('join.verify.title')}</h1>
          <p className="k-lead tl-second">{t('join.verify.text', { phone: maskedPhone ?? t('join.verify.yours') })}</p>
          <p className="k-checking" role="status">
            {isWorking && call.isSlow ? t('join.checking') : ''}
          </p>
          {sent?.state === 'waiting' ? (
            <Notice kind="offline" title={t('join.waiting.signIn')} todo={t('join.waiting.text')} />
          ) : null}
        </div>
        <CodeEntry value={code} isChecking={isWorking} onChange={setCode} onWhole={(typed) => void check(typed)} />
      </div>
    </Page>
  );
}
