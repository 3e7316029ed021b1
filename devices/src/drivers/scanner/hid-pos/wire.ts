import type { DeviceCodec } from '../../../contract/codec.ts';
import { ReportFramer } from '../../../framing/index.ts';
import type { HidPosOptions } from './options.ts';

/** Scanned data report of the bar code scanner page (0x8C). */
export const SCAN_REPORT_ID = 2;
/** The collection that carries it: bar code scanner. */
export const SCANNER_USAGE = { page: 0x8c, usages: [0x02] } as const;

/** High-speed interrupt transfers carry 1024 bytes; nothing longer is one report. */
const MAX_REPORT_BYTES = 1024;
const RIGHT_BRACKET = 0x5d;
const AIM_BYTES = 3;

/** One report: a part of a scan. */
export interface ScanReport {
  /** AIM identifier such as `]E0`; absent in the plain layout. */
  readonly aim?: string;
  /** The bytes of this part as Latin-1 text: a character of UTF-8 may begin in one report and end in the next. */
  readonly data: string;
  /** The maker's own letter for the symbology, e.g. Honeywell's `d` for EAN-13 = 0x64; 0 for none. The AIM identifier says the same by a standard. */
  readonly codeId: number;
  /** More of the same scan comes in the next report. */
  readonly continued: boolean;
}

type Form = Pick<HidPosOptions, 'layout' | 'reportBytes'>;

/**
 * Report id, length of the data, AIM identifier (3), data, zeros; at the end of the report the maker's code id, and in the last byte, bit 0,
 * "decoded data continued". One frame is one report.
 */
export function scanReportCodec(form: Form): DeviceCodec<ScanReport> {
  const aim = form.layout === 'aim' ? { aim: ']E0' } : {};
  return {
    name: 'scan-report',
    bounds: 'report',
    framer: () => new ReportFramer({ maxFrameBytes: MAX_REPORT_BYTES }),
    decode: (frame) => decodeReport(frame, form),
    encode: (report) => encodeReport(report, form),
    samples: [
      { ...aim, data: '69012345', codeId: 0x64, continued: false },
      { ...aim, data: '1'.repeat(capacity(form)), codeId: 0, continued: true },
      { ...aim, data: '', codeId: 0, continued: false },
    ],
  };
}

/** Where data begins, in a report that begins with its report id. */
const dataAt = ({ layout }: Form): number => (layout === 'aim' ? 2 + AIM_BYTES : 2);
/** Code id, a reserved byte (not in the plain layout) and "continued" end a full report of 64 bytes or more; a shorter one has "continued" only. */
const codeIdAt = ({ layout, reportBytes }: Form): number => reportBytes - (layout === 'aim' ? 3 : 2);
const hasCodeId = ({ reportBytes }: Form): boolean => reportBytes >= 64;

/** Data bytes of one report, 56 in one of 64: the length is one byte. */
export function capacity(form: Form): number {
  const end = !hasCodeId(form) ? form.reportBytes - 1 : form.layout === 'aim' ? codeIdAt(form) : codeIdAt(form) - 4;
  return Math.min(255, end - dataAt(form));
}

const UNKNOWN = { ok: false, code: 'SCAN_REPORT_UNKNOWN' } as const;

function decodeReport(frame: Uint8Array, form: Form): ReturnType<DeviceCodec<ScanReport>['decode']> {
  const [id, length] = frame;
  if (id !== SCAN_REPORT_ID || length === undefined || length > capacity(form)) return UNKNOWN;
  const start = form.layout === 'aim' ? aimEnd(frame) : dataAt(form);
  if (start === undefined || start + length > frame.length) return UNKNOWN;
  const data = frame.subarray(start, start + length);
  const flagAt = Math.min(frame.length, form.reportBytes) - 1;
  // A device may leave out what follows the data; a flag that is not there is not set.
  const continued = flagAt >= start + length && ((frame[flagAt] ?? 0) & 1) === 1;
  const coded = hasCodeId(form) && frame.length >= form.reportBytes && codeIdAt(form) >= start + length;
  const value = { data: latin1(data), codeId: coded ? (frame[codeIdAt(form)] ?? 0) : 0, continued };
  if (form.layout === 'plain') return { ok: true, value };
  const aim = latin1(frame.subarray(start - AIM_BYTES, start));
  return /^\][A-Za-z][0-9A-Za-z]$/.test(aim) ? { ok: true, value: { aim, ...value } } : UNKNOWN;
}

/** Some makers put a byte between length and AIM identifier, which begins with `]`. */
function aimEnd(frame: Uint8Array): number | undefined {
  if (frame[2] === RIGHT_BRACKET) return 2 + AIM_BYTES;
  if (frame[3] === RIGHT_BRACKET) return 3 + AIM_BYTES;
  return undefined;
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function encodeReport({ aim = '', data, codeId, continued }: ScanReport, form: Form): Uint8Array {
  const report = new Uint8Array(form.reportBytes);
  const bytes = Buffer.from(data, 'latin1').subarray(0, capacity(form));
  report.set([SCAN_REPORT_ID, bytes.length]);
  if (form.layout === 'aim') report.set(Buffer.from(aim, 'latin1').subarray(0, AIM_BYTES), 2);
  report.set(bytes, dataAt(form));
  if (hasCodeId(form)) report[codeIdAt(form)] = codeId;
  report[form.reportBytes - 1] = continued ? 1 : 0;
  return report;
}

/** A whole scan as the reports that carry it. */
export function scanReports(aim: string, bytes: Uint8Array, form: Form): Uint8Array[] {
  const size = capacity(form);
  const codec = scanReportCodec(form);
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, place) =>
    codec.encode({
      ...(form.layout === 'aim' ? { aim } : {}),
      data: latin1(bytes.subarray(place * size, (place + 1) * size)),
      codeId: 0,
      continued: place + 1 < count,
    }),
  );
}
