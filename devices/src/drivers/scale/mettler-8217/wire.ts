import type { DeviceConditionCode } from '../../../conditions.ts';

export const STX = 0x02;
export const CR = 0x0d;
/** The longest answer is far shorter; anything above is not an 8217. */
export const MAX_ANSWER_BYTES = 16;

/** Commands are single letters without terminator. */
export const WEIGH_REQUEST = Uint8Array.of(0x57);
export const ZERO_REQUEST = Uint8Array.of(0x5a);

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
  | { readonly kind: 'weight'; readonly grams: number; readonly net: boolean }
  | { readonly kind: 'status'; readonly status: ScaleStatus }
  | { readonly kind: 'bad'; readonly code: DeviceConditionCode };

/** Status bits, least significant first; bit 6 is always 1, bit 7 is parity (8217 protocol in the maker's service manuals). */
const STATUS_BITS = ['motion', 'overCapacity', 'underZero', 'outsideZeroRange', 'centreOfZero', 'net'] as const;
const STATUS_MARK = 0x40;

const QUESTION_MARK = 0x3f;
const BAD: ScaleAnswer = { kind: 'bad', code: 'SCALE_BAD_WEIGHT' };

/** An answer without STX and CR, 7-bit -> what it says. Never throws. A weight is sent only when it is stable. */
export function decodeAnswer(frame: Uint8Array, form: WeightForm): ScaleAnswer {
  if (frame[0] === QUESTION_MARK) {
    const byte = frame[1];
    if (frame.length !== 2 || byte === undefined || (byte & STATUS_MARK) === 0) return BAD;
    return { kind: 'status', status: decodeStatus(byte) };
  }
  const match = /^ *(\d{1,6})(?:\.(\d{1,4}))?(N?)$/.exec(Buffer.from(frame).toString('latin1'));
  const [, whole, fraction, net] = match ?? [];
  if (whole === undefined) return BAD;
  // A scale that shows another number of decimals is set otherwise than we are told: a price must not be guessed from it.
  if (fraction !== undefined && fraction.length !== form.decimals) return BAD;
  const count = Number(`${whole}${fraction ?? ''}`);
  return { kind: 'weight', grams: countToGrams(count, form), net: net === 'N' };
}

/** Nanograms in integers, so that no binary fraction decides a rounding. One pound is 0.45359237 kg exactly (1959 agreement). */
const NANOGRAMS = { kg: 1_000_000_000_000n, lb: 453_592_370_000n } as const;
const NANOGRAMS_A_GRAM = 1_000_000_000n;

/** `count` of the last decimal place -> whole grams, half up. */
function countToGrams(count: number, form: WeightForm): number {
  const nanograms = (BigInt(count) * NANOGRAMS[form.unit]) / 10n ** BigInt(form.decimals);
  return Number((nanograms + NANOGRAMS_A_GRAM / 2n) / NANOGRAMS_A_GRAM);
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

/** The device's side: STX weight CR, e.g. `01.234`. */
export function encodeWeight(grams: number, options: { decimals: number; net?: boolean }): Uint8Array {
  const text = (grams / 1000).toFixed(options.decimals).padStart(options.decimals + 3, '0');
  return Buffer.from(`\x02${text}${options.net ? 'N' : ''}\r`, 'latin1');
}

/** The device's side: STX `?` status CR. */
export function encodeStatus(status: Partial<ScaleStatus>): Uint8Array {
  const bits = STATUS_BITS.reduce((sum, name, index) => sum | (status[name] ? 1 << index : 0), STATUS_MARK);
  return Uint8Array.of(STX, QUESTION_MARK, bits, CR);
}
