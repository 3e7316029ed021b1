import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Chance } from '../random.ts';

/** What a connection through the proxy may meet. */
export const LINE_FAULTS = ['none', 'drop', 'cut-up', 'cut-down', 'half-open', 'delay', 'throttle', 'replay'] as const;
/** A line that goes half open costs its client the whole of its patience: not every eighth. */
const DRAWN: readonly LineFault[] = [...LINE_FAULTS, ...LINE_FAULTS.filter((fault) => fault !== 'half-open')];
export type LineFault = (typeof LINE_FAULTS)[number];

const MOST_BYTES_BEFORE = 60_000;
const MOST_DELAY_MS = 300;
const THROTTLE = { bytes: 16_384, everyMs: 5 } as const;
/** A connection is recorded up to here, to be said again. */
const MOST_RECORDED_BYTES = 8 * 1024 ** 2;
const MOST_REPLAY_DELAY_MS = 1_500;
/** A line that works is closed after so many bytes: another one, with another fate, takes its place. */
const MOST_BYTES_WELL = 60_000;

/** A line to the hub on which every connection meets a fault of its own. */
export class FaultyLine {
  /** Nothing gets through at all. */
  isDown = true;
  /** From here on every connection is well. */
  isWell = false;
  readonly counts: Record<LineFault, number> = Object.fromEntries(LINE_FAULTS.map((fault) => [fault, 0])) as never;
  refusals = 0;
  #chance: Chance;
  #hubPort: number;
  #server: Server;
  #sockets = new Set<Socket>();
  #timers = new Set<NodeJS.Timeout>();

  constructor(chance: Chance, hubPort: number) {
    this.#chance = chance;
    this.#hubPort = hubPort;
    this.#server = createServer((client) => this.#accept(client));
  }

  /** Returns the port that stands for the hub. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.sever();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Every connection that there is breaks. */
  sever(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(client: Socket): void {
    this.#keep(client);
    if (this.isDown) {
      this.refusals += 1;
      client.destroy();
      return;
    }
    const fault = this.isWell ? 'none' : this.#chance.pick(DRAWN);
    this.counts[fault] += 1;
    if (fault === 'drop') {
      client.destroy();
      return;
    }
    const hub = this.#keep(connect(this.#hubPort, '127.0.0.1'));
    const limit = this.#chance.between(1, fault === 'none' ? MOST_BYTES_WELL : MOST_BYTES_BEFORE);
    this.#carry(client, hub, fault, { limit: fault === 'cut-down' ? Number.POSITIVE_INFINITY : limit, isUp: true });
    // Answers are short: a cut has to come early to meet one.
    this.#carry(hub, client, fault, {
      limit: fault === 'cut-down' ? this.#chance.between(1, 400) : Number.POSITIVE_INFINITY,
      isUp: false,
    });
  }

  #carry(from: Socket, to: Socket, fault: LineFault, { limit, isUp }: { limit: number; isUp: boolean }): void {
    let seen = 0;
    let isDead = false;
    const recorded: Buffer[] = [];
    let turn: Promise<void> = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      if (isDead || this.isDown) return;
      seen += chunk.length;
      if (fault === 'replay' && isUp && seen <= MOST_RECORDED_BYTES) recorded.push(chunk);
      const isOver = seen > limit && !this.isWell;
      if (isOver && (fault === 'cut-up' || fault === 'cut-down')) {
        to.write(chunk.subarray(0, Math.max(0, chunk.length - (seen - limit))), () => {
          from.destroy();
          to.destroy();
        });
        isDead = true;
        return;
      }
      if (isOver && fault === 'half-open') {
        isDead = true;
        return;
      }
      if (fault === 'delay' || fault === 'throttle') {
        const pieces = fault === 'throttle' ? split(chunk) : [chunk];
        for (const piece of pieces) turn = turn.then(() => this.#later(fault)).then(() => void to.write(piece));
      } else to.write(chunk);
      // Also a slow one: else the whole backlog goes over the first that lasts.
      if (isOver) from.end();
    });
    from.on('close', () => {
      if (recorded.length > 0) this.#replay(Buffer.concat(recorded));
      if (fault !== 'half-open') turn = turn.then(() => void to.end());
    });
  }

  /** The same requests once more, later, over another connection; nobody hears the answers. */
  #replay(bytes: Buffer): void {
    this.#after(this.#chance.between(0, MOST_REPLAY_DELAY_MS), () => {
      const again = this.#keep(connect(this.#hubPort, '127.0.0.1'));
      again.on('data', () => undefined);
      again.end(bytes);
    });
  }

  #later(fault: LineFault): Promise<void> {
    const delayMs = fault === 'throttle' ? THROTTLE.everyMs : this.#chance.between(0, MOST_DELAY_MS);
    return new Promise((resolve) => this.#after(delayMs, resolve));
  }

  #after(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, delayMs);
    this.#timers.add(timer);
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // What breaks is meant to break.
    socket.on('error', () => undefined);
    return socket;
  }
}

function split(chunk: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let from = 0; from < chunk.length; from += THROTTLE.bytes)
    pieces.push(chunk.subarray(from, from + THROTTLE.bytes));
  return pieces;
}
