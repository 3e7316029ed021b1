import { condition, conditionOf } from '../../../conditions.ts';
import type { Condition } from '../../../contract/event.ts';
import type { Clock } from '../../../contract/transport.ts';
import { Pace } from '../pace.ts';
import type { ApClient } from './ap-client.ts';
import { Doubts } from './doubts.ts';
import { Forgotten } from './forgotten.ts';
import { sameHash, type TagRecord } from './messages.ts';
import type { OpenEpaperLinkOptions } from './options.ts';
import { type Job, type Picture, PictureQueue } from './picture-queue.ts';
import { Proofs } from './proofs.ts';
import { ShownBook } from './shown-book.ts';

export type { Picture } from './picture-queue.ts';

/** Refusals in a row after which people are told that the access point is busy. */
const BUSY_TOLD_AFTER = 5;

/** What the WebSocket told of an upload. */
interface Accepting {
  readonly tagId: string;
  sawQueued: boolean;
  sawSame: boolean;
}

export interface UploadPorts {
  readonly client: ApClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly options: OpenEpaperLinkOptions;
  /** False while the access point is away or short of memory. */
  ready(): boolean;
  /** Whether the access point listed this tag before. */
  isKnown(tagId: string): boolean;
  onTag(record: TagRecord): void;
  onQueued(picture: Picture): void;
  onShown(picture: Picture, record: TagRecord): void;
  /** The tag shows another picture than the one proven last; its name when it is known. */
  onOther(record: TagRecord, imageHash: string | undefined): void;
  onFailed(picture: Picture, because: Condition): void;
  /** No answer, or one refusal after the other: pictures wait. */
  onTrouble(because: Condition): void;
  /** It took or refused a picture in words that are known: the trouble is over. */
  onWell(): void;
}

/**
 * Takes pictures to their tags: one upload at a time with a least gap, back-off when the access point refuses or is away, the newest picture of
 * a tag instead of older ones, and a picture counts as shown only when the access point says that nothing waits and that the tag holds
 * the bytes which were queued. An HTTP 200 proves nothing.
 */
export class Uploads {
  readonly #ports: UploadPorts;
  readonly #queue = new PictureQueue();
  readonly #proofs: Proofs;
  readonly #shown = new ShownBook();
  readonly #doubts: Doubts;
  readonly #pace: Pace;
  /** The picture of each tag that the access point took last. */
  readonly #queuedAs = new Map<string, string>();
  readonly #forgotten = new Forgotten();
  #current: Job | undefined;
  /** What the WebSocket told about the upload that the access point works on now. */
  #accepting: Accepting | undefined;
  #isPumping = false;
  #isStopped = false;
  #refusals = 0;

  constructor(ports: UploadPorts) {
    this.#ports = ports;
    const { client, clock, options } = ports;
    this.#pace = new Pace(ports);
    this.#doubts = new Doubts({
      client,
      isDoubtful: (record) => this.#shown.isContradicted(record) && !this.#latest(record.tagId),
      onSure: (record) => ports.onOther(record, this.#shown.contradict(record)),
    });
    this.#proofs = new Proofs({
      client,
      clock,
      options,
      ready: () => ports.ready(),
      onTag: (record) => ports.onTag(record),
      onProven: (job, record) => this.#prove(job, record),
      onBroken: (job) => this.#again(job),
    });
  }

  /** Whether the tag is proven to show this picture, the access point still says so, and no other is on its way. */
  shows(picture: Picture, record: TagRecord): boolean {
    return this.#shown.shows(picture.imageHash, record) && !this.#latest(picture.tagId);
  }

  /** Whether the same picture is already on its way. */
  underWay(picture: Picture): boolean {
    const latest = this.#latest(picture.tagId);
    return latest?.picture.imageHash === picture.imageHash && !latest.isDropped;
  }

  /** Throws AP_QUEUE_FULL. */
  add(picture: Picture): void {
    this.#queue.add({ picture, sends: 0, isDropped: false });
    this.#forgotten.take(picture.tagId);
    this.kick();
  }

  /**
   * Give up what waits for a tag, here and at the access point: the tag is another's now. True when the access point says that nothing waits and that the tag
   * took nothing meanwhile. What the tag shows is not known here any more, whatever this access point says of it. Throws as the client does.
   */
  async drop(tagId: string): Promise<boolean> {
    const { client } = this.#ports;
    const isSending = this.#current?.picture.tagId === tagId;
    const job = this.#latest(tagId);
    if (job) job.isDropped = true;
    this.#queue.delete(tagId);
    this.#forgotten.take(tagId);
    const before = await client.tag(tagId);
    if (before !== undefined && before.pending > 0) await client.clear(tagId);
    const after = before !== undefined && before.pending > 0 ? await client.tag(tagId) : before;
    const isClear = after === undefined || (after.pending === 0 && after.nextUpdateS !== 0);
    const tookNone = after === undefined || after.hash === before?.hash;
    if (!isClear || !tookNone || isSending) return false;
    this.#proofs.delete(tagId);
    this.#queuedAs.delete(tagId);
    this.#shown.stray(tagId);
    return true;
  }

  /** Go on, if there is anything to do; safe to call at any time. */
  kick(): void {
    if (this.#isPumping || this.#isStopped) return;
    this.#isPumping = true;
    void this.#pump();
  }

  /** The access point said something new about a tag. */
  observe(record: TagRecord): void {
    const { tagId } = record;
    if (this.#accepting?.tagId === tagId && record.pending > 0 && record.nextUpdateS !== 0) {
      this.#accepting.sawQueued = true;
      // Its bytes are asked for before the tag comes for them.
      this.#pace.wake();
    }
    this.#proofs.observe(record);
    const forgotten = this.#forgotten.take(tagId);
    if (forgotten) {
      this.#queue.putBack(forgotten);
      this.kick();
    }
    this.#doubts.observe(record);
  }

  /** The access point said that the picture it was given is the one that the tag has. It names no tag: it takes one upload at a time. */
  observeSame(): void {
    if (this.#accepting) this.#accepting.sawSame = true;
  }

  /** Pictures whose tag did not come back in time fail. */
  sweep(): void {
    const { clock, onFailed } = this.#ports;
    for (const { picture } of this.#forgotten.takeLate(clock.now())) onFailed(picture, condition('TAG_UNKNOWN'));
  }

  stop(): void {
    this.#isStopped = true;
    this.#pace.wake();
    this.#queue.clear();
    this.#forgotten.clear();
    this.#doubts.stop();
    this.#proofs.stop();
  }

  #latest(tagId: string): Job | undefined {
    const current = this.#current?.picture.tagId === tagId ? this.#current : undefined;
    return this.#queue.get(tagId) ?? current ?? this.#proofs.get(tagId) ?? this.#forgotten.get(tagId);
  }

  async #pump(): Promise<void> {
    const ports = this.#ports;
    try {
      while (!this.#isStopped && this.#queue.size > 0 && ports.ready()) {
        if (!(await this.#pace.waited())) await this.#sendNext();
      }
    } finally {
      // In the very turn that found nothing to do: what is added a moment later must find nobody pumping, or it would lie there until the next.
      this.#isPumping = false;
    }
  }

  async #sendNext(): Promise<void> {
    const job = this.#queue.take();
    if (!job) return;
    this.#current = job;
    try {
      await this.#send(job);
    } catch (error) {
      // No answer: the picture waits, however long the access point is away.
      if (!this.#isStopped) this.#putOff(job, conditionOf(error, 'AP_UNREACHABLE'));
    }
    this.#current = undefined;
    this.#pace.notFor(this.#ports.options.minGapMs);
  }

  async #send(job: Job): Promise<void> {
    const { client, onFailed, onWell } = this.#ports;
    const { picture } = job;
    const before = await client.tag(picture.tagId);
    if (!before) return this.#tagIsGone(job);
    if (before.hwType !== picture.hwType)
      return onFailed(picture, condition('TAG_TYPE_CHANGED', `hwType ${picture.hwType} -> ${before.hwType}`));
    const shown = this.#shown.latest(picture.tagId);
    if (before.pending > 0 && shown?.imageHash === picture.imageHash && shown.apHash === before.hash)
      return this.#afterOlder(job);
    const waitsForOther = before.pending > 0 && this.#queuedAs.get(picture.tagId) !== picture.imageHash;
    const olderMd5 = waitsForOther ? await client.queuedMd5(picture.tagId) : undefined;
    // Listening begins before the picture leaves: the WebSocket may be faster than the answer to the upload.
    const accepting = { tagId: picture.tagId, sawQueued: false, sawSame: false };
    this.#accepting = accepting;
    try {
      const answer = await client.upload(picture.tagId, picture.jpeg);
      if (answer === 'busy') return this.#refused(job);
      this.#pace.goesWell();
      this.#refusals = 0;
      onWell();
      if (answer === 'tag-unknown') return this.#tagIsGone(job);
      if (answer === 'refused') return onFailed(picture, condition('AP_REFUSED'));
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
    while (!this.#isStopped && clock.now() < deadlineMs) {
      const record = await client.tag(tagId);
      const done = record && record.nextUpdateS !== 0;
      if (done && record.pending > 0 && before.pending > 0 && !accepting.sawSame)
        await this.#pace.sleep(options.pollMs);
      // The access point calls this picture the one that the tag has, and leaves an older one waiting.
      if (done && record.pending > 0 && accepting.sawSame) return this.#afterOlder(job);
      const unchanged = done && record.hash === before.hash && record.updateCount === before.updateCount;
      if (done && (record.pending > 0 || !unchanged)) return await this.#taken(job, before, record, olderMd5);
      // Nothing waits and nothing changed: either the tag has this picture, which the access point says, or a transfer broke meanwhile.
      if (done && accepting.sawSame) return await this.#saidSame(job, record);
      if (done && accepting.sawQueued) break;
      await this.#pace.sleep(options.pollMs);
    }
    if (!this.#isStopped) this.#again(job);
  }

  async #taken(job: Job, before: TagRecord, record: TagRecord, olderMd5: string | undefined): Promise<void> {
    const { client, onQueued, onTag } = this.#ports;
    const { tagId, imageHash } = job.picture;
    const queuedMd5 = record.pending > 0 ? await client.queuedMd5(tagId) : undefined;
    if (this.#isStopped) return;
    // What waits is still the older picture: its hash would prove the wrong one.
    if (olderMd5 !== undefined && queuedMd5 !== undefined && sameHash(queuedMd5, olderMd5))
      return this.#afterOlder(job);
    this.#queuedAs.set(tagId, imageHash);
    onQueued(job.picture);
    this.#proofs.await(job, before, queuedMd5);
    onTag(record);
  }

  /** It calls this picture the one that the tag has: of a tag that was another's meanwhile it can't know, so it is made to forget. */
  async #saidSame(job: Job, record: TagRecord): Promise<void> {
    const { tagId } = job.picture;
    if (!this.#shown.isStray(tagId)) return this.#prove(job, record);
    await this.#ports.client.refresh(tagId);
    this.#again(job);
  }

  #prove(job: Job, record: TagRecord): void {
    const { picture } = job;
    this.#shown.prove(picture.tagId, { imageHash: picture.imageHash, apHash: record.hash });
    this.#ports.onShown(picture, record);
  }

  #tagIsGone(job: Job): void {
    const { clock, options, isKnown, onFailed } = this.#ports;
    const { tagId } = job.picture;
    if (job.isDropped || this.#queue.get(tagId)) return;
    if (!isKnown(tagId) || !this.#forgotten.add(job, clock.now() + options.proofTimeoutMs))
      onFailed(job.picture, condition('TAG_UNKNOWN'));
  }

  /** An older picture waits that the access point won't drop: the tag takes it first, and this one comes after. */
  #afterOlder(job: Job): void {
    this.#queue.putBack(job);
    this.#pace.notFor(this.#ports.options.pollMs);
  }

  /** Send once more, unless a newer picture of the tag waits or is being sent, or the sends are used up. */
  #again(job: Job): void {
    const { maxSends } = this.#ports.options;
    const latest = this.#latest(job.picture.tagId);
    if (job.isDropped || (latest !== undefined && latest !== job)) return;
    if (job.sends >= maxSends) {
      this.#ports.onFailed(job.picture, condition('LABEL_NOT_PROVEN', `sent ${job.sends} times`));
      return;
    }
    this.#queue.putBack(job);
    this.kick();
  }

  #refused(job: Job): void {
    this.#refusals += 1;
    this.#putOff(job, this.#refusals < BUSY_TOLD_AFTER ? undefined : condition('AP_BUSY', 'it goes on trying'));
  }

  #putOff(job: Job, because: Condition | undefined): void {
    this.#queue.putBack(job);
    this.#pace.backOff();
    if (because) this.#ports.onTrouble(because);
  }
}
