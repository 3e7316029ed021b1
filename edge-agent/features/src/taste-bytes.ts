/** Bytes of a taste as they are written: unsigned numbers only, the small ones in one byte. */
export class TasteWriter {
  #bytes: Buffer;
  #length = 0;

  /** @param maxBytes what the writer never goes beyond */
  constructor(maxBytes: number) {
    this.#bytes = Buffer.allocUnsafe(maxBytes);
  }

  /** LEB128. What is no whole number from 0 to 2^53 - 1 is brought there: a taste is a hint, no account. */
  count(value: number): void {
    let left = Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(value) || 0));
    while (left >= 0x80) {
      this.byte((left % 0x80) | 0x80);
      left = Math.floor(left / 0x80);
    }
    this.byte(left);
  }

  byte(value: number): void {
    this.#length = this.#bytes.writeUInt8(value, this.#length);
  }

  u16(value: number): void {
    this.#length = this.#bytes.writeUInt16BE(value, this.#length);
  }

  u32(value: number): void {
    this.#length = this.#bytes.writeUInt32BE(value, this.#length);
  }

  /** A copy: what was reserved and not used is not kept. */
  done(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }
}

/** Reads what TasteWriter wrote. Beyond the end, and for a number too large, it throws RangeError. */
export class TasteBytes {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @param max what is meant at most; more is damage */
  count(max: number = Number.MAX_SAFE_INTEGER): number {
    let [value, place] = [0, 1];
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * place;
      if (value > max) throw new RangeError('too large');
      if (byte < 0x80) {
        // One way to write each number.
        if (byte === 0 && place > 1) throw new RangeError('padded');
        return value;
      }
      place *= 0x80;
    }
  }

  byte(): number {
    const value = this.#bytes.readUInt8(this.#at);
    this.#at += 1;
    return value;
  }

  u16(): number {
    const value = this.#bytes.readUInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  u32(): number {
    const value = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }
}
