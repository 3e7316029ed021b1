import type { DeviceCodec } from '../../../contract/codec.ts';
import { DelimiterFramer } from '../../../framing/index.ts';
import { isScanText, MAX_SCAN_BYTES, utf8Of } from '../scans.ts';
import { type SerialScannerOptions, SUFFIX_BYTES } from './options.ts';

/** What a scanner sends: prefix, text (AIM identifier and code), suffix. The value is the text. */
export function scanCodec(options: Pick<SerialScannerOptions, 'prefix' | 'suffix'>): DeviceCodec<string> {
  const suffix = SUFFIX_BYTES[options.suffix];
  return {
    name: 'scan',
    bounds: 'stream',
    framer: () => new DelimiterFramer({ delimiters: suffix, maxFrameBytes: MAX_SCAN_BYTES }),
    decode: (frame) => decodeScan(frame, options.prefix),
    encode: (text) => Uint8Array.from([...Buffer.from(`${options.prefix}${text}`), ...suffix.slice(0, 1)]),
    samples: [
      ']E06901234567892',
      ']d20109521234543213\x1d10LOT1',
      ']Q1https://id.gs1.org/01/09521234543213',
      'TM:会员',
    ],
  };
}

/** One frame (without its suffix) -> its text, which is UTF-8, of which ASCII is a part. Never throws. */
function decodeScan(frame: Uint8Array, prefix: string): ReturnType<DeviceCodec<string>['decode']> {
  let text = utf8Of(frame);
  if (text === undefined) return { ok: false, code: 'SCAN_GARBAGE' };
  if (prefix !== '') {
    const at = text.indexOf(prefix);
    if (at < 0) return { ok: false, code: 'SCAN_PREFIX_MISSING' };
    text = text.slice(at + prefix.length);
  }
  return isScanText(text) ? { ok: true, value: text } : { ok: false, code: 'SCAN_GARBAGE' };
}
