import type { ConsentTexts } from '@tillside/agent-contract';
import { useEffect, useState } from 'react';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';

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
    void client.call('consentTexts', {}).then((answer) => {
      if (isHere && answer.ok) setTexts(answer.value);
    });
    return () => {
      isHere = false;
    };
  }, [client, outdated]);
  return texts;
}

/** The words that were read are no longer those in force: what was agreed to has to be asked again. */
export const isTextOutdated = (error: ApiError | null): boolean => error?.code === 'CONSENT_TEXT_UNKNOWN';
