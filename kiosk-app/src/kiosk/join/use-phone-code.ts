import type { PhoneCodeSent } from '@tillside/agent-contract';
import { useLocale } from '@tillside/ui';
import { useState } from 'react';
import type { Client } from '../../api/client.ts';
import type { Result } from '../../api/result.ts';
import type { VisitCall } from '../use-visit-call.ts';

export interface PhoneCode {
  /** The newest message; null: the number is still being typed. */
  sent: PhoneCodeSent | null;
  /** What is typed of its code. */
  code: string;
  setCode: (digits: string) => void;
  /** The message has come although it was said to wait. */
  isCome: boolean;
  come: () => void;
  /** Sends a code to a number; of the one that was just sent nothing is sent again. Undefined once the shopper has left. */
  send: (phone: string) => Promise<Result<PhoneCodeSent> | undefined>;
  again: () => Promise<void>;
  /** Back to the number; what went wrong is said there. */
  leave: () => void;
}

/** One shopper's code: asked for, waited for, typed. */
export function usePhoneCode(client: Client, call: VisitCall): PhoneCode {
  const locale = useLocale();
  const [sent, setSent] = useState<PhoneCodeSent | null>(null);
  const [last, setLast] = useState<{ phone: string; sent: PhoneCodeSent } | null>(null);
  const [code, setCode] = useState('');
  const [isCome, setCome] = useState(false);

  async function ask(phone: string): Promise<Result<PhoneCodeSent> | undefined> {
    const answer = await call.ask(() => client.call('sendPhoneCode', { body: { phone, locale } }));
    if (!answer?.ok) return answer;
    setLast({ phone, sent: answer.value });
    show(answer.value);
    return answer;
  }
  function show(message: PhoneCodeSent): void {
    setSent(message);
    setCode('');
    setCome(false);
  }
  async function send(phone: string): Promise<Result<PhoneCodeSent> | undefined> {
    if (last?.phone !== phone || Date.parse(last.sent.resendAt) <= Date.now()) return ask(phone);
    // They only looked back at the number.
    call.dismiss();
    show(last.sent);
    return { ok: true, value: last.sent };
  }
  const again = async (): Promise<void> => {
    if (last !== null) await ask(last.phone);
  };
  return { sent, code, setCode, isCome, come: () => setCome(true), send, again, leave: () => setSent(null) };
}
