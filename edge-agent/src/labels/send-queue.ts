/** Why one label's picture goes before another's. */
export interface Urgency {
  /** Its price differs from the one it shows; other words can wait. */
  isPriceWrong: boolean;
  /** What was lately sold of its product: labels that many people look at. */
  soldOfLate: number;
}

interface Entry extends Urgency {
  tagId: string;
  order: number;
}

/** Wrong prices first, then what sells, then who came first. */
const before = (a: Entry, b: Entry): number =>
  Number(b.isPriceWrong) - Number(a.isPriceWrong) || b.soldOfLate - a.soldOfLate || a.order - b.order;

/** Labels that wait for their picture, each once, the most urgent first. Bounded by the number of tags. */
export class SendQueue {
  #waiting = new Map<string, Entry>();
  /** The least urgent first, as long as nothing was added since. */
  #sorted: Entry[] | undefined;
  #added = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** A label that waits already takes its newer urgency and keeps its turn. */
  add(tagId: string, urgency: Urgency): void {
    const order = this.#waiting.get(tagId)?.order ?? this.#added++;
    this.#waiting.set(tagId, { tagId, order, ...urgency });
    this.#sorted = undefined;
  }

  take(): string | undefined {
    this.#sorted ??= [...this.#waiting.values()].sort((a, b) => before(b, a));
    const next = this.#sorted.pop();
    if (next !== undefined) this.#waiting.delete(next.tagId);
    return next?.tagId;
  }
}
