import type { DeviceCodec } from '../../../contract/codec.ts';
import type { Weight } from '../../../contract/weight.ts';
import { DelimiterFramer } from '../../../framing/index.ts';
import { decimalText, weightOf } from '../weight.ts';

/** What begins every message to and from the scale; those of the scanner in the same housing begin with `S0`. */
export const SCALE_PREFIX = 'S1';

/** CR as it comes from the factory; some hosts send CR LF. */
const LINE_ENDS = [0x0d, 0x0a] as const;
/** `S144` and five digits are nine. */
const MAX_MESSAGE_BYTES = 16;

/** The wire carries neither unit nor point: digits by unit (Datalogic KA-01089). */
const DIGITS = { kg: 5, lb: 4 } as const;

export interface WeightForm {
  readonly unit: 'kg' | 'lb';
  /** Digits after the point, implied; by the unit when absent. */
  readonly decimals?: number | undefined;
}

/** Status digits of `S14` that come without a weight (Datalogic KA-01089); 4 is a steady weight that is not zero. */
const STATUS = { '0': 'not-ready', '1': 'motion', '2': 'over-capacity', '3': 'zero', '5': 'under-zero' } as const;
export type ScaleStatus = (typeof STATUS)[keyof typeof STATUS];
const WEIGHT_STATUS = '4';

export type MagellanAnswer =
  /** `to`: which request it answers. A weight is sent at rest only. */
  | { readonly kind: 'weight'; readonly to: 'weigh' | 'monitor'; readonly weight: Weight }
  | { readonly kind: 'status'; readonly status: ScaleStatus };

/** `weigh`: the next steady weight above zero, for which the scale may take its time. `monitor`: how it stands now. */
export interface MagellanAsk {
  readonly kind: 'weigh' | 'monitor';
}

const COMMANDS = { weigh: 'S11', monitor: 'S14' } as const;
const BAD = { ok: false, code: 'SCALE_BAD_WEIGHT' } as const;
const ANSWER = /^S1(?:1(\d+)|4(\d)(\d*))$/;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(`${text}\r`, 'latin1'));
const framer = (): DelimiterFramer => new DelimiterFramer({ delimiters: LINE_ENDS, maxFrameBytes: MAX_MESSAGE_BYTES });
const isStatus = (digit: string): digit is keyof typeof STATUS => Object.hasOwn(STATUS, digit);

/** `count` of the last implied place, e.g. 500 of a metric scale is 0.500 kg. */
export function weightFrom(count: number, { unit, decimals = unit === 'kg' ? 3 : 2 }: WeightForm): Weight | undefined {
  return weightOf(decimalText(count, decimals), unit, false);
}

/** The scale's side of the wire: `S11` digits CR, `S144` digits CR, or `S14` and another status CR. */
export function answerCodec(form: WeightForm): DeviceCodec<MagellanAnswer> {
  const sample = (to: 'weigh' | 'monitor', count: number): MagellanAnswer[] => {
    const weight = weightFrom(count, form);
    return weight ? [{ kind: 'weight', to, weight }] : [];
  };
  return {
    name: 'answer',
    bounds: 'stream',
    framer,
    decode: (frame) => decodeAnswer(frame, form),
    encode: (answer) => encodeAnswer(answer, form),
    samples: [
      ...sample('monitor', 1234),
      ...sample('weigh', 85),
      ...Object.values(STATUS).map((status) => ({ kind: 'status', status }) as const),
    ],
  };
}

function decodeAnswer(frame: Uint8Array, form: WeightForm): ReturnType<DeviceCodec<MagellanAnswer>['decode']> {
  const [, direct, status = '', monitored = ''] = ANSWER.exec(Buffer.from(frame).toString('latin1')) ?? [];
  if (isStatus(status) && monitored === '') return { ok: true, value: { kind: 'status', status: STATUS[status] } };
  const digits = direct ?? (status === WEIGHT_STATUS ? monitored : '');
  // A scale that sends another count of digits is set to the other unit: a price must not be guessed from it.
  if (digits.length !== DIGITS[form.unit]) return BAD;
  const weight = weightFrom(Number(digits), form);
  return weight ? { ok: true, value: { kind: 'weight', to: direct ? 'weigh' : 'monitor', weight } } : BAD;
}

function encodeAnswer(answer: MagellanAnswer, form: WeightForm): Uint8Array {
  if (answer.kind === 'weight') {
    const digits = answer.weight.value.replace('.', '').padStart(DIGITS[form.unit], '0');
    return bytesOf(`${answer.to === 'weigh' ? COMMANDS.weigh : COMMANDS.monitor + WEIGHT_STATUS}${digits}`);
  }
  const digit = Object.keys(STATUS).find((key) => isStatus(key) && STATUS[key] === answer.status);
  return bytesOf(`${COMMANDS.monitor}${digit}`);
}

/** The till's side of the wire. */
export const requestCodec: DeviceCodec<MagellanAsk> = {
  name: 'request',
  bounds: 'stream',
  framer,
  decode: (frame) => {
    const text = Buffer.from(frame).toString('latin1');
    if (text === COMMANDS.weigh) return { ok: true, value: { kind: 'weigh' } };
    if (text === COMMANDS.monitor) return { ok: true, value: { kind: 'monitor' } };
    return { ok: false, code: 'SCALE_BAD_REQUEST' };
  },
  encode: ({ kind }) => bytesOf(COMMANDS[kind]),
  samples: [{ kind: 'weigh' }, { kind: 'monitor' }],
};
