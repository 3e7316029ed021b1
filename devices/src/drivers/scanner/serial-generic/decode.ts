import type { DeviceConditionCode } from '../../../conditions.ts';
import { type ClassifiedScan, classifyScan } from '../../../gs1/classify.ts';

export type DecodedScan =
  | { readonly ok: true; readonly scan: ClassifiedScan }
  | { readonly ok: false; readonly code: DeviceConditionCode };

/** Control characters that codes may carry: EOT, GS (FNC1), RS, and the line ends and tabs of multi-line codes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const FORBIDDEN = /[\x00-\x03\x05-\x08\x0b\x0c\x0e-\x1c\x1f\x7f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** One frame (without its suffix) -> a scan. Text is UTF-8, of which ASCII is a part. Never throws. */
export function decodeScan(frame: Uint8Array, options: { prefix: string }): DecodedScan {
  let text: string;
  try {
    text = utf8.decode(frame);
  } catch {
    return { ok: false, code: 'SCAN_GARBAGE' };
  }
  if (options.prefix !== '') {
    const at = text.indexOf(options.prefix);
    if (at < 0) return { ok: false, code: 'SCAN_PREFIX_MISSING' };
    text = text.slice(at + options.prefix.length);
  }
  if (text === '' || FORBIDDEN.test(text)) return { ok: false, code: 'SCAN_GARBAGE' };
  return { ok: true, scan: classifyScan(text) };
}
