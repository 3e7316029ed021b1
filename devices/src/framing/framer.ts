/** Why bytes were dropped; each is a code of the conditions table. */
export type FrameRejectCode = 'FRAME_OVERSIZE' | 'FRAME_IDLE' | 'FRAME_NOISE';

export type FramerOutput =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  | { readonly kind: 'reject'; readonly code: FrameRejectCode; readonly byteCount: number };

/**
 * Bytes -> frames. Never throws, never keeps more than `maxFrameBytes`, accounts for every byte: it is in a frame, a marker, a reject or pending.
 * `idle` is called by the owner when nothing came for the idle time, so that half a message can't poison the next one.
 */
export interface Framer {
  push(bytes: Uint8Array): FramerOutput[];
  idle(): FramerOutput[];
  /** Bytes held for a frame that has not ended, or known to be dropped but not yet reported. */
  readonly pendingBytes: number;
}
