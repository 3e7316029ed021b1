import type { DriverContext } from '../../contract/definition.ts';
import { classifyScan } from '../../gs1/classify.ts';

/** The longest 2D symbol (QR, about 4300 alphanumeric characters) is near the limit of the event's text. */
export const MAX_SCAN_BYTES = 4096;

/** Control characters that codes may carry: EOT, GS (FNC1), RS, and the line ends and tabs of multi-line codes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const FORBIDDEN = /[\x00-\x03\x05-\x08\x0b\x0c\x0e-\x1c\x1f\x7f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text of UTF-8 bytes, of which ASCII is a part; undefined when they are none. */
export function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** True for text that a code can hold. */
export const isScanText = (text: string): boolean => text !== '' && !FORBIDDEN.test(text);

/** What every scanner does with a whole scan: one event for a code that the scanner repeats within its repeat time. */
export class ScanStream {
  readonly #context: DriverContext<{ readonly duplicateWindowMs: number }>;
  #last: { key: string; atMs: number } | undefined;

  constructor(context: DriverContext<{ readonly duplicateWindowMs: number }>) {
    this.#context = context;
  }

  /** `bytes` is the scan as it came, by which repeats are told; `text` is what it says, AIM identifier first if there is one. */
  take(bytes: Uint8Array, text: string): void {
    const { config, clock, options } = this.#context;
    const atMs = clock.now();
    // Compared by the bytes, since two masked payment codes look alike and are not the same.
    const key = Buffer.from(bytes).toString('latin1');
    const repeated = this.#last?.key === key && Math.abs(atMs - this.#last.atMs) < options.duplicateWindowMs;
    // The window slides: a code that is held before the scanner stays one scan.
    this.#last = { key, atMs };
    if (repeated) return;
    this.#context.emit({
      deviceId: config.id,
      at: new Date(atMs).toISOString(),
      type: 'scan',
      ...classifyScan(text),
    });
  }
}
