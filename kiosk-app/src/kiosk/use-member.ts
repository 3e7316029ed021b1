import type { MemberHome } from '@tillside/agent-contract';
import { useRef, useState } from 'react';
import { type Client, newKey } from '../api/client.ts';
import type { ApiError, Result } from '../api/result.ts';
import type { Purpose } from '../shared/consents.ts';
import type { Corrected } from './own-data.tsx';

export interface Member {
  error: ApiError | null;
  isWorking: boolean;
  signIn: (code: string) => Promise<void>;
  /** The text's version: of what was on the screen when it was given; a withdrawal may name any. */
  setConsent: (visit: string, purpose: Purpose, isOn: boolean, textVersion: string) => Promise<void>;
  correct: (visit: string, correction: Corrected) => Promise<boolean>;
  leave: (visit: string) => Promise<boolean>;
  /** The shopper goes on to another page: what went wrong on this one is over. */
  dismiss: () => void;
  clear: () => void;
}

/** What a member does here; the answer goes to the screen. What is kept is the word of the visit, so that it can be ended. */
export function useMember(client: Client, onHome: (home: MemberHome) => void): Member {
  const [error, setError] = useState<ApiError | null>(null);
  const [isWorking, setWorking] = useState(false);
  const open = useRef<string | null>(null);

  // Counts the shoppers: an answer that comes after its shopper left is dropped, never shown to the next one.
  const visitor = useRef(0);

  /** Undefined once the shopper who asked has left. */
  async function asked<T>(call: Promise<Result<T>>): Promise<Result<T> | undefined> {
    const mine = visitor.current;
    setWorking(true);
    const answer = await call;
    if (visitor.current !== mine) return undefined;
    setWorking(false);
    setError(answer.ok ? null : answer.error);
    return answer;
  }
  const end = (visit: string): void => void client.call('endVisit', { body: { code: visit } });

  async function signIn(code: string): Promise<void> {
    const mine = visitor.current;
    const call = client.call('signIn', { body: { code } });
    const answer = await asked(call);
    if (answer === undefined) {
      // Nobody is there for it any more.
      const late = await call;
      if (late.ok && visitor.current !== mine) end(late.value.visit);
      return;
    }
    if (!answer.ok) return;
    open.current = answer.value.visit;
    onHome(answer.value);
  }

  async function setConsent(visit: string, purpose: Purpose, granted: boolean, textVersion: string): Promise<void> {
    const body = { code: visit, consent: { purpose, granted, textVersion } };
    const answer = await asked(client.call('changeConsent', { key: newKey(), body }));
    if (answer?.ok) await signIn(visit);
  }

  const correct = async (visit: string, correction: Corrected): Promise<boolean> =>
    (await asked(client.call('correctOwnData', { key: newKey(), body: { code: visit, ...correction } })))?.ok === true;

  const leave = async (visit: string): Promise<boolean> =>
    (await asked(client.call('forgetMember', { key: newKey(), body: { code: visit } })))?.ok === true;

  const clear = (): void => {
    visitor.current += 1;
    if (open.current !== null) end(open.current);
    open.current = null;
    setWorking(false);
    setError(null);
  };
  return { error, isWorking, signIn, setConsent, correct, leave, dismiss: () => setError(null), clear };
}
