import type { ConsentTexts } from '@tillside/agent-contract';
import { useEffect, useState } from 'react';
import type { Client } from '../api/client.ts';

/** What people are asked to agree to, read anew by every shopper who gets there: it may have been changed since this page was opened. */
export function useTexts(client: Client): ConsentTexts | null {
  const [texts, setTexts] = useState<ConsentTexts | null>(null);
  useEffect(() => {
    let isHere = true;
    void client.call('consentTexts', {}).then((answer) => {
      if (isHere && answer.ok) setTexts(answer.value);
    });
    return () => {
      isHere = false;
    };
  }, [client]);
  return texts;
}
