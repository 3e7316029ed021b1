import type { IncomingMessage, ServerResponse } from 'node:http';
import { OPENEPAPERLINK_TAG_TYPES, type TagType } from '@tillside/firmware-configs';
import { WebSocketServer } from 'ws';
import { systemClock } from '../clock.ts';
import type { Clock } from '../contract/transport.ts';
import { type Hang, HangingServer } from './hanging-server.ts';
import { type Form, readForm } from './http-form.ts';
import { oneTag, pageOfTags } from './openepaperlink-list.ts';
import type { OpenEpaperLinkSimulatorOptions, SimulatedTagOptions } from './openepaperlink-options.ts';
import { baselineSize } from './openepaperlink-picture.ts';
import { type RefreshMs, SimulatedRadio } from './openepaperlink-radio.ts';
import { type ApLie, SimulatedTag } from './openepaperlink-tag.ts';
import { seededRandom } from './random.ts';

export type { OpenEpaperLinkSimulatorOptions, SimulatedTagOptions } from './openepaperlink-options.ts';

/** What the access point logs when it queues nothing; the driver reads it. */
const SAME_AS_CURRENT = 'new image is the same as current image. not updating tag.';
const DEFAULT_HEAP_BYTES = 120_000;
/** Uploads are refused below. */
const LEAST_HEAP_BYTES = 10_000;
const MAX_UPLOAD_TIMES = 10_000;
const AT_ONCE: RefreshMs = { bw: 0, red: 0, yellow: 0 };

export interface ShownPicture {
  readonly jpeg: Uint8Array;
  /** MD5 of the bytes that the panel took. */
  readonly planesMd5: string;
  readonly planesBytes: number;
}

/** An OpenEPaperLink access point with its tags, over real HTTP and WebSocket. Faults are settable while it runs. */
export class OpenEpaperLinkSimulator {
  readonly #options: OpenEpaperLinkSimulatorOptions;
  readonly #clock: Clock;
  readonly #tags = new Map<string, SimulatedTag>();
  /** The same, by position in the list. */
  readonly #inOrder: SimulatedTag[] = [];
  readonly #queued = new Set<SimulatedTag>();
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #server: HangingServer;
  readonly #radio: SimulatedRadio;
  readonly #processing = new Set<{ cancel(): void }>();
  #sysTimer: { cancel(): void } | undefined;
  #isRunning = false;
  #busyAnswers = 0;
  #heapBytes = DEFAULT_HEAP_BYTES;
  #lossRate: number;
  #lie: ApLie = 'none';
  readonly #uploadTimesMs: number[] = [];
  readonly #flashes: string[] = [];

  constructor(options: OpenEpaperLinkSimulatorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#lossRate = options.lossRate ?? 0;
    this.#server = new HangingServer({
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 0,
      handle: (request, response) => this.#handle(request, response),
      upgrade: (request, socket, head) => {
        this.#sockets.handleUpgrade(request, socket, head, () => this.#tellSys());
      },
    });
    this.#radio = new SimulatedRadio({
      clock: this.#clock,
      random: seededRandom(options.seed ?? 1),
      checkInMs: options.checkInMs ?? 500,
      lossRate: () => this.#lossRate,
      refreshMs: options.refreshMs ?? AT_ONCE,
      tags: this.#inOrder,
      lie: () => this.#lie,
      onHeard: (tag) => this.#tellTag(tag),
    });
  }

  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const tag of this.#options.tags) this.addTag(tag);
    await this.#server.start();
    this.#sysLater();
    this.#radio.start();
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#radio.stop();
    this.#sysTimer?.cancel();
    for (const timer of this.#processing) timer.cancel();
    for (const socket of this.#sockets.clients) socket.terminate();
    await this.#server.stop();
  }

  get url(): string {
    return this.#server.url;
  }

  /** A tag comes near: known from its first check-in on. Throws for a hwType that is not in the tag types. */
  addTag({ mac, hwType, batteryMv = 2_950 }: SimulatedTagOptions): void {
    if (!this.#tags.has(mac)) this.#list(new SimulatedTag(mac, typeOf(hwType), batteryMv));
  }

  /** A tag is carried to another access point: this one hears it no more and keeps what it knew. It may be carried back. */
  carryTo(mac: string, other: OpenEpaperLinkSimulator): void {
    const tag = this.#tags.get(mac);
    if (!tag) throw new Error(`no tag ${mac}`);
    tag.silent = true;
    const there = other.#tags.get(mac);
    if (there) there.silent = false;
    else other.#list(new SimulatedTag(mac, tag.type, tag.batteryMv, tag.panel));
  }

  /** What a person would see on the tag now; `undefined` before its first picture. */
  tagImage(mac: string): ShownPicture | undefined {
    const shown = this.#tags.get(mac)?.panel.shown;
    return shown && { jpeg: shown.jpeg, planesMd5: shown.md5, planesBytes: shown.planes.length };
  }

  /** Uploads that were accepted for a tag. */
  uploadCount(mac: string): number {
    return this.#tags.get(mac)?.uploads ?? 0;
  }

  /** When uploads came, refused ones included, the first of them; milliseconds of the clock. */
  get uploadTimesMs(): readonly number[] {
    return this.#uploadTimesMs;
  }

  /** Tags that were told to blink, in order. */
  get flashes(): readonly string[] {
    return this.#flashes;
  }

  /** Answer the next uploads with 409; 0 ends that. */
  refuseUploads(count: number): void {
    this.#busyAnswers = count;
  }

  /** Free memory before what waiting pictures take. */
  setHeap(bytes: number): void {
    this.#heapBytes = bytes;
    this.#tellSys();
  }

  setLossRate(share: number): void {
    this.#lossRate = share;
  }

  setLie(lie: ApLie): void {
    this.#lie = lie;
  }

  /** Connections stay or are accepted, and nothing (or half) is said on them. */
  hang(hang: Hang): void {
    this.#server.hang = hang;
  }

  /** Switched off and on: connections end, waiting pictures are lost, and tags are listed again as they check in. */
  reboot(): void {
    for (const timer of this.#processing) timer.cancel();
    this.#processing.clear();
    for (const tag of this.#inOrder) tag.loseQueue();
    this.#queued.clear();
    this.#server.dropAll();
  }

  /** Facts of a tag change; `signal: undefined` is a firmware that tells none. */
  changeTag(mac: string, change: Partial<Pick<SimulatedTag, 'batteryMv' | 'signal'>> & { hwType?: number }): void {
    const { hwType, ...facts } = change;
    const tag = this.#tags.get(mac);
    if (tag) Object.assign(tag, facts, hwType === undefined ? {} : { type: typeOf(hwType) });
  }

  setSilent(mac: string, silent: boolean): void {
    const tag = this.#tags.get(mac);
    if (tag) tag.silent = silent;
  }

  /** The tag starts anew and the access point no longer knows its picture. */
  forgetPicture(mac: string): void {
    this.#tags.get(mac)?.forgetHash();
  }

  /** The tag's next transfers break off: the access point forgets the picture and the tag keeps the old one. */
  breakTransfers(mac: string, count: number): void {
    const tag = this.#tags.get(mac);
    if (tag) tag.brokenTransfers = count;
  }

  /** Send any text to every WebSocket, e.g. garbage. */
  broadcast(text: string): void {
    if (this.#server.hang === 'off') for (const socket of this.#sockets.clients) socket.send(text);
  }

  #list(tag: SimulatedTag): void {
    this.#tags.set(tag.mac, tag);
    this.#inOrder.push(tag);
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://ap');
    if (request.method === 'POST' && url.pathname === '/imgupload') this.#upload(request, response);
    else if (request.method === 'POST' && url.pathname === '/tag_cmd') this.#command(request, response);
    else answer(response, this.#read(url));
  }

  #read(url: URL): Reply {
    const mac = (url.searchParams.get('mac') ?? '').toUpperCase();
    if (url.pathname === '/get_db')
      return [
        200,
        mac === '' ? pageOfTags(this.#inOrder, Number(url.searchParams.get('pos') ?? 0)) : oneTag(this.#tags.get(mac)),
      ];
    if (url.pathname === '/getdata') return this.#data(mac, url.searchParams.get('md5'));
    if (url.pathname === '/led_flash') return this.#flash(mac, url.searchParams.get('pattern'));
    return [404, 'Not found'];
  }

  #upload(request: IncomingMessage, response: ServerResponse): void {
    if (this.#uploadTimesMs.length < MAX_UPLOAD_TIMES) this.#uploadTimesMs.push(this.#clock.now());
    const refusal: Reply | undefined =
      this.#busyAnswers > 0
        ? [409, 'Come back later']
        : this.#freeBytes() < LEAST_HEAP_BYTES
          ? [503, 'out of memory']
          : undefined;
    if (refusal) {
      if (refusal[0] === 409) this.#busyAnswers -= 1;
      request.resume();
      answer(response, refusal);
      return;
    }
    readForm(request, (form) => {
      const problem = typeof form === 'string' ? form : this.#accept(form);
      answer(response, problem === undefined ? [200, 'Ok, saved'] : [400, problem]);
    });
  }

  /** Stricter than the real one, which draws a picture of a wrong size cut off: here it is refused, with the reason. */
  #accept({ fields, file }: Form): string | undefined {
    const tag = this.#tags.get((fields.get('mac') ?? '').toUpperCase());
    if (file === undefined) return 'parameters incomplete';
    if (!tag || tag.isForgotten) return 'mac not found';
    const size = baselineSize(file);
    if (typeof size === 'string') return size;
    if (size.widthPx !== tag.type.widthPx || size.heightPx !== tag.type.heightPx) {
      return `wrong size ${size.widthPx}x${size.heightPx}, the tag has ${tag.type.widthPx}x${tag.type.heightPx}`;
    }
    tag.upload(file);
    this.#tellTag(tag);
    const timer = this.#clock.setTimeout(() => {
      this.#processing.delete(timer);
      const outcome = tag.process(this.#options.isDrawn ?? true, this.#lie);
      if (outcome === 'same') this.broadcast(JSON.stringify({ logMsg: SAME_AS_CURRENT }));
      this.#tellTag(tag);
    }, this.#options.processMs ?? 20);
    this.#processing.add(timer);
    return undefined;
  }

  #command(request: IncomingMessage, response: ServerResponse): void {
    readForm(request, (form) => {
      const fields = typeof form === 'string' ? undefined : form.fields;
      const tag = this.#tags.get((fields?.get('mac') ?? '').toUpperCase());
      const command = fields?.get('cmd');
      if (!tag || command === undefined) return answer(response, [400, 'parameters are missing']);
      if (command === 'clear') tag.clear();
      if (command === 'refresh') tag.forgetHash();
      this.#tellTag(tag);
      answer(response, [200, 'Ok, done']);
    });
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

  #tellTag(tag: SimulatedTag): void {
    if (tag.queued) this.#queued.add(tag);
    else this.#queued.delete(tag);
    this.broadcast(JSON.stringify({ tags: [tag.record()] }));
  }

  #freeBytes(): number {
    return Math.max(0, this.#heapBytes - this.#queued.size * (this.#options.heapPerPictureBytes ?? 0));
  }

  #sysLater(): void {
    this.#sysTimer = this.#clock.setTimeout(() => {
      this.#tellSys();
      this.#sysLater();
    }, this.#options.sysMs ?? 1_000);
  }

  #tellSys(): void {
    const currtime = Math.floor(this.#clock.now() / 1_000);
    this.broadcast(JSON.stringify({ sys: { currtime, heap: this.#freeBytes(), recordcount: this.#tags.size } }));
  }
}

type Reply = readonly [status: number, body: string | Uint8Array];

function typeOf(hwType: number): TagType {
  const type = OPENEPAPERLINK_TAG_TYPES.get(hwType);
  if (!type) throw new Error(`no tag type ${hwType}`);
  return type;
}

function answer(response: ServerResponse, [status, body]: Reply): void {
  if (!response.writableEnded) response.writeHead(status).end(body);
}
