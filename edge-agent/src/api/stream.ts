import type { StreamEvent } from '@tillside/agent-contract';

/** Events kept for a client that reconnects with `Last-Event-ID`. */
const KEPT_EVENTS = 256;
export const MAX_STREAM_CLIENTS = 200;

export interface Audience {
  kind: 'terminal' | 'kiosk' | 'staff';
  lane: string | undefined;
}

interface Client {
  audience: Audience;
  send(id: number, event: StreamEvent): void;
}

/** Server-sent events: small signals that say what to read again, and the scans of a lane. Bounded; a client that reconnects hears what it missed. */
export class EventStream {
  #clients = new Set<Client>();
  #kept: { id: number; event: StreamEvent }[] = [];
  #lastId: number;

  /**
   * `startedMs`: when this agent started. Numbers go on from there, so that they are higher than those of any earlier start: a client that comes back after a restart
   * of the agent is then given what came in before it did.
   */
  constructor(startedMs: number) {
    this.#lastId = startedMs;
  }

  publish(event: StreamEvent): void {
    this.#lastId += 1;
    const entry = { id: this.#lastId, event };
    this.#kept.push(entry);
    if (this.#kept.length > KEPT_EVENTS) this.#kept.shift();
    for (const client of this.#clients) if (concerns(client.audience, event)) client.send(entry.id, event);
  }

  /** `lastId` is what the client heard last; undefined for a new one, which hears only what comes from now on. */
  join(audience: Audience, lastId: number | undefined, send: Client['send']): () => void {
    const client: Client = { audience, send };
    if (lastId !== undefined)
      for (const entry of this.#kept)
        if (entry.id > lastId && concerns(audience, entry.event)) send(entry.id, entry.event);
    this.#clients.add(client);
    return () => this.#clients.delete(client);
  }

  get clientCount(): number {
    return this.#clients.size;
  }
}

/** A scan goes to its lane only: the till or the kiosk beside the scanner. */
function concerns(audience: Audience, event: StreamEvent): boolean {
  switch (event.type) {
    case 'scan':
    case 'basket':
      return audience.lane === event.lane;
    case 'offers':
      return true;
    case 'label':
      return audience.kind === 'staff';
    case 'device':
      return audience.kind !== 'kiosk';
  }
}
