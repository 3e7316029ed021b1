import type { DeviceCodec } from '../../../contract/codec.ts';
import type { Weight } from '../../../contract/weight.ts';
import { type FramePattern, PatternFramer } from '../../../framing/pattern.ts';
import { xorOf } from '../checksum.ts';
import { decimalText, weightOf } from '../weight.ts';

const SOH = 0x01;
const STX = 0x02;
const ETX = 0x03;
const EOT = 0x04;
const ENQ = 0x05;
const ACK = 0x06;
const DC1 = 0x11;
const NAK = 0x15;

/** SOH STX stability sign weight unit BCC ETX EOT, with six or seven characters of weight. */
const FRAME_BYTES = [15, 16] as const;
const DATA_START = 2;
/** BCC, ETX and EOT. */
const TAIL_BYTES = 3;

export interface CasForm {
  /** Other units are refused; absent: the one that the scale names. */
  readonly unit?: 'kg' | 'lb' | undefined;
  /** Digits after the point; another number is refused. Absent: as the scale sends it. */
  readonly decimals?: number | undefined;
}

export type CasAnswer =
  /** Ready to give its weight, or not now. */
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'weight'; readonly weight: Weight; readonly stable: boolean }
  | { readonly kind: 'overload'; readonly stable: boolean };

const ANSWERS: FramePattern = {
  maxFrameBytes: FRAME_BYTES[1],
  length: (bytes) => {
    if (bytes[0] === ACK || bytes[0] === NAK) return 1;
    if (bytes[0] !== SOH || (bytes.length > 1 && bytes[1] !== STX)) return 'none';
    // The check character may look like an end, so that only a length with both ends in their places is a frame.
    for (const length of FRAME_BYTES) {
      if (bytes.length < length) return 'more';
      if (bytes[length - 2] === ETX && bytes[length - 1] === EOT) return length;
    }
    return 'none';
  },
};

const BAD = { ok: false, code: 'SCALE_BAD_WEIGHT' } as const;
const DATA = /^([SU])([ -])( *)(\d{1,6})(?:\.(\d{1,4}))?(kg|lb)$/i;
const OVERLOAD = /^([SU])FF{6,7}(?:kg|lb)$/i;

/** The scale's side of the wire. BCC is the exclusive or of what stands between STX and itself. */
export function answerCodec(form: CasForm): DeviceCodec<CasAnswer> {
  const { unit = 'kg', decimals = 3 } = form;
  const weight = (count: number, stable: boolean): CasAnswer[] => {
    const read = weightOf(decimalText(count, decimals), unit, false);
    return read ? [{ kind: 'weight', weight: read, stable }] : [];
  };
  return {
    name: 'answer',
    bounds: 'stream',
    framer: () => new PatternFramer(ANSWERS),
    decode: (frame) => decodeAnswer(frame, form),
    encode: encodeAnswer,
    samples: [
      { kind: 'ack' },
      { kind: 'nak' },
      ...weight(1234, true),
      ...weight(-20, false),
      { kind: 'overload', stable: true },
    ],
  };
}

function decodeAnswer(frame: Uint8Array, form: CasForm): ReturnType<DeviceCodec<CasAnswer>['decode']> {
  if (frame.length === 1) return { ok: true, value: { kind: frame[0] === ACK ? 'ack' : 'nak' } };
  const data = frame.subarray(DATA_START, frame.length - TAIL_BYTES);
  if (xorOf(data) !== frame[frame.length - TAIL_BYTES]) return { ok: false, code: 'SCALE_BAD_CHECKSUM' };
  const text = Buffer.from(data).toString('latin1');
  const overload = OVERLOAD.exec(text);
  if (overload) return { ok: true, value: { kind: 'overload', stable: overload[1]?.toUpperCase() === 'S' } };
  const [, stability = '', sign = '', , whole = '', fraction, unit = ''] = DATA.exec(text) ?? [];
  if (whole === '') return BAD;
  const named = unit.toLowerCase() === 'kg' ? 'kg' : 'lb';
  if (form.unit !== undefined && named !== form.unit) return BAD;
  if (form.decimals !== undefined && (fraction ?? '').length !== form.decimals) return BAD;
  const value = `${sign.trim()}${whole}${fraction === undefined ? '' : `.${fraction}`}`;
  const weight = weightOf(value, named, false);
  return weight ? { ok: true, value: { kind: 'weight', weight, stable: stability.toUpperCase() === 'S' } } : BAD;
}

function encodeAnswer(answer: CasAnswer): Uint8Array {
  if (answer.kind === 'ack' || answer.kind === 'nak') return Uint8Array.of(answer.kind === 'ack' ? ACK : NAK);
  const stability = answer.stable ? 'S' : 'U';
  if (answer.kind === 'overload') return frameOf(`${stability}FFFFFFFkg`);
  const { value, unit } = answer.weight;
  const sign = value.startsWith('-') ? '-' : ' ';
  return frameOf(`${stability}${sign}${value.replace('-', '').padStart(6, '0')}${unit}`);
}

function frameOf(text: string): Uint8Array {
  const data = Buffer.from(text, 'latin1');
  return Uint8Array.of(SOH, STX, ...data, xorOf(data), ETX, EOT);
}

/** `enquire`: are you ready; `weigh`: send the weight, after the scale said that it is. */
export interface CasAsk {
  readonly kind: 'enquire' | 'weigh';
}

/** The till's side of the wire. DC2, which asks for price and total too, is no part of it. */
export const requestCodec: DeviceCodec<CasAsk> = {
  name: 'request',
  bounds: 'stream',
  framer: () =>
    new PatternFramer({ maxFrameBytes: 1, length: ([byte]) => (byte === ENQ || byte === DC1 ? 1 : 'none') }),
  decode: ([byte]) =>
    byte === ENQ || byte === DC1
      ? { ok: true, value: { kind: byte === ENQ ? 'enquire' : 'weigh' } }
      : { ok: false, code: 'SCALE_BAD_REQUEST' },
  encode: ({ kind }) => Uint8Array.of(kind === 'enquire' ? ENQ : DC1),
  samples: [{ kind: 'enquire' }, { kind: 'weigh' }],
};
