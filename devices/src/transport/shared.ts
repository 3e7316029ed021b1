import { DeviceError } from '../conditions.ts';
import type { ByteTransport, Clock, TransportHandlers } from '../contract/transport.ts';
import { SharedLineSplitter, type SharedMark, type SplitterOutput } from '../framing/splitter.ts';

/** A message that pauses this long has lost its end: at 1200 baud a byte takes 9 ms. */
const IDLE_MS = 200;

/** One device's part of a shared line, by the text of its mark; `undefined` is the device whose line it is. */
type Part = string | undefined;

/**
 * One port that several devices of a host use: opened when the first of them opens, closed when the last one closes. What arrives is split by what
 * begins each sharing device's messages. When the port closes by itself, every open part is told.
 */
export class SharedLine {
  readonly #port: ByteTransport;
  readonly #clock: Clock;
  readonly #splitter: SharedLineSplitter;
  readonly #open = new Map<Part, TransportHandlers>();
  /** The opening or closing that runs: parts that come meanwhile wait for it. */
  #turn: Promise<unknown> = Promise.resolve();
  #up = false;
  #idleTimer: { cancel(): void } | undefined;

  constructor(options: { port: ByteTransport; marks: readonly SharedMark[]; clock: Clock }) {
    this.#port = options.port;
    this.#clock = options.clock;
    this.#splitter = new SharedLineSplitter(options.marks);
  }

  /** The part of the device whose messages begin with `mark`, or of the one whose line it is. */
  part(mark: Part): ByteTransport {
    return {
      address: this.#port.address,
      open: (handlers) => this.#inTurn(() => this.#openPart(mark, handlers)),
      write: (bytes) =>
        this.#open.has(mark)
          ? this.#port.write(bytes)
          : Promise.reject(new DeviceError('PORT_CLOSED', this.#port.address)),
      close: () => this.#inTurn(() => this.#closePart(mark)),
    };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #openPart(mark: Part, handlers: TransportHandlers): Promise<void> {
    if (!this.#up) {
      this.#splitter.reset();
      this.#up = true;
      try {
        await this.#port.open({ onBytes: (bytes) => this.#take(bytes), onClose: (reason) => this.#closed(reason) });
      } catch (error) {
        this.#up = false;
        throw error;
      }
      // A port that closed while it was being opened has no part to tell yet.
      if (!this.#up) throw new DeviceError('PORT_CLOSED', this.#port.address);
    }
    this.#open.set(mark, handlers);
  }

  async #closePart(mark: Part): Promise<void> {
    if (!this.#open.delete(mark) || this.#open.size > 0) return;
    this.#up = false;
    this.#idleTimer?.cancel();
    await this.#port.close();
  }

  #take(bytes: Uint8Array): void {
    this.#hand(this.#splitter.push(bytes));
    this.#idleTimer?.cancel();
    if (this.#splitter.pendingBytes > 0)
      this.#idleTimer = this.#clock.setTimeout(() => this.#hand(this.#splitter.idle()), IDLE_MS);
  }

  /** What is for a part that is not open is for nobody: that device was stopped. */
  #hand(outputs: readonly SplitterOutput[]): void {
    for (const output of outputs) {
      const handlers = this.#open.get(output.mark);
      if (output.kind === 'bytes') handlers?.onBytes(output.bytes);
      else handlers?.onDropped?.(output.code, output.byteCount);
    }
  }

  #closed(reason: string): void {
    if (!this.#up) return;
    this.#up = false;
    this.#idleTimer?.cancel();
    this.#splitter.reset();
    const parts = [...this.#open.values()];
    this.#open.clear();
    for (const handlers of parts) handlers.onClose(reason);
  }
}
