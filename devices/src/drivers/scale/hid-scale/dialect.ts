import type { DeviceConditionCode } from '../../../conditions.ts';
import type { WeightUnit } from '../../../contract/weight.ts';
import type { ScaleDialect, ScaleReading, ScaleRequest } from '../dialect.ts';
import { decimalText, weightOf } from '../weight.ts';
import { controlCodec, type HidScaleReport, type HidScaleStatus, type HidScaleUnit, reportCodec } from './wire.ts';

/** Units a checkout may sell by. A scale set to another one is refused: its figure must not be taken for grams. */
const UNITS: Partial<Record<HidScaleUnit, WeightUnit>> = { gram: 'g', kilogram: 'kg', ounce: 'oz', pound: 'lb' };

const FAULTS: Partial<Record<HidScaleStatus, DeviceConditionCode>> = {
  fault: 'SCALE_DEFECT',
  'under-zero': 'SCALE_UNDER_ZERO',
  'over-limit': 'SCALE_OVER_CAPACITY',
  'needs-calibration': 'SCALE_NEEDS_CALIBRATION',
  'needs-zero': 'SCALE_NEEDS_ZERO',
};

/** `listen` has no bytes where the scale reports by itself; else what makes its last report come again. */
export function hidScaleDialect(listen: ScaleRequest): ScaleDialect<HidScaleReport> {
  return {
    codec: reportCodec,
    weigh: () => listen,
    zero: { name: 'zero', bytes: controlCodec.encode({ zero: true, enforcedZeroReturn: false }) },
    streams: true,
    read,
  };
}

function read(report: HidScaleReport): ScaleReading {
  const code = FAULTS[report.status];
  if (code) return { kind: 'fault', code, final: report.status === 'needs-calibration' };
  // A status alone is no weight: the data report says it too.
  if (report.kind === 'status') return { kind: 'other' };
  const weight = weightOfReport(report);
  if (weight === undefined) return { kind: 'fault', code: 'SCALE_BAD_WEIGHT', final: UNITS[report.unit] === undefined };
  return { kind: 'weight', weight, stable: report.status !== 'motion', atZero: report.status === 'zero' };
}

/** An exact decimal; undefined for a unit or a number of digits that no weight of ours has, and for a zero that is none. */
function weightOfReport({ status, unit, exponent, count }: Extract<HidScaleReport, { kind: 'data' }>) {
  const ours = UNITS[unit];
  if (!ours || (status === 'zero' && count !== 0)) return undefined;
  // Up to 5 digits and 2 more are the most that a weight has.
  if (exponent > 2 || exponent < -5) return undefined;
  const text = exponent > 0 ? String(count * 10 ** exponent) : decimalText(count, -exponent);
  return weightOf(text, ours, false);
}
