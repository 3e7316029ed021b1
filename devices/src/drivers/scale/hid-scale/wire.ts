import type { DeviceCodec } from '../../../contract/codec.ts';
import { ReportFramer } from '../../../framing/index.ts';

/** The collection of a scale: page 0x8D, as an application of its own (0x20, scale device) or by the page's name (0x01). */
export const SCALE_USAGE = { page: 0x8d, usages: [0x20, 0x01] } as const;

export const CONTROL_REPORT_ID = 2;
export const DATA_REPORT_ID = 3;
export const STATUS_REPORT_ID = 4;
const DATA_REPORT_BYTES = 6;
const MAX_REPORT_BYTES = 64;

/** Usages 0x71 to 0x78, sent as 1 to 8. */
export const SCALE_STATUSES = [
  'fault',
  'zero',
  'motion',
  'stable',
  'under-zero',
  'over-limit',
  'needs-calibration',
  'needs-zero',
] as const;
export type HidScaleStatus = (typeof SCALE_STATUSES)[number];

/** Usages 0x51 to 0x5C, sent as 1 to 12. */
export const SCALE_UNITS = [
  'milligram',
  'gram',
  'kilogram',
  'carat',
  'tael',
  'grain',
  'pennyweight',
  'metric-ton',
  'avoirdupois-ton',
  'troy-ounce',
  'ounce',
  'pound',
] as const;
export type HidScaleUnit = (typeof SCALE_UNITS)[number];

/** `count` times ten to the `exponent`, in `unit`. A status report has the status alone. */
export type HidScaleReport =
  | {
      readonly kind: 'data';
      readonly status: HidScaleStatus;
      readonly unit: HidScaleUnit;
      /** -127 to 127. */
      readonly exponent: number;
      /** 0 to 65535; the sign of a weight under zero is its status. */
      readonly count: number;
    }
  | { readonly kind: 'status'; readonly status: HidScaleStatus };

const UNKNOWN = { ok: false, code: 'SCALE_REPORT_UNKNOWN' } as const;

/** Device to us. Data: 3, status, unit, exponent (signed), count (two bytes, low first). Status: 4, status. One frame is one report. */
export const reportCodec: DeviceCodec<HidScaleReport> = {
  name: 'report',
  bounds: 'report',
  framer: () => new ReportFramer({ maxFrameBytes: MAX_REPORT_BYTES }),
  decode: (frame) => {
    const [id, statusCode = 0, unitCode = 0, exponent = 0, low = 0, high = 0] = frame;
    const status = SCALE_STATUSES[statusCode - 1];
    if (!status) return UNKNOWN;
    if (id === STATUS_REPORT_ID) return { ok: true, value: { kind: 'status', status } };
    const unit = SCALE_UNITS[unitCode - 1];
    // A device may pad its reports; what follows the count has no meaning.
    if (id !== DATA_REPORT_ID || frame.length < DATA_REPORT_BYTES || !unit || exponent === 0x80) return UNKNOWN;
    const signed = exponent < 0x80 ? exponent : exponent - 0x100;
    return { ok: true, value: { kind: 'data', status, unit, exponent: signed, count: low + high * 0x100 } };
  },
  encode: (report) => {
    const status = SCALE_STATUSES.indexOf(report.status) + 1;
    if (report.kind === 'status') return Uint8Array.of(STATUS_REPORT_ID, status);
    const { unit, exponent, count } = report;
    return Uint8Array.of(
      DATA_REPORT_ID,
      status,
      SCALE_UNITS.indexOf(unit) + 1,
      exponent & 0xff,
      count & 0xff,
      (count >> 8) & 0xff,
    );
  },
  samples: [
    { kind: 'data', status: 'stable', unit: 'gram', exponent: 0, count: 20 },
    { kind: 'data', status: 'stable', unit: 'kilogram', exponent: -3, count: 1234 },
    { kind: 'data', status: 'motion', unit: 'ounce', exponent: -1, count: 6452 },
    { kind: 'data', status: 'zero', unit: 'pound', exponent: -2, count: 0 },
    { kind: 'status', status: 'needs-zero' },
  ],
};

/** What the scale is told. `enforcedZeroReturn`: give no further weight until the plate was at zero once. */
export interface HidScaleControl {
  readonly zero: boolean;
  readonly enforcedZeroReturn: boolean;
}

/** Us to the device: 2, then bit 0 enforced zero return, bit 1 zero scale. */
export const controlCodec: DeviceCodec<HidScaleControl> = {
  name: 'control',
  bounds: 'report',
  framer: () => new ReportFramer({ maxFrameBytes: MAX_REPORT_BYTES }),
  decode: (frame) => {
    const [id, bits = 0] = frame;
    if (id !== CONTROL_REPORT_ID || frame.length < 2 || bits > 3) return UNKNOWN;
    return { ok: true, value: { zero: (bits & 2) !== 0, enforcedZeroReturn: (bits & 1) !== 0 } };
  },
  encode: ({ zero, enforcedZeroReturn }) =>
    Uint8Array.of(CONTROL_REPORT_ID, (enforcedZeroReturn ? 1 : 0) | (zero ? 2 : 0)),
  samples: [
    { zero: true, enforcedZeroReturn: false },
    { zero: false, enforcedZeroReturn: true },
  ],
};
