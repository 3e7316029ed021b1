import type { DisplayView } from '@tillside/agent-contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Client } from '../api/client.ts';
import { useStream } from '../shared/use-stream.ts';

/** Changes come by an event; this is for what ends by itself, such as thanks, and for an event that was missed. */
const REFRESH_MS = 5_000;

export interface Display {
  view: DisplayView | null;
  /** Lines that the last change touched. */
  touched: ReadonlySet<string>;
  isAway: boolean;
}

/** Follows the lane. Answers may overtake each other: the newest question counts. `onRefused` is told when the credential is no longer good. */
export function useDisplay(client: Client, onRefused: () => void): Display {
  const [view, setView] = useState<DisplayView | null>(null);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [isAway, setAway] = useState(false);
  const asked = useRef(0);
  const refused = useRef(onRefused);
  refused.current = onRefused;

  const refresh = useCallback(() => {
    asked.current += 1;
    const mine = asked.current;
    void client.call('getDisplay', {}).then((answer) => {
      if (mine !== asked.current) return;
      setAway(!answer.ok);
      if (answer.ok) setView(answer.value);
      else if (answer.error.status === 401) refused.current();
    });
  }, [client]);

  const isConnected = useStream(
    client,
    (event) => {
      if (event.type === 'basket') setTouched(new Set((event.delta?.lines ?? []).map(({ lineId }) => lineId)));
      if (event.type === 'basket' || event.type === 'picks' || event.type === 'offers') refresh();
    },
    refresh,
  );
  useEffect(() => {
    refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  return { view, touched, isAway: isAway || !isConnected };
}
