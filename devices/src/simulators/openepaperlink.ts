import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Busboy } from '@fastify/busboy';
import { OPENEPAPERLINK_TAG_TYPES } from '@tillside/firmware-configs';
import { WebSocketServer } from 'ws';
import { baselineSize } from './openepaperlink-picture.ts';
import { SimulatedTag } from './openepaperlink-tag.ts';

/** What the access point logs when it queues nothing; the driver reads it. */
const SAME_AS_CURRENT = 'new image is the same as current image. not updating tag.';
const MAX_UPLOAD_BYTES = 1_000_000;
/** A page of the tag list ends once it is longer. */
const PAGE_BYTES = 5_000;
const DEFAULT_HEAP_BYTES = 120_000;

export interface OpenEpaperLinkSimulatorOptions {
  readonly host?: string;
  /** 0 picks a free port. */
  readonly port?: number;
  /** `mac` is 16 upper-case hex digits. */
  readonly tags: readonly { readonly mac: string; readonly hwType: number; readonly batteryMv?: number }[];
  /** How often tags wake up. */
  readonly checkInMs?: number;
  /** How often the access point tells its memory. */
  readonly sysMs?: number;
  /** Time from upload to queued picture. */
  readonly processMs?: number;
}

export interface ShownPicture {
  readonly jpeg: Uint8Array;
  /** MD5 of the bytes that the panel took. */
  readonly planesMd5: string;
  readonly planesBytes: number;
}

/** An OpenEPaperLink access point with its tags, over real HTTP and WebSocket. Faults are settable while it runs. */
export class OpenEpaperLinkSimulator {
  readonly #options: OpenEpaperLinkSimulatorOptions;
  readonly #tags = new Map<string, SimulatedTag>();
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  #timers: NodeJS.Timeout[] = [];
  #processing = new Set<NodeJS.Timeout>();
  #busyAnswers = 0;
  #heapBytes = DEFAULT_HEAP_BYTES;
  readonly #uploadTimesMs: number[] = [];
  readonly #flashes: string[] = [];

  constructor(options: OpenEpaperLinkSimulatorOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#server) return;
    for (const tag of this.#options.tags) this.addTag(tag);
    const server = createServer((request, response) => this.#handle(request, response));
    const sockets = new WebSocketServer({ server, path: '/ws' });
    this.#server = server;
    this.#sockets = sockets;
    sockets.on('connection', () => this.#tellSys());
    sockets.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#options.port ?? 0, this.#options.host ?? '127.0.0.1', resolve);
    });
    this.#timers = [
      setInterval(() => this.#checkInAll(), this.#options.checkInMs ?? 500),
      setInterval(() => this.#tellSys(), this.#options.sysMs ?? 1_000),
    ];
    this.#checkInAll();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    for (const timer of [...this.#timers, ...this.#processing]) clearTimeout(timer);
    for (const socket of this.#sockets?.clients ?? []) socket.terminate();
    this.#sockets?.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  get url(): string {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (!address) throw new Error('the simulator is not running');
    return `http://${this.#options.host ?? '127.0.0.1'}:${address.port}`;
  }

  /** A tag comes near: known from its first check-in on. Throws for a hwType that is not in the tag types. */
  addTag(tag: { mac: string; hwType: number; batteryMv?: number }): void {
    const type = OPENEPAPERLINK_TAG_TYPES.get(tag.hwType);
    if (!type) throw new Error(`no tag type ${tag.hwType}`);
    if (!this.#tags.has(tag.mac)) this.#tags.set(tag.mac, new SimulatedTag(tag.mac, type, tag.batteryMv ?? 2_950));
  }

  /** What a person would see on the tag now; `undefined` before its first picture. */
  tagImage(mac: string): ShownPicture | undefined {
    const shown = this.#tags.get(mac)?.shown;
    return shown && { jpeg: shown.jpeg, planesMd5: shown.md5, planesBytes: shown.planes.length };
  }

  /** Uploads that were accepted for a tag. */
  uploadCount(mac: string): number {
    return this.#tags.get(mac)?.uploads ?? 0;
  }

  /** When uploads came, refused ones included; milliseconds of `performance.now`. */
  get uploadTimesMs(): readonly number[] {
    return this.#uploadTimesMs;
  }

  /** Tags that were told to blink, in order. */
  get flashes(): readonly string[] {
    return this.#flashes;
  }

  /** Answer the next uploads with 409. */
  refuseUploads(count: number): void {
    this.#busyAnswers = count;
  }

  setHeap(bytes: number): void {
    this.#heapBytes = bytes;
    this.#tellSys();
  }

  setSilent(mac: string, silent: boolean): void {
    const tag = this.#tags.get(mac);
    if (tag) tag.silent = silent;
  }

  /** The tag's next transfers break off: the access point forgets the picture and the tag keeps the old one. */
  breakTransfers(mac: string, count: number): void {
    const tag = this.#tags.get(mac);
    if (tag) tag.brokenTransfers = count;
  }

  /** Send any text to every WebSocket, e.g. garbage. */
  broadcast(text: string): void {
    for (const socket of this.#sockets?.clients ?? []) socket.send(text);
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://ap');
    if (request.method === 'POST' && url.pathname === '/imgupload') this.#upload(request, response);
    else answer(response, this.#read(url));
  }

  #read(url: URL): Reply {
    const mac = (url.searchParams.get('mac') ?? '').toUpperCase();
    if (url.pathname === '/get_db') return [200, this.#list(mac, Number(url.searchParams.get('pos') ?? 0))];
    if (url.pathname === '/getdata') return this.#data(mac, url.searchParams.get('md5'));
    if (url.pathname === '/led_flash') return this.#flash(mac, url.searchParams.get('pattern'));
    return [404, 'Not found'];
  }

  #upload(request: IncomingMessage, response: ServerResponse): void {
    this.#uploadTimesMs.push(performance.now());
    if (this.#busyAnswers > 0) {
      this.#busyAnswers -= 1;
      request.resume();
      answer(response, [409, 'Come back later']);
      return;
    }
    const contentType = request.headers['content-type'];
    if (!contentType?.startsWith('multipart/form-data')) {
      answer(response, [400, 'parameters incomplete']);
      return;
    }
    let mac = '';
    let problem: string | undefined;
    const chunks: Buffer[] = [];
    const form = new Busboy({
      headers: { ...request.headers, 'content-type': contentType },
      limits: { fileSize: MAX_UPLOAD_BYTES },
    });
    form.on('field', (name, value) => {
      if (name === 'mac') mac = value.toUpperCase();
    });
    form.on('file', (_name, stream) => {
      if (mac === '') problem = 'parameters incomplete';
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', () => {
        problem = 'file too large';
      });
    });
    form.on('error', () => answer(response, [400, 'parameters incomplete']));
    form.on('finish', () => {
      const refusal = problem ?? this.#accept(mac, Buffer.concat(chunks));
      answer(response, refusal === undefined ? [200, 'Ok, saved'] : [400, refusal]);
    });
    request.pipe(form);
  }

  /** Stricter than the real one, which draws a picture of a wrong size cut off: here it is refused, with the reason. */
  #accept(mac: string, jpeg: Buffer): string | undefined {
    const tag = this.#tags.get(mac);
    if (!tag) return 'mac not found';
    const size = baselineSize(jpeg);
    if (typeof size === 'string') return size;
    if (size.widthPx !== tag.type.widthPx || size.heightPx !== tag.type.heightPx) {
      return `wrong size ${size.widthPx}x${size.heightPx}, the tag has ${tag.type.widthPx}x${tag.type.heightPx}`;
    }
    tag.upload(jpeg);
    this.#tellTag(tag);
    const timer = setTimeout(() => {
      this.#processing.delete(timer);
      const outcome = tag.process();
      if (outcome === 'same') this.broadcast(JSON.stringify({ logMsg: SAME_AS_CURRENT }));
      this.#tellTag(tag);
    }, this.#options.processMs ?? 20);
    this.#processing.add(timer);
    return undefined;
  }

  #list(mac: string, position: number): string {
    const wanted = [...this.#tags.values()].filter((tag) => mac === '' || tag.mac === mac);
    const tags: unknown[] = [];
    for (const [index, tag] of wanted.slice(position).entries()) {
      tags.push(tag.record());
      const next = position + index + 1;
      if (JSON.stringify(tags).length > PAGE_BYTES && next < wanted.length)
        return JSON.stringify({ tags, continu: next });
    }
    return JSON.stringify({ tags });
  }

  #data(mac: string, md5: string | null): Reply {
    const queued = this.#tags.get(mac)?.queued;
    if (!this.#tags.has(mac)) return [400, 'No data available'];
    if (!queued || (md5 !== null && !queued.md5.startsWith(md5.toLowerCase().slice(0, 16))))
      return [404, 'File not found'];
    return [200, queued.planes];
  }

  #flash(mac: string, pattern: string | null): Reply {
    if (!this.#tags.has(mac)) return [400, 'parameters are missing'];
    if (!/^[0-9a-fA-F]{24}$/.test(pattern ?? '')) return [400, 'Error: expects 12 hex bytes in pattern'];
    this.#flashes.push(mac);
    return [200, 'ok, request transmitted'];
  }

  #checkInAll(): void {
    const nowS = Math.floor(Date.now() / 1_000);
    for (const tag of this.#tags.values()) {
      if (tag.silent) continue;
      tag.checkIn(nowS, Math.ceil((this.#options.checkInMs ?? 500) / 1_000));
      this.#tellTag(tag);
    }
  }

  #tellTag(tag: SimulatedTag): void {
    this.broadcast(JSON.stringify({ tags: [tag.record()] }));
  }

  #tellSys(): void {
    const sys = { currtime: Math.floor(Date.now() / 1_000), heap: this.#heapBytes, recordcount: this.#tags.size };
    this.broadcast(JSON.stringify({ sys }));
  }
}

type Reply = readonly [status: number, body: string | Uint8Array];

function answer(response: ServerResponse, [status, body]: Reply): void {
  if (!response.writableEnded) response.writeHead(status).end(body);
}
