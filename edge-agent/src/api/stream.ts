import type { StreamEvent } from '@tillside/agent-contract';
import type { Journal } from '../journal/index.ts';

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

/** What tells of a commit is sent when no power cut can take that back; a scan is on its way to the till at once. */
const TELLS_OF_COMMIT: ReadonlySet<StreamEvent['type']> = new Set(['basket', 'offers', 'label']);

/** Server-sent events: small signals that say what to read again, and the scans of a lane. Bounded; a client that reconnects hears what it missed. */
export class EventStream {
  #clients = new Set<Client>();
  #listeners = new Set<(event: StreamEvent) => void>();
  #kept: { id: number; event: StreamEvent }[] = [];
  #lastId: number;
  #journal: Pick<Journal, 'durable' | 'isPending'>;
  /** Events that wait for the disk. */
  #waiting = 0;

  /**
   * `startedMs`: when this agent started. Numbers go on from there, so that they are higher than those of any earlier start: a client that comes back after a restart
   * of the agent is then given what came in before it did.
   */
  constructor(startedMs: number, journal: Pick<Journal, 'durable' | 'isPending'>) {
    this.#lastId = startedMs;
    this.#journal = journal;
  }

  /** Rooms of the agent hear it at once. Of a commit that the disk lost nobody outside hears. */
  publish(event: StreamEvent): void {
    for (const listener of this.#listeners) listener(event);
    const waits = TELLS_OF_COMMIT.has(event.type) && (this.#waiting > 0 || this.#journal.isPending);
    if (!waits) {
      this.#send(event);
      return;
    }
    this.#waiting += 1;
    void this.#journal
      .durable()
      .then(
        () => this.#send(event),
        () => undefined,
      )
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  #send(event: StreamEvent): void {
    this.#lastId += 1;
    const entry = { id: this.#lastId, event };
    this.#kept.push(entry);
    if (this.#kept.length > KEPT_EVENTS) this.#kept.shift();
    for (const client of this.#clients) tell(client, entry);
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
    case 'picks':
      return audience.lane === event.lane && audience.kind === 'display';
    case 'presence':
      return audience.lane === event.lane && audience.kind === 'kiosk';
    case 'offers':
      return true;
    case 'label':
      return audience.kind === 'staff';
    case 'device':
      return audience.kind !== 'kiosk';
  }
}
