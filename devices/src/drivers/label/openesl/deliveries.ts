import { DeviceError } from '../../../conditions.ts';
import { MAX_BATCH } from './client.ts';
import type { OpenEslContent } from './content.ts';
import type { OpenEslTag } from './messages.ts';

/** More than one access point can serve. */
const MAX_DELIVERIES = 4_096;

/** Content on its way to one tag. */
export interface Delivery {
  readonly tagId: string;
  readonly content: OpenEslContent;
  readonly imageHash: string;
  readonly isUrgent: boolean;
  /** `sent`: the access point has it, as far as it says. */
  phase: 'waiting' | 'sent';
  sends: number;
  /** A batch with it was refused: it goes alone, so that it alone fails. */
  isAlone: boolean;
  isTold: boolean;
  /** When the tag had last asked, as listed after the access point took the content: only a later poll proves anything. */
  pollBeforeS: number | undefined;
  /** Until when it must be proven, or its tag be listed again. */
  deadlineMs: number | undefined;
}

export type Verdict = 'shown' | 'late' | 'nothing';

/** The newest content of each tag that is not proven yet. */
export class Deliveries {
  readonly #byTag = new Map<string, Delivery>();

  get size(): number {
    return this.#byTag.size;
  }

  get hasWaiting(): boolean {
    for (const { phase } of this.#byTag.values()) if (phase === 'waiting') return true;
    return false;
  }

  get(tagId: string): Delivery | undefined {
    return this.#byTag.get(tagId);
  }

  /** Throws AP_QUEUE_FULL. */
  add(what: Pick<Delivery, 'tagId' | 'content' | 'imageHash' | 'isUrgent'>): void {
    if (this.#byTag.size >= MAX_DELIVERIES && !this.#byTag.has(what.tagId)) throw new DeviceError('AP_QUEUE_FULL');
    this.#byTag.set(what.tagId, {
      ...what,
      phase: 'waiting',
      sends: 0,
      isAlone: false,
      isTold: false,
      pollBeforeS: undefined,
      deadlineMs: undefined,
    });
  }

  delete(tagId: string): void {
    this.#byTag.delete(tagId);
  }

  clear(): void {
    this.#byTag.clear();
  }

  /** Of tags that are listed now: urgent ones first, else as they came. They stay here, waiting, until `sent`. */
  nextBatch(isListed: (tagId: string) => boolean): Delivery[] {
    const waiting = [...this.#byTag.values()].filter(({ phase, tagId }) => phase === 'waiting' && isListed(tagId));
    waiting.sort((a, b) => Number(b.isUrgent) - Number(a.isUrgent));
    const [first] = waiting;
    if (!first || first.isAlone) return first ? [first] : [];
    return waiting.filter(({ isAlone }) => !isAlone).slice(0, MAX_BATCH);
  }

  /** False when a newer one has taken its place meanwhile. */
  isLatest(delivery: Delivery): boolean {
    return this.#byTag.get(delivery.tagId) === delivery;
  }

  /** What a listing proves of a tag. One that has asked since and shows something else lost it on the way: it waits to be sent again. */
  judge(tag: OpenEslTag, nowMs: number): Verdict {
    const delivery = this.#byTag.get(tag.tagId);
    if (!delivery) return 'nothing';
    const isLate = delivery.deadlineMs !== undefined && nowMs >= delivery.deadlineMs;
    if (delivery.phase === 'waiting') return isLate ? 'late' : 'nothing';
    if (delivery.pollBeforeS === undefined) {
      delivery.pollBeforeS = tag.lastSeenS;
      return 'nothing';
    }
    const hasAsked = tag.lastSeenS > delivery.pollBeforeS;
    if (hasAsked && tag.shownHash === delivery.imageHash) return 'shown';
    if (isLate) return 'late';
    if (hasAsked) delivery.phase = 'waiting';
    return 'nothing';
  }

  /** Of tags that are not listed: given up when their time is over. */
  lateOf(isListed: (tagId: string) => boolean, nowMs: number, patienceMs: number): Delivery[] {
    const late: Delivery[] = [];
    for (const delivery of this.#byTag.values()) {
      if (isListed(delivery.tagId)) continue;
      delivery.deadlineMs ??= nowMs + patienceMs;
      if (nowMs >= delivery.deadlineMs) late.push(delivery);
    }
    return late;
  }
}
