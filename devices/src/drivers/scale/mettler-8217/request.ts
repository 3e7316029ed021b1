import type { DeviceCodec } from '../../../contract/codec.ts';
import { type FramePattern, PatternFramer } from '../../../framing/pattern.ts';

/**
 * What the till asks, in single letters. Only a tare ends with CR, since digits may follow its letter: `T` CR takes off what lies on the plate,
 * `T` and five digits CR a known tare (kilograms with three decimals or pounds with two), `C` clears it (Diva service manual, 8217 commands).
 */
export type ScaleAsk =
  | { readonly kind: 'weigh' | 'zero' | 'clear' }
  | { readonly kind: 'tare'; readonly digits?: string };

const CR = 0x0d;
const TARE_LETTER = 0x54;
const TARE_DIGITS = 5;
const LETTERS: ReadonlyMap<number, 'weigh' | 'zero' | 'clear'> = new Map([
  [0x57, 'weigh'],
  [0x5a, 'zero'],
  [0x43, 'clear'],
]);

/** The till's side of the wire; the simulator reads it. */
export const requestCodec: DeviceCodec<ScaleAsk> = {
  name: 'request',
  bounds: 'stream',
  framer: () => new PatternFramer(REQUESTS),
  decode: (frame) => {
    const kind = frame.length === 1 ? LETTERS.get(frame[0] ?? 0) : undefined;
    if (kind) return { ok: true, value: { kind } };
    const tare = /^T(\d{5})?\r$/.exec(Buffer.from(frame).toString('latin1'));
    if (!tare) return { ok: false, code: 'SCALE_BAD_REQUEST' };
    return { ok: true, value: { kind: 'tare', ...(tare[1] === undefined ? {} : { digits: tare[1] }) } };
  },
  encode: (ask) => {
    if (ask.kind === 'tare') return Uint8Array.from(Buffer.from(`T${ask.digits ?? ''}\r`, 'latin1'));
    return Uint8Array.from([...LETTERS].flatMap(([letter, kind]) => (kind === ask.kind ? [letter] : [])));
  },
  samples: [
    { kind: 'weigh' },
    { kind: 'zero' },
    { kind: 'clear' },
    { kind: 'tare' },
    { kind: 'tare', digits: '00125' },
  ],
};

/** Single letters are whole; a tare runs to its CR. Another letter inside a tare means that the tare lost its end. */
const REQUESTS: FramePattern = {
  maxFrameBytes: TARE_DIGITS + 2,
  length: (bytes) => {
    const [letter = 0] = bytes;
    if (LETTERS.has(letter)) return 1;
    if (letter !== TARE_LETTER) return 'none';
    const last = bytes.length - 1;
    if (bytes[last] === CR) return bytes.length;
    return last > 0 && (LETTERS.has(bytes[last] ?? 0) || bytes[last] === TARE_LETTER) ? 'none' : 'more';
  },
};

/** A tare in the digits of the wire; undefined for more than five of them. Pounds are rounded half up to their hundredth. */
export function tareDigits(grams: number, unit: 'kg' | 'lb'): string | undefined {
  const count = unit === 'kg' ? grams : Math.floor((grams * 100_000_000 + 226_796_185) / 453_592_370);
  return count > 99_999 ? undefined : String(count).padStart(TARE_DIGITS, '0');
}
