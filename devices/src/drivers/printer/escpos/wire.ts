import type { DeviceConditionCode } from '../../../conditions.ts';
import type { DeviceCodec } from '../../../contract/codec.ts';
import { type FramePattern, PatternFramer } from '../../../framing/pattern.ts';

/** What can be asked in real time: the printer, why it is offline, its error, its paper (DLE EOT n). */
export const ASKS = { printer: 1, offline: 2, error: 3, paper: 4 } as const;
export type Ask = keyof typeof ASKS;

/**
 * What the printer says. `realtime`: the answer to DLE EOT, which does not say to which of the four; `buffered`: the answer to GS r, given when all that
 * stood before it in the buffer was worked off; `automatic`: four bytes that some printers send by themselves (GS a, or a switch); `flow`: XON, XOFF.
 */
export type PrinterWord =
  | { readonly kind: 'realtime'; readonly bits: number }
  | { readonly kind: 'buffered'; readonly bits: number }
  | { readonly kind: 'automatic'; readonly bits: readonly [number, number, number, number] }
  | { readonly kind: 'flow'; readonly go: boolean };

/** Fixed bits tell the kinds apart: bits 0, 1, 4 and 7 (Epson, status bytes of DLE EOT, GS r and GS a). */
const FIXED = 0x93;
const REALTIME = 0x12;
const AUTOMATIC = 0x10;
const AUTOMATIC_BYTES = 4;
const [XON, XOFF] = [0x11, 0x13];

const isRealtime = (byte: number): boolean => (byte & FIXED) === REALTIME;
/** Bits 4 to 7 of an answer to GS r are 0, or not defined and 0 where anybody looked. */
const isBuffered = (byte: number): boolean => byte < 0x10;
const isAutomaticTail = (byte: number): boolean => (byte & 0x90) === 0;

const WORDS: FramePattern = {
  maxFrameBytes: AUTOMATIC_BYTES,
  length: (bytes) => {
    const [first = 0, ...rest] = bytes;
    if (isRealtime(first) || isBuffered(first) || first === XON || first === XOFF) return 1;
    if ((first & FIXED) !== AUTOMATIC || !rest.every(isAutomaticTail)) return 'none';
    return bytes.length < AUTOMATIC_BYTES ? 'more' : AUTOMATIC_BYTES;
  },
};

/** The printer's side of the wire. */
export const answerCodec: DeviceCodec<PrinterWord> = {
  name: 'answer',
  bounds: 'stream',
  framer: () => new PatternFramer(WORDS),
  decode: (frame) => {
    const [first = 0, second = 0, third = 0, fourth = 0] = frame;
    if (frame.length === AUTOMATIC_BYTES)
      return { ok: true, value: { kind: 'automatic', bits: [first, second, third, fourth] } };
    if (frame.length !== 1) return { ok: false, code: 'PRINTER_BYTES_UNKNOWN' };
    if (first === XON || first === XOFF) return { ok: true, value: { kind: 'flow', go: first === XON } };
    return { ok: true, value: { kind: isRealtime(first) ? 'realtime' : 'buffered', bits: first } };
  },
  encode: (word) => {
    if (word.kind === 'automatic') return Uint8Array.from(word.bits);
    return Uint8Array.of(word.kind === 'flow' ? (word.go ? XON : XOFF) : word.bits);
  },
  samples: [
    { kind: 'realtime', bits: 0x12 },
    { kind: 'realtime', bits: 0x1a },
    { kind: 'realtime', bits: 0x72 },
    { kind: 'buffered', bits: 0x00 },
    { kind: 'buffered', bits: 0x03 },
    { kind: 'automatic', bits: [0x10, 0, 0, 0] },
    { kind: 'automatic', bits: [0x38, 0, 0x0f, 0] },
    { kind: 'flow', go: true },
    { kind: 'flow', go: false },
  ],
};

/** DLE EOT n: answered at once, whatever waits in the buffer and also by a printer that is offline. Never inside another command. */
export const askBytes = (ask: Ask): Uint8Array => Uint8Array.of(0x10, 0x04, ASKS[ask]);

/** GS r 1: stands in the buffer like print data and is answered in its turn; a printer that stopped does not answer. */
export const FENCE: Uint8Array = Uint8Array.of(0x1d, 0x72, 0x01);

/** How a printer is. */
export interface PrinterStatus {
  readonly offline: boolean;
  readonly coverOpen: boolean;
  readonly paperOut: boolean;
  readonly paperNearEnd: boolean;
  readonly cutterStuck: boolean;
  readonly error: boolean;
}

export const WELL: PrinterStatus = {
  offline: false,
  coverOpen: false,
  paperOut: false,
  paperNearEnd: false,
  cutterStuck: false,
  error: false,
};

/** The four real-time answers together. */
export function statusOf(bits: Readonly<Record<Ask, number>>): PrinterStatus {
  return {
    offline: (bits.printer & 0x08) !== 0,
    coverOpen: (bits.offline & 0x04) !== 0,
    paperOut: (bits.offline & 0x20) !== 0 || (bits.paper & 0x60) !== 0,
    paperNearEnd: (bits.paper & 0x0c) !== 0,
    cutterStuck: (bits.error & 0x08) !== 0,
    error: (bits.offline & 0x40) !== 0 || (bits.error & 0x64) !== 0,
  };
}

export function statusBits(status: PrinterStatus): Record<Ask, number> {
  const { offline, coverOpen, paperOut, paperNearEnd, cutterStuck, error } = status;
  const failed = error || cutterStuck;
  return {
    printer: REALTIME | (offline ? 0x08 : 0),
    offline: REALTIME | (coverOpen ? 0x04 : 0) | (paperOut ? 0x20 : 0) | (failed ? 0x40 : 0),
    error: REALTIME | (cutterStuck ? 0x08 : 0) | (error ? 0x20 : 0),
    paper: REALTIME | (paperNearEnd ? 0x0c : 0) | (paperOut ? 0x60 : 0),
  };
}

/** What a printer says by itself (GS a): offline and cover, errors, paper. */
export function automaticStatus([first, second, third]: readonly [number, number, number, number]): PrinterStatus {
  return {
    offline: (first & 0x08) !== 0,
    coverOpen: (first & 0x20) !== 0,
    paperOut: (third & 0x0c) !== 0,
    paperNearEnd: (third & 0x03) !== 0,
    cutterStuck: (second & 0x08) !== 0,
    error: (second & 0x64) !== 0,
  };
}

/** Why nothing can be printed now; the cause that a person can see first. */
export function hindrance(status: PrinterStatus): DeviceConditionCode | undefined {
  if (status.coverOpen) return 'PRINTER_COVER_OPEN';
  if (status.paperOut) return 'PRINTER_PAPER_OUT';
  if (status.cutterStuck) return 'PRINTER_CUTTER_STUCK';
  if (status.error) return 'PRINTER_ERROR';
  return status.offline ? 'PRINTER_OFFLINE' : undefined;
}
