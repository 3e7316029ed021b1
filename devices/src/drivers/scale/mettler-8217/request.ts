import type { DeviceCodec } from '../../../contract/codec.ts';
import type { Framer, FramerOutput } from '../../../framing/index.ts';

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
  framer: () => new RequestFramer(),
  decode: (frame) => {
    const kind = frame.length === 1 ? LETTERS.get(frame[0] ?? 0) : undefined;
    if (kind) return { ok: true, value: { kind } };
    const tare = /^T(\d{5})?$/.exec(Buffer.from(frame).toString('latin1'));
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

/** Single letters are whole; a tare runs to its CR. A letter inside a tare begins anew: the tare lost its end. */
class RequestFramer implements Framer {
  #tare: number[] | undefined;

  get pendingBytes(): number {
    return this.#tare?.length ?? 0;
  }

  push(bytes: Uint8Array): FramerOutput[] {
    const outputs: FramerOutput[] = [];
    let noise = 0;
    for (const byte of bytes) {
      const begins = byte === TARE_LETTER || LETTERS.has(byte);
      if (!this.#tare && !begins) {
        noise += 1;
        continue;
      }
      if (noise > 0) outputs.push({ kind: 'reject', code: 'FRAME_NOISE', byteCount: noise });
      noise = 0;
      if (begins) outputs.push(...this.idle('FRAME_NOISE'));
      if (LETTERS.has(byte)) outputs.push({ kind: 'frame', bytes: Uint8Array.of(byte) });
      else this.#takeTare(byte, outputs);
    }
    if (noise > 0) outputs.push({ kind: 'reject', code: 'FRAME_NOISE', byteCount: noise });
    return outputs;
  }

  idle(code: 'FRAME_IDLE' | 'FRAME_NOISE' | 'FRAME_OVERSIZE' = 'FRAME_IDLE'): FramerOutput[] {
    const byteCount = this.pendingBytes;
    this.#tare = undefined;
    return byteCount > 0 ? [{ kind: 'reject', code, byteCount }] : [];
  }

  #takeTare(byte: number, outputs: FramerOutput[]): void {
    const tare = this.#tare ?? [];
    this.#tare = tare;
    if (byte === CR) {
      outputs.push({ kind: 'frame', bytes: Uint8Array.from(tare) });
      this.#tare = undefined;
      return;
    }
    tare.push(byte);
    if (tare.length > TARE_DIGITS + 1) outputs.push(...this.idle('FRAME_OVERSIZE'));
  }
}

/** A tare in the digits of the wire; undefined for more than five of them. Pounds are rounded half up to their hundredth. */
export function tareDigits(grams: number, unit: 'kg' | 'lb'): string | undefined {
  const count = unit === 'kg' ? grams : Math.floor((grams * 100_000_000 + 226_796_185) / 453_592_370);
  return count > 99_999 ? undefined : String(count).padStart(TARE_DIGITS, '0');
}
