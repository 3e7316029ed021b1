import type { MemberHome } from '@tillside/agent-contract';
import { useRef, useState } from 'react';
import { type Client, newKey } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';
import { CONSENT_TEXT_VERSION } from './join.tsx';

export interface Member {
  error: ApiError | null;
  isWorking: boolean;
  signIn: (code: string) => Promise<void>;
  setPersonalised: (code: string, isOn: boolean) => Promise<void>;
  clear: () => void;
}

/** What a member does here; the answer goes to the screen, nothing is kept. */
export function useMember(client: Client, onHome: (home: MemberHome) => void): Member {
  const [error, setError] = useState<ApiError | null>(null);
  const [isWorking, setWorking] = useState(false);

  // Counts the shoppers: an answer that comes after its shopper left is dropped, never shown to the next one.
  const visit = useRef(0);

  async function signIn(code: string): Promise<void> {
    const mine = visit.current;
    setWorking(true);
    const answer = await client.call('signIn', { body: { code } });
    if (visit.current !== mine) return;
    setWorking(false);
    setError(answer.ok ? null : answer.error);
    if (answer.ok) onHome(answer.value);
  }

  async function setPersonalised(code: string, isOn: boolean): Promise<void> {
    const mine = visit.current;
    setWorking(true);
    const consent = { purpose: 'personalisation' as const, granted: isOn, textVersion: CONSENT_TEXT_VERSION };
    const answer = await client.call('changeConsent', { key: newKey(), body: { code, consent } });
    if (visit.current !== mine) return;
    setWorking(false);
    setError(answer.ok ? null : answer.error);
    if (answer.ok) await signIn(code);
  }

  const clear = (): void => {
    visit.current += 1;
    setWorking(false);
    setError(null);
  };
  return { error, isWorking, signIn, setPersonalised, clear };
}
