import type { Framer, FramerOutput } from './framer.ts';

/** Frames that end with any one of `delimiters`. Empty frames are skipped, so that CR LF works with both as delimiters. */
export class DelimiterFramer implements Framer {
  readonly #delimiters: ReadonlySet<number>;
  readonly #buffer: Uint8Array;
  #length = 0;
  #discarding = false;
  #discarded = 0;

  constructor(options: { delimiters: readonly number[]; maxFrameBytes: number }) {
    this.#delimiters = new Set(options.delimiters);
    this.#buffer = new Uint8Array(options.maxFrameBytes);
  }

  get pendingBytes(): number {
    return this.#length + this.#discarded;
  }

  push(bytes: Uint8Array): FramerOutput[] {
    const outputs: FramerOutput[] = [];
    for (const byte of bytes) {
      if (this.#delimiters.has(byte)) this.#end(outputs);
      else this.#keep(byte, outputs);
    }
    return outputs;
  }

  idle(): FramerOutput[] {
    const outputs: FramerOutput[] = [];
    if (this.#discarding) this.#reportDiscarded(outputs);
    else if (this.#length > 0) outputs.push({ kind: 'reject', code: 'FRAME_IDLE', byteCount: this.#length });
    this.#length = 0;
    this.#discarding = false;
    return outputs;
  }

  #keep(byte: number, outputs: FramerOutput[]): void {
    if (this.#discarding) {
      this.#discarded += 1;
      return;
    }
    if (this.#length < this.#buffer.length) {
      this.#buffer[this.#length] = byte;
      this.#length += 1;
      return;
    }
    // Reported at once, since a stream without any delimiter would else never be reported.
    outputs.push({ kind: 'reject', code: 'FRAME_OVERSIZE', byteCount: this.#length + 1 });
    this.#length = 0;
    this.#discarding = true;
  }

  #end(outputs: FramerOutput[]): void {
    if (this.#discarding) this.#reportDiscarded(outputs);
    else if (this.#length > 0) outputs.push({ kind: 'frame', bytes: this.#buffer.slice(0, this.#length) });
    this.#length = 0;
    this.#discarding = false;
  }

  #reportDiscarded(outputs: FramerOutput[]): void {
    if (this.#discarded > 0) outputs.push({ kind: 'reject', code: 'FRAME_OVERSIZE', byteCount: this.#discarded });
    this.#discarded = 0;
  }
}
