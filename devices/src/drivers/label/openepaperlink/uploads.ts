import { backoffMs } from '../../../backoff.ts';
import { condition, conditionOf, DeviceError } from '../../../conditions.ts';
import type { Condition } from '../../../contract/event.ts';
import type { Clock } from '../../../contract/transport.ts';
import type { ApClient } from './ap-client.ts';
import { sameHash, type TagRecord } from './messages.ts';
import type { OpenEpaperLinkOptions } from './options.ts';

/** Pictures that may wait for the access point; about the labels of a large aisle. */
export const MAX_QUEUED_PICTURES = 512;
/** Refusals of one picture before it counts as failed. */
const MAX_BUSY = 10;

/** A picture on its way to a tag. */
export interface Picture {
  readonly tagId: string;
  readonly jpeg: Uint8Array;
  /** MD5 of the JPEG: the name of the picture in results and events. */
  readonly imageHash: string;
}

interface Job {
  readonly picture: Picture;
  sends: number;
  refusals: number;
}

/** What the WebSocket told of an upload. */
interface Accepting {
  readonly tagId: string;
  sawQueued: boolean;
  sawSame: boolean;
}

interface Proof {
  readonly job: Job;
  readonly before: TagRecord;
  /** MD5 of what the access point queued; `undefined` when the tag was faster than the question. */
  readonly queuedMd5: string | undefined;
  readonly deadlineMs: number;
  /** A question about it is under way. */
  judging: boolean;
}

export interface UploadPorts {
  readonly client: ApClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly options: OpenEpaperLinkOptions;
  /** False while the access point is away or short of memory. */
  ready(): boolean;
  onTag(record: TagRecord): void;
  onQueued(picture: Picture): void;
  onShown(picture: Picture, record: TagRecord | undefined): void;
  onFailed(picture: Picture, because: Condition): void;
  onUnreachable(because: Condition): void;
}

/**
 * Takes pictures to their tags: one upload at a time with a least gap, back-off when the access point refuses or is away, the newest picture of
 * a tag instead of older ones, and a picture counts as shown only when the access point says that nothing waits and that the tag holds
 * the bytes which were queued. An HTTP 200 proves nothing.
 */
export class Uploads {
  readonly #ports: UploadPorts;
  readonly #queue = new Map<string, Job>();
  readonly #proofs = new Map<string, Proof>();
  readonly #shown = new Map<string, { imageHash: string; apHash: string }>();
  /** The picture of each tag that the access point took last. */
  readonly #queuedAs = new Map<string, string>();
  #current: Job | undefined;
  /** What the WebSocket told about the upload that the access point works on now. */
  #accepting: Accepting | undefined;
  #pumping = false;
  #stopped = false;
  #troubles = 0;
  #notBeforeMs = 0;
  #wait: { timer: { cancel(): void }; resolve: () => void } | undefined;
  #pollTimer: { cancel(): void } | undefined;

  constructor(ports: UploadPorts) {
    this.#ports = ports;
  }

  /** Whether the tag is proven to show this picture, and the access point still says so. */
  shows(picture: Picture, record: TagRecord): boolean {
    const shown = this.#shown.get(picture.tagId);
    if (!shown || shown.imageHash !== picture.imageHash || record.pending > 0) return false;
    return shown.apHash === record.hash && !this.#latest(picture.tagId);
  }

  /** Whether the same picture is already on its way. */
  underWay(picture: Picture): boolean {
    return this.#latest(picture.tagId)?.picture.imageHash === picture.imageHash;
  }

  /** Throws AP_QUEUE_FULL. */
  add(picture: Picture): void {
    if (this.#queue.size >= MAX_QUEUED_PICTURES && !this.#queue.has(picture.tagId))
      throw new DeviceError('AP_QUEUE_FULL');
    this.#queue.set(picture.tagId, { picture, sends: 0, refusals: 0 });
    this.kick();
  }

  /** Go on, if there is anything to do; safe to call at any time. */
  kick(): void {
    if (this.#pumping || this.#stopped) return;
    this.#pumping = true;
    void this.#pump();
  }

  /** The access point said something new about a tag. */
  observe(record: TagRecord): void {
    const idle = record.pending === 0;
    if (this.#accepting?.tagId === record.tagId && !idle && record.nextUpdateS !== 0) this.#accepting.sawQueued = true;
    const proof = this.#proofs.get(record.tagId);
    if (proof && !proof.judging && idle && record.nextUpdateS !== 0) void this.#judge(proof);
  }

  /** The access point said that the picture it was given is the one that the tag has. It names no tag: it takes one upload at a time. */
  observeSame(): void {
    if (this.#accepting) this.#accepting.sawSame = true;
  }

  stop(): void {
    this.#stopped = true;
    this.#wait?.timer.cancel();
    this.#wait?.resolve();
    this.#pollTimer?.cancel();
    this.#queue.clear();
    this.#proofs.clear();
  }

  #latest(tagId: string): Job | undefined {
    const current = this.#current?.picture.tagId === tagId ? this.#current : undefined;
    return this.#queue.get(tagId) ?? current ?? this.#proofs.get(tagId)?.job;
  }

  async #pump(): Promise<void> {
    const ports = this.#ports;
    try {
      while (!this.#stopped && this.#queue.size > 0 && ports.ready()) {
        const waitMs = this.#notBeforeMs - ports.clock.now();
        if (waitMs > 0) await this.#sleep(waitMs);
        else await this.#sendNext();
      }
    } finally {
      // In the very turn that found nothing to do: what is added a moment later must find nobody pumping, or it would lie there until the next.
      this.#pumping = false;
    }
  }

  async #sendNext(): Promise<void> {
    const { clock, options } = this.#ports;
    const [tagId, job] = [...this.#queue][0] ?? [];
    if (tagId === undefined || !job) return;
    this.#queue.delete(tagId);
    this.#current = job;
    try {
      await this.#send(job);
    } catch (error) {
      this.#trouble(job, conditionOf(error, 'AP_UNREACHABLE'));
    }
    this.#current = undefined;
    this.#notBeforeMs = Math.max(this.#notBeforeMs, clock.now() + options.minGapMs);
  }

  async #send(job: Job): Promise<void> {
    const { client, onFailed } = this.#ports;
    const { picture } = job;
    const before = await client.tag(picture.tagId);
    if (!before) return onFailed(picture, condition('TAG_UNKNOWN'));
    const shown = this.#shown.get(picture.tagId);
    if (before.pending > 0 && shown?.imageHash === picture.imageHash && shown.apHash === before.hash)
      return this.#afterOlder(job);
    const waitsForOther = before.pending > 0 && this.#queuedAs.get(picture.tagId) !== picture.imageHash;
    const olderMd5 = waitsForOther ? await client.queuedMd5(picture.tagId) : undefined;
    // Listening begins before the picture leaves: the WebSocket may be faster than the answer to the upload.
    const accepting = { tagId: picture.tagId, sawQueued: false, sawSame: false };
    this.#accepting = accepting;
    try {
      const answer = await client.upload(picture.tagId, picture.jpeg);
      if (answer === 'tag-unknown') return onFailed(picture, condition('TAG_UNKNOWN'));
      if (answer === 'refused') return onFailed(picture, condition('AP_REFUSED'));
      if (answer === 'busy') return this.#refused(job);
      this.#troubles = 0;
      job.sends += 1;
      await this.#accepted(job, accepting, before, olderMd5);
    } finally {
      this.#accepting = undefined;
    }
  }

  /** Wait until the access point turned the upload into a picture: only then may the next come, and only then is the hash this picture's. */
  async #accepted(job: Job, accepting: Accepting, before: TagRecord, olderMd5: string | undefined): Promise<void> {
    const { client, clock, options } = this.#ports;
    const { tagId } = job.picture;
    const deadlineMs = clock.now() + options.acceptTimeoutMs;
    while (!this.#stopped && clock.now() < deadlineMs) {
      const record = await client.tag(tagId);
      const done = record && record.nextUpdateS !== 0;
      if (done && record.pending > 0 && before.pending > 0 && !accepting.sawSame) await this.#sleep(options.pollMs);
      // The access point calls this picture the one that the tag has, and leaves an older one waiting.
      if (done && record.pending > 0 && accepting.sawSame) return this.#afterOlder(job);
      const unchanged = done && record.hash === before.hash && record.updateCount === before.updateCount;
      if (done && (record.pending > 0 || !unchanged)) return await this.#taken(job, before, record, olderMd5);
      // Nothing waits and nothing changed: either the tag has this picture, which the access point says, or a transfer broke meanwhile.
      if (done && accepting.sawSame) return this.#prove(job, record);
      if (done && accepting.sawQueued) break;
      await this.#sleep(options.pollMs);
    }
    if (!this.#stopped) this.#again(job);
  }

  async #taken(job: Job, before: TagRecord, record: TagRecord, olderMd5: string | undefined): Promise<void> {
    const { client, clock, options, onQueued } = this.#ports;
    const { tagId } = job.picture;
    const queuedMd5 = record.pending > 0 ? await client.queuedMd5(tagId) : undefined;
    if (this.#stopped) return;
    // What waits is still the older picture: its hash would prove the wrong one.
    if (olderMd5 !== undefined && queuedMd5 !== undefined && sameHash(queuedMd5, olderMd5))
      return this.#afterOlder(job);
    this.#queuedAs.set(tagId, job.picture.imageHash);
    onQueued(job.picture);
    this.#proofs.set(tagId, {
      job,
      before,
      queuedMd5,
      deadlineMs: clock.now() + options.proofTimeoutMs,
      judging: false,
    });
    this.#pollTimer ??= clock.setTimeout(() => void this.#poll(), options.pollMs);
    this.#ports.onTag(record);
  }

  /** Ask after the pictures under way in turn, one a tick: what the WebSocket missed is seen here. */
  async #poll(): Promise<void> {
    const { client, clock, options, ready } = this.#ports;
    const [tagId, proof] = [...this.#proofs][0] ?? [];
    if (tagId !== undefined && proof) {
      this.#proofs.delete(tagId);
      this.#proofs.set(tagId, proof);
      const record = ready() ? await client.tag(tagId).catch(() => undefined) : undefined;
      if (record) this.#ports.onTag(record);
      if (this.#proofs.get(tagId) === proof && clock.now() >= proof.deadlineMs) {
        this.#proofs.delete(tagId);
        this.#again(proof.job);
      }
    }
    this.#pollTimer = undefined;
    if (this.#stopped || this.#proofs.size === 0) return;
    this.#pollTimer = clock.setTimeout(() => void this.#poll(), options.pollMs);
  }

  /** Nothing seems to wait for the tag any more: ask whether it took the picture, or the access point gave up. */
  async #judge(proof: Proof): Promise<void> {
    const { client } = this.#ports;
    const { tagId } = proof.job.picture;
    proof.judging = true;
    // A message may be older than the upload: what counts is the answer to a question that is asked now.
    const record = await client.tag(tagId).catch(() => undefined);
    proof.judging = false;
    if (this.#stopped || this.#proofs.get(tagId) !== proof || !record || record.pending > 0) return;
    this.#proofs.delete(tagId);
    // The tag may take the picture before its bytes could be asked for: then a counted update with a new hash has to do. Where an older picture waited, it may
    // be that one which was taken: this one is sent again, and the access point says whether it is the same.
    const onlyOurs = proof.before.pending === 0;
    const took = onlyOurs && record.updateCount > proof.before.updateCount && record.hash !== proof.before.hash;
    const proven = proof.queuedMd5 === undefined ? took : sameHash(record.hash, proof.queuedMd5);
    if (proven) this.#prove(proof.job, record);
    else this.#again(proof.job);
  }

  #prove(job: Job, record: TagRecord): void {
    const { picture } = job;
    this.#shown.set(picture.tagId, { imageHash: picture.imageHash, apHash: record.hash });
    this.#ports.onShown(picture, record);
  }

  /** An older picture waits that the access point won't drop: the tag takes it first, and this one comes after. */
  #afterOlder(job: Job): void {
    const { clock, options } = this.#ports;
    if (!this.#queue.has(job.picture.tagId)) this.#queue.set(job.picture.tagId, job);
    this.#notBeforeMs = Math.max(this.#notBeforeMs, clock.now() + options.pollMs);
  }

  /** Send once more, unless a newer picture of the tag waits or is being sent, or the sends are used up. */
  #again(job: Job): void {
    const { maxSends } = this.#ports.options;
    const latest = this.#latest(job.picture.tagId);
    if (latest !== undefined && latest !== job) return;
    if (job.sends >= maxSends) {
      this.#ports.onFailed(job.picture, condition('LABEL_NOT_PROVEN', `sent ${job.sends} times`));
      return;
    }
    this.#queue.set(job.picture.tagId, job);
    this.kick();
  }

  #refused(job: Job): void {
    job.refusals += 1;
    if (job.refusals >= MAX_BUSY) this.#ports.onFailed(job.picture, condition('AP_BUSY'));
    else if (!this.#queue.has(job.picture.tagId)) this.#queue.set(job.picture.tagId, job);
    this.#backOff();
  }

  /** No answer: the picture waits, however long the access point is away. */
  #trouble(job: Job, because: Condition): void {
    if (this.#stopped) return;
    if (!this.#queue.has(job.picture.tagId)) this.#queue.set(job.picture.tagId, job);
    this.#backOff();
    this.#ports.onUnreachable(because);
  }

  #backOff(): void {
    const { clock, options, random } = this.#ports;
    const limits = { minMs: options.minGapMs, baseMs: options.backoffBaseMs, maxMs: options.backoffMaxMs };
    this.#notBeforeMs = clock.now() + backoffMs(this.#troubles, limits, random);
    this.#troubles += 1;
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wait = { timer: this.#ports.clock.setTimeout(resolve, delayMs), resolve };
    });
  }
}
