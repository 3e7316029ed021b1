import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { z } from 'zod';
import { LinkError, type LinkErrorCode, problem } from './errors.ts';
import { timeLimit } from './time-limit.ts';

const gzipAsync = promisify(gzip);

export interface HttpPort {
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  /** Ends every request when the link stops. */
  readonly stopping: AbortSignal;
}

/** `Retry-After` in seconds or as a date; undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** One request; a network failure or silence becomes a coded LinkError. */
export async function send(
  http: HttpPort,
  url: string,
  init: RequestInit,
  timeoutMs = http.timeoutMs,
): Promise<Response> {
  const signal = timeLimit(timeoutMs, http.stopping);
  try {
    return await http.fetch(url, { ...init, signal, redirect: 'error' });
  } catch (error) {
    throw networkError(error);
  }
}

export function networkError(error: unknown): LinkError {
  if (error instanceof LinkError) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError') return new LinkError(problem('HUB_TIMEOUT'));
  return new LinkError(problem('HUB_UNREACHABLE', reason(error)));
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return 'no reason given';
}

/** The whole body, or a LinkError with `tooLarge` as soon as it passes `maxBytes`. */
export async function readBody(response: Response, maxBytes: number, tooLarge: LinkErrorCode): Promise<Buffer> {
  if (response.body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new LinkError(problem(tooLarge, `more than ${maxBytes} bytes`));
      chunks.push(chunk);
    }
  } catch (error) {
    throw networkError(error);
  }
  return Buffer.concat(chunks);
}

/** An unsuccessful answer as a LinkError; `refused` is the code for a 4xx about what was sent. */
export function refusal(response: Response, refused: LinkErrorCode, nowMs: number): LinkError {
  const wait = retryAfterMs(response.headers.get('retry-after'), nowMs);
  const { status } = response;
  let code: LinkErrorCode = refused;
  if (status === 401 || status === 403) code = 'HUB_REFUSED_CREDENTIAL';
  else if (status === 413) code = 'HUB_BATCH_TOO_LARGE';
  else if (status === 429 || (status === 503 && wait !== undefined)) code = 'HUB_BUSY';
  else if (status >= 500) code = 'HUB_FAILED';
  return new LinkError(problem(code, `HTTP ${status}`), wait);
}

export interface GzipPost<T> {
  readonly url: string;
  readonly credential?: string;
  readonly type: string;
  /** Gzipped already. */
  readonly body: Uint8Array;
  readonly answer: z.ZodType<T>;
  readonly refused: LinkErrorCode;
  readonly maxAnswerBytes: number;
  readonly nowMs: number;
}

export type JsonPost<T> = Omit<GzipPost<T>, 'type' | 'body'> & { readonly body: unknown };

/** Posts JSON, gzipped, and parses the answer. Throws LinkError only. */
export async function postJson<T>(http: HttpPort, post: JsonPost<T>): Promise<T> {
  const body = new Uint8Array(await gzipAsync(JSON.stringify(post.body)));
  return postGzip(http, { ...post, body, type: 'application/json' });
}

/** Posts a gzipped body and parses the JSON that is answered. Throws LinkError only. */
export async function postGzip<T>(http: HttpPort, post: GzipPost<T>): Promise<T> {
  const headers: Record<string, string> = { 'content-type': post.type, 'content-encoding': 'gzip' };
  if (post.credential !== undefined) headers.authorization = `Bearer ${post.credential}`;
  // A body that was handed over from a thread is not shared with it.
  const body = post.body as Uint8Array<ArrayBuffer>;
  const response = await send(http, post.url, { method: 'POST', headers, body });
  const bytes = await readBody(response, post.maxAnswerBytes, 'HUB_ANSWER_UNREADABLE');
  if (!response.ok) throw refusal(response, post.refused, post.nowMs);
  let json: unknown;
  try {
    json = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new LinkError(problem('HUB_ANSWER_UNREADABLE', 'not JSON'));
  }
  const parsed = post.answer.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new LinkError(problem('HUB_ANSWER_UNREADABLE', `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`));
  }
  return parsed.data;
}
