import type { TagRecord } from './messages.ts';

/** More than one access point can serve. */
const MAX_TAGS = 4_096;

/** What is known of each tag, from whatever the access point said last. */
export class TagTable {
  readonly #tags = new Map<string, TagRecord>();
  readonly #silent = new Set<string>();

  get(tagId: string): TagRecord | undefined {
    return this.#tags.get(tagId);
  }

  /** True when the tag was not known before. Tags beyond the limit are left out. */
  update(record: TagRecord): boolean {
    const known = this.#tags.get(record.tagId);
    if (!known && this.#tags.size >= MAX_TAGS) return false;
    this.#tags.set(record.tagId, record);
    if (known && record.lastSeenS > known.lastSeenS) this.#silent.delete(record.tagId);
    return known === undefined;
  }

  /** Tags that missed the check-in they announced, each told once until it is seen again. Seconds on the access point's clock. */
  newlySilent(nowS: number, graceS: number): TagRecord[] {
    const late = [...this.#tags.values()].filter(
      (tag) => tag.nextCheckInS > 0 && tag.nextCheckInS + graceS < nowS && !this.#silent.has(tag.tagId),
    );
    for (const tag of late) this.#silent.add(tag.tagId);
    return late;
  }
}
