import type { Job } from './picture-queue.ts';

/** Pictures that wait for a tag which the access point has forgotten; others fail at once. */
const MAX_FORGOTTEN = 2_048;

/** Pictures of tags that the access point no longer lists, since it started anew: they wait until the tag checks in, or their time is up. */
export class Forgotten {
  readonly #byTag = new Map<string, { job: Job; deadlineMs: number }>();

  get(tagId: string): Job | undefined {
    return this.#byTag.get(tagId)?.job;
  }

  /** False when too many wait. */
  add(job: Job, deadlineMs: number): boolean {
    if (this.#byTag.size >= MAX_FORGOTTEN) return false;
    this.#byTag.set(job.picture.tagId, { job, deadlineMs });
    return true;
  }

  take(tagId: string): Job | undefined {
    const job = this.get(tagId);
    this.#byTag.delete(tagId);
    return job;
  }

  takeLate(nowMs: number): Job[] {
    const late = [...this.#byTag.values()].filter(({ deadlineMs }) => deadlineMs <= nowMs).map(({ job }) => job);
    for (const { picture } of late) this.#byTag.delete(picture.tagId);
    return late;
  }

  clear(): void {
    this.#byTag.clear();
  }
}
