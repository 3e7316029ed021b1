import type { DeviceCodec } from '../../../contract/codec.ts';
import type { Weight } from '../../../contract/weight.ts';
import { type FramePattern, PatternFramer } from '../../../framing/pattern.ts';
import { xorOf } from '../checksum.ts';
import { decimalText, weightOf } from '../weight.ts';

const STX = 0x02;
const ETX = 0x03;
const ENQ = 0x05;
const ACK = 0x06;
const DC2 = 0x12;
const NAK = 0x15;

/** STX ID W5 W4 W3 W2 W1 BCC ETX. */
const FRAME_BYTES = 9;
const WEIGHT_DIGITS = 5;

export interface PdForm {
  /** What the scale is set to; the wire says neither unit nor point. */
  readonly unit: 'kg' | 'lb';
  readonly decimals: number;
}

export type PdAnswer =
  /** The request was taken, or no weight can be given now. */
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  /** `id`: the letter or digit by which the scale names its type. */
  | { readonly kind: 'weight'; readonly id: string; readonly weight: Weight }
  | { readonly kind: 'overload'; readonly id: string };

const ANSWERS: FramePattern = {
  maxFrameBytes: FRAME_BYTES,
  length: (bytes) => {
    if (bytes[0] === ACK || bytes[0] === NAK) return 1;
    if (bytes[0] !== STX) return 'none';
    // The check character may look like an end: only an ETX in its place ends the frame.
    if (bytes.length < FRAME_BYTES) return 'more';
    return bytes[FRAME_BYTES - 1] === ETX ? FRAME_BYTES : 'none';
  },
};

const BAD = { ok: false, code: 'SCALE_BAD_WEIGHT' } as const;

/** The scale's side of the wire. BCC is the exclusive or of ID and the five digits. */
export function answerCodec(form: PdForm): DeviceCodec<PdAnswer> {
  const weight = weightOf(decimalText(1234, form.decimals), form.unit, false);
  return {
    name: 'answer',
    bounds: 'stream',
    framer: () => new PatternFramer(ANSWERS),
    decode: (frame) => decodeAnswer(frame, form),
    encode: encodeAnswer,
    samples: [
      { kind: 'ack' },
      { kind: 'nak' },
      ...(weight ? ([{ kind: 'weight', id: '0', weight }] as const) : []),
      { kind: 'overload', id: '0' },
    ],
  };
}

function decodeAnswer(frame: Uint8Array, form: PdForm): ReturnType<DeviceCodec<PdAnswer>['decode']> {
  if (frame.length === 1) return { ok: true, value: { kind: frame[0] === ACK ? 'ack' : 'nak' } };
  const data = frame.subarray(1, FRAME_BYTES - 2);
  if (xorOf(data) !== frame[FRAME_BYTES - 2]) return { ok: false, code: 'SCALE_BAD_CHECKSUM' };
  const [, id, digits = ''] = /^([\x20-\x7e])(\d{5}|F{5})$/.exec(Buffer.from(data).toString('latin1')) ?? [];
  if (id === undefined) return BAD;
  if (digits.startsWith('F')) return { ok: true, value: { kind: 'overload', id } };
  const weight = weightOf(decimalText(Number(digits), form.decimals), form.unit, false);
  return weight ? { ok: true, value: { kind: 'weight', id, weight } } : BAD;
}

function encodeAnswer(answer: PdAnswer): Uint8Array {
  if (answer.kind === 'ack' || answer.kind === 'nak') return Uint8Array.of(answer.kind === 'ack' ? ACK : NAK);
  const digits =
    answer.kind === 'overload'
      ? 'F'.repeat(WEIGHT_DIGITS)
      : answer.weight.value.replace('.', '').padStart(WEIGHT_DIGITS, '0');
  const data = Buffer.from(`${answer.id}${digits.slice(-WEIGHT_DIGITS)}`, 'latin1');
  return Uint8Array.of(STX, ...data, xorOf(data), ETX);
}

export interface PdAsk {
  readonly kind: 'weigh';
}

/** The till's side of the wire: ENQ begins, DC2 asks for the weight. */
export const requestCodec: DeviceCodec<PdAsk> = {
  name: 'request',
  bounds: 'stream',
  framer: () =>
    new PatternFramer({
      maxFrameBytes: 2,
      length: ([first, second]) => {
        if (first !== ENQ) return 'none';
        if (second === undefined) return 'more';
        return second === DC2 ? 2 : 'none';
      },
    }),
  decode: (frame) =>
    frame.length === 2 && frame[0] === ENQ && frame[1] === DC2
      ? { ok: true, value: { kind: 'weigh' } }
      : { ok: false, code: 'SCALE_BAD_REQUEST' },
  encode: () => Uint8Array.of(ENQ, DC2),
  samples: [{ kind: 'weigh' }],
};
