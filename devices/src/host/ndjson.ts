import { MAX_LINE_BYTES } from '../contract/host-protocol.ts';

export type Line = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'too-long' };

/** Bytes -> lines of at most `MAX_LINE_BYTES`. A longer line is told once and skipped; what is kept stays bounded. */
export class LineReader {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #length = 0;
  #skipping = false;

  constructor(maxBytes = MAX_LINE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of a line that has not ended. */
  get pendingBytes(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
      this.#keep(chunk.subarray(from, at), lines);
      if (!this.#skipping) lines.push({ kind: 'line', text: Buffer.concat(this.#parts).toString('utf8') });
      this.#reset(false);
      from = at + 1;
    }
    this.#keep(chunk.subarray(from), lines);
    return lines;
  }

  #keep(part: Uint8Array, lines: Line[]): void {
    if (this.#skipping || part.length === 0) return;
    if (this.#length + part.length > this.#maxBytes) {
      lines.push({ kind: 'too-long' });
      this.#reset(true);
      return;
    }
    this.#parts.push(part);
    this.#length += part.length;
  }

  #reset(skipping: boolean): void {
    this.#parts = [];
    this.#length = 0;
    this.#skipping = skipping;
  }
}

/** JSON or undefined; never throws. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
