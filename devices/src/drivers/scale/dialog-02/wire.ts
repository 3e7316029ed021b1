import type { DeviceCodec } from '../../../contract/codec.ts';
import { type FramePattern, PatternFramer } from '../../../framing/pattern.ts';
import type { Dialog02Options } from './options.ts';
import { ACK, digits, MAX_RECORD_BYTES, NAK, PART, record, recordEnd, recordText } from './records.ts';

/** Units of record 02, by its digit: pounds with ounces, pounds by 0.01, pounds by 0.005, kilograms. */
const UNITS = ['lb-oz', 'lb', 'lb-half', 'kg'] as const;

export type DialogAnswer =
  | { readonly kind: 'ack' | 'nak' }
  /** Record 02. `count` is the weight without its point; a kilogram has three decimals. */
  | {
      readonly kind: 'result';
      readonly unit: (typeof UNITS)[number];
      readonly count: number;
      readonly unitPriceFen: number;
      readonly totalFen: number;
    }
  /** Record 09: what the last NAK was for. */
  | { readonly kind: 'status'; readonly code: number }
  /** Record 11 (Dialog 06): what became of the checksums. */
  | { readonly kind: 'verdict'; readonly valid: boolean }
  /** Record 11 (Dialog 06): answer with record 10, by this random byte. */
  | { readonly kind: 'challenge'; readonly random: number };

const ANSWERS: FramePattern = {
  maxFrameBytes: MAX_RECORD_BYTES,
  length: (bytes) => (bytes[0] === ACK || bytes[0] === NAK ? 1 : recordEnd(bytes, 0)),
};

/** The scale's side of the wire: ACK, NAK, and records 02, 09 and 11 between STX and ETX; 7-bit bytes. */
export function answerCodec({ priceDigits }: Pick<Dialog02Options, 'priceDigits'>): DeviceCodec<DialogAnswer> {
  return {
    name: 'answer',
    bounds: 'stream',
    framer: () => new PatternFramer(ANSWERS),
    decode: (frame) => {
      if (frame[0] === ACK) return { ok: true, value: { kind: 'ack' } };
      if (frame[0] === NAK) return { ok: true, value: { kind: 'nak' } };
      const value = readRecord(recordText(frame), priceDigits);
      return value ? { ok: true, value } : { ok: false, code: 'SCALE_BAD_WEIGHT' };
    },
    encode: (answer) => Buffer.from(answerText(answer, priceDigits), 'latin1'),
    samples: [
      { kind: 'ack' },
      { kind: 'nak' },
      { kind: 'result', unit: 'kg', count: 1234, unitPriceFen: 1980, totalFen: 2443 },
      { kind: 'result', unit: 'lb', count: 250, unitPriceFen: 199, totalFen: 498 },
      { kind: 'status', code: 20 },
      { kind: 'verdict', valid: true },
      { kind: 'challenge', random: 0x47 },
    ],
  };
}

function readRecord(text: string, priceDigits: number): DialogAnswer | undefined {
  const fields = text.split(PART);
  const [number, first = ''] = fields;
  if (number === '02') return readResult(fields, priceDigits);
  if (fields.length !== 2) return undefined;
  if (number === '09' && /^\d\d$/.test(first)) return { kind: 'status', code: Number(first) };
  if (number !== '11') return undefined;
  if (first === '0' || first === '1') return { kind: 'verdict', valid: first === '1' };
  return /^2[0-9A-F]{2}$/.test(first) ? { kind: 'challenge', random: Number.parseInt(first.slice(1), 16) } : undefined;
}

function readResult(fields: readonly string[], priceDigits: number): DialogAnswer | undefined {
  const [, unitDigit = '', count = '', price = '', total = ''] = fields;
  const unit = /^\d$/.test(unitDigit) ? UNITS[Number(unitDigit)] : undefined;
  const lengths = [count.length, price.length, total.length];
  const lawful = fields.length === 5 && `${lengths}` === `5,${priceDigits},6` && /^\d+$/.test(count + price + total);
  if (!unit || !lawful) return undefined;
  return { kind: 'result', unit, count: Number(count), unitPriceFen: Number(price), totalFen: Number(total) };
}

function answerText(answer: DialogAnswer, priceDigits: number): string {
  switch (answer.kind) {
    case 'ack':
      return '\x06';
    case 'nak':
      return '\x15';
    case 'result': {
      const { unit, count, unitPriceFen, totalFen } = answer;
      const fields = [digits(count, 5), digits(unitPriceFen, priceDigits), digits(totalFen, 6)];
      return record(['02', UNITS.indexOf(unit), ...fields].join(PART));
    }
    case 'status':
      return record(`09${PART}${digits(answer.code, 2)}`);
    case 'verdict':
      return record(`11${PART}${answer.valid ? 1 : 0}`);
    case 'challenge':
      return record(`11${PART}2${answer.random.toString(16).toUpperCase().padStart(2, '0')}`);
  }
}
