import type { FrameRejectCode, Framer, FramerOutput } from './framer.ts';

/** How a message looks: the length of the one that `bytes` begins with, `more` when it may still become one, `none` when it can not. */
export interface FramePattern {
  readonly maxFrameBytes: number;
  length(bytes: Uint8Array): number | 'more' | 'none';
}

/**
 * Frames of a wire whose ends are no plain delimiters: a length counts, single bytes are whole messages, or a checksum may look like an end.
 * A frame holds all its bytes, start and end included. What can not begin a message is dropped byte by byte, so that a message right after
 * noise, or after half of another one, is found.
 */
export class PatternFramer implements Framer {
  readonly #pattern: FramePattern;
  readonly #buffer: Uint8Array;
  #length = 0;
  #dropped = 0;
  #dropCode: FrameRejectCode = 'FRAME_NOISE';

  constructor(pattern: FramePattern) {
    this.#pattern = pattern;
    this.#buffer = new Uint8Array(pattern.maxFrameBytes);
  }

  get pendingBytes(): number {
    return this.#length + this.#dropped;
  }

  push(bytes: Uint8Array): FramerOutput[] {
    const outputs: FramerOutput[] = [];
    for (const byte of bytes) {
      this.#buffer[this.#length] = byte;
      this.#length += 1;
      this.#scan(outputs);
    }
    // Told at the end of each chunk, so that no count is carried along for ever.
    this.#tell(outputs);
    return outputs;
  }

  idle(): FramerOutput[] {
    const outputs: FramerOutput[] = [];
    this.#tell(outputs);
    if (this.#length > 0) outputs.push({ kind: 'reject', code: 'FRAME_IDLE', byteCount: this.#length });
    this.#length = 0;
    return outputs;
  }

  #scan(outputs: FramerOutput[]): void {
    while (this.#length > 0) {
      const found = this.#pattern.length(this.#buffer.subarray(0, this.#length));
      if (typeof found === 'number') {
        this.#tell(outputs);
        outputs.push({ kind: 'frame', bytes: this.#buffer.slice(0, found) });
        this.#shift(found);
      } else if (found === 'more' && this.#length < this.#buffer.length) {
        return;
      } else {
        if (found === 'more') this.#dropCode = 'FRAME_OVERSIZE';
        this.#dropped += 1;
        this.#shift(1);
      }
    }
  }

  #shift(count: number): void {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  #tell(outputs: FramerOutput[]): void {
    if (this.#dropped > 0) outputs.push({ kind: 'reject', code: this.#dropCode, byteCount: this.#dropped });
    this.#dropped = 0;
    this.#dropCode = 'FRAME_NOISE';
  }
}
