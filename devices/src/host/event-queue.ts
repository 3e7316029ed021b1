import type { DeviceEvent } from '../contract/event.ts';

export const MAX_QUEUED_EVENTS = 20_000;
export const MAX_QUEUED_BYTES = 32 * 1_048_576;

export interface QueuedEvent {
  readonly eventSeq: number;
  readonly type: DeviceEvent['type'];
  /** The event as JSON text. */
  readonly json: string;
}

/** What goes first when the queue is full: what is told again soon, before what a person did. Scans go last. */
const SHED_ORDER: readonly DeviceEvent['type'][] = ['reject', 'presence', 'weight', 'label', 'state', 'scan'];

/**
 * Events until the client has them durably. Bounded in count and bytes; when full it sheds by `SHED_ORDER`, oldest first, and counts what it shed.
 * Sequence numbers begin at 1 and have no duplicates; a shed event leaves a gap.
 */
export class EventQueue {
  readonly #limits: { maxEvents: number; maxBytes: number };
  #events: QueuedEvent[] = [];
  #bytes = 0;
  #nextSeq = 1;
  #shed: Partial<Record<DeviceEvent['type'], number>> = {};

  constructor(limits = { maxEvents: MAX_QUEUED_EVENTS, maxBytes: MAX_QUEUED_BYTES }) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#events.length;
  }

  get shed(): Readonly<Partial<Record<DeviceEvent['type'], number>>> {
    return this.#shed;
  }

  push(event: DeviceEvent): QueuedEvent {
    const queued = { eventSeq: this.#nextSeq, type: event.type, json: JSON.stringify(event) };
    this.#nextSeq += 1;
    this.#events.push(queued);
    this.#bytes += queued.json.length;
    while (this.#events.length > this.#limits.maxEvents || this.#bytes > this.#limits.maxBytes) this.#shedOne();
    return queued;
  }

  /** Everything up to and including `eventSeq` is durable at the client. */
  ack(eventSeq: number): void {
    let count = 0;
    for (const event of this.#events) {
      if (event.eventSeq > eventSeq) break;
      this.#bytes -= event.json.length;
      count += 1;
    }
    if (count > 0) this.#events = this.#events.slice(count);
  }

  /** At most `limit` events after `eventSeq`, in order. */
  after(eventSeq: number, limit: number): QueuedEvent[] {
    const from = this.#events.findIndex((event) => event.eventSeq > eventSeq);
    return from < 0 ? [] : this.#events.slice(from, from + limit);
  }

  #shedOne(): void {
    for (const type of SHED_ORDER) {
      const at = this.#events.findIndex((event) => event.type === type);
      const event = this.#events[at];
      if (!event) continue;
      this.#events.splice(at, 1);
      this.#bytes -= event.json.length;
      this.#shed[type] = (this.#shed[type] ?? 0) + 1;
      return;
    }
  }
}
