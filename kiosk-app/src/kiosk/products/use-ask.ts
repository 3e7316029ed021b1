import { useEffect, useState } from 'react';
import type { ApiError, Result } from '../../api/result.ts';
import { useSlow } from '../use-visit-call.ts';

export interface Answer<T> {
  readonly value: T | null;
  readonly error: ApiError | null;
  readonly isSlow: boolean;
}

/** Asks whenever `key` changes; an answer to what is not asked any more is dropped. What was there stays until the next answer, so that nothing jumps. Null: nothing is asked. */
export function useAsk<T>(key: string | null, ask: () => Promise<Result<T>>): Answer<T> {
  const [state, setState] = useState<{ key: string | null; answer: Result<T> | null }>({ key: null, answer: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says everything that the question depends on
  useEffect(() => {
    let isOver = false;
    if (key !== null)
      void ask().then((answer) => {
        if (!isOver) setState({ key, answer });
      });
    return () => {
      isOver = true;
    };
  }, [key]);
  const isSlow = useSlow(key !== null && state.key !== key);
  if (key === null || state.answer === null) return { value: null, error: null, isSlow };
  return state.answer.ok
    ? { value: state.answer.value, error: null, isSlow }
    : { value: null, error: state.answer.error, isSlow };
}
