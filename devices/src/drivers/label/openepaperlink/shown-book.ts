import type { TagRecord } from './messages.ts';

/** Pictures that are remembered of a tag; an older one that comes back can be named. */
const KEPT_PICTURES = 4;
/** Tags that are remembered; more than one access point can serve. */
const MAX_TAGS = 4_096;

interface Shown {
  readonly imageHash: string;
  readonly apHash: string;
}

/** What each tag was proven to show, newest first, and which contradiction was told already. */
export class ShownBook {
  readonly #byTag = new Map<string, { pictures: Shown[]; toldHash?: string }>();
  /** Tags that another access point may have given a picture since: what this one says of them proves nothing. */
  readonly #strayed = new Set<string>();

  prove(tagId: string, shown: Shown): void {
    const older = this.#byTag.get(tagId)?.pictures ?? [];
    this.#strayed.delete(tagId);
    this.#byTag.delete(tagId);
    this.#byTag.set(tagId, {
      pictures: [shown, ...older.filter(({ apHash }) => apHash !== shown.apHash)].slice(0, KEPT_PICTURES),
    });
    const [oldest] = this.#byTag.size > MAX_TAGS ? this.#byTag.keys() : [];
    if (oldest !== undefined) this.#byTag.delete(oldest);
  }

  latest(tagId: string): Shown | undefined {
    return this.#byTag.get(tagId)?.pictures[0];
  }

  /** Whether the tag is proven to show this picture and the access point still says so. */
  shows(imageHash: string, record: TagRecord): boolean {
    const shown = this.latest(record.tagId);
    return shown?.imageHash === imageHash && shown.apHash === record.hash && record.pending === 0;
  }

  /** Whether the access point says that the tag shows another picture than the one proven last, and nobody was told of that one yet. */
  isContradicted(record: TagRecord): boolean {
    const known = this.#byTag.get(record.tagId);
    if (!known || record.pending > 0 || record.nextUpdateS === 0) return false;
    return known.pictures[0]?.apHash !== record.hash && known.toldHash !== record.hash;
  }

  /** The contradiction is told; the picture's name when it is one of those remembered. */
  contradict(record: TagRecord): string | undefined {
    const known = this.#byTag.get(record.tagId);
    if (known) known.toldHash = record.hash;
    return known?.pictures.find(({ apHash }) => apHash === record.hash)?.imageHash;
  }

  stray(tagId: string): void {
    this.#byTag.delete(tagId);
    if (this.#strayed.size < MAX_TAGS) this.#strayed.add(tagId);
  }

  isStray(tagId: string): boolean {
    return this.#strayed.has(tagId);
  }
}
