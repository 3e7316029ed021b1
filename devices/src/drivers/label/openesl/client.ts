import { DeviceError } from '../../../conditions.ts';
import { type HttpAnswer, type HttpCall, httpCall } from '../../../transport/http-client.ts';
import type { OpenEslContent } from './content.ts';
import { decodeResults, decodeTagList, type PutOutcome, type TagList } from './messages.ts';

/** Labels that one request may set. */
export const MAX_BATCH = 50;
/** A tag is listed in well under 1 kB. */
const MAX_ANSWER_BYTES = 4_000_000;

export interface BatchEntry {
  readonly mac: string;
  readonly content: OpenEslContent;
}

/**
 * The access point's HTTP, as calls. Each throws AP_UNREACHABLE when there is no answer, AP_TOKEN_REFUSED, AP_BUSY when it asks to come back, AP_REFUSED or
 * AP_BAD_ANSWER. The token is in no message.
 */
export class OpenEslClient {
  readonly #settings: { baseUrl: string; token: string; timeoutMs: number; signal: AbortSignal };

  constructor(settings: { baseUrl: string; token: string; timeoutMs: number; signal: AbortSignal }) {
    this.#settings = { ...settings, baseUrl: settings.baseUrl.replace(/\/+$/, '') };
  }

  async tags(): Promise<TagList> {
    const list = decodeTagList(await this.#call('/api/tags', {}));
    if (!list) throw new DeviceError('AP_BAD_ANSWER', 'api/tags');
    return list;
  }

  /** At most MAX_BATCH. Labels that have their content already are skipped by the access point. */
  async put(batch: readonly BatchEntry[]): Promise<ReadonlyMap<string, PutOutcome>> {
    const body = JSON.stringify(batch.map(({ mac, content }) => ({ mac, ...content })));
    return decodeResults(await this.#call('/api/tags', { method: 'PUT', body }));
  }

  /** The access point forgets the tag, and what waits for it. */
  async forget(tagId: string): Promise<void> {
    await this.#call(`/api/tags/${tagId}`, { method: 'DELETE' });
  }

  async #call(path: string, call: Pick<HttpCall, 'method' | 'body'>): Promise<string> {
    const { baseUrl, token, timeoutMs, signal } = this.#settings;
    const headers = {
      authorization: `Bearer ${token}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    let answer: HttpAnswer;
    try {
      answer = await httpCall(`${baseUrl}${path}`, { ...call, headers, timeoutMs, maxBytes: MAX_ANSWER_BYTES, signal });
    } catch (error) {
      throw new DeviceError('AP_UNREACHABLE', reasonOf(error), error);
    }
    const { status } = answer;
    if (status === 401 || status === 403 || status === 423) throw new DeviceError('AP_TOKEN_REFUSED');
    if (status === 409 || status === 429 || status >= 500) throw new DeviceError('AP_BUSY', `${path} ${status}`);
    if (status === 404 && call.method === 'DELETE') return '';
    if (status < 200 || status >= 300) throw new DeviceError('AP_REFUSED', `${path} ${status}`);
    return Buffer.from(answer.bytes).toString('utf8');
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
