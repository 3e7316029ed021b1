import { createHash } from 'node:crypto';
import { OPENEPAPERLINK_TAG_TYPES } from '@tillside/firmware-configs';
import type { z } from 'zod';
import { backoffMs } from '../../../backoff.ts';
import { condition, conditionOf, DeviceError } from '../../../conditions.ts';
import type { CommandResult, DeviceCommand } from '../../../contract/command.ts';
import type { DeviceSession, DriverContext } from '../../../contract/definition.ts';
import type { Condition, DeviceState, LabelEvent } from '../../../contract/event.ts';
import type { LabelRenderer } from '../../../render/label-renderer.ts';
import { RejectBudget } from '../../../transport/http-rejects.ts';
import { factsOf, MAX_TAGS, TagTable } from '../tag-table.ts';
import { ApClient } from './ap-client.ts';
import { ApSocket } from './ap-socket.ts';
import { decodeApMessage, type TagRecord } from './messages.ts';
import type { OpenEpaperLinkOptions } from './options.ts';
import { type Picture, Uploads } from './uploads.ts';

type ShowLabel = Extract<DeviceCommand, { type: 'show-label' }>;
type LabelState = z.infer<typeof LabelEvent>['state'];

/** Runs one access point: knows its tags, takes pictures to them and says what became of each. */
export class OpenEpaperLinkSession implements DeviceSession {
  readonly #context: DriverContext<OpenEpaperLinkOptions>;
  readonly #renderer: LabelRenderer;
  readonly #tags: TagTable<TagRecord>;
  readonly #rejects: RejectBudget;
  #client: ApClient | undefined;
  #socket: ApSocket | undefined;
  #uploads: Uploads | undefined;
  #abort: AbortController | undefined;
  #sweepTimer: { cancel(): void } | undefined;
  #online = false;
  /** Why pictures wait although the access point speaks. */
  #trouble: Condition | undefined;
  #listing: { cancel(): void } | undefined;
  #leftOut = 0;
  #heapBytes = Number.POSITIVE_INFINITY;
  /** Access point's clock minus ours; unknown until it tells its time. */
  #skewMs: number | undefined;
  #lastState = '';

  constructor(context: DriverContext<OpenEpaperLinkOptions>, renderer: LabelRenderer) {
    this.#context = context;
    this.#renderer = renderer;
    this.#rejects = new RejectBudget(context);
    this.#tags = new TagTable(context.options.seenEveryMs);
  }

  async start(): Promise<void> {
    if (this.#socket) return;
    const { config, options, clock } = this.#context;
    if (config.connection.kind !== 'http') throw new DeviceError('CONNECTION_UNSUPPORTED', config.connection.kind);
    this.#state('starting');
    const random = this.#context.random ?? Math.random;
    const baseUrl = config.connection.url;
    this.#abort = new AbortController();
    this.#client = new ApClient({ baseUrl, timeoutMs: options.requestTimeoutMs, signal: this.#abort.signal });
    this.#uploads = this.#makeUploads(this.#client, random);
    this.#socket = new ApSocket({
      url: `${baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '')}/ws`,
      clock,
      random,
      quietMs: options.quietMs,
      backoff: { minMs: 50, baseMs: options.backoffBaseMs, maxMs: options.backoffMaxMs },
      onOpen: () => this.#opened(),
      onMessage: (text) => this.#message(text),
      onDown: (reason, quiet) =>
        this.#down(quiet ? 'silent' : 'offline', quiet ? 'AP_SILENT' : 'AP_UNREACHABLE', reason),
    });
    this.#socket.start();
    this.#sweepTimer = clock.setTimeout(() => this.#sweep(), options.sweepMs);
  }

  async stop(): Promise<void> {
    if (!this.#socket) return;
    this.#sweepTimer?.cancel();
    this.#listing?.cancel();
    this.#socket.stop();
    this.#uploads?.stop();
    this.#abort?.abort();
    this.#rejects.stop();
    this.#socket = undefined;
    this.#uploads = undefined;
    this.#client = undefined;
    this.#online = false;
    await this.#renderer.stop();
    this.#state('stopped');
  }

  async command(command: DeviceCommand): Promise<CommandResult> {
    try {
      if (command.type === 'show-label') return await this.#show(command);
      if (command.type === 'drop-label') return await this.#drop(command.tagId);
      if (command.type === 'flash-label') return await this.#flash(command.tagId);
      return failed(condition('COMMAND_UNSUPPORTED'));
    } catch (error) {
      return failed(conditionOf(error, 'DRIVER_EXCEPTION'));
    }
  }

  /** While the access point is away, a tag that is known still gets its picture queued; it goes out when the access point is back. */
  async #show({ tagId, content, isUrgent = false }: ShowLabel): Promise<CommandResult> {
    const { client, uploads } = this.#running();
    const record = this.#tags.get(tagId) ?? (await client.tag(tagId));
    if (!record) return failed(condition('TAG_UNKNOWN', tagId));
    const type = OPENEPAPERLINK_TAG_TYPES.get(record.hwType);
    if (!type) return failed(condition('TAG_TYPE_UNKNOWN', `hwType ${record.hwType}`));
    const jpeg = await this.#renderer.render(content, type);
    const imageHash = createHash('md5').update(jpeg).digest('hex');
    const picture: Picture = { tagId, hwType: type.hwType, jpeg, imageHash, isUrgent };
    const shown = uploads.shows(picture, this.#tags.get(tagId) ?? record);
    if (shown) this.#label(tagId, 'shown', { imageHash });
    const unchanged = shown || uploads.underWay(picture);
    if (!unchanged) uploads.add(picture);
    return { ok: true, value: { imageHash, unchanged } };
  }

  async #drop(tagId: string): Promise<CommandResult> {
    const { uploads } = this.#running();
    return { ok: true, value: { dropped: await uploads.drop(tagId) } };
  }

  async #flash(tagId: string): Promise<CommandResult> {
    const { client } = this.#running();
    const done = await client.flash(tagId, this.#context.options.flashPattern);
    return done ? { ok: true, value: { tagId } } : failed(condition('TAG_UNKNOWN', tagId));
  }

  #running(): { client: ApClient; uploads: Uploads } {
    if (!this.#client || !this.#uploads) throw new DeviceError('DEVICE_STOPPED');
    return { client: this.#client, uploads: this.#uploads };
  }

  #makeUploads(client: ApClient, random: () => number): Uploads {
    const { clock, options } = this.#context;
    return new Uploads({
      client,
      clock,
      random,
      options,
      ready: () => this.#online && this.#heapBytes >= options.minHeapBytes,
      isKnown: (tagId) => this.#tags.get(tagId) !== undefined,
      onTag: (record) => this.#seen(record),
      onQueued: ({ tagId, imageHash }) => this.#label(tagId, 'queued', { imageHash }),
      onShown: ({ tagId, imageHash }, record) => {
        this.#tags.update(record, clock.now());
        this.#label(tagId, 'shown', { imageHash });
      },
      onFailed: ({ tagId, imageHash }, because) => this.#label(tagId, 'failed', { imageHash, reason: because.code }),
      onOther: (record, imageHash) => {
        this.#tags.update(record, clock.now());
        this.#label(record.tagId, 'other', imageHash === undefined ? {} : { imageHash });
      },
      onTrouble: (because) => this.#troubled(because),
      onWell: () => this.#troubled(undefined),
    });
  }

  #opened(): void {
    this.#online = true;
    this.#trouble = undefined;
    this.#heapBytes = Number.POSITIVE_INFINITY;
    this.#tell();
    this.#list(0);
    this.#uploads?.kick();
  }

  /** Asks for all tags; again, ever more rarely, while that fails. */
  #list(attempt: number): void {
    const { clock, options, random = Math.random } = this.#context;
    this.#listing?.cancel();
    this.#leftOut = 0;
    this.#client
      ?.allTags((tags) => {
        for (const tag of tags) this.#seen(tag);
      })
      .then(
        () => this.#troubled(undefined),
        (error) => {
          if (!this.#socket || !this.#online) return;
          this.#troubled(conditionOf(error, 'AP_UNREACHABLE'));
          const limits = { minMs: 50, baseMs: options.backoffBaseMs, maxMs: options.backoffMaxMs };
          this.#listing = clock.setTimeout(() => this.#list(attempt + 1), backoffMs(attempt, limits, random));
        },
      );
  }

  #down(state: DeviceState, code: 'AP_SILENT' | 'AP_UNREACHABLE', reason: string): void {
    this.#online = false;
    this.#listing?.cancel();
    this.#state(state, condition(code, reason));
  }

  #message(text: string): void {
    const message = decodeApMessage(text);
    if (!message || message.badTags > 0) this.#rejects.tell('AP_BAD_ANSWER', Buffer.byteLength(text));
    if (!message) return;
    for (const tag of message.tags) this.#seen(tag);
    if (message.sameAsCurrent) this.#uploads?.observeSame();
    if (message.sys) this.#sys(message.sys);
  }

  #sys(sys: { heapBytes: number; timeS: number }): void {
    this.#heapBytes = sys.heapBytes;
    this.#skewMs = sys.timeS * 1_000 - this.#context.clock.now();
    this.#tell();
    this.#uploads?.kick();
  }

  #troubled(because: Condition | undefined): void {
    this.#trouble = because;
    this.#tell();
  }

  /** What people see of an access point that speaks: the worst of what is known. */
  #tell(): void {
    if (!this.#online || !this.#socket) return;
    const { minHeapBytes } = this.#context.options;
    const lowMemory =
      this.#heapBytes < minHeapBytes ? condition('AP_LOW_MEMORY', `${this.#heapBytes} bytes`) : undefined;
    const because = lowMemory ?? this.#trouble;
    if (because) this.#state('faulty', because);
    else if (this.#leftOut > 0) this.#state('online', condition('AP_TOO_MANY_TAGS', `over ${MAX_TAGS}`));
    else this.#state('online');
  }

  #seen(record: TagRecord): void {
    const news = this.#tags.update(record, this.#context.clock.now());
    if (news === 'left-out') {
      this.#leftOut += 1;
      if (this.#leftOut === 1) this.#tell();
      return;
    }
    if (news === 'new') this.#label(record.tagId, 'discovered', {});
    if (news === 'facts') this.#label(record.tagId, 'seen', {});
    this.#uploads?.observe(record);
  }

  #sweep(): void {
    const { clock, options } = this.#context;
    const nowS = (clock.now() + (this.#skewMs ?? 0)) / 1_000;
    // An access point that is away can't tell who checks in.
    const late = this.#online ? this.#tags.newlySilent(nowS, options.silentGraceMs / 1_000) : [];
    for (const tag of late) this.#label(tag.tagId, 'silent', {});
    this.#uploads?.sweep();
    this.#sweepTimer = clock.setTimeout(() => this.#sweep(), options.sweepMs);
  }

  #label(tagId: string, state: LabelState, more: { imageHash?: string; reason?: string }): void {
    const record = this.#tags.get(tagId);
    const facts = record ? factsOf(record, this.#skewMs) : {};
    this.#tags.noteTold(tagId, this.#context.clock.now());
    this.#context.emit({ ...this.#base(), type: 'label', tagId, state, ...facts, ...more });
  }

  #state(state: DeviceState, because?: Condition): void {
    const key = `${state} ${because?.code ?? ''}`;
    if (key === this.#lastState) return;
    this.#lastState = key;
    this.#context.emit({ ...this.#base(), type: 'state', state, ...(because ? { condition: because } : {}) });
  }

  #base(): { deviceId: string; at: string } {
    return { deviceId: this.#context.config.id, at: new Date(this.#context.clock.now()).toISOString() };
  }
}

function failed(because: Condition): CommandResult {
  return { ok: false, ...because };
}
