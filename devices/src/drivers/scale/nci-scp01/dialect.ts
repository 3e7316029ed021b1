import type { DeviceConditionCode } from '../../../conditions.ts';
import type { ScaleDialect, ScaleReading, ScaleRequest } from '../dialect.ts';
import { stripEvenParity } from '../parity.ts';
import type { NciScp01Options } from './options.ts';
import type { NciStatus } from './status.ts';
import { answerCodec, type NciAnswer, type NciAsk, requestCodec } from './wire.ts';

const request = (kind: NciAsk['kind']): ScaleRequest => ({ name: kind, bytes: requestCodec.encode({ kind }) });

export function nciScp01Dialect(options: NciScp01Options): ScaleDialect<NciAnswer> {
  return {
    codec: answerCodec(options),
    weigh: () => request('weigh'),
    zero: request('zero'),
    proof: request('status'),
    strip: stripEvenParity,
    read,
  };
}

/** Why a status forbids a weight. Motion is no fault here: SCP-01 sends the weight with it, and the weight is then not at rest. */
function faultOf(status: NciStatus): DeviceConditionCode | undefined {
  if (status.ramError || status.eepromError || status.romError || status.calibrationError) return 'SCALE_DEFECT';
  if (status.overCapacity) return 'SCALE_OVER_CAPACITY';
  if (status.underCapacity) return 'SCALE_UNDER_ZERO';
  return status.third?.initialZeroError ? 'SCALE_ZERO_RANGE' : undefined;
}

/** The point-of-sale form sends the status alone where there is no weight to sell, e.g. in motion. */
function read(answer: NciAnswer, asked: ScaleRequest): ScaleReading {
  if (answer.kind === 'unknown') return { kind: 'fault', code: 'SCALE_BAD_REQUEST' };
  const { status } = answer;
  const shown = { net: status.third?.net, atZero: status.atZero };
  const code = faultOf(status);
  if (code) return { kind: 'fault', code, ...shown, atZero: false };
  if (answer.kind === 'weight') return { kind: 'weight', weight: answer.weight, stable: !status.motion };
  if (status.motion) return { kind: 'fault', code: 'SCALE_IN_MOTION', ...shown, atZero: false };
  return asked.name === 'weigh'
    ? { kind: 'fault', code: 'SCALE_NO_WEIGHT', ...shown }
    : { kind: 'unchanged', ...shown };
}
