import { CallError, type ClientOptions } from './client.ts';
import { ErrorBody } from './common.ts';
import { StreamEvent } from './status.ts';

/** An event block longer than this is not ours. */
const MAX_BLOCK_CHARS = 64 * 1024;

/**
 * Listens to `GET /v1/events` (server-sent events, WHATWG HTML section 9.2) until `signal` aborts or the agent goes away. Yields each event with its id;
 * give the last id to the next call, and nothing in between is missed. Rejects with CallError when refused.
 */
export async function* agentEvents(
  options: ClientOptions,
  signal: AbortSignal,
  lastId?: string,
): AsyncGenerator<{ id: string; event: StreamEvent }> {
  const response = await fetch(`${options.url}/v1/events`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${options.credential ?? ''}`,
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    },
    signal,
  });
  if (!response.ok || response.body === null) {
    const refusal = ErrorBody.safeParse(await response.json().catch(() => undefined));
    throw new CallError(
      response.status,
      refusal.success
        ? refusal.data
        : { code: 'ANSWER_UNREADABLE', message: `HTTP ${response.status}`, hint: '', requestId: '' },
    );
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split('\n\n');
      text = (blocks.pop() ?? '').slice(-MAX_BLOCK_CHARS);
      for (const block of blocks) {
        const event = parseBlock(block);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseBlock(block: string): { id: string; event: StreamEvent } | undefined {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const data = field('data');
  if (data === undefined) return undefined;
  const parsed = StreamEvent.safeParse(JSON.parse(data));
  return parsed.success ? { id: field('id') ?? '', event: parsed.data } : undefined;
}
