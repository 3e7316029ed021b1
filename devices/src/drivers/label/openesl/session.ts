import { OPENESL_MODELS } from '@tillside/firmware-configs';
import type { z } from 'zod';
import { backoffMs } from '../../../backoff.ts';
import { condition, conditionOf, DeviceError } from '../../../conditions.ts';
import type { CommandResult, DeviceCommand } from '../../../contract/command.ts';
import type { DeviceSession, DriverContext } from '../../../contract/definition.ts';
import type { Condition, DeviceState, LabelEvent } from '../../../contract/event.ts';
import { RejectBudget } from '../../../transport/http-rejects.ts';
import { factsOf, MAX_TAGS, TagTable } from '../tag-table.ts';
import { OpenEslClient } from './client.ts';
import { contentFields, contentHash } from './content.ts';
import { Deliveries, type Delivery } from './deliveries.ts';
import type { OpenEslTag, PutOutcome } from './messages.ts';
import type { OpenEslOptions } from './options.ts';

/** Refusals in a row after which people are told that the access point is busy. */
const BUSY_TOLD_AFTER = 5;

type ShowLabel = Extract<DeviceCommand, { type: 'show-label' }>;

/**
 * Runs one access point, one request at a time: a batch of what waits, then the list of tags, which alone proves anything. Content counts as shown when the
 * list says that the tag shows it and that the tag has asked since the access point took it.
 */
export class OpenEslSession implements DeviceSession {
  readonly #context: DriverContext<OpenEslOptions>;
  readonly #tags: TagTable<OpenEslTag>;
  readonly #deliveries = new Deliveries();
  readonly #rejects: RejectBudget;
  /** What each tag was proven to show, and which other content was told of it since. */
  readonly #proven = new Map<string, { imageHash: string; toldHash?: string | undefined }>();
  #listed: ReadonlySet<string> = new Set();
  #client: OpenEslClient | undefined;
  #abort: AbortController | undefined;
  #timer: { cancel(): void } | undefined;
  #isTurning = false;
  #sending: readonly Delivery[] = [];
  #troubles = 0;
  #notBeforeMs = 0;
  #lastState = '';

  constructor(context: DriverContext<OpenEslOptions>) {
    this.#context = context;
    this.#tags = new TagTable(context.options.seenEveryMs);
    this.#rejects = new RejectBudget(context);
  }

  async start(): Promise<void> {
    if (this.#client) return;
    const { config, options } = this.#context;
    if (config.connection.kind !== 'http') throw new DeviceError('CONNECTION_UNSUPPORTED', config.connection.kind);
    this.#state('starting');
    this.#abort = new AbortController();
    this.#client = new OpenEslClient({
      baseUrl: config.connection.url,
      token: options.token,
      timeoutMs: options.requestTimeoutMs,
      signal: this.#abort.signal,
    });
    this.#turnIn(0);
  }

  async stop(): Promise<void> {
    if (!this.#client) return;
    this.#client = undefined;
    this.#timer?.cancel();
    this.#abort?.abort();
    this.#rejects.stop();
    this.#deliveries.clear();
    this.#state('stopped');
  }

  async command(command: DeviceCommand): Promise<CommandResult> {
    try {
      if (!this.#client) throw new DeviceError('DEVICE_STOPPED');
      if (command.type === 'show-label') return this.#show(command);
      if (command.type === 'drop-label')
        return { ok: true, value: { dropped: await this.#drop(this.#client, command.tagId) } };
      return failed(condition('COMMAND_UNSUPPORTED'));
    } catch (error) {
      return failed(conditionOf(error, 'DRIVER_EXCEPTION'));
    }
  }

  /** A tag that was listed once gets its content queued also while the access point is away. */
  #show({ tagId, content, isUrgent = false }: ShowLabel): CommandResult {
    const tag = this.#tags.get(tagId);
    if (!tag) return failed(condition('TAG_UNKNOWN', tagId));
    if (!OPENESL_MODELS.has(tag.model)) return failed(condition('TAG_TYPE_UNKNOWN', tag.model));
    const mapped = contentFields(content, this.#context.options);
    const imageHash = contentHash(mapped);
    const underWay = this.#deliveries.get(tagId);
    const isShown = !underWay && tag.shownHash === imageHash && this.#proven.get(tagId)?.imageHash === imageHash;
    if (isShown) this.#label(tagId, 'shown', { imageHash });
    const unchanged = isShown || underWay?.imageHash === imageHash;
    if (!unchanged) {
      this.#deliveries.add({ tagId, content: mapped, imageHash, isUrgent });
      this.#turnIn(0);
    }
    return { ok: true, value: { imageHash, unchanged } };
  }

  async #drop(client: OpenEslClient, tagId: string): Promise<boolean> {
    const delivery = this.#deliveries.get(tagId);
    const isSending = this.#sending.some((sending) => sending.tagId === tagId);
    this.#deliveries.delete(tagId);
    this.#proven.delete(tagId);
    if (!delivery || (delivery.sends === 0 && !isSending)) return true;
    await client.forget(tagId);
    const { tags } = await client.tags();
    const tag = tags.find((each) => each.tagId === tagId);
    return !isSending && tag?.shownHash !== delivery.imageHash;
  }

  #turnIn(delayMs: number): void {
    if (!this.#client || this.#isTurning) return;
    const { clock } = this.#context;
    this.#timer?.cancel();
    this.#timer = clock.setTimeout(() => void this.#turn(), Math.max(delayMs, this.#notBeforeMs - clock.now()));
  }

  async #turn(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    const { clock, options } = this.#context;
    this.#isTurning = true;
    try {
      await this.#sendBatch(client);
      this.#take(await client.tags());
      this.#troubles = 0;
      this.#notBeforeMs = clock.now() + options.minGapMs;
    } catch (error) {
      if (this.#client) this.#inTrouble(conditionOf(error, 'AP_UNREACHABLE'));
    }
    this.#isTurning = false;
    if (this.#deliveries.hasWaiting) this.#turnIn(0);
    else this.#turnIn(this.#deliveries.size > 0 ? options.pollMs : options.idlePollMs);
  }

  async #sendBatch(client: OpenEslClient): Promise<void> {
    const batch = this.#deliveries.nextBatch((tagId) => this.#listed.has(tagId));
    if (batch.length === 0) return;
    this.#sending = batch;
    try {
      const outcomes = await client.put(batch.map(({ tagId, content }) => ({ mac: tagId, content })));
      for (const delivery of batch) this.#sent(delivery, outcomes.get(delivery.tagId) ?? 'queued');
    } catch (error) {
      const because = conditionOf(error, 'AP_UNREACHABLE');
      if (because.code !== 'AP_REFUSED') throw error;
      // Nobody knows which of them is meant.
      for (const delivery of batch) delivery.isAlone = true;
      if (batch.length === 1 && batch[0]) this.#fail(batch[0], because);
    } finally {
      this.#sending = [];
    }
  }

  #sent(delivery: Delivery, outcome: PutOutcome): void {
    if (!this.#deliveries.isLatest(delivery)) return;
    const { clock, options } = this.#context;
    const { tagId, imageHash } = delivery;
    if (typeof outcome === 'object') {
      this.#fail(delivery, condition('AP_REFUSED', outcome.error));
      return;
    }
    // What the access point holds already costs no send: the tag was not lucky yet.
    if (outcome === 'queued' || delivery.sends === 0) delivery.sends += 1;
    if (delivery.sends > options.maxSends) {
      this.#fail(delivery, condition('LABEL_NOT_PROVEN', `sent ${options.maxSends} times`));
      return;
    }
    delivery.phase = 'sent';
    delivery.pollBeforeS = undefined;
    delivery.deadlineMs ??= clock.now() + options.proofTimeoutMs;
    if (!delivery.isTold) this.#label(tagId, 'queued', { imageHash });
    delivery.isTold = true;
  }

  #take({ tags, badTags }: { tags: readonly OpenEslTag[]; badTags: number }): void {
    if (!this.#client) return;
    const { clock, options } = this.#context;
    if (badTags > 0) this.#rejects.tell('AP_BAD_ANSWER', badTags);
    const listed = new Set<string>();
    let leftOut = 0;
    for (const tag of tags) {
      const news = this.#tags.update(tag, clock.now());
      if (news === 'left-out') {
        leftOut += 1;
        continue;
      }
      listed.add(tag.tagId);
      if (news === 'new') this.#label(tag.tagId, 'discovered', {});
      if (news === 'facts') this.#label(tag.tagId, 'seen', {});
      this.#judge(tag);
    }
    this.#listed = listed;
    for (const late of this.#deliveries.lateOf((tagId) => listed.has(tagId), clock.now(), options.proofTimeoutMs))
      this.#fail(late, condition('TAG_UNKNOWN'));
    this.#state('online', leftOut > 0 ? condition('AP_TOO_MANY_TAGS', `over ${MAX_TAGS}`) : undefined);
    for (const { tagId } of this.#tags.newlySilent(clock.now() / 1_000, options.silentAfterMs / 1_000))
      this.#label(tagId, 'silent', {});
  }

  #judge(tag: OpenEslTag): void {
    const { tagId, shownHash } = tag;
    const delivery = this.#deliveries.get(tagId);
    const verdict = this.#deliveries.judge(tag, this.#context.clock.now());
    if (delivery && verdict === 'late') this.#fail(delivery, condition('LABEL_NOT_PROVEN', 'not in time'));
    if (delivery && verdict === 'shown') {
      this.#deliveries.delete(tagId);
      this.#proven.set(tagId, { imageHash: delivery.imageHash });
      this.#label(tagId, 'shown', { imageHash: delivery.imageHash });
    }
    const proven = this.#proven.get(tagId);
    if (delivery || !proven || proven.imageHash === shownHash) return;
    const hash = shownHash ?? '';
    if (proven.toldHash !== hash) this.#label(tagId, 'other', hash === '' ? {} : { imageHash: hash });
    proven.toldHash = hash;
  }

  #fail(delivery: Delivery, because: Condition): void {
    if (!this.#deliveries.isLatest(delivery)) return;
    const { tagId, imageHash } = delivery;
    this.#deliveries.delete(tagId);
    this.#label(tagId, 'failed', { imageHash, reason: because.code });
  }

  /** Everything waits. A refused token is not shown again until the lock that five of them bring would be over. */
  #inTrouble(because: Condition): void {
    const { clock, options, random = Math.random } = this.#context;
    const limits = { minMs: options.minGapMs, baseMs: options.backoffBaseMs, maxMs: options.backoffMaxMs };
    const waitMs = because.code === 'AP_TOKEN_REFUSED' ? options.lockMs : backoffMs(this.#troubles, limits, random);
    this.#notBeforeMs = clock.now() + waitMs;
    this.#troubles += 1;
    if (because.code === 'AP_BUSY' && this.#troubles < BUSY_TOLD_AFTER) return;
    this.#state(because.code === 'AP_UNREACHABLE' ? 'offline' : 'faulty', because);
  }

  #label(
    tagId: string,
    state: z.infer<typeof LabelEvent>['state'],
    more: { imageHash?: string; reason?: string },
  ): void {
    const tag = this.#tags.get(tagId);
    this.#tags.noteTold(tagId, this.#context.clock.now());
    this.#context.emit({
      ...this.#base(),
      type: 'label',
      tagId,
      state,
      ...(tag ? factsOf(tag, 0) : {}),
      ...more,
    });
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
