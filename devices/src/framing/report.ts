import type { Framer, FramerOutput } from './framer.ts';

/** For transports that keep message bounds (HID): each chunk is a frame; one that is too long is dropped. */
export class ReportFramer implements Framer {
  readonly #maxFrameBytes: number;

  constructor(options: { maxFrameBytes: number }) {
    this.#maxFrameBytes = options.maxFrameBytes;
  }

  get pendingBytes(): number {
    return 0;
  }

  push(bytes: Uint8Array): FramerOutput[] {
    if (bytes.length === 0) return [];
    if (bytes.length > this.#maxFrameBytes)
      return [{ kind: 'reject', code: 'FRAME_OVERSIZE', byteCount: bytes.length }];
    return [{ kind: 'frame', bytes: Uint8Array.from(bytes) }];
  }

  idle(): FramerOutput[] {
    return [];
  }
}
