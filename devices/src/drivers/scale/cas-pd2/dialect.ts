import type { ScaleDialect, ScaleReading, ScaleRequest } from '../dialect.ts';
import { stripEvenParity } from '../parity.ts';
import type { CasPd2Options } from './options.ts';
import { answerCodec, type PdAnswer, requestCodec } from './wire.ts';

const LISTEN: ScaleRequest = { name: 'listen', bytes: new Uint8Array() };
const WEIGH: ScaleRequest = { name: 'weigh', bytes: requestCodec.encode({ kind: 'weigh' }) };

/** The frame carries no sign of rest, so the scale is asked until enough answers of one command agree. */
export function casPd2Dialect(options: CasPd2Options): ScaleDialect<PdAnswer> {
  const streams = options.sends === 'by-itself';
  let last = '';
  let agreeing = 0;

  function read(answer: PdAnswer): ScaleReading {
    if (answer.kind === 'ack') return { kind: 'other' };
    if (answer.kind !== 'nak' && options.scaleId !== undefined && answer.id !== options.scaleId) {
      return { kind: 'fault', code: 'SCALE_BAD_WEIGHT' };
    }
    if (answer.kind === 'weight') {
      const { weight } = answer;
      agreeing = weight.value === last ? agreeing + 1 : 1;
      last = weight.value;
      return { kind: 'weight', weight, stable: agreeing >= options.agreeingAnswers };
    }
    agreeing = 0;
    last = '';
    return { kind: 'fault', code: answer.kind === 'nak' ? 'SCALE_NO_WEIGHT' : 'SCALE_OVER_CAPACITY' };
  }

  return {
    codec: answerCodec(options),
    weigh: () => {
      // Answers of an earlier command tell nothing of what lies there now.
      agreeing = 0;
      last = '';
      return streams ? LISTEN : WEIGH;
    },
    streams,
    strip: stripEvenParity,
    read,
  };
}
