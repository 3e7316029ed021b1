/** The longest line that is looked at: a scan at its longest, every character written as an escape. Longer ones are refused unread. */
export const MAX_LINE_BYTES = 65_536;

/** A line without its end; or what makes it unreadable. */
export type Line = { readonly text: string } | { readonly refused: 'too-long' | 'not-utf8'; readonly position: number };

const LF = 0x0a;
const CR = 0x0d;
/** Takes a byte order mark off the start of a line: files that were put together have one in the middle too. */
const strict = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder('utf-8');

/** Cuts bytes into lines at LF or CR LF, in memory bounded by MAX_LINE_BYTES and the size of a chunk. Empty lines are left out. */
export class LineSplitter {
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #tooLong = false;

  /** The lines that this chunk ends. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
      this.#hold(chunk.subarray(from, at));
      lines.push(...this.end());
      from = at + 1;
    }
    // The chunk is the reader's to use again, so that what waits for its end is copied.
    this.#hold(chunk.slice(from));
    return lines;
  }

  /** The line that has begun, if any; the next byte begins another. */
  end(): Line[] {
    const bytes = this.#held.length === 1 && this.#held[0] ? this.#held[0] : Buffer.concat(this.#held);
    const tooLong = this.#tooLong;
    this.#held = [];
    this.#heldBytes = 0;
    this.#tooLong = false;
    if (tooLong) return [{ refused: 'too-long', position: MAX_LINE_BYTES }];
    const line = bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes;
    if (line.length === 0) return [];
    const text = decode(line);
    return 'text' in text && text.text === '' ? [] : [text];
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#tooLong) return;
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > MAX_LINE_BYTES) {
      this.#held = [];
      this.#tooLong = true;
    } else this.#held.push(bytes);
  }
}

function decode(bytes: Uint8Array): Line {
  try {
    return { text: strict.decode(bytes) };
  } catch {
    return { refused: 'not-utf8', position: lenient.decode(bytes).indexOf('\ufffd') };
  }
}
