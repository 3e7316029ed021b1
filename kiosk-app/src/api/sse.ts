/** The agent's event stream, read over fetch: EventSource can't send the credential. */
import { StreamEvent } from '@tillside/agent-contract';
import type { Client, Fetch } from './client.ts';

/** One event is a few hundred bytes; a stream that sends this much without a blank line is not ours. */
export const MAX_PENDING_CHARS = 64 * 1024;

/**
 * Splits a text stream into the `data` of its events (HTML standard, section "Server-sent events"). Comments and other
 * fields are skipped. Throws RangeError when an event outgrows `MAX_PENDING_CHARS`.
 */
export function createSseParser(onData: (data: string) => void): (chunk: string) => void {
  let line = '';
  let data: string[] = [];
  let size = 0;
  let afterCarriageReturn = false;
  const endLine = (): void => {
    if (line === '') {
      if (data.length > 0) onData(data.join('\n'));
      data = [];
      size = 0;
    } else if (line.startsWith('data:')) {
      data.push(line.startsWith('data: ') ? line.slice(6) : line.slice(5));
    }
    line = '';
  };
  return (chunk) => {
    for (const char of chunk) {
      if (char === '\n' && afterCarriageReturn) {
        afterCarriageReturn = false;
        continue;
      }
      afterCarriageReturn = char === '\r';
      if (char === '\n' || char === '\r') {
        endLine();
        continue;
      }
      size += 1;
      if (size > MAX_PENDING_CHARS) throw new RangeError('event larger than MAX_PENDING_CHARS');
      line += char;
    }
  };
}

export interface StreamPorts {
  fetch: Fetch;
  random: () => number;
  patience: StreamPatience;
  /** Resolves after that time, or at once when the signal aborts. */
  wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** A line that went half open says nothing and never ends: only silence tells it from one on which nothing happens. */
export interface StreamPatience {
  /** Until the stream is open. */
  readonly openMs: number;
  /** Between two signs of life. */
  readonly silentMs: number;
}

/** The agent sends a comment every 15 s; two that are missing are no accident. */
export const STREAM_PATIENCE: StreamPatience = { openMs: 8_000, silentMs: 40_000 };

export const RECONNECT_MIN_MS = 500;
export const RECONNECT_MAX_MS = 15_000;

/** Full jitter: anywhere from the least wait to the doubled one, so that a shop's screens don't all return at once. */
export function reconnectDelayMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** attempt);
  return Math.round(RECONNECT_MIN_MS + random() * (ceiling - RECONNECT_MIN_MS));
}

/** Reads until the stream ends. Rejects when it breaks, grows without an end, or its signal aborts. */
async function readStream(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onChunk: () => void,
  onEvent: (event: StreamEvent) => void,
): Promise<void> {
  const parse = createSseParser((data) => {
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      return;
    }
    const event = StreamEvent.safeParse(value);
    if (event.success) onEvent(event.data);
  });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onChunk();
    parse(value);
  }
}

export interface StreamListener {
  onEvent(event: StreamEvent): void;
  /** True when the stream opened, false when it ended or could not be opened. */
  onConnected(isConnected: boolean): void;
}

const isStream = (response: Response): boolean =>
  response.ok && response.headers.get('content-type')?.startsWith('text/event-stream') === true;

/** One connection, from asking to its end. Whatever ends it, nothing of it stays open. */
async function listenOnce(
  client: Client,
  { fetch, patience }: StreamPorts,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<{ wasOpen: boolean }> {
  const over = new AbortController();
  const end = (): void => over.abort();
  signal.addEventListener('abort', end, { once: true });
  let timer = setTimeout(end, patience.openMs);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(end, patience.silentMs);
  };
  let wasOpen = false;
  try {
    const headers = { ...client.headers(), accept: 'text/event-stream' };
    const response = await fetch('/v1/events', { headers, cache: 'no-store', signal: over.signal });
    if (isStream(response) && response.body !== null) {
      wasOpen = true;
      heard();
      listener.onConnected(true);
      await readStream(response.body, heard, (event) => listener.onEvent(event));
    }
  } catch {
    // A dropped connection is what the caller's loop is for.
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    over.abort();
  }
  return { wasOpen };
}

/** Listens until the signal aborts, reconnecting for ever with bounded waits. */
export async function listen(
  client: Client,
  ports: StreamPorts,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const { wasOpen } = await listenOnce(client, ports, listener, signal);
    if (signal.aborted) return;
    if (wasOpen) attempt = 0;
    listener.onConnected(false);
    await ports.wait(reconnectDelayMs(attempt, ports.random), signal);
  }
}

export const browserStreamPorts: StreamPorts = {
  fetch: (url, init) => fetch(url, init),
  random: () => Math.random(),
  patience: STREAM_PATIENCE,
  wait: (delayMs, signal) =>
    new Promise((resolve) => {
      // The signal outlives every wait: a listener that stayed would be one more for each lost connection.
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, delayMs);
      signal.addEventListener('abort', end, { once: true });
    }),
};
