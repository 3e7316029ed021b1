import type { IncomingMessage, ServerResponse } from 'node:http';
import { OPENESL_MODELS } from '@tillside/firmware-configs';
import { z } from 'zod';
import { systemClock } from '../clock.ts';
import type { Clock } from '../contract/transport.ts';
import { type Hang, HangingServer } from './hanging-server.ts';
import { type OpenEslLie, type SimulatedContent, SimulatedEslTag } from './openesl-tag.ts';
import { seededRandom } from './random.ts';

export type { OpenEslLie } from './openesl-tag.ts';

const MAX_BATCH = 50;
const MAX_BODY_BYTES = 65_536;
const MAX_FIELD_BYTES = 256;
const WRONG_TOKENS = 5;
const LOCK_MS = 60_000;
const DEFAULT_HEAP_BYTES = 120_000;
/** Content is refused below. */
const LEAST_HEAP_BYTES = 10_000;
/** With more tags than this they ask one slot after the other. */
const TAGS_AT_ONCE = 64;
const SLOTS = 20;

const Entry = z.object({
  mac: z.string().regex(/^[0-9A-Fa-f]{16}$/),
  layout: z.string().min(1),
  fields: z.array(z.string()).max(16),
  price_highlight: z.boolean().default(false),
  frame: z.boolean().default(false),
});

export interface OpenEslSimulatorOptions {
  readonly host?: string;
  /** 0 picks a free port. */
  readonly port?: number;
  readonly token: string;
  /** `mac` is 16 upper-case hex digits; `model` one of those in firmware-configs. */
  readonly tags: readonly { readonly mac: string; readonly model: string; readonly batteryMv?: number }[];
  /** How often tags ask. More than some dozens do so spread over this time. */
  readonly pollMs?: number;
  /** Share, 0 to 1, of polls that nobody hears and of transfers that fail; the content goes on waiting. */
  readonly lossRate?: number;
  readonly seed?: number;
  /** Time from a transfer to a drawn panel. */
  readonly refreshMs?: number;
  /** Memory that each waiting content takes of the heap; content is refused when little is left. */
  readonly heapPerContentBytes?: number;
  readonly clock?: Clock;
}

/** An openESL access point with its tags, over real HTTP. What the public API text leaves open is as the driver assumes it. Faults are settable while it runs. */
export class OpenEslSimulator {
  readonly #options: OpenEslSimulatorOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #tags = new Map<string, SimulatedEslTag>();
  readonly #inOrder: SimulatedEslTag[] = [];
  readonly #timers = new Set<{ cancel(): void }>();
  readonly #server: HangingServer;
  #isRunning = false;
  #slot = 0;
  #wrongTokens = 0;
  #lockedUntilMs = 0;
  #busyAnswers = 0;
  #heapBytes = DEFAULT_HEAP_BYTES;
  #lossRate: number;
  #lie: OpenEslLie = 'none';
  #requests = 0;

  constructor(options: OpenEslSimulatorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = seededRandom(options.seed ?? 1);
    this.#lossRate = options.lossRate ?? 0;
    this.#server = new HangingServer({
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 0,
      handle: (request, response) => this.#handle(request, response),
    });
    for (const tag of options.tags) this.addTag(tag);
  }

  async start(): Promise<void> {
    if (this.#isRunning) return;
    await this.#server.start();
    this.#isRunning = true;
    for (const tag of this.#inOrder) this.#wake(tag);
    this.#wakeLater();
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    await this.#server.stop();
  }

  get url(): string {
    return this.#server.url;
  }

  /** Requests that came, whatever became of them. */
  get requestCount(): number {
    return this.#requests;
  }

  /** Throws for a model that is not in firmware-configs. */
  addTag({ mac, model, batteryMv = 2_980 }: OpenEslSimulatorOptions['tags'][number]): void {
    if (!OPENESL_MODELS.has(model)) throw new Error(`no model ${model}`);
    if (!this.#tags.has(mac)) this.#list(new SimulatedEslTag(mac, model, batteryMv));
  }

  /** What a person would see on the tag now; `undefined` before its first content. */
  shown(mac: string): SimulatedContent | undefined {
    return this.#tags.get(mac)?.face.shown;
  }

  /** Times that new content was set for a tag. */
  setCount(mac: string): number {
    return this.#tags.get(mac)?.sets ?? 0;
  }

  setSilent(mac: string, silent: boolean): void {
    const tag = this.#tags.get(mac);
    if (tag) tag.silent = silent;
  }

  /** The tag starts anew with an empty face, and the access point hears of it. */
  forgetContent(mac: string): void {
    const tag = this.#tags.get(mac);
    if (!tag) return;
    tag.acknowledged = undefined;
    tag.face.shown = undefined;
  }

  setLossRate(share: number): void {
    this.#lossRate = share;
  }

  setLie(lie: OpenEslLie): void {
    this.#lie = lie;
  }

  setHeap(bytes: number): void {
    this.#heapBytes = bytes;
  }

  /** Answer the next requests with 503; 0 ends that. */
  refuse(count: number): void {
    this.#busyAnswers = count;
  }

  hang(hang: Hang): void {
    this.#server.hang = hang;
  }

  /** Switched off and on: connections end, waiting content is lost, and tags are listed again as they ask. */
  reboot(): void {
    for (const tag of this.#inOrder) tag.loseQueue();
    this.#server.dropAll();
  }

  #list(tag: SimulatedEslTag): void {
    this.#tags.set(tag.mac, tag);
    this.#inOrder.push(tag);
  }

  #wakeLater(): void {
    const slots = this.#inOrder.length > TAGS_AT_ONCE ? SLOTS : 1;
    this.#after((this.#options.pollMs ?? 60_000) / slots, () => {
      this.#slot = (this.#slot + 1) % slots;
      for (let at = this.#slot; at < this.#inOrder.length; at += slots)
        this.#wake(this.#inOrder[at] as SimulatedEslTag);
      this.#wakeLater();
    });
  }

  #wake(tag: SimulatedEslTag): void {
    if (tag.silent || tag.isRefreshing || this.#random() < this.#lossRate) return;
    tag.poll(Math.floor(this.#clock.now() / 1_000));
    const content = tag.wanted;
    if (!content || this.#random() < this.#lossRate) return;
    tag.isRefreshing = true;
    this.#after(this.#options.refreshMs ?? 0, () => tag.drawn(content));
  }

  #after(delayMs: number, act: () => void): void {
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#isRunning) act();
    }, delayMs);
    this.#timers.add(timer);
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    this.#requests += 1;
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    request.on('end', () => {
      const [status, body] =
        bytes > MAX_BODY_BYTES ? ([413, { error: 'too large' }] as const) : this.#answer(request, chunks);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }

  #answer({ method = 'GET', url = '/', headers }: IncomingMessage, chunks: readonly Buffer[]): Reply {
    const refusal = this.#admit(headers.authorization);
    if (refusal) return refusal;
    if (this.#busyAnswers > 0) {
      this.#busyAnswers -= 1;
      return [503, { error: 'busy' }];
    }
    const [, mac] = /^\/api\/tags\/([0-9A-Fa-f]{16})$/.exec(url) ?? [];
    const text = Buffer.concat(chunks).toString('utf8');
    if (url === '/api/tags' && method === 'GET')
      return [200, { tags: this.#inOrder.filter((tag) => !tag.isForgotten).map((tag) => tag.listing()) }];
    if (url === '/api/tags' && method === 'PUT') return this.#put(text);
    if (mac !== undefined) return this.#one(method, mac.toUpperCase(), text);
    if (url === '/api/health') return [200, { attention: this.#inOrder.filter(({ silent }) => silent).length }];
    if (url === '/api/schedule') return [200, []];
    if (url.startsWith('/api/layouts/') && method === 'PUT') return [200, {}];
    return [404, { error: 'not found' }];
  }

  #admit(authorization: string | undefined): Reply | undefined {
    const now = this.#clock.now();
    if (now < this.#lockedUntilMs) return [423, { error: 'locked' }];
    if (authorization === `Bearer ${this.#options.token}`) {
      this.#wrongTokens = 0;
      return undefined;
    }
    this.#wrongTokens += 1;
    if (this.#wrongTokens >= WRONG_TOKENS) {
      this.#wrongTokens = 0;
      this.#lockedUntilMs = now + LOCK_MS;
    }
    return [401, { error: 'token' }];
  }

  #one(method: string, mac: string, text: string): Reply {
    const tag = this.#tags.get(mac);
    if (!tag || tag.isForgotten) return [404, { error: 'no such tag' }];
    if (method === 'GET') return [200, tag.listing()];
    if (method === 'PUT') return this.#put(`[${text.replace('{', `{"mac":"${mac}",`)}]`);
    if (method !== 'DELETE') return [405, { error: method }];
    tag.forget();
    return [200, {}];
  }

  #put(text: string): Reply {
    const entries = z.array(Entry).max(MAX_BATCH).safeParse(parse(text));
    if (!entries.success) return [400, { error: 'bad list' }];
    const waiting = this.#inOrder.filter(({ wanted }) => wanted !== undefined).length;
    if (this.#heapBytes - waiting * (this.#options.heapPerContentBytes ?? 0) < LEAST_HEAP_BYTES)
      return [503, { error: 'out of memory' }];
    return [200, { results: entries.data.map(({ mac, ...content }) => this.#set(mac.toUpperCase(), content)) }];
  }

  #set(mac: string, content: SimulatedContent): { mac: string; status: string; error?: string } {
    const tag = this.#tags.get(mac);
    if (!tag || tag.isForgotten) return { mac, status: 'error', error: 'no such tag' };
    const bytes = content.fields.reduce((sum, field) => sum + Buffer.byteLength(field) + 1, 0);
    if (bytes > MAX_FIELD_BYTES) return { mac, status: 'error', error: 'fields too long' };
    return { mac, status: tag.set(content, this.#lie) };
  }
}

type Reply = readonly [status: number, body: unknown];

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
