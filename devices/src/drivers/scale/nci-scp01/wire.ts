import type { DeviceCodec } from '../../../contract/codec.ts';
import type { Weight, WeightUnit } from '../../../contract/weight.ts';
import { DelimiterFramer } from '../../../framing/index.ts';
import { type FramePattern, PatternFramer } from '../../../framing/pattern.ts';
import { decimalText, weightOf } from '../weight.ts';
import { decodeStatus, encodeStatus, type NciStatus } from './status.ts';

const LF = 0x0a;
const CR = 0x0d;
const ETX = 0x03;
/** The longest answer, high resolution in pounds and ounces, has 33 bytes. */
const MAX_ANSWER_BYTES = 40;
const MAX_REQUEST_BYTES = 8;

export interface NciForm {
  /** Other units are refused; absent: any unit that the scale names. */
  readonly unit?: WeightUnit | undefined;
  /** Digits after the point; another number is refused. Absent: as the scale sends it. */
  readonly decimals?: number | undefined;
}

/** `posForm`: the status begins with `S` (SCP-02, the protocol's form for point of sale); SCP-01 sends it bare. */
export type NciAnswer =
  | { readonly kind: 'weight'; readonly weight: Weight; readonly status: NciStatus; readonly posForm: boolean }
  /** What the display shows instead of a weight, e.g. dashes. */
  | { readonly kind: 'display'; readonly text: string; readonly status: NciStatus; readonly posForm: boolean }
  | { readonly kind: 'status'; readonly status: NciStatus; readonly posForm: boolean }
  /** The scale does not know what it was asked. */
  | { readonly kind: 'unknown' };

const ANSWERS: FramePattern = {
  maxFrameBytes: MAX_ANSWER_BYTES,
  length: (bytes) => {
    if (bytes[0] !== LF) return 'none';
    const last = bytes.length - 1;
    const byte = bytes[last] ?? 0;
    if (byte === ETX) return bytes.length;
    // A second line begins after a CR only: any other LF begins an answer anew.
    if (last > 0 && byte === LF && bytes[last - 1] !== CR) return 'none';
    return byte === LF || byte === CR || (byte >= 0x20 && byte <= 0x7f) ? 'more' : 'none';
  },
};

/** Without the ETX that ended the frame; which bytes are a status, `decodeStatus` knows. */
const UNKNOWN = /^\n\?\r$/;
const STATUS = /^\n(S?)([^\r\n]{2,4})\r$/;
const SHOWN = /^\n([\x20-\x7e]{1,18})\r\n(S?)([^\r\n]{2,4})\r$/;
const DECIMAL = /^ *(-?) *(\d{0,6})(?:\.(\d{1,4}))? ?(lb|kg|oz|g) ?$/i;
const POUNDS_AND_OUNCES = /^ *(-?) *(\d{1,3}) ?lb *(\d{1,2})(?:\.(\d{1,2}))? ?oz ?$/i;
const BAD = { ok: false, code: 'SCALE_BAD_WEIGHT' } as const;

const statusOf = (text: string): NciStatus | undefined => decodeStatus(Buffer.from(text, 'latin1'));

/** The scale's side of the wire. */
export function answerCodec(form: NciForm): DeviceCodec<NciAnswer> {
  const { unit = 'lb', decimals = 2 } = form;
  const weight = weightOf(decimalText(1234, decimals), unit, false);
  const still = decodeStatus(encodeStatus({}));
  const moving = decodeStatus(encodeStatus({ motion: true, third: { range: 0, net: false, initialZeroError: false } }));
  return {
    name: 'answer',
    bounds: 'stream',
    framer: () => new PatternFramer(ANSWERS),
    decode: (frame) => decodeAnswer(Buffer.from(frame.subarray(0, -1)).toString('latin1'), form),
    encode: encodeAnswer,
    samples:
      weight && still && moving
        ? [
            { kind: 'weight', weight, status: still, posForm: false },
            { kind: 'status', status: moving, posForm: true },
            { kind: 'display', text: '-------lb', status: still, posForm: false },
            { kind: 'unknown' },
          ]
        : [],
  };
}

function decodeAnswer(text: string, form: NciForm): ReturnType<DeviceCodec<NciAnswer>['decode']> {
  if (UNKNOWN.test(text)) return { ok: true, value: { kind: 'unknown' } };
  const [, bareMark = '', bareBytes] = STATUS.exec(text) ?? [];
  if (bareBytes !== undefined) {
    const status = statusOf(bareBytes);
    return status ? { ok: true, value: { kind: 'status', status, posForm: bareMark === 'S' } } : BAD;
  }
  const [, shown, mark, bytes] = SHOWN.exec(text) ?? [];
  const status = bytes === undefined ? undefined : statusOf(bytes);
  if (shown === undefined || !status) return BAD;
  const posForm = mark === 'S';
  const read = readShown(shown, status.third?.net === true);
  if (!read) {
    // What is neither a weight nor free of digits is a garbled weight.
    return /\d/.test(shown) ? BAD : { ok: true, value: { kind: 'display', text: shown, status, posForm } };
  }
  if (form.unit !== undefined && read.weight.unit !== form.unit) return BAD;
  if (form.decimals !== undefined && read.decimals !== form.decimals) return BAD;
  return { ok: true, value: { kind: 'weight', weight: read.weight, status, posForm } };
}

/** Pounds with ounces become ounces: 16 of them a pound, exactly. */
function readShown(shown: string, net: boolean): { weight: Weight; decimals: number } | undefined {
  const [, sign = '', pounds, ounces = '', tenths = ''] = POUNDS_AND_OUNCES.exec(shown) ?? [];
  if (pounds !== undefined) {
    if (Number(ounces) >= 16) return undefined;
    const count = Number(pounds) * 16 * 10 ** tenths.length + Number(ounces + tenths);
    const weight = weightOf(sign + decimalText(count, tenths.length), 'oz', net);
    return weight && { weight, decimals: tenths.length };
  }
  const [, minus = '', whole = '', fraction = '', unit] = DECIMAL.exec(shown) ?? [];
  if (unit === undefined || whole + fraction === '') return undefined;
  const text = `${minus}${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`;
  const weight = weightOf(text, unit.toLowerCase() as WeightUnit, net);
  return weight && { weight, decimals: fraction.length };
}

/** Six characters of weight, zeros in front, as the point-of-sale form has it. */
function encodeAnswer(answer: NciAnswer): Uint8Array {
  if (answer.kind === 'unknown') return Uint8Array.from(Buffer.from('\n?\r\x03', 'latin1'));
  const status = Buffer.from(encodeStatus(answer.status)).toString('latin1');
  const tail = `\n${answer.posForm ? 'S' : ''}${status}\r\x03`;
  if (answer.kind === 'status') return Uint8Array.from(Buffer.from(tail, 'latin1'));
  const shown = answer.kind === 'display' ? answer.text : shownWeight(answer.weight, answer.posForm);
  return Uint8Array.from(Buffer.from(`\n${shown}\r${tail}`, 'latin1'));
}

function shownWeight({ value, unit }: Weight, posForm: boolean): string {
  const digits = value.replace('-', '').padStart(value.includes('.') ? 7 : 6, '0');
  return `${value.startsWith('-') ? '-' : ''}${digits}${posForm ? unit.toUpperCase() : unit}`;
}

export interface NciAsk {
  readonly kind: 'weigh' | 'status' | 'zero';
}

const LETTERS = { weigh: 'W', status: 'S', zero: 'Z' } as const;

/** The till's side of the wire: a letter and CR. The simulator answers what is refused here with `?`. */
export const requestCodec: DeviceCodec<NciAsk> = {
  name: 'request',
  bounds: 'stream',
  framer: () => new DelimiterFramer({ delimiters: [CR], maxFrameBytes: MAX_REQUEST_BYTES }),
  decode: (frame) => {
    const text = Buffer.from(frame).toString('latin1');
    const kind = (['weigh', 'status', 'zero'] as const).find((one) => LETTERS[one] === text);
    return kind ? { ok: true, value: { kind } } : { ok: false, code: 'SCALE_BAD_REQUEST' };
  },
  encode: ({ kind }) => Uint8Array.from(Buffer.from(`${LETTERS[kind]}\r`, 'latin1')),
  samples: [{ kind: 'weigh' }, { kind: 'status' }, { kind: 'zero' }],
};
