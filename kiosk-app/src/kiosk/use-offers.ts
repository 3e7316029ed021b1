import type { PublicOffers } from '@tillside/agent-contract';
import { useCallback, useEffect, useState } from 'react';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';

/** Offers change by an event; this is for the event that was missed. */
const REFRESH_MS = 60_000;
/** After an answer that was none. */
const RETRY_MS = 2_000;

export interface Offers {
  offers: PublicOffers | null;
  error: ApiError | null;
  refresh: () => void;
}

export function useOffers(client: Client): Offers {
  const [offers, setOffers] = useState<PublicOffers | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const refresh = useCallback(() => {
    void client.call('publicOffers', {}).then((answer) => {
      if (answer.ok) setOffers(answer.value);
      setError(answer.ok ? null : answer.error);
    });
  }, [client]);
  useEffect(() => {
    if (error === null) return undefined;
    const timer = setTimeout(refresh, RETRY_MS);
    return () => clearTimeout(timer);
  }, [error, refresh]);
  useEffect(() => {
    refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  return { offers, error, refresh };
}
