import type { ErasureProof, MyExport, MyHome } from '@tillside/hub-contract';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { bind, newPhone } from './bind.ts';
import { importSecret } from './codes.ts';
import { HubTrouble, isRefusal, MyHub, type Trouble } from './hub.ts';
import { forgetPhone, type KeptPhone, keepPhone, readPhone } from './store.ts';

/** A store tells HQ of a sign-up within a second or two; where it is offline, later. */
const BIND_AGAIN_MS = 1_500;
const BIND_AGAIN_AT_MOST_MS = 8_000;
/** Less is what a Date, which names seconds, cannot tell. */
const CLOCK_NOISE_MS = 2_000;

export type PhoneState =
  | { readonly at: 'reading' }
  /** This browser cannot keep a key: no secure context, private window, storage refused. */
  | { readonly at: 'unable' }
  | { readonly at: 'empty' }
  /** A word was opened on a phone that has a member already. */
  | { readonly at: 'replacing'; readonly phone: KeptPhone; readonly claim: string }
  | { readonly at: 'binding'; readonly phone: KeptPhone; readonly trouble: Trouble | undefined }
  | { readonly at: 'bound'; readonly phone: KeptPhone }
  | { readonly at: 'revoked'; readonly phone: KeptPhone }
  | { readonly at: 'erased'; readonly proof: ErasureProof };

export interface Actions {
  /** Reads the member anew; says what went wrong, or undefined. */
  refresh(): Promise<Trouble | undefined>;
  consent(purpose: string, granted: boolean, textVersion: string): Promise<Trouble | undefined>;
  correct(change: { name?: string | null; birthday?: string | null }): Promise<Trouble | undefined>;
  revoke(keyId: string): Promise<Trouble | undefined>;
  everything(): Promise<MyExport | Trouble>;
  erase(): Promise<Trouble | undefined>;
  /** Forgets what this phone keeps. */
  forget(): Promise<void>;
  /** Yes or no to another member on this phone. */
  replace(wish: { isWanted: boolean; phone: KeptPhone; claim: string }): Promise<void>;
}

const troubleOf = (error: unknown): Trouble => (error instanceof HubTrouble ? error.trouble : { kind: 'strange' });

/** The phone as this browser keeps it, and what its member may do. `claim`: the word that the page was opened with. */
export function usePhone(claim: string | undefined): { readonly state: PhoneState; readonly actions: Actions } {
  const [state, setState] = useState<PhoneState>({ at: 'reading' });
  const held = useRef<KeptPhone | null>(null);
  const show = useCallback((phone: KeptPhone): void => {
    held.current = phone;
    setState({ at: phone.claim === null ? 'bound' : 'binding', phone, trouble: undefined });
  }, []);

  useEffect(() => {
    let isGone = false;
    const start = async (): Promise<void> => {
      const kept = await readPhone();
      if (isGone) return;
      if (claim !== undefined && kept !== null && kept.digits !== null && kept.claim === null)
        setState({ at: 'replacing', phone: kept, claim });
      else if (claim !== undefined && kept?.claim !== claim) show(await newPhone(claim));
      else if (kept === null) setState({ at: 'empty' });
      else show(kept);
    };
    start().catch(() => setState({ at: 'unable' }));
    return () => {
      isGone = true;
    };
  }, [claim, show]);

  useBinding(state, show, setState);
  const hub = useHub(held, setState);
  const actions = useActions(hub, held, setState, show);
  return { state, actions };
}

/** Asks until the hub has taken the word. */
function useBinding(state: PhoneState, show: (phone: KeptPhone) => void, setState: (state: PhoneState) => void): void {
  const waiting = state.at === 'binding' ? state.phone : undefined;
  useEffect(() => {
    if (waiting === undefined) return;
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let waitMs = BIND_AGAIN_MS;
    const attempt = async (): Promise<void> => {
      try {
        const bound = await bind(waiting);
        if (!isGone) show(bound);
      } catch (error) {
        if (isGone) return;
        setState({ at: 'binding', phone: waiting, trouble: troubleOf(error) });
        timer = setTimeout(() => void attempt(), waitMs);
        waitMs = Math.min(waitMs * 2, BIND_AGAIN_AT_MOST_MS);
      }
    };
    void attempt();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [waiting, show, setState]);
}

function useHub(held: React.RefObject<KeptPhone | null>, setState: (state: PhoneState) => void): MyHub {
  return useMemo(() => {
    const change = async (part: Partial<KeptPhone>): Promise<void> => {
      if (held.current === null) return;
      held.current = { ...held.current, ...part };
      await keepPhone(held.current);
      setState({ at: 'bound', phone: held.current });
    };
    return new MyHub({
      phone: () => {
        if (held.current === null) throw new HubTrouble({ kind: 'strange' });
        return held.current;
      },
      onDate: (offsetMs) => {
        if (Math.abs((held.current?.offsetMs ?? 0) - offsetMs) > CLOCK_NOISE_MS) void change({ offsetMs });
      },
      onDigits: async ({ number, secret }) => change({ digits: { number, secret: await importSecret(secret) } }),
    });
  }, [held, setState]);
}

/** The same actions for as long as the page is open: an answer that came must not be a reason to ask again. */
function useActions(
  hub: MyHub,
  held: React.RefObject<KeptPhone | null>,
  setState: (state: PhoneState) => void,
  show: (phone: KeptPhone) => void,
): Actions {
  return useMemo(() => {
    const take = async (asked: Promise<MyHome>): Promise<Trouble | undefined> => {
      try {
        const value = await asked;
        if (held.current === null) return undefined;
        held.current = { ...held.current, home: { value, atMs: Date.now() } };
        await keepPhone(held.current);
        setState({ at: 'bound', phone: held.current });
        return undefined;
      } catch (error) {
        if (held.current !== null && error instanceof HubTrouble && isRefusal(error, 'HUB_SESSION_REFUSED'))
          setState({ at: 'revoked', phone: held.current });
        return troubleOf(error);
      }
    };
    const forget = async (): Promise<void> => {
      await forgetPhone();
      held.current = null;
      setState({ at: 'empty' });
    };
    return {
      refresh: () => take(hub.home()),
      consent: (purpose, granted, textVersion) => take(hub.consent({ purpose, granted, textVersion })),
      correct: (change) => take(hub.correct(change)),
      revoke: (keyId) => take(hub.revoke(keyId)),
      everything: () => hub.everything().catch(troubleOf),
      erase: async () => {
        try {
          const proof = await hub.erase();
          await forgetPhone();
          held.current = null;
          setState({ at: 'erased', proof });
          return undefined;
        } catch (error) {
          return troubleOf(error);
        }
      },
      forget,
      replace: async ({ isWanted, phone, claim }) => show(isWanted ? await newPhone(claim) : phone),
    };
  }, [hub, held, setState, show]);
}
