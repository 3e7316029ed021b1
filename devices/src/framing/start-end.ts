import type { FrameRejectCode, Framer, FramerOutput } from './framer.ts';

/**
 * Frames between a start and an end byte, e.g. STX ... CR of the 8217 protocol. Bytes before a start are noise. A second start begins the
 * frame anew: the first one lost its end, and keeping it would join two messages.
 */
export class StartEndFramer implements Framer {
  readonly #start: number;
  readonly #end: number;
  readonly #buffer: Uint8Array;
  #inFrame = false;
  #length = 0;
  #noise = 0;

  constructor(options: { start: number; end: number; maxFrameBytes: number }) {
    this.#start = options.start;
    this.#end = options.end;
    this.#buffer = new Uint8Array(options.maxFrameBytes);
  }

  /** The start byte counts, since a lost frame loses it too. */
  get pendingBytes(): number {
    return this.#noise + (this.#inFrame ? this.#length + 1 : 0);
  }

  push(bytes: Uint8Array): FramerOutput[] {
    const outputs: FramerOutput[] = [];
    for (const byte of bytes) this.#take(byte, outputs);
    // Noise is told at the end of each chunk, so that no count is carried along for ever.
    this.#dropNoise(outputs);
    return outputs;
  }

  idle(): FramerOutput[] {
    const outputs: FramerOutput[] = [];
    this.#dropNoise(outputs);
    if (this.#inFrame) this.#dropFrame('FRAME_IDLE', 0, outputs);
    return outputs;
  }

  #take(byte: number, outputs: FramerOutput[]): void {
    if (byte === this.#start) {
      this.#dropNoise(outputs);
      if (this.#inFrame) this.#dropFrame('FRAME_NOISE', 0, outputs);
      this.#inFrame = true;
    } else if (!this.#inFrame) {
      this.#noise += 1;
    } else if (byte === this.#end) {
      outputs.push({ kind: 'frame', bytes: this.#buffer.slice(0, this.#length) });
      this.#inFrame = false;
      this.#length = 0;
    } else if (this.#length < this.#buffer.length) {
      this.#buffer[this.#length] = byte;
      this.#length += 1;
    } else {
      this.#dropFrame('FRAME_OVERSIZE', 1, outputs);
    }
  }

  #dropFrame(code: FrameRejectCode, extraBytes: number, outputs: FramerOutput[]): void {
    outputs.push({ kind: 'reject', code, byteCount: this.#length + 1 + extraBytes });
    this.#inFrame = false;
    this.#length = 0;
  }

  #dropNoise(outputs: FramerOutput[]): void {
    if (this.#noise > 0) outputs.push({ kind: 'reject', code: 'FRAME_NOISE', byteCount: this.#noise });
    this.#noise = 0;
  }
}
