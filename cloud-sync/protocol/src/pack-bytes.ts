/**
 * Numbers and texts of a member pack as bytes. A text is a varint whose lowest two bits say how: 0 in UTF-8 (the rest is its length), 1 a word (the rest is its number from 0), 2 a
 * beginning and then hex digits (the rest is how many bytes they are), 3 a beginning and then a UUID. A beginning is a text of the first two kinds.
 */

/** Words that one pack may have; what is more stands where it is used. */
export const MAX_PACK_WORDS = 4_096;

const [PLAIN, WORD, HEX, UUID] = [0, 1, 2, 3] as const;
const HEX_TAIL = /^(.*?)((?:[0-9a-f]{2}){4,64})$/su;
const UUID_TAIL = /^(.*?)([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/su;
const UUID_BYTES = 16;
/** Where a UUID has its dashes, as ends of its parts in hex digits. */
const UUID_PARTS = [
  [0, 8],
  [8, 12],
  [12, 16],
  [16, 20],
  [20, 32],
] as const;

/** What many members say in the same words: each is written once. */
export class PackWords {
  #numbers = new Map<string, number>();
  #bytes = 0;

  /** Of their list as JSON. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Undefined once there are too many. */
  numberOf(word: string): number | undefined {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    if (number >= MAX_PACK_WORDS) return undefined;
    this.#numbers.set(word, number);
    this.#bytes += Buffer.byteLength(JSON.stringify(word)) + 1;
    return number;
  }

  list(): string[] {
    return [...this.#numbers.keys()];
  }
}

export class PackWriter {
  #bytes: number[] = [];
  #words: PackWords;

  constructor(words: PackWords) {
    this.#words = words;
  }

  /** A whole number from 0 to 2^53 - 1: seven bits a byte, the lowest first. */
  number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a number of a pack: ${value}`);
    let rest = value;
    while (rest >= 128) {
      this.#bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.#bytes.push(rest);
  }

  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  /** One that many members say. */
  word(text: string): void {
    const number = this.#words.numberOf(text);
    if (number === undefined) this.#plain(text);
    else this.number(number * 4 + WORD);
  }

  /** A name of one thing: mostly a beginning that many have, and random digits. */
  name(text: string): void {
    const uuid = UUID_TAIL.exec(text);
    const [, beginning = '', digits = ''] = uuid ?? HEX_TAIL.exec(text) ?? [];
    if (digits === '') {
      this.#plain(text);
      return;
    }
    const bytes = Buffer.from(digits.replaceAll('-', ''), 'hex');
    this.number(bytes.length * 4 + (uuid === null ? HEX : UUID));
    this.word(beginning);
    this.raw(bytes);
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }

  #plain(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.number(bytes.length * 4 + PLAIN);
    this.raw(bytes);
  }
}

/** Throws RangeError where the bytes say what no writer wrote. */
export class PackCursor {
  #bytes: Buffer;
  #words: readonly string[];
  #at: number;

  constructor(bytes: Buffer, words: readonly string[], at = 0) {
    this.#bytes = bytes;
    this.#words = words;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  number(): number {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new RangeError('cut off');
      this.#at += 1;
      value += (byte % 128) * scale;
      if (!Number.isSafeInteger(value)) throw new RangeError('too large');
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  raw(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('cut off');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  /** What `word` or `name` wrote. */
  text(depth = 0): string {
    const head = this.number();
    const [kind, size] = [head % 4, Math.floor(head / 4)];
    if (kind === PLAIN) return this.raw(size).toString('utf8');
    if (kind === WORD) {
      const word = this.#words[size];
      if (word === undefined) throw new RangeError('no such word');
      return word;
    }
    if (depth > 0 || (kind === UUID && size !== UUID_BYTES)) throw new RangeError('no text');
    const beginning = this.text(depth + 1);
    const digits = this.raw(size).toString('hex');
    if (kind === HEX) return beginning + digits;
    return beginning + UUID_PARTS.map(([from, to]) => digits.slice(from, to)).join('-');
  }
}
