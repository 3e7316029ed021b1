import type { MemberHome } from '@tillside/agent-contract';
import { useEffect, useRef } from 'react';
import { type Client, newKey } from '../api/client.ts';
import type { ApiError, Result } from '../api/result.ts';
import type { Purpose } from '../shared/consents.ts';
import type { Corrected } from './own-data.tsx';
import { useVisitCall } from './use-visit-call.ts';

export interface Member {
  error: ApiError | null;
  isWorking: boolean;
  isSlow: boolean;
  signIn: (code: string) => Promise<void>;
  /** By the code that the phone got. `isBack`: the shopper came to join, and is a member already. Whether it was right. */
  phoneSignIn: (requestId: string, code: string, isBack: boolean) => Promise<boolean>;
  /** The text's version: of what was on the screen when it was given; a withdrawal may name any. */
  setConsent: (visit: string, purpose: Purpose, isOn: boolean, textVersion: string) => Promise<void>;
  correct: (visit: string, correction: Corrected) => Promise<boolean>;
  leave: (visit: string) => Promise<boolean>;
  /** The shopper goes on to another page: what went wrong on this one is over. */
  dismiss: () => void;
  clear: () => void;
}

/** What a member does here; the answer goes to the screen. What is kept is the word of the visit, so that it can be ended. */
export function useMember(client: Client, onHome: (home: MemberHome, isBack: boolean) => void): Member {
  const { ask, drop, dismiss, error, isWorking, isSlow } = useVisitCall();
  const open = useRef<string | null>(null);
  const end = useRef((): void => {
    if (open.current !== null) void client.call('endVisit', { body: { code: open.current } });
    open.current = null;
  });
  // A page that broke down is taken away with whoever was on it.
  useEffect(() => end.current, []);

  async function enter(call: () => Promise<Result<MemberHome>>, isBack: boolean): Promise<boolean> {
    const answer = await ask(call, (late) => {
      // Nobody is there for it any more.
      if (late.ok) void client.call('endVisit', { body: { code: late.value.visit } });
    });
    if (!answer?.ok) return false;
    open.current = answer.value.visit;
    onHome(answer.value, isBack);
    return true;
  }
  const signIn = async (code: string): Promise<void> =>
    void (await enter(() => client.call('signIn', { body: { code } }), false));

  const phoneSignIn = (requestId: string, code: string, isBack: boolean): Promise<boolean> =>
    enter(() => client.call('phoneSignIn', { body: { requestId, code } }), isBack);

  async function setConsent(visit: string, purpose: Purpose, granted: boolean, textVersion: string): Promise<void> {
    const body = { code: visit, consent: { purpose, granted, textVersion } };
    const answer = await ask(() => client.call('changeConsent', { key: newKey(), body }));
    if (answer?.ok) await signIn(visit);
  }

  const correct = async (visit: string, correction: Corrected): Promise<boolean> =>
    (await ask(() => client.call('correctOwnData', { key: newKey(), body: { code: visit, ...correction } })))?.ok ===
    true;

  const leave = async (visit: string): Promise<boolean> =>
    (await ask(() => client.call('forgetMember', { key: newKey(), body: { code: visit } })))?.ok === true;

  const clear = (): void => {
    end.current();
    drop();
  };
  return { error, isWorking, isSlow, signIn, phoneSignIn, setConsent, correct, leave, dismiss, clear };
}
