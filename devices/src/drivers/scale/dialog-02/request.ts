import type { DeviceCodec } from '../../../contract/codec.ts';
import { type FramePattern, PatternFramer } from '../../../framing/pattern.ts';
import type { Dialog02Options } from './options.ts';
import { digits, ENQ, EOT, MAX_RECORD_BYTES, PART, record, recordEnd, recordText } from './records.ts';

export type DialogAsk =
  /** Records 01, 03, 04 and 05: the price of a kilogram, with a tare of four digits, a text of up to 13 characters, both, or neither. */
  | {
      readonly kind: 'price';
      readonly unitPriceFen: number;
      readonly tareGrams?: number;
      readonly text?: string;
    }
  /** ENQ: the result, please. */
  | { readonly kind: 'enquire' }
  /** Record 08: what was the NAK for? */
  | { readonly kind: 'status' }
  /** Record 10 (Dialog 06): one pair of checksums. */
  | { readonly kind: 'checksums'; readonly cs: number; readonly kw: number };

export const MAX_TARE_GRAMS = 9_999;

/** EOT, which sets the scale's line back, may be missing: some tills leave it out. */
const REQUESTS: FramePattern = {
  maxFrameBytes: MAX_RECORD_BYTES,
  length: (bytes) => {
    const at = bytes[0] === EOT ? 1 : 0;
    return bytes[at] === ENQ ? at + 1 : recordEnd(bytes, at);
  },
};

/** Our side of the wire; 7-bit bytes. */
export function requestCodec({ priceDigits }: Pick<Dialog02Options, 'priceDigits'>): DeviceCodec<DialogAsk> {
  const price = `${PART}(?<price>\\d{${priceDigits}})${PART}`;
  const tare = '(?<tare>\\d{4})';
  const text = '(?<text>[ -~]{1,13})';
  const forms = [`01${price}`, `03${price}${tare}`, `04${price}${text}`, `05${price}${tare}${PART}${text}`];
  const patterns = forms.map((form) => new RegExp(`^${form}$`));
  return {
    name: 'request',
    bounds: 'stream',
    framer: () => new PatternFramer(REQUESTS),
    decode: (frame) => {
      const value = frame.at(-1) === ENQ ? ({ kind: 'enquire' } as const) : readRecord(recordText(frame), patterns);
      return value ? { ok: true, value } : { ok: false, code: 'SCALE_BAD_REQUEST' };
    },
    encode: (ask) => Buffer.from(`\x04${askText(ask, priceDigits)}`, 'latin1'),
    samples: [
      { kind: 'price', unitPriceFen: 1980 },
      { kind: 'price', unitPriceFen: 1980, tareGrams: 20 },
      { kind: 'price', unitPriceFen: 1980, text: 'APPLES' },
      { kind: 'price', unitPriceFen: 99_999, tareGrams: 9_999, text: 'THIRTEEN CHAR' },
      { kind: 'enquire' },
      { kind: 'status' },
      { kind: 'checksums', cs: 0x12ab, kw: 0x00ff },
    ],
  };
}

function readRecord(text: string, patterns: readonly RegExp[]): DialogAsk | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.groups;
    if (!found) continue;
    return {
      kind: 'price',
      unitPriceFen: Number(found.price),
      ...(found.tare === undefined ? {} : { tareGrams: Number(found.tare) }),
      ...(found.text === undefined ? {} : { text: found.text }),
    };
  }
  if (text === '08') return { kind: 'status' };
  const [number, pair = '', ...more] = text.split(PART);
  if (number !== '10' || more.length > 0 || !/^[0-9A-F]{8}$/.test(pair)) return undefined;
  return { kind: 'checksums', cs: Number.parseInt(pair.slice(0, 4), 16), kw: Number.parseInt(pair.slice(4), 16) };
}

const hex16 = (word: number): string => word.toString(16).toUpperCase().padStart(4, '0');

function askText(ask: DialogAsk, priceDigits: number): string {
  switch (ask.kind) {
    case 'enquire':
      return '\x05';
    case 'status':
      return record('08');
    case 'checksums':
      return record(`10${PART}${hex16(ask.cs)}${hex16(ask.kw)}`);
    case 'price': {
      const { unitPriceFen, tareGrams, text } = ask;
      const number = tareGrams === undefined ? (text === undefined ? '01' : '04') : text === undefined ? '03' : '05';
      const tare = tareGrams === undefined ? [] : [digits(tareGrams, 4)];
      // Record 01 has an empty field where the others have tare or text.
      const rest = [...tare, ...(text === undefined ? [] : [text])].join(PART);
      return record([number, digits(unitPriceFen, priceDigits), rest].join(PART));
    }
  }
}
