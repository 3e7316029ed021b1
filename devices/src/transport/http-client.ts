export interface HttpAnswer {
  readonly status: number;
  readonly bytes: Uint8Array;
}

export interface HttpCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: FormData | string;
  readonly timeoutMs: number;
  /** The answer is refused beyond this. */
  readonly maxBytes: number;
  /** Ends the call early. */
  readonly signal: AbortSignal;
}

/** One HTTP exchange with a device. Any status is an answer; no answer, a late one or one that is too large rejects. Follows no redirect. */
export async function httpCall(url: string, call: HttpCall): Promise<HttpAnswer> {
  // A timer of our own: a time-out signal that hangs on nothing but a joined one may be collected before it fires, and the call would wait for ever.
  const controller = new AbortController();
  const end = (): void => controller.abort(call.signal.reason);
  const timer = setTimeout(() => controller.abort(new Error(`no answer in ${call.timeoutMs} ms`)), call.timeoutMs);
  call.signal.addEventListener('abort', end, { once: true });
  if (call.signal.aborted) end();
  try {
    return await exchange(url, call, controller.signal);
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener('abort', end);
  }
}

async function exchange(url: string, call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
  const response = await fetch(url, {
    method: call.method ?? 'GET',
    headers: call.headers ?? {},
    body: call.body ?? null,
    redirect: 'manual',
    signal,
  });
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    const bytes: Uint8Array = chunk;
    total += bytes.length;
    if (total > call.maxBytes) throw new Error(`answer over ${call.maxBytes} bytes`);
    chunks.push(bytes);
  }
  return { status: response.status, bytes: Buffer.concat(chunks) };
}
