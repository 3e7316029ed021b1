import type { FrameRejectCode } from './framer.ts';

/** Ends of messages that devices use: ETX, TAB, LF, CR. One too many does no harm, since the device's own framer looks again. */
const ENDS: ReadonlySet<number> = new Set([0x03, 0x09, 0x0a, 0x0d]);
/** Ends of a sharing device's message, after which a message begins; a TAB or LF may stand in one. */
const MESSAGE_ENDS: ReadonlySet<number> = new Set([0x03, 0x0d]);
const LF = 0x0a;
/** No weight answer is longer. */
const MAX_MARKED_BYTES = 64;
/** As long as the longest scan. What is longer is handed on in parts, for the framer behind to drop. */
const MAX_REST_BYTES = 4_096;

/** What each message of a sharing device begins with. Its messages end with CR or ETX. */
export interface SharedMark {
  /** Latin-1, without an end byte; one character where it counts anywhere. */
  readonly text: string;
  /**
   * `anywhere`: stands in no message of another device (STX), so that it begins one wherever it comes, even where the one before lost its end.
   * `at-start`: may stand in a scan (`S1`), so that it counts only where a message begins: at first, after CR or ETX, and after a pause.
   */
  readonly counts: 'anywhere' | 'at-start';
}

/** `mark`: the text of the mark of the device that it is for; absent for the one whose line it is. */
export type SplitterOutput =
  | { readonly kind: 'bytes'; readonly mark: string | undefined; readonly bytes: Uint8Array }
  | {
      readonly kind: 'reject';
      readonly mark: string | undefined;
      readonly code: FrameRejectCode;
      readonly byteCount: number;
    };

/**
 * One line, several devices: messages that begin with one of `marks` go to the device that marks its messages so, the rest to the device whose
 * line it is, whole messages at a time. Where a mark that counts anywhere comes in the middle, the message before lost its end: its bytes are
 * dropped, because what follows must not be joined to them. A mark that counts at the start can not tell that: there the device that gets both
 * has to refuse them. Every byte is handed on, rejected or pending; never more than `MAX_REST_BYTES` are kept.
 */
export class SharedLineSplitter {
  readonly #anywhere: ReadonlyMap<number, string>;
  readonly #atStart: readonly string[];
  readonly #buffer = new Uint8Array(MAX_REST_BYTES);
  #length = 0;
  #mark: string | undefined;
  /** The buffer holds a message from its first byte, and no mark is ruled out yet. */
  #open = true;
  /** Between a marked message that grew too long and the next end: what comes is the rest of it. */
  #discarding = false;

  constructor(marks: readonly SharedMark[]) {
    const counting = (where: SharedMark['counts']) =>
      marks.filter(({ counts }) => counts === where).map(({ text }) => text);
    this.#anywhere = new Map(counting('anywhere').map((text) => [text.charCodeAt(0), text]));
    this.#atStart = counting('at-start');
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
    if (this.#mark === undefined) this.#hand(outputs);
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
    const mark = this.#anywhere.get(byte);
    if (mark !== undefined) {
      this.#drop(this.#discarding ? 'FRAME_OVERSIZE' : 'FRAME_NOISE', outputs);
      this.#begin(mark);
      this.#keep(byte);
    } else if (this.#mark === undefined) this.#takeRest(byte, outputs);
    else this.#takeMarked(byte, outputs);
  }

  #takeRest(byte: number, outputs: SplitterOutput[]): void {
    if (this.#length === MAX_REST_BYTES) this.#hand(outputs);
    this.#keep(byte);
    if (this.#open) {
      const begun = Buffer.from(this.#buffer.subarray(0, this.#length)).toString('latin1');
      const mark = this.#atStart.find((text) => text.startsWith(begun));
      if (mark === begun) this.#begin(mark);
      if (mark !== undefined) return;
      // The LF of CR LF is still the end of the message before.
      this.#open = byte === LF && this.#length === 1;
    }
    if (!ENDS.has(byte)) return;
    this.#hand(outputs);
    if (MESSAGE_ENDS.has(byte)) this.#open = true;
  }

  #takeMarked(byte: number, outputs: SplitterOutput[]): void {
    if (!this.#discarding && this.#length === MAX_MARKED_BYTES) this.#discarding = true;
    if (this.#length === MAX_REST_BYTES) this.#drop('FRAME_OVERSIZE', outputs);
    this.#keep(byte);
    if (!MESSAGE_ENDS.has(byte)) return;
    if (this.#discarding) this.#drop('FRAME_OVERSIZE', outputs);
    else this.#hand(outputs);
    this.#begin(undefined);
  }

  #begin(mark: string | undefined): void {
    this.#mark = mark;
    this.#open = mark === undefined;
    this.#discarding = false;
  }

  #keep(byte: number): void {
    this.#buffer[this.#length] = byte;
    this.#length += 1;
  }

  #hand(outputs: SplitterOutput[]): void {
    if (this.#length > 0) outputs.push({ kind: 'bytes', mark: this.#mark, bytes: this.#buffer.slice(0, this.#length) });
    this.#length = 0;
  }

  #drop(code: FrameRejectCode, outputs: SplitterOutput[]): void {
    if (this.#length > 0) outputs.push({ kind: 'reject', mark: this.#mark, code, byteCount: this.#length });
    this.#length = 0;
  }
}
