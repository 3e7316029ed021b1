import type { DeviceConditionCode } from '../conditions.ts';

/** Rejects in a row, without one good message between, after which the settings of the line are suspected. */
export const SUSPECT_REJECTS = 5;
/** Of what arrived since the last message, one byte in this many must be no text: a missing suffix alone is no wrong baud rate. */
const ODD_BYTE_SHARE = 8;

/** Rejects that say by themselves that the bytes make no sense. */
const GARBAGE_CODES: ReadonlySet<DeviceConditionCode> = new Set([
  'SCAN_GARBAGE',
  'FRAME_NOISE',
  'SCALE_BAD_PARITY',
  'SCALE_BAD_CHECKSUM',
]);
/** Rejects that a wrong line makes too, because the end of a message is garbled, but that have other causes as well. */
const UNENDED_CODES: ReadonlySet<DeviceConditionCode> = new Set(['FRAME_IDLE', 'FRAME_OVERSIZE']);

/** Bytes no device text holds: bit 7 set, DEL, or a control character that frames no message. */
const isOdd = (byte: number): boolean =>
  byte >= 0x7f || byte === 0x00 || (byte >= 0x0e && byte <= 0x1a) || byte === 0x1c || byte === 0x1f;

/**
 * Whether a line looks as if baud rate or parity were wrong. A wrong baud rate samples the bits at the wrong places: bytes arrive, most of them
 * not text, and no message ever ends where it should; a wrong parity or data bits sets bit 7 of every other byte.
 */
export class LineHealth {
  #rejects = 0;
  #bytes = 0;
  #oddBytes = 0;

  get suspect(): boolean {
    return this.#rejects >= SUSPECT_REJECTS;
  }

  bytes(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    for (const byte of bytes) if (isOdd(byte)) this.#oddBytes += 1;
  }

  reject(code: DeviceConditionCode): void {
    const garbled =
      GARBAGE_CODES.has(code) || (UNENDED_CODES.has(code) && this.#oddBytes * ODD_BYTE_SHARE >= this.#bytes);
    if (garbled) this.#rejects += 1;
  }

  /** A good message, or another plug: what came before says nothing any more. */
  reset(): void {
    this.#rejects = 0;
    this.#bytes = 0;
    this.#oddBytes = 0;
  }
}
