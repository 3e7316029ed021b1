import type { StreamEvent } from '@tillside/agent-contract';
import { useEffect, useRef, useState } from 'react';
import type { Client } from '../api/client.ts';
import { browserStreamPorts, listen } from '../api/sse.ts';

/** A stream that is back sooner was never away to who looks at the page: nothing on it should jump. */
const GRACE_MS = 1_000;

/**
 * Follows the agent's events while mounted. Returns whether the stream is open; true until the first failure has lasted
 * for a moment, so that a page doesn't start with a warning and doesn't flicker.
 */
export function useStream(client: Client, onEvent: (event: StreamEvent) => void, onReturn: () => void): boolean {
  const [isConnected, setConnected] = useState(true);
  const latest = useRef({ onEvent, onReturn });
  latest.current = { onEvent, onReturn };
  useEffect(() => {
    const stop = new AbortController();
    let wasLost = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    void listen(
      client,
      browserStreamPorts,
      {
        onEvent: (event) => latest.current.onEvent(event),
        onConnected: (isOpen) => {
          if (isOpen) {
            clearTimeout(timer);
            setConnected(true);
            if (wasLost) latest.current.onReturn();
          } else if (!wasLost) timer = setTimeout(() => setConnected(false), GRACE_MS);
          wasLost = !isOpen;
        },
      },
      stop.signal,
    );
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [client]);
  return isConnected;
}
