import { createHash } from 'node:crypto';
import { DeviceError } from '../../../conditions.ts';
import { type HttpAnswer, type HttpCall, httpCall } from '../../../transport/http-client.ts';
import { decodeApMessage, type TagRecord } from './messages.ts';

/** A page of the list is about 5 kB; a raw picture of the largest tag is under 400 kB. */
const MAX_ANSWER_BYTES = 1_000_000;
const MAX_PAGES = 512;

export type UploadAnswer = 'saved' | 'busy' | 'tag-unknown' | 'refused';

/** The access point's HTTP, as calls. Each throws AP_UNREACHABLE when there is no answer, AP_BAD_ANSWER when it can't be read. */
export class ApClient {
  readonly #baseUrl: string;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;

  constructor(settings: { baseUrl: string; timeoutMs: number; signal: AbortSignal }) {
    this.#baseUrl = settings.baseUrl.replace(/\/+$/, '');
    this.#timeoutMs = settings.timeoutMs;
    this.#signal = settings.signal;
  }

  /** `undefined`: the access point has no such tag. */
  async tag(tagId: string): Promise<TagRecord | undefined> {
    const { tags } = await this.#list(`mac=${tagId}`);
    return tags.find((tag) => tag.tagId === tagId);
  }

  /** Bounded: what an access point lists beyond is left out. */
  async allTags(onPage: (tags: readonly TagRecord[]) => void): Promise<void> {
    let position: number | undefined = 0;
    for (let page = 0; position !== undefined && page < MAX_PAGES; page += 1) {
      const list = await this.#list(`pos=${position}`);
      onPage(list.tags);
      position = list.nextPosition;
    }
  }

  /** The field `mac` goes first: the access point opens its file for it when the picture begins. Dither 0: the picture is pure ink already. */
  async upload(tagId: string, jpeg: Uint8Array): Promise<UploadAnswer> {
    const body = new FormData();
    body.append('mac', tagId);
    body.append('dither', '0');
    body.append('file', new Blob([Uint8Array.from(jpeg)], { type: 'image/jpeg' }), `${tagId}.jpg`);
    const answer = await this.#call('/imgupload', { method: 'POST', body });
    if (answer.status === 200) return 'saved';
    if (answer.status === 409 || answer.status >= 500) return 'busy';
    return Buffer.from(answer.bytes).toString('utf8').includes('mac not found') ? 'tag-unknown' : 'refused';
  }

  /** MD5 of the bytes that wait for the tag; `undefined` when none do. */
  async queuedMd5(tagId: string): Promise<string | undefined> {
    const answer = await this.#call(`/getdata?mac=${tagId}`, {});
    if (answer.status !== 200 || answer.bytes.length === 0) return undefined;
    return createHash('md5').update(answer.bytes).digest('hex');
  }

  async flash(tagId: string, pattern: string): Promise<boolean> {
    const answer = await this.#call(`/led_flash?mac=${tagId}&pattern=${pattern}`, {});
    return answer.status === 200;
  }

  /** Whatever waits for the tag is thrown away. The answer proves nothing: ask after the tag. */
  async clear(tagId: string): Promise<void> {
    await this.#tell(tagId, 'clear');
  }

  /** The access point forgets which picture the tag has, so that the next one counts as new (assumed from the command's name; see the quality table). */
  async refresh(tagId: string): Promise<void> {
    await this.#tell(tagId, 'refresh');
  }

  async #tell(tagId: string, command: 'clear' | 'refresh'): Promise<void> {
    const body = new FormData();
    body.append('mac', tagId);
    body.append('cmd', command);
    await this.#call('/tag_cmd', { method: 'POST', body });
  }

  async #list(query: string) {
    const answer = await this.#call(`/get_db?${query}`, {});
    const message = answer.status === 200 ? decodeApMessage(Buffer.from(answer.bytes).toString('utf8')) : undefined;
    if (!message) throw new DeviceError('AP_BAD_ANSWER', `get_db ${answer.status}`);
    return message;
  }

  async #call(path: string, call: Pick<HttpCall, 'method' | 'body'>): Promise<HttpAnswer> {
    try {
      return await httpCall(`${this.#baseUrl}${path}`, {
        ...call,
        timeoutMs: this.#timeoutMs,
        maxBytes: MAX_ANSWER_BYTES,
        signal: this.#signal,
      });
    } catch (error) {
      throw new DeviceError('AP_UNREACHABLE', reasonOf(error), error);
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
