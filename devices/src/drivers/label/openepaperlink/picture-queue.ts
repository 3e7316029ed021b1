import { DeviceError } from '../../../conditions.ts';

/** Pictures that may wait for the access point: about the labels that one can serve. */
export const MAX_QUEUED_PICTURES = 2_048;
/** And what they may weigh together. */
export const MAX_QUEUED_BYTES = 33_554_432;

/** A picture on its way to a tag. */
export interface Picture {
  readonly tagId: string;
  /** Kind of tag that it was drawn for. */
  readonly hwType: number;
  readonly jpeg: Uint8Array;
  /** MD5 of the JPEG: the name of the picture in results and events. */
  readonly imageHash: string;
  /** Goes before those that are not. */
  readonly isUrgent: boolean;
}

export interface Job {
  readonly picture: Picture;
  sends: number;
  /** Given up while it was being sent: it must not come back. */
  isDropped: boolean;
}

/** The newest picture of each tag that waits, urgent ones first, each kind in the order of its coming. */
export class PictureQueue {
  readonly #urgent = new Map<string, Job>();
  readonly #others = new Map<string, Job>();
  #bytes = 0;

  get size(): number {
    return this.#urgent.size + this.#others.size;
  }

  get(tagId: string): Job | undefined {
    return this.#urgent.get(tagId) ?? this.#others.get(tagId);
  }

  /** A picture that is new here. Throws AP_QUEUE_FULL. */
  add(job: Job): void {
    const older = this.get(job.picture.tagId);
    const bytes = this.#bytes - (older?.picture.jpeg.length ?? 0) + job.picture.jpeg.length;
    if ((this.size >= MAX_QUEUED_PICTURES && !older) || bytes > MAX_QUEUED_BYTES)
      throw new DeviceError('AP_QUEUE_FULL');
    this.#put(job);
  }

  /** One that was taken comes back, behind the others, unless a newer one of its tag waits. */
  putBack(job: Job): void {
    if (!job.isDropped && !this.get(job.picture.tagId)) this.#put(job);
  }

  take(): Job | undefined {
    const next = this.#urgent.values().next().value ?? this.#others.values().next().value;
    if (next) this.delete(next.picture.tagId);
    return next;
  }

  delete(tagId: string): boolean {
    const job = this.get(tagId);
    if (!job) return false;
    this.#bytes -= job.picture.jpeg.length;
    return this.#urgent.delete(tagId) || this.#others.delete(tagId);
  }

  clear(): void {
    this.#urgent.clear();
    this.#others.clear();
    this.#bytes = 0;
  }

  #put(job: Job): void {
    const { tagId, isUrgent, jpeg } = job.picture;
    const map = isUrgent ? this.#urgent : this.#others;
    const inPlace = map.get(tagId);
    if (inPlace) this.#bytes -= inPlace.picture.jpeg.length;
    else this.delete(tagId);
    // A newer picture keeps the turn of the one that it takes the place of.
    map.set(tagId, job);
    this.#bytes += jpeg.length;
  }
}
