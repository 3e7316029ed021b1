import type { DeviceConditionCode } from '../../../conditions.ts';
import type { DeviceCodec } from '../../../contract/codec.ts';
import type { Weight } from '../../../contract/weight.ts';
import { StartEndFramer } from '../../../framing/index.ts';
import { decimalText, weightOf } from '../weight.ts';

export const STX = 0x02;
export const CR = 0x0d;
/** The longest answer is far shorter; anything above is not an 8217. */
export const MAX_ANSWER_BYTES = 16;

export interface WeightForm {
  /** Unit that the scale is set to. */
  readonly unit: 'kg' | 'lb';
  /** Digits after the point, sent or implied: 3 for `01.234`. */
  readonly decimals: number;
}

export interface ScaleStatus {
  readonly motion: boolean;
  readonly overCapacity: boolean;
  readonly underZero: boolean;
  readonly outsideZeroRange: boolean;
  readonly centreOfZero: boolean;
  readonly net: boolean;
}

export type ScaleAnswer =
  | { readonly kind: 'weight'; readonly weight: Weight }
  | { readonly kind: 'status'; readonly status: ScaleStatus };

/** Status bits, least significant first; bit 6 is always 1, bit 7 is parity (8217 protocol in the maker's service manuals). */
const STATUS_BITS = ['motion', 'overCapacity', 'underZero', 'outsideZeroRange', 'centreOfZero', 'net'] as const;
const STATUS_MARK = 0x40;

const QUESTION_MARK = 0x3f;
const BAD = { ok: false, code: 'SCALE_BAD_WEIGHT' } as const;

/** The device's side of the wire: STX weight [N] CR, or STX `?` status CR; 7-bit bytes. A weight is sent only when it is stable. */
export function answerCodec(form: WeightForm): DeviceCodec<ScaleAnswer> {
  const weight = (text: string, net: boolean): ScaleAnswer[] => {
    const read = weightOf(text, form.unit, net);
    return read ? [{ kind: 'weight', weight: read }] : [];
  };
  return {
    name: 'answer',
    bounds: 'stream',
    framer: () => new StartEndFramer({ start: STX, end: CR, maxFrameBytes: MAX_ANSWER_BYTES }),
    decode: (frame) => decodeAnswer(frame, form),
    encode: (answer) => (answer.kind === 'weight' ? encodeWeight(answer.weight) : encodeStatus(answer.status)),
    samples: [
      ...weight(decimalText(1234, form.decimals), false),
      ...weight(decimalText(0, form.decimals), true),
      { kind: 'status', status: decodeStatus(STATUS_MARK | 1) },
      { kind: 'status', status: decodeStatus(STATUS_MARK | 0x30) },
    ],
  };
}

function decodeAnswer(frame: Uint8Array, form: WeightForm): ReturnType<DeviceCodec<ScaleAnswer>['decode']> {
  if (frame[0] === QUESTION_MARK) {
    const byte = frame[1];
    // Bit 6 marks a status; bit 7 is the parity bit and was checked before.
    if (frame.length !== 2 || byte === undefined || (byte & 0xc0) !== STATUS_MARK) return BAD;
    return { ok: true, value: { kind: 'status', status: decodeStatus(byte) } };
  }
  const match = /^ *(\d{1,6})(?:\.(\d{1,4}))?(N?)$/.exec(Buffer.from(frame).toString('latin1'));
  const [, whole, fraction, net] = match ?? [];
  if (whole === undefined) return BAD;
  // A scale that shows another number of decimals is set otherwise than we are told: a price must not be guessed from it.
  if (fraction !== undefined && fraction.length !== form.decimals) return BAD;
  const text = decimalText(Number(`${whole}${fraction ?? ''}`), form.decimals);
  const weight = weightOf(text, form.unit, net === 'N');
  return weight ? { ok: true, value: { kind: 'weight', weight } } : BAD;
}

function decodeStatus(byte: number): ScaleStatus {
  const bit = (name: (typeof STATUS_BITS)[number]) => (byte & (1 << STATUS_BITS.indexOf(name))) !== 0;
  return {
    motion: bit('motion'),
    overCapacity: bit('overCapacity'),
    underZero: bit('underZero'),
    outsideZeroRange: bit('outsideZeroRange'),
    centreOfZero: bit('centreOfZero'),
    net: bit('net'),
  };
}

/** Why a status is no weight; undefined when it names no fault (some scales send a weight once, then such a status until it changes). */
export function statusFault(status: ScaleStatus): DeviceConditionCode | undefined {
  if (status.overCapacity) return 'SCALE_OVER_CAPACITY';
  if (status.underZero) return 'SCALE_UNDER_ZERO';
  if (status.motion) return 'SCALE_IN_MOTION';
  if (status.outsideZeroRange) return 'SCALE_ZERO_RANGE';
  return undefined;
}

/** STX weight CR, e.g. `01.234`. */
export function encodeWeight(weight: Pick<Weight, 'value' | 'net'>): Uint8Array {
  const [whole = '0', fraction] = weight.value.split('.');
  const text = `${whole.padStart(2, '0')}${fraction === undefined ? '' : `.${fraction}`}`;
  return Buffer.from(`\x02${text}${weight.net ? 'N' : ''}\r`, 'latin1');
}

/** STX `?` status CR. */
export function encodeStatus(status: Partial<ScaleStatus>): Uint8Array {
  const bits = STATUS_BITS.reduce((sum, name, index) => sum | (status[name] ? 1 << index : 0), STATUS_MARK);
  return Uint8Array.of(STX, QUESTION_MARK, bits, CR);
}
