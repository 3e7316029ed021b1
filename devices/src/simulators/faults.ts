import { DeviceError } from '../conditions.ts';
import type { Connection } from '../contract/config.ts';
import type { Clock } from '../contract/transport.ts';
import type { SimulatorLine } from './line.ts';
import { between, randomBytes } from './random.ts';

/** What a wire does to messages. `amount`: what a fault of that kind takes besides its rate, and its default. */
export const FAULTS = {
  noise: {
    amount: 16,
    help: { zh: '报文前插入随机字节（最多 N 个）', en: 'random bytes before a message, at most N' },
  },
  delay: { amount: 200, help: { zh: '报文延迟（最多 N 毫秒）', en: 'a message comes late, at most N ms' } },
  split: {
    amount: 2,
    help: { zh: '报文拆成若干片，片间隔 N 毫秒', en: 'a message comes in pieces, N ms between them' },
  },
  corrupt: { amount: 1, help: { zh: '翻转 N 个比特（校验出错）', en: 'N bits flip: wrong checksums and parity' } },
  silence: { amount: 0, help: { zh: '报文丢失', en: 'a message never comes' } },
  duplicate: { amount: 1, help: { zh: '报文多发 N 次', en: 'a message comes N more times' } },
} as const satisfies Record<string, { amount: number; help: { zh: string; en: string } }>;

export type FaultKind = keyof typeof FAULTS;

export const isFaultKind = (word: string): word is FaultKind => Object.hasOwn(FAULTS, word);

export interface FaultSetting {
  /** Share of messages that it befalls, 0 to 1. */
  readonly rate: number;
  readonly amount: number;
}

/** Messages that wait behind a late one; more are lost, as in a device with a full buffer. */
export const MAX_WAITING_MESSAGES = 256;
/** A message that is sent byte by byte and is longer than this comes in pieces of several bytes. */
const MAX_PIECES = 64;

/**
 * A line that does to messages what real wires do, each fault by itself and at any time. A message is what one `write` of the device gives; order is kept.
 * The same seed and the same messages give the same faults.
 */
export class FaultyLine implements SimulatorLine {
  readonly #line: SimulatorLine;
  readonly #random: () => number;
  readonly #clock: Clock;
  readonly #faults = new Map<FaultKind, FaultSetting>();
  readonly #made = new Map<FaultKind | 'unplug', number>();
  readonly #naps = new Set<() => void>();
  #onBytes: (bytes: Uint8Array) => void = () => {};
  #running = false;
  #unplugged: { done: Promise<void>; plug(): void } | undefined;
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(line: SimulatorLine, ports: { readonly random: () => number; readonly clock: Clock }) {
    this.#line = line;
    this.#random = ports.random;
    this.#clock = ports.clock;
  }

  get connection(): Connection {
    return this.#line.connection;
  }

  get unplugged(): boolean {
    return this.#unplugged !== undefined;
  }

  /** What is set now. */
  get faults(): ReadonlyMap<FaultKind, FaultSetting> {
    return this.#faults;
  }

  /** How often each fault was made. */
  get made(): ReadonlyMap<FaultKind | 'unplug', number> {
    return this.#made;
  }

  /** `rate` 0 switches it off. */
  set(kind: FaultKind, rate: number, amount: number = FAULTS[kind].amount): void {
    if (rate === 0) this.#faults.delete(kind);
    else this.#faults.set(kind, { rate, amount });
  }

  clear(): void {
    this.#faults.clear();
  }

  async start(onBytes: (bytes: Uint8Array) => void): Promise<void> {
    this.#running = true;
    this.#onBytes = onBytes;
    await this.#line.start(onBytes);
  }

  async stop(): Promise<void> {
    this.#running = false;
    for (const wake of [...this.#naps]) wake();
    this.plug();
    await this.#unplugged?.done;
    await this.#tail;
    await this.#line.stop();
  }

  /** Resolves when the message left or was lost; a message of an unplugged device is lost. Rejects where the line below is down. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#unplugged) return Promise.resolve();
    if (this.#faults.size === 0 && this.#waiting === 0) return this.#line.write(bytes);
    if (this.#waiting >= MAX_WAITING_MESSAGES) {
      this.#count('silence');
      return Promise.resolve();
    }
    this.#waiting += 1;
    const sent = this.#tail
      .then(() => this.#send(bytes))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#tail = sent.catch(() => undefined);
    return sent;
  }

  /**
   * Pulls the plug: a pseudo-terminal's path vanishes, a TCP connection ends and the next is refused. Resolves when the line is back: after `forMs`, or when
   * `plug` is called. Throws when it is unplugged already.
   */
  unplug(forMs = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.#unplugged) throw new Error('the line is unplugged already');
    let plug = (): void => {};
    const plugged = new Promise<void>((resolve) => {
      plug = resolve;
    });
    this.#count('unplug');
    const done = this.#away(forMs, plugged);
    this.#unplugged = { done, plug };
    return done;
  }

  /** Ends an `unplug` early; without one it does nothing. */
  plug(): void {
    this.#unplugged?.plug();
  }

  async #away(forMs: number, plugged: Promise<void>): Promise<void> {
    try {
      await this.#line.stop();
      const nap = Number.isFinite(forMs) ? this.#nap(forMs) : undefined;
      await Promise.race(nap ? [nap.over, plugged] : [plugged]);
      nap?.wake();
      if (this.#running) await this.#line.start(this.#onBytes);
    } finally {
      this.#unplugged = undefined;
    }
  }

  async #send(bytes: Uint8Array): Promise<void> {
    const late = this.#falls('delay');
    if (late) await this.#nap(between(this.#random, 0, late.amount)).over;
    const copies = 1 + (this.#falls('duplicate')?.amount ?? 0);
    for (let copy = 0; copy < copies; copy += 1) await this.#sendOnce(bytes);
  }

  async #sendOnce(bytes: Uint8Array): Promise<void> {
    if (this.#falls('silence')) return;
    const noise = this.#falls('noise');
    if (noise && noise.amount > 0) await this.#put(randomBytes(this.#random, between(this.#random, 1, noise.amount)));
    const flips = this.#falls('corrupt');
    const message = flips ? this.#flipped(bytes, flips.amount) : bytes;
    const cut = this.#falls('split');
    if (!cut) return this.#put(message);
    for (const piece of this.#pieces(message)) {
      await this.#put(piece);
      await this.#nap(cut.amount).over;
    }
  }

  /** Lost where the plug was pulled or the simulator stopped meanwhile. */
  #put(bytes: Uint8Array): Promise<void> {
    if (this.#unplugged || !this.#running) return Promise.resolve();
    return this.#line.write(bytes);
  }

  #falls(kind: FaultKind): FaultSetting | undefined {
    const setting = this.#faults.get(kind);
    if (!setting || this.#random() >= setting.rate) return undefined;
    this.#count(kind);
    return setting;
  }

  #flipped(bytes: Uint8Array, count: number): Uint8Array {
    const flipped = Uint8Array.from(bytes);
    for (let flip = 0; flip < count && flipped.length > 0; flip += 1) {
      const at = between(this.#random, 0, flipped.length - 1);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << between(this.#random, 0, 7));
    }
    return flipped;
  }

  /** Half of the time byte by byte, half of the time in a few pieces. */
  #pieces(bytes: Uint8Array): Uint8Array[] {
    const longest = Math.max(1, Math.ceil(bytes.length / (this.#random() < 0.5 ? MAX_PIECES : 3)));
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = between(this.#random, 1, longest);
      pieces.push(bytes.subarray(at, at + length));
      at += length;
    }
    return pieces;
  }

  #count(kind: FaultKind | 'unplug'): void {
    this.#made.set(kind, (this.#made.get(kind) ?? 0) + 1);
  }

  /** Ends early when the line stops. */
  #nap(ms: number): { over: Promise<void>; wake(): void } {
    let wake = (): void => {};
    const over = new Promise<void>((resolve) => {
      wake = () => {
        timer.cancel();
        this.#naps.delete(wake);
        resolve();
      };
      const timer = this.#clock.setTimeout(wake, ms);
      this.#naps.add(wake);
      if (!this.#running) wake();
    });
    return { over, wake };
  }
}

/** A rejected write that means only that nobody holds the other end. */
export const isNobodyThere = (error: unknown): boolean => error instanceof DeviceError && error.code === 'PORT_CLOSED';
