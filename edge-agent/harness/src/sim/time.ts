/** Time that passes only when nothing is left to do at an instant: a month is as long as what happens in it. Equal instants run in the order in which they were asked for. */
export class VirtualTime {
  #nowMs: number;
  #asked = 0;
  #heap: Timer[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Timers that were not cancelled, or not yet found to be. */
  get waiting(): number {
    return this.#heap.length;
  }

  /** Runs `work` once after a span. Returns what cancels it. */
  after(delayMs: number, work: () => void): () => void {
    const timer: Timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#asked++, work };
    this.#push(timer);
    return () => {
      timer.work = undefined;
    };
  }

  /** Runs the next timer up to an instant. False, with the time at that instant, when there is none. */
  step(untilMs: number): boolean {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atMs > untilMs) {
        this.#nowMs = Math.max(this.#nowMs, untilMs);
        return false;
      }
      this.#pop();
      if (first.work === undefined) continue;
      this.#nowMs = first.atMs;
      first.work();
      return true;
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Timer;
      if (!isBefore(timer, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Timer, heap[below] as Timer)) below += 1;
      if (!isBefore(heap[below] as Timer, last)) break;
      heap[at] = heap[below] as Timer;
      at = below;
    }
    heap[at] = last;
  }
}

interface Timer {
  readonly atMs: number;
  readonly order: number;
  work: (() => void) | undefined;
}

const isBefore = (left: Timer, right: Timer): boolean =>
  left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
