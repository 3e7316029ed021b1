import type { FrameRejectCode } from './framer.ts';

/** Ends of messages that devices use: ETX, TAB, LF, CR. One too many does no harm, since the device's own framer looks again. */
const ENDS: ReadonlySet<number> = new Set([0x03, 0x09, 0x0a, 0x0d]);
/** Ends of a sharing device's message; a TAB or LF may stand in one. */
const MARKED_ENDS: ReadonlySet<number> = new Set([0x03, 0x0d]);
/** No weight answer is longer. */
const MAX_MARKED_BYTES = 64;
/** As long as the longest scan. What is longer is handed on in parts, for the framer behind to drop. */
const MAX_REST_BYTES = 4_096;

/** `start`: whose messages begin with it; absent for the one whose line it is. */
export type SplitterOutput =
  | { readonly kind: 'bytes'; readonly start: number | undefined; readonly bytes: Uint8Array }
  | {
      readonly kind: 'reject';
      readonly start: number | undefined;
      readonly code: FrameRejectCode;
      readonly byteCount: number;
    };

/**
 * One line, several devices: messages that begin with one of `starts` go to the device that marks its messages so, the rest to the device whose
 * line it is, whole messages at a time. A start byte never stands inside another's message (who sets the line up sees to that), so one that comes
 * in the middle means that the message before lost its end: its bytes are dropped, because what follows must not be joined to them.
 * Every byte is handed on, rejected or pending; never more than `MAX_REST_BYTES` are kept.
 */
export class SharedLineSplitter {
  readonly #starts: ReadonlySet<number>;
  readonly #buffer = new Uint8Array(MAX_REST_BYTES);
  #length = 0;
  #start: number | undefined;
  /** Between a marked message that grew too long and the next end: what comes is the rest of it. */
  #discarding = false;

  constructor(starts: readonly number[]) {
    this.#starts = new Set(starts);
  }

  get pendingBytes(): number {
    return this.#length;
  }

  push(bytes: Uint8Array): SplitterOutput[] {
    const outputs: SplitterOutput[] = [];
    for (const byte of bytes) this.#take(byte, outputs);
    if (this.#discarding) this.#drop('FRAME_OVERSIZE', outputs);
    return outputs;
  }

  /** Nothing came for the idle time. Half a marked message is dropped; half of the rest is the other device's to judge. */
  idle(): SplitterOutput[] {
    const outputs: SplitterOutput[] = [];
    if (this.#start === undefined) this.#hand(outputs);
    else this.#drop(this.#discarding ? 'FRAME_OVERSIZE' : 'FRAME_IDLE', outputs);
    this.#begin(undefined);
    return outputs;
  }

  /** The line was opened anew: what was half received belongs to nothing any more. */
  reset(): void {
    this.#length = 0;
    this.#begin(undefined);
  }

  #take(byte: number, outputs: SplitterOutput[]): void {
    if (this.#starts.has(byte)) {
      if (this.#length > 0) this.#drop(this.#discarding ? 'FRAME_OVERSIZE' : 'FRAME_NOISE', outputs);
      this.#begin(byte);
      this.#keep(byte);
      return;
    }
    if (this.#start === undefined) {
      if (this.#length === MAX_REST_BYTES) this.#hand(outputs);
      this.#keep(byte);
      if (ENDS.has(byte)) this.#hand(outputs);
      return;
    }
    if (!this.#discarding && this.#length === MAX_MARKED_BYTES) this.#discarding = true;
    if (this.#length === MAX_REST_BYTES) this.#drop('FRAME_OVERSIZE', outputs);
    this.#keep(byte);
    if (!MARKED_ENDS.has(byte)) return;
    if (this.#discarding) this.#drop('FRAME_OVERSIZE', outputs);
    else this.#hand(outputs);
    this.#begin(undefined);
  }

  #begin(start: number | undefined): void {
    this.#start = start;
    this.#discarding = false;
  }

  #keep(byte: number): void {
    this.#buffer[this.#length] = byte;
    this.#length += 1;
  }

  #hand(outputs: SplitterOutput[]): void {
    if (this.#length > 0)
      outputs.push({ kind: 'bytes', start: this.#start, bytes: this.#buffer.slice(0, this.#length) });
    this.#length = 0;
  }

  #drop(code: FrameRejectCode, outputs: SplitterOutput[]): void {
    if (this.#length > 0) outputs.push({ kind: 'reject', start: this.#start, code, byteCount: this.#length });
    this.#length = 0;
  }
}
