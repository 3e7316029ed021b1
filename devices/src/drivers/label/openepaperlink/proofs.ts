import type { Clock } from '../../../contract/transport.ts';
import type { ApClient } from './ap-client.ts';
import { sameHash, type TagRecord } from './messages.ts';
import type { OpenEpaperLinkOptions } from './options.ts';
import type { Job } from './picture-queue.ts';

interface Proof {
  readonly job: Job;
  readonly before: TagRecord;
  /** MD5 of what the access point queued; `undefined` when the tag was faster than the question. */
  readonly queuedMd5: string | undefined;
  readonly deadlineMs: number;
  /** A question about it is under way. */
  isJudging: boolean;
}

export interface ProofPorts {
  readonly client: Pick<ApClient, 'tag'>;
  readonly clock: Clock;
  readonly options: OpenEpaperLinkOptions;
  /** False while the access point is away or short of memory. */
  ready(): boolean;
  onTag(record: TagRecord): void;
  /** The tag holds the bytes which were queued. */
  onProven(job: Job, record: TagRecord): void;
  /** It does not, or did not come in time. */
  onBroken(job: Job): void;
}

/** Pictures that the access point took, until it says that nothing waits and that the tag holds the very bytes. Bounded by the number of tags. */
export class Proofs {
  readonly #ports: ProofPorts;
  readonly #byTag = new Map<string, Proof>();
  #pollTimer: { cancel(): void } | undefined;
  #isStopped = false;

  constructor(ports: ProofPorts) {
    this.#ports = ports;
  }

  get(tagId: string): Job | undefined {
    return this.#byTag.get(tagId)?.job;
  }

  await(job: Job, before: TagRecord, queuedMd5: string | undefined): void {
    const { clock, options } = this.#ports;
    const deadlineMs = clock.now() + options.proofTimeoutMs;
    this.#byTag.set(job.picture.tagId, { job, before, queuedMd5, deadlineMs, isJudging: false });
    this.#pollTimer ??= clock.setTimeout(() => void this.#poll(), options.pollMs);
  }

  delete(tagId: string): void {
    this.#byTag.delete(tagId);
  }

  observe(record: TagRecord): void {
    const proof = this.#byTag.get(record.tagId);
    if (proof && !proof.isJudging && record.pending === 0 && record.nextUpdateS !== 0) void this.#judge(proof);
  }

  stop(): void {
    this.#isStopped = true;
    this.#pollTimer?.cancel();
    this.#byTag.clear();
  }

  /** Ask after the pictures under way in turn, one a tick: what the WebSocket missed is seen here. */
  async #poll(): Promise<void> {
    const { client, clock, options, ready, onTag, onBroken } = this.#ports;
    const [tagId, proof] = this.#byTag.entries().next().value ?? [];
    if (tagId !== undefined && proof) {
      this.#byTag.delete(tagId);
      this.#byTag.set(tagId, proof);
      const record = ready() ? await client.tag(tagId).catch(() => undefined) : undefined;
      if (record && !this.#isStopped) onTag(record);
      if (this.#byTag.get(tagId) === proof && clock.now() >= proof.deadlineMs) {
        this.#byTag.delete(tagId);
        onBroken(proof.job);
      }
    }
    this.#pollTimer = undefined;
    if (this.#isStopped || this.#byTag.size === 0) return;
    this.#pollTimer = clock.setTimeout(() => void this.#poll(), options.pollMs);
  }

  /** Nothing seems to wait for the tag any more: ask whether it took the picture, or the access point gave up. */
  async #judge(proof: Proof): Promise<void> {
    const { client, onProven, onBroken } = this.#ports;
    const { tagId } = proof.job.picture;
    proof.isJudging = true;
    // A message may be older than the upload: what counts is the answer to a question that is asked now.
    const record = await client.tag(tagId).catch(() => undefined);
    proof.isJudging = false;
    if (this.#isStopped || this.#byTag.get(tagId) !== proof || !record || record.pending > 0) return;
    this.#byTag.delete(tagId);
    // The tag may take the picture before its bytes could be asked for: then a counted update with a new hash has to do. Where an older picture waited, it may
    // be that one which was taken: this one is sent again, and the access point says whether it is the same.
    const onlyOurs = proof.before.pending === 0;
    const took = onlyOurs && record.updateCount > proof.before.updateCount && record.hash !== proof.before.hash;
    const isProven = proof.queuedMd5 === undefined ? took : sameHash(record.hash, proof.queuedMd5);
    if (isProven) onProven(proof.job, record);
    else onBroken(proof.job);
  }
}
