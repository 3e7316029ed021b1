import type { DriverContext } from '../../../contract/definition.ts';
import type { Framer } from '../../../framing/index.ts';
import { DeviceLine } from '../../line.ts';
import type { EscPosOptions } from './options.ts';
import {
  ASKS,
  type Ask,
  answerCodec,
  askBytes,
  automaticStatus,
  FENCE,
  type PrinterStatus,
  type PrinterWord,
  statusOf,
} from './wire.ts';

/** What a listener is told. */
type Heard = PrinterWord | 'broken';

const BITS_A_BYTE = 10;

/** The line of one printer: what is written and what is answered to it, one question at a time. */
export class PrinterLine {
  readonly line: DeviceLine;
  readonly #context: DriverContext<EscPosOptions>;
  readonly #framer: Framer = answerCodec.framer();
  readonly #automatic: (status: PrinterStatus) => void;
  #listener: ((heard: Heard) => void) | undefined;
  /** Counts openings of the line: a job does not go on over a line that broke. */
  #opened = 0;
  /** Answers to GS r that were asked for and did not come yet. */
  #fencesOwed = 0;

  /** `automatic`: what the printer tells unasked; `opened`: the line is there (again). */
  constructor(
    context: DriverContext<EscPosOptions>,
    told: { readonly automatic: (status: PrinterStatus) => void; readonly opened: () => void },
  ) {
    this.#context = context;
    this.#automatic = told.automatic;
    this.line = new DeviceLine(context, {
      onBytes: (bytes) => this.#take(bytes),
      onOpen: () => {
        this.#opened += 1;
        this.#fencesOwed = 0;
        this.#framer.idle();
        this.#listener?.('broken');
        told.opened();
      },
    });
  }

  async stop(): Promise<void> {
    await this.line.stop();
    this.#listener?.('broken');
  }

  /** Which opening of the line this is. */
  get opening(): number {
    return this.#opened;
  }

  /** Still the line that `opening` was. */
  holds(opening: number): boolean {
    return this.line.online && this.#opened === opening;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.line.write(bytes);
  }

  /** All four real-time questions; undefined when one is not answered in time. */
  async look(timeoutMs: number): Promise<PrinterStatus | undefined> {
    const bits: Partial<Record<Ask, number>> = {};
    for (const ask of Object.keys(ASKS) as Ask[]) {
      const answer = await this.ask(ask, timeoutMs);
      if (answer === undefined) return undefined;
      bits[ask] = answer;
    }
    return statusOf(bits as Record<Ask, number>);
  }

  /** One real-time question, behind `stray` answers that bytes of a picture will have caused. */
  async ask(ask: Ask, timeoutMs: number, stray = 0): Promise<number | undefined> {
    let awaited = stray + 1;
    return this.#exchange(askBytes(ask), timeoutMs, (word) => {
      if (word.kind !== 'realtime') return undefined;
      awaited -= 1;
      return awaited === 0 ? word.bits : undefined;
    });
  }

  /** Puts a question behind everything that was written; `passed` tells, later, whether it was answered. */
  async setFence(): Promise<void> {
    // Below nothing: a printer that says such a byte unasked.
    this.#fencesOwed = Math.max(0, this.#fencesOwed) + 1;
    await this.write(FENCE);
  }

  get fencePassed(): boolean {
    return this.#fencesOwed <= 0;
  }

  /** Whether the answer to the fence comes within this time. */
  async awaitFence(timeoutMs: number): Promise<boolean> {
    if (this.fencePassed) return true;
    await this.#exchange(undefined, timeoutMs, () => (this.fencePassed ? 0 : undefined));
    return this.fencePassed;
  }

  /** A printer that does not know GS r never answers: what it owes is forgotten, so that the next job is not held up by it. */
  dropFences(): void {
    this.#fencesOwed = 0;
  }

  /** Time that bytes need on the wire, where that is known. */
  wireMs(byteCount: number): number {
    const { connection } = this.#context.config;
    const isSerial = connection.kind === 'serial' || connection.kind === 'usb-serial';
    return isSerial ? Math.ceil((byteCount * BITS_A_BYTE * 1_000) / connection.baudRate) : 0;
  }

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#context.clock.setTimeout(resolve, delayMs));
  }

  #exchange(
    request: Uint8Array | undefined,
    timeoutMs: number,
    take: (word: PrinterWord) => number | undefined,
  ): Promise<number | undefined> {
    return new Promise((resolve) => {
      const done = (value: number | undefined): void => {
        timer.cancel();
        this.#listener = undefined;
        resolve(value);
      };
      const timer = this.#context.clock.setTimeout(() => done(undefined), Math.max(1, timeoutMs));
      // Listening begins before the request leaves: the answer may be there when the write resolves.
      this.#listener = (heard) => {
        if (heard === 'broken') return done(undefined);
        const value = take(heard);
        if (value !== undefined) done(value);
      };
      if (request) this.write(request).catch(() => this.#listener?.('broken'));
    });
  }

  #take(bytes: Uint8Array): void {
    for (const output of this.#framer.push(bytes)) {
      if (output.kind === 'reject') {
        this.line.reject(output.code, output.byteCount);
        continue;
      }
      const decoded = answerCodec.decode(output.bytes);
      if (!decoded.ok) {
        this.line.reject(decoded.code, output.bytes.length);
        continue;
      }
      this.line.frame();
      if (decoded.value.kind === 'automatic') this.#automatic(automaticStatus(decoded.value.bits));
      if (decoded.value.kind === 'buffered') this.#fencesOwed -= 1;
      this.#listener?.(decoded.value);
    }
  }
}
