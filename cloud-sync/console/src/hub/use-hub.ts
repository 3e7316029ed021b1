import type { HubAnswer, HubRouteName } from '@tillside/hub-contract';
import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { type Ask, type HubClient, mustSignIn, type Trouble } from './client.ts';

export interface Session {
  readonly hub: HubClient;
  /** Back to the pairing page, for instance when the credential was revoked. */
  readonly signOut: () => void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('a page needs a session around it');
  return session;
}

export interface Reading<T> {
  /** The last good answer; kept while the hub is away, so that a page never goes blank. */
  readonly value: T | undefined;
  readonly trouble: Trouble | undefined;
  readonly readAtMs: number | undefined;
  readonly again: () => void;
}

/** Reads a route now, and again each `everyMs` (null: only when asked to); one request at a time. `ask` is compared by its JSON. */
export function useHub<K extends HubRouteName>(name: K, ask: Ask<K>, everyMs: number | null): Reading<HubAnswer<K>> {
  const { hub, signOut } = useSession();
  const [state, setState] = useState<Omit<Reading<HubAnswer<K>>, 'again'>>({
    value: undefined,
    trouble: undefined,
    readAtMs: undefined,
  });
  const [round, setRound] = useState(0);
  const key = JSON.stringify([name, ask]);
  const shownKey = useRef(key);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` is the wish to read again now
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const [route, asked] = JSON.parse(key) as [K, Ask<K>];
    if (shownKey.current !== key) {
      shownKey.current = key;
      setState({ value: undefined, trouble: undefined, readAtMs: undefined });
    }
    const read = async (): Promise<void> => {
      const answer = await hub.call(route, asked, stop.signal);
      if (stop.signal.aborted) return;
      if (answer.ok) setState({ value: answer.value, trouble: undefined, readAtMs: Date.now() });
      else if (mustSignIn(answer.trouble)) signOut();
      else setState((before) => ({ ...before, trouble: answer.trouble }));
      if (everyMs !== null) timer = setTimeout(() => void read(), everyMs);
    };
    void read();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [hub, signOut, key, everyMs, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return { ...state, again };
}
