import { QUIET_WAIT_MS } from '@tillside/ui';
import { useEffect, useRef, useState } from 'react';
import type { ApiError, Result } from '../api/result.ts';

export interface VisitCall {
  isWorking: boolean;
  /** It takes so long that the screen should say what is waited for. */
  isSlow: boolean;
  error: ApiError | null;
  /**
   * Asks the agent for the shopper who is here; one question at a time, so that a second touch asks nothing. Undefined while another is under way, and once the shopper who asked
   * has left: what comes after that goes to `late`, and never to the next shopper.
   */
  ask: <T>(call: () => Promise<Result<T>>, late?: (answer: Result<T>) => void) => Promise<Result<T> | undefined>;
  /** What went wrong is over. */
  dismiss: () => void;
  /** The shopper leaves. Leaving the component does the same. */
  drop: () => void;
}

/** What a shopper asks the agent, dropped with the shopper. */
export function useVisitCall(): VisitCall {
  const [error, setError] = useState<ApiError | null>(null);
  const [isWorking, setWorking] = useState(false);
  // Counts the shoppers: an answer that comes after its shopper left is dropped, never shown to the next one.
  const visitor = useRef(0);
  const isAsking = useRef(false);
  const leave = useRef(() => {
    visitor.current += 1;
    isAsking.current = false;
  });
  useEffect(() => leave.current, []);

  async function ask<T>(
    call: () => Promise<Result<T>>,
    late?: (answer: Result<T>) => void,
  ): Promise<Result<T> | undefined> {
    if (isAsking.current) return undefined;
    const mine = visitor.current;
    isAsking.current = true;
    setWorking(true);
    const answer = await call();
    if (visitor.current !== mine) {
      late?.(answer);
      return undefined;
    }
    isAsking.current = false;
    setWorking(false);
    setError(answer.ok ? null : answer.error);
    return answer;
  }
  const drop = (): void => {
    leave.current();
    setWorking(false);
    setError(null);
  };
  return { isWorking, isSlow: useSlow(isWorking), error, ask, dismiss: () => setError(null), drop };
}

/** True once `isWorking` has lasted longer than a wait that is better left unseen. */
export function useSlow(isWorking: boolean, afterMs = QUIET_WAIT_MS): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isWorking) return undefined;
    const timer = setTimeout(() => setSlow(true), afterMs);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [isWorking, afterMs]);
  return isSlow;
}
