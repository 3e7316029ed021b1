/** Control characters of all Dialog protocols, and how their messages are cut. */
export const STX = 0x02;
export const ETX = 0x03;
export const EOT = 0x04;
export const ENQ = 0x05;
export const ACK = 0x06;
export const NAK = 0x15;
const ESC = 0x1b;

/** Text that parts the fields of a record. */
export const PART = '\x1b';

/** The longest record is 05: EOT, STX, number, price, tare, text, ETX. */
export const MAX_RECORD_BYTES = 32;

/** Where the record that begins at `at` ends; `more` when it has not ended, `none` when it is none. */
export function recordEnd(bytes: Uint8Array, at: number): number | 'more' | 'none' {
  if (bytes.length <= at) return 'more';
  if (bytes[at] !== STX) return 'none';
  for (let place = at + 1; place < bytes.length; place += 1) {
    const byte = bytes[place] ?? 0;
    if (byte === ETX) return place + 1;
    if ((byte < 0x20 && byte !== ESC) || byte >= 0x7f) return 'none';
  }
  return 'more';
}

/** What stands between STX and ETX. */
export const recordText = (frame: Uint8Array): string =>
  Buffer.from(frame.subarray(frame.indexOf(STX) + 1, -1)).toString('latin1');

export const record = (text: string): string => `\x02${text}\x03`;

export const digits = (value: number, count: number): string => String(value).padStart(count, '0');
