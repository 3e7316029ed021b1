import type { ConsentTexts } from '@tillside/agent-contract';
import { useEffect, useState } from 'react';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';

/** Nothing can be agreed to without them, so that they are asked for until they come. */
const RETRY_MS = 2_000;

/**
 * What people are asked to agree to, read anew by every shopper who gets there: it may have been changed since this page was opened. `refused` is what was last refused here: if the texts
 * have changed meanwhile they are read again.
 */
export function useTexts(client: Client, refused: ApiError | null): ConsentTexts | null {
  const [texts, setTexts] = useState<ConsentTexts | null>(null);
  const outdated = isTextOutdated(refused) ? refused : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal is a reason to read once more.
  useEffect(() => {
    let isHere = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (): void =>
      void client.call('consentTexts', {}).then((answer) => {
        if (!isHere) return;
        if (answer.ok) setTexts(answer.value);
        else timer = setTimeout(ask, RETRY_MS);
      });
    ask();
    return () => {
      isHere = false;
      clearTimeout(timer);
    };
  }, [client, outdated]);
  return texts;
}

/** The words that were read are no longer those in force: what was agreed to has to be asked again. */
export const isTextOutdated = (error: ApiError | null): boolean => error?.code === 'CONSENT_TEXT_UNKNOWN';
