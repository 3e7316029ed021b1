import type { StreamEvent } from '@tillside/agent-contract';

/** Events kept for a client that reconnects with `Last-Event-ID`. */
const KEPT_EVENTS = 256;
export const MAX_STREAM_CLIENTS = 200;

export interface Audience {
  kind: 'terminal' | 'kiosk' | 'staff' | 'display' | 'operator';
  lane: string | undefined;
}

interface Client {
  audience: Audience;
  send(id: number, event: StreamEvent): void;
}

/** Server-sent events: small signals that say what to read again, and the scans of a lane. Bounded; a client that reconnects hears what it missed. */
export class EventStream {
  #clients = new Set<Client>();
  #listeners = new Set<(event: StreamEvent) => void>();
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
    for (const client of this.#clients) tell(client, entry);
    for (const listener of this.#listeners) listener(event);
  }

  /** For rooms of the agent itself; each hears everything. */
  onPublish(listener: (event: StreamEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** `lastId` is what the client heard last; undefined for a new one, which hears only what comes from now on. */
  join(audience: Audience, lastId: number | undefined, send: Client['send']): () => void {
    const client: Client = { audience, send };
    if (lastId !== undefined) for (const entry of this.#kept) if (entry.id > lastId) tell(client, entry);
    this.#clients.add(client);
    return () => this.#clients.delete(client);
  }

  get clientCount(): number {
    return this.#clients.size;
  }
}

/** What an operator may read of a scan: codes of goods. Codes of people and of money are only told to be there. */
const OPEN_KINDS: ReadonlySet<string> = new Set(['gtin', 'in-store', 'gs1', 'digital-link']);

function tell({ audience, send }: Client, { id, event }: { id: number; event: StreamEvent }): void {
  if (!concerns(audience, event)) return;
  const hidden = audience.kind === 'operator' && event.type === 'scan' && !OPEN_KINDS.has(event.kind);
  send(id, hidden ? { ...event, data: '' } : event);
}

/** A scan goes to its lane only, the till or the kiosk beside the scanner, and to the operator who looks after the devices. */
function concerns(audience: Audience, event: StreamEvent): boolean {
  switch (event.type) {
    case 'scan':
      return audience.kind === 'operator' || (audience.lane === event.lane && audience.kind !== 'display');
    case 'basket':
      return audience.lane === event.lane && audience.kind !== 'kiosk';
    case 'offers':
      return true;
    case 'label':
      return audience.kind === 'staff';
    case 'device':
      return audience.kind !== 'kiosk';
  }
}
