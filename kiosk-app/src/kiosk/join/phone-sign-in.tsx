import { Button } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page, Trouble } from '../page.tsx';
import type { PropsOf } from '../screen-props.ts';
import { useVisitCall } from '../use-visit-call.ts';
import { CodeBody, CodeFoot, type CodeStepProps } from './code-step.tsx';
import { isPhoneComplete, maskedTyped, NO_PHONE, phoneToSend } from './phone.ts';
import { PhoneEntry } from './phone-entry.tsx';
import { ScannedQuestion } from './scanned.tsx';
import { usePhoneCode } from './use-phone-code.ts';
import './join.css';

/** For who has no card at hand: the number, then the code that it gets. */
export function PhoneSignInPage({
  context,
  screen,
  storeName,
  member,
  dispatch,
  wipe,
}: PropsOf<'phone-sign-in'>): ReactElement {
  const { t } = useTranslation();
  const call = useVisitCall();
  const codes = usePhoneCode(context.client, call);
  const [phone, setPhone] = useState(NO_PHONE);
  const error = call.error ?? member.error;
  const isWorking = call.isWorking || member.isWorking;
  const isNobodys = member.error?.code === 'MEMBER_UNKNOWN';

  async function check(requestId: string, typed: string): Promise<void> {
    call.dismiss();
    if (!(await member.phoneSignIn(requestId, typed, false))) codes.setCode('');
  }
  const question = (
    <ScannedQuestion code={screen.scanned} isAsked={phone.digits !== ''} member={member} dispatch={dispatch} />
  );
  if (codes.sent !== null) {
    const { requestId } = codes.sent;
    const joinWith = {
      label: t('join.phoneSignIn.join'),
      labelWaiting: t('join.phoneSignIn.join'),
      onPress: () => {
        member.dismiss();
        dispatch({ type: 'join-with', phone });
      },
    };
    const step: CodeStepProps = {
      codes,
      error,
      isWorking,
      isSlow: call.isSlow || member.isSlow,
      phone: maskedTyped(phone),
      onWhole: (typed) => void check(requestId, typed),
      waiting: { title: t('join.waiting.signIn'), text: t('join.waiting.signInText') },
      without: isNobodys ? joinWith : null,
      own: { MEMBER_UNKNOWN: { title: t('join.phoneSignIn.unknown'), todo: t('join.phoneSignIn.unknownTodo') } },
    };
    const back = (): void => {
      member.dismiss();
      codes.leave();
    };
    return (
      <Page storeName={storeName} onLeave={back} foot={<CodeFoot {...step} />}>
        <CodeBody {...step} />
        {question}
      </Page>
    );
  }
  const foot = (
    <>
      <Trouble error={error} />
      <Button
        look="primary"
        size="large"
        wide
        isDisabled={isWorking || !isPhoneComplete(phone)}
        onPress={() => void codes.send(phoneToSend(phone))}
      >
        {call.isSlow ? t('join.sending') : t('join.phoneSignIn.go')}
      </Button>
    </>
  );
  return (
    <Page storeName={storeName} onLeave={wipe} foot={foot}>
      <div className="k-phone-step" data-step="phone">
        <h1>{t('join.phoneSignIn.title')}</h1>
        <PhoneEntry
          phone={phone}
          onChange={(next) => {
            call.dismiss();
            setPhone(next);
          }}
        />
      </div>
      {question}
    </Page>
  );
}
