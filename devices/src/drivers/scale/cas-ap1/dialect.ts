import type { ScaleDialect, ScaleReading, ScaleRequest } from '../dialect.ts';
import { stripEvenParity } from '../parity.ts';
import type { CasAp1Options } from './options.ts';
import { answerCodec, type CasAnswer, type CasAsk, requestCodec } from './wire.ts';

const request = (kind: CasAsk['kind']): ScaleRequest => ({ name: kind, bytes: requestCodec.encode({ kind }) });

/** The scale is asked whether it is ready, and gives its weight when it said yes. */
export function casAp1Dialect(options: CasAp1Options): ScaleDialect<CasAnswer> {
  return { codec: answerCodec(options), weigh: () => request('enquire'), strip: stripEvenParity, read };
}

function read(answer: CasAnswer, asked: ScaleRequest): ScaleReading {
  if (answer.kind === 'nak') return { kind: 'fault', code: 'SCALE_NO_WEIGHT' };
  if (asked.name === 'enquire') {
    // A weight now answers a request of before: the plate may hold something else since.
    return answer.kind === 'ack' ? { kind: 'next', request: request('weigh') } : { kind: 'other' };
  }
  if (answer.kind === 'ack') return { kind: 'other' };
  if (answer.kind === 'overload') return { kind: 'fault', code: 'SCALE_OVER_CAPACITY' };
  return { kind: 'weight', weight: answer.weight, stable: answer.stable };
}
