import type { DeviceCodec } from '../../../contract/codec.ts';
import { DelimiterFramer } from '../../../framing/index.ts';
import { isScanText, MAX_SCAN_BYTES, utf8Of } from '../scans.ts';
import { aimOfLabel, labelOfAim } from './label-ids.ts';
import { type SerialScannerOptions, SUFFIX_BYTES } from './options.ts';

type ScanForm = Pick<SerialScannerOptions, 'prefix' | 'suffix' | 'labelIds'>;

/** What a scanner sends: prefix, text (identifier and code), suffix. The value is the text, its label identifier made an AIM one. */
export function scanCodec(options: ScanForm): DeviceCodec<string> {
  const suffix = SUFFIX_BYTES[options.suffix];
  const labelled = options.labelIds !== 'none';
  return {
    name: 'scan',
    bounds: 'stream',
    framer: () => new DelimiterFramer({ delimiters: suffix, maxFrameBytes: MAX_SCAN_BYTES }),
    decode: (frame) => decodeScan(frame, options),
    encode: (text) =>
      Uint8Array.from([
        ...Buffer.from(`${options.prefix}${labelled ? labelOfAim(text) : text}`),
        ...suffix.slice(0, 1),
      ]),
    samples: [
      ']E06901234567892',
      ']d20109521234543213\x1d10LOT1',
      ']Q1https://id.gs1.org/01/09521234543213',
      labelled ? ']Q1TM:会员' : 'TM:会员',
    ],
  };
}

/** One frame (without its suffix) -> its text, which is UTF-8, of which ASCII is a part. Never throws. */
function decodeScan(frame: Uint8Array, { prefix, labelIds }: ScanForm): ReturnType<DeviceCodec<string>['decode']> {
  let text = utf8Of(frame);
  if (text === undefined) return { ok: false, code: 'SCAN_GARBAGE' };
  if (prefix !== '') {
    const at = text.indexOf(prefix);
    if (at < 0) return { ok: false, code: 'SCAN_PREFIX_MISSING' };
    text = text.slice(at + prefix.length);
  }
  if (!isScanText(text)) return { ok: false, code: 'SCAN_GARBAGE' };
  const value = labelIds === 'none' ? text : aimOfLabel(text);
  return value === undefined ? { ok: false, code: 'SCAN_LABEL_UNKNOWN' } : { ok: true, value };
}
