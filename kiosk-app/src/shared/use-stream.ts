import type { StreamEvent } from '@tillside/agent-contract';
import { useEffect, useRef, useState } from 'react';
import type { Client } from '../api/client.ts';
import { browserStreamPorts, listen } from '../api/sse.ts';

/**
 * Follows the agent's events while mounted. Returns whether the stream is open; true until the first failure, so that
 * a page doesn't start with a warning.
 */
export function useStream(client: Client, onEvent: (event: StreamEvent) => void, onReturn: () => void): boolean {
  const [isConnected, setConnected] = useState(true);
  const latest = useRef({ onEvent, onReturn });
  latest.current = { onEvent, onReturn };
  useEffect(() => {
    const stop = new AbortController();
    let wasLost = false;
    void listen(
      client,
      browserStreamPorts,
      {
        onEvent: (event) => latest.current.onEvent(event),
        onConnected: (isOpen) => {
          setConnected(isOpen);
          if (isOpen && wasLost) latest.current.onReturn();
          wasLost = !isOpen;
        },
      },
      stop.signal,
    );
    return () => stop.abort();
  }, [client]);
  return isConnected;
}
