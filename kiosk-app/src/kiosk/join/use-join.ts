import type { ConsentTexts, SignedUp } from '@tillside/agent-contract';
import { useLocale } from '@tillside/ui';
import { useRef, useState } from 'react';
import { type Client, newKey } from '../../api/client.ts';
import type { ApiError } from '../../api/result.ts';
import { BIRTHDAY_MAX_DIGITS, birthdayToSend } from '../../shared/birthday.ts';
import { type Granted, NOTHING_GRANTED, PURPOSES } from '../../shared/consents.ts';
import { isTextOutdated } from '../../shared/use-texts.ts';
import type { Member } from '../use-member.ts';
import { useVisitCall, type VisitCall } from '../use-visit-call.ts';
import { isPhoneComplete, NO_PHONE, phoneToSend, type TypedPhone } from './phone.ts';
import { type PhoneCode, usePhoneCode } from './use-phone-code.ts';

export interface Filled {
  readonly phone: TypedPhone;
  readonly birthday: string;
  readonly granted: Granted;
}

/** What still stands in the way of joining, as the name of its words. */
export type Missing = 'needPhone' | 'needBirthday';

function missingOf({ phone, birthday }: Filled): Missing | null {
  if (!isPhoneComplete(phone)) return 'needPhone';
  return birthday !== '' && birthdayToSend(birthday) === undefined ? 'needBirthday' : null;
}

/** What is asked of the agent. The main button says both that they are old enough and that they agree; a whole birthday says the first by itself. */
function signUpOf({ phone, birthday, granted }: Filled, textVersion: string, locale: 'zh-CN' | 'en') {
  const day = birthdayToSend(birthday);
  const agreed: Granted = { ...granted, membership: true };
  return {
    phone: phoneToSend(phone),
    ...(day === undefined ? {} : { birthday: day }),
    ...(birthday.length === BIRTHDAY_MAX_DIGITS ? {} : { isOldEnough: true }),
    consents: PURPOSES.map((purpose) => ({ purpose, granted: agreed[purpose], textVersion })),
    locale,
  };
}

export interface Joining {
  filled: Filled;
  change: (next: Partial<Filled>) => void;
  missing: Missing | null;
  /** What was refused last, here or by the sign-in of who is a member already. */
  error: ApiError | null;
  isWorking: boolean;
  isSlow: boolean;
  codes: PhoneCode;
  /** The main button: to the code, or straight to the card where the store sends none. */
  agree: (texts: ConsentTexts) => Promise<void>;
  withCode: (texts: ConsentTexts, code: string) => Promise<void>;
  /** The message has not come: a card with fewer rights until the number is proven. */
  withoutCode: (texts: ConsentTexts) => Promise<void>;
}

interface JoinPorts {
  client: Client;
  member: Member;
  /** This store sends codes to phones. */
  hasCodes: boolean;
  /** Typed already, where they tried to sign in by it. */
  phone: TypedPhone | undefined;
  onJoined: (member: SignedUp) => void;
}

/** One shopper's joining: what is filled in, sent, and answered. */
export function useJoining({ client, member, hasCodes, phone, onJoined }: JoinPorts): Joining {
  const locale = useLocale();
  const call: VisitCall = useVisitCall();
  const codes = usePhoneCode(client, call);
  const [filled, setFilled] = useState<Filled>({ phone: phone ?? NO_PHONE, birthday: '', granted: NOTHING_GRANTED });
  const [missing, setMissing] = useState<Missing | null>(null);
  // Kept for the retries of one person's joining, so that pressing twice joins once.
  const key = useRef({ content: '', value: newKey() });

  const change = (next: Partial<Filled>): void => {
    setFilled((now) => ({ ...now, ...next }));
    setMissing(null);
    call.dismiss();
  };

  async function signUp({ version }: ConsentTexts, phoneCode?: { requestId: string; code?: string }): Promise<void> {
    const body = { ...signUpOf(filled, version, locale), ...(phoneCode === undefined ? {} : { phoneCode }) };
    const content = JSON.stringify(body);
    if (key.current.content !== content) key.current = { content, value: newKey() };
    const answer = await call.ask(() => client.call('signUp', { key: key.current.value, body }));
    if (answer === undefined) return;
    if (answer.ok) return onJoined(answer.value);
    codes.setCode('');
    if (isTextOutdated(answer.error)) {
      // What was typed stays; other words are agreed to anew.
      codes.leave();
      setFilled((now) => ({ ...now, granted: NOTHING_GRANTED }));
    }
    const { requestId, code } = phoneCode ?? {};
    if (answer.error.code === 'MEMBER_EXISTS' && requestId !== undefined && code !== undefined) {
      call.dismiss();
      await member.phoneSignIn(requestId, code, true);
    }
  }

  async function agree(texts: ConsentTexts): Promise<void> {
    const lacks = missingOf(filled);
    setMissing(lacks);
    if (lacks !== null) return;
    if (!hasCodes) return signUp(texts);
    const answer = await codes.send(phoneToSend(filled.phone));
    // Switched off since this page asked.
    if (answer?.ok === false && answer.error.code === 'PHONE_CODES_OFF') await signUp(texts);
  }
  const proof = codes.sent === null ? undefined : { requestId: codes.sent.requestId };
  return {
    filled,
    change,
    missing,
    error: call.error ?? member.error,
    isWorking: call.isWorking || member.isWorking,
    isSlow: call.isSlow || member.isSlow,
    codes,
    agree,
    withCode: (texts, code) => signUp(texts, proof === undefined ? undefined : { ...proof, code }),
    withoutCode: (texts) => signUp(texts, proof),
  };
}
