import type { LabelView, PromotionView, StatusView } from '@tillside/agent-contract';
import { useCallback, useEffect, useState } from 'react';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';

/** For the event that was missed: state is read anew at this pace while the page is open. */
const REFRESH_MS = 15_000;

export interface Loaded<T> {
  data: T | null;
  error: ApiError | null;
  refresh: () => void;
}

function useLoaded<T>(load: () => Promise<{ ok: true; value: T } | { ok: false; error: ApiError }>): Loaded<T> {
  const [data, setData] = useState<T | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const refresh = useCallback(() => {
    void load().then((answer) => {
      if (answer.ok) setData(answer.value);
      setError(answer.ok ? null : answer.error);
    });
  }, [load]);
  useEffect(() => {
    refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  return { data, error, refresh };
}

/** Labels that a phone is shown at most: some stores of the largest kind. */
const MAX_LABELS = 20_000;

/** Page after page, as the agent hands them out. */
async function allLabels(client: Client) {
  const labels: LabelView[] = [];
  for (let after: string | undefined; ; ) {
    const answer = await client.call('listLabels', { query: after === undefined ? {} : { after } });
    if (!answer.ok) return answer;
    labels.push(...answer.value.labels);
    after = answer.value.next;
    if (after === undefined || labels.length >= MAX_LABELS) return { ok: true as const, value: { labels } };
  }
}

export function useLabels(client: Client): Loaded<{ labels: LabelView[] }> {
  return useLoaded(useCallback(() => allLabels(client), [client]));
}

export function usePromotions(client: Client): Loaded<{ promotions: PromotionView[] }> {
  return useLoaded(useCallback(() => client.call('listPromotions', {}), [client]));
}

export function useFootfall(client: Client): Loaded<import('@tillside/agent-contract').Footfall> {
  return useLoaded(useCallback(() => client.call('footfall', { query: {} }), [client]));
}

export function useStatus(client: Client): Loaded<StatusView> {
  return useLoaded(useCallback(() => client.call('status', {}), [client]));
}
