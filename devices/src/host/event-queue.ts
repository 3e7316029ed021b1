import type { DeviceEvent } from '../contract/event.ts';

export const MAX_QUEUED_EVENTS = 20_000;
export const MAX_QUEUED_BYTES = 32 * 1_048_576;

/** An event as it is kept on disk and sent. */
export interface StoredEvent {
  /** The life of the host that it was born in. */
  readonly bootId: string;
  /** Its number in that life. */
  readonly eventSeq: number;
  readonly type: string;
  /** The event as JSON text. */
  readonly json: string;
}

export interface QueuedEvent extends StoredEvent {
  /** Its place in this process's queue, across boots: 1, 2, … */
  readonly order: number;
}

/** Events that were dropped, by type. */
export type ShedCounts = Readonly<Record<string, number>>;

/** What goes first when the queue is full: what is told again soon, before what a person did. Scans go last. */
const SHED_ORDER: readonly DeviceEvent['type'][] = ['reject', 'presence', 'weight', 'label', 'state', 'scan'];

/**
 * Events until the client has them durably. Bounded in count and bytes; when full it sheds by `SHED_ORDER`, oldest first, and counts what it shed.
 * Sequence numbers of a boot begin at 1 and have no duplicates; a shed event leaves a gap.
 */
export class EventQueue {
  readonly #bootId: string;
  readonly #limits: { maxEvents: number; maxBytes: number };
  #events: QueuedEvent[] = [];
  #bytes = 0;
  #nextOrder = 1;
  #nextSeq = 1;
  #shed: Record<string, number> = {};

  constructor(bootId: string, limits = { maxEvents: MAX_QUEUED_EVENTS, maxBytes: MAX_QUEUED_BYTES }) {
    this.#bootId = bootId;
    this.#limits = limits;
  }

  get size(): number {
    return this.#events.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get shed(): ShedCounts {
    return this.#shed;
  }

  /** Everything that waits, in order. */
  get waiting(): readonly QueuedEvent[] {
    return this.#events;
  }

  /** The boot whose events are sent now: those of later ones wait until it is done. */
  get sendingBootId(): string | undefined {
    return this.#events[0]?.bootId;
  }

  push(event: DeviceEvent): QueuedEvent {
    const eventSeq = this.#nextSeq;
    this.#nextSeq += 1;
    return this.#add({ bootId: this.#bootId, eventSeq, type: event.type, json: JSON.stringify(event) });
  }

  /** Events of earlier lives, and what those shed; before the first `push`. */
  restore(events: readonly StoredEvent[], shed: ShedCounts): void {
    for (const [type, count] of Object.entries(shed)) this.#shed[type] = (this.#shed[type] ?? 0) + count;
    for (const event of events) this.#add(event);
  }

  /**
   * Everything up to and including `(bootId, eventSeq)` is durable at the client; what lies beyond `sentOrder` can't be, whatever it says.
   * True when something left the queue.
   */
  ack(bootId: string, eventSeq: number, sentOrder: number): boolean {
    let count = 0;
    for (const [at, event] of this.#events.entries()) {
      if (event.order > sentOrder) break;
      if (event.bootId === bootId && event.eventSeq > eventSeq) break;
      if (event.bootId === bootId) count = at + 1;
    }
    for (const event of this.#events.slice(0, count)) this.#bytes -= event.json.length;
    if (count > 0) this.#events = this.#events.slice(count);
    return count > 0;
  }

  /** At most `limit` events after place `order`, in order, all of the boot that is being sent. */
  after(order: number, limit: number): QueuedEvent[] {
    const from = this.countUpTo(order);
    const { sendingBootId } = this;
    return this.#events.slice(from, from + limit).filter((event) => event.bootId === sendingBootId);
  }

  /** How many that wait have a place up to `order`. */
  countUpTo(order: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.order ?? 0) <= order) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  has(order: number): boolean {
    return this.#events[this.countUpTo(order) - 1]?.order === order;
  }

  #add(event: StoredEvent): QueuedEvent {
    const queued = { ...event, order: this.#nextOrder };
    this.#nextOrder += 1;
    this.#events.push(queued);
    this.#bytes += queued.json.length;
    while (this.#events.length > this.#limits.maxEvents || this.#bytes > this.#limits.maxBytes) this.#shedOne();
    return queued;
  }

  #shedOne(): void {
    const at = SHED_ORDER.map((type) => this.#events.findIndex((event) => event.type === type)).find((at) => at >= 0);
    // A type that only a newer host knows goes last of all.
    const [event] = this.#events.splice(at ?? 0, 1);
    if (!event) return;
    this.#bytes -= event.json.length;
    this.#shed[event.type] = (this.#shed[event.type] ?? 0) + 1;
  }
}
