import type { ScaleDialect, ScaleReading, ScaleRequest } from '../dialect.ts';
import { stripEvenParity } from '../parity.ts';
import type { Mettler8217Options } from './options.ts';
import { requestCodec, type ScaleAsk, tareDigits } from './request.ts';
import { answerCodec, type ScaleAnswer, statusFault } from './wire.ts';

const request = (ask: ScaleAsk): ScaleRequest => ({ name: ask.kind, bytes: requestCodec.encode(ask) });

export function mettler8217Dialect(options: Mettler8217Options): ScaleDialect<ScaleAnswer> {
  return {
    codec: answerCodec(options),
    weigh: () => request({ kind: 'weigh' }),
    zero: request({ kind: 'zero' }),
    clear: request({ kind: 'clear' }),
    tare: (grams) => {
      if (grams === undefined) return request({ kind: 'tare' });
      const digits = tareDigits(grams, options.unit);
      return digits === undefined ? { refused: 'SCALE_TARE_REFUSED' } : request({ kind: 'tare', digits });
    },
    strip: stripEvenParity,
    read,
  };
}

/** A weight is sent at rest only. A status without a fault means that nothing changed: some scales send a weight once. */
function read(answer: ScaleAnswer): ScaleReading {
  if (answer.kind === 'weight') return { kind: 'weight', weight: answer.weight, stable: true };
  const { net, centreOfZero } = answer.status;
  const code = statusFault(answer.status);
  if (code) return { kind: 'fault', code, net };
  return { kind: 'unchanged', net, atZero: centreOfZero ? true : undefined };
}
