import type { ScaleDialect, ScaleReading } from '../dialect.ts';
import { stripOddParity } from '../parity.ts';
import type { MagellanOptions } from './options.ts';
import { answerCodec, type MagellanAnswer, requestCodec, type ScaleStatus, weightFrom } from './wire.ts';

/** Zero is no fault; the scale says it without digits. */
const FAULTS = {
  'not-ready': 'SCALE_ZERO_RANGE',
  motion: 'SCALE_IN_MOTION',
  'over-capacity': 'SCALE_OVER_CAPACITY',
  'under-zero': 'SCALE_UNDER_ZERO',
} as const satisfies Record<Exclude<ScaleStatus, 'zero'>, string>;

/** Asked by the monitor alone: it answers at once and says why there is no weight, where the weight request would keep silent until there is one. */
export function magellanDialect(options: MagellanOptions): ScaleDialect<MagellanAnswer> {
  const zero = weightFrom(0, options);
  return {
    codec: answerCodec(options),
    weigh: () => ({ name: 'monitor', bytes: requestCodec.encode({ kind: 'monitor' }) }),
    strip: stripOddParity,
    read: (answer) => read(answer, zero),
  };
}

function read(answer: MagellanAnswer, zero: ReturnType<typeof weightFrom>): ScaleReading {
  // A weight request is none of ours: its answer may be to a program that ran before, and the plate may hold something else since.
  if (answer.kind === 'weight')
    return answer.to === 'monitor' ? { kind: 'weight', weight: answer.weight, stable: true } : { kind: 'other' };
  if (answer.status !== 'zero') return { kind: 'fault', code: FAULTS[answer.status] };
  return zero ? { kind: 'weight', weight: zero, stable: true } : { kind: 'fault', code: 'SCALE_NO_WEIGHT' };
}
