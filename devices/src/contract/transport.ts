import type { FrameRejectCode } from '../framing/framer.ts';

export interface TransportHandlers {
  onBytes(bytes: Uint8Array): void;
  onClose(reason: string): void;
  /** Bytes that a line with several devices could give to none of them. Only shared lines have it. */
  onDropped?(code: FrameRejectCode, byteCount: number): void;
}

/** Which collection of a HID device a model speaks through (USB-IF HID Usage Tables). */
export interface HidUsage {
  readonly page: number;
  readonly usages: readonly number[];
}

/** A byte pipe. Implementations never interpret what they carry. `open` may reject; after `onClose` the transport may be opened again. */
export interface ByteTransport {
  /** Human-readable address, e.g. `serial:/dev/ttyUSB0` or `tcp:127.0.0.1:4001`. */
  readonly address: string;
  open(handlers: TransportHandlers): Promise<void>;
  /** Resolves when the bytes were handed to the operating system; rejects when closed. */
  write(bytes: Uint8Array): Promise<void>;
  /** A HID feature report, report id first. Only HID lines have it. */
  sendFeature?(report: Uint8Array): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Time as a port, so that sessions can be driven by a test. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
  setTimeout(callback: () => void, delayMs: number): { cancel(): void };
}
