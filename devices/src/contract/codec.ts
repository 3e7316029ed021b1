import type { DeviceConditionCode } from '../conditions.ts';
import type { Framer } from '../framing/framer.ts';

export type Decoded<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: DeviceConditionCode };

/**
 * One direction of a wire, pure: bytes -> frames -> values -> bytes. For every value that `decode` gives, `encode` makes whole wire bytes which frame
 * and decode to an equal value (tests and the soak of parsers hold each codec to this).
 */
export interface DeviceCodec<Value = unknown> {
  /** What goes over this direction, e.g. `answer` (device to us), `request` (us to the device). Unique within a driver. */
  readonly name: string;
  /** `report`: the transport keeps message bounds (HID), so that a chunk is a frame; `stream`: bytes without bounds. */
  readonly bounds: 'stream' | 'report';
  /** A fresh, bounded framer. */
  framer(): Framer;
  /** One frame -> what it says. Never throws, whatever the bytes. */
  decode(frame: Uint8Array): Decoded<Value>;
  /** Whole wire bytes, start, checksum and end included. */
  encode(value: Value): Uint8Array;
  /** Lawful values, at least one of each kind: what the bench encodes and the soak mutates. */
  readonly samples: readonly Value[];
}

/** A byte fixture: what really goes over the wire, Latin-1 text or bytes, and what it means. Lives in the driver's `fixtures/wire.ts`. */
export interface WireFixture {
  readonly name: string;
  readonly codec: string;
  readonly wire: string | Uint8Array;
  /** The one value in it; absent for bytes that must be refused. */
  readonly value?: unknown;
  /** Why the frame is refused; absent for lawful bytes. */
  readonly code?: DeviceConditionCode;
  /** Options of the driver under which this holds; its defaults when absent. */
  readonly options?: Record<string, unknown>;
}
