export interface HttpAnswer {
  readonly status: number;
  readonly bytes: Uint8Array;
}

export interface HttpCall {
  readonly method?: 'GET' | 'POST';
  readonly body?: FormData;
  readonly timeoutMs: number;
  /** The answer is refused beyond this. */
  readonly maxBytes: number;
  /** Ends the call early. */
  readonly signal: AbortSignal;
}

/** One HTTP exchange with a device. Any status is an answer; no answer, a late one or one that is too large rejects. Follows no redirect. */
export async function httpCall(url: string, call: HttpCall): Promise<HttpAnswer> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(call.timeoutMs)]);
  const response = await fetch(url, {
    method: call.method ?? 'GET',
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
