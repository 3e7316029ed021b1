/** What a wire might bring: one message or many, in one piece or in many, lawful or not. */
export type Chunks = readonly Uint8Array[];

const MAX_BYTES = 6_000;
/** Room for a sample and what is put into it. */
const SCRATCH_BYTES = 2 * MAX_BYTES;
const MAX_MUTATIONS = 4;
const MAX_BYTE_BY_BYTE = 200;
/** Where a reader's limits are, or near. */
const LONG_BYTES = [250, 258, 1_030, 4_090, 4_100, 5_500] as const;
/** Of a thousand cases, up to this number; what is left are mutated samples. */
const UP_TO = { random: 150, alphabet: 300, splice: 420, joined: 520, lawful: 570, long: 573 } as const;

/**
 * Makes the cases of one decoder. The same seed, decoder and number give the same bytes, whatever was drawn before. The chunks are good until the next
 * `draw`: one buffer serves all, since making buffers would cost more than most decoders do.
 */
export class CaseDrawer {
  readonly #samples: readonly Uint8Array[];
  readonly #seed: number;
  readonly #bytes = new Uint8Array(SCRATCH_BYTES);
  #length = 0;
  #state = 0;

  constructor(of: { readonly seed: number; readonly target: string; readonly samples: readonly Uint8Array[] }) {
    this.#samples = of.samples;
    this.#seed = mix(of.seed, hash(of.target));
  }

  draw(number: number): Chunks {
    this.#state = mix(this.#seed, number);
    this.#length = 0;
    this.#make();
    this.#length = Math.min(this.#length, MAX_BYTES);
    return this.#cut();
  }

  #make(): void {
    const die = this.#below(1_000);
    if (die < UP_TO.random) this.#fill(this.#below(65), false);
    else if (die < UP_TO.alphabet) this.#fill(this.#below(65), true);
    else if (die < UP_TO.splice) this.#splice();
    else if (die < UP_TO.joined) this.#join();
    else if (die < UP_TO.lawful) this.#append(this.#sample());
    else if (die < UP_TO.long) this.#long();
    else this.#appendMutated();
  }

  /** Bytes of any kind, or such as mean something to this decoder. */
  #fill(count: number, known: boolean): void {
    for (let left = count; left > 0; left--) this.#put(known ? this.#knownByte() : this.#below(256));
  }

  #splice(): void {
    const head = this.#sample();
    this.#append(head.subarray(0, this.#below(head.length + 1)));
    const tail = this.#sample();
    this.#append(tail.subarray(this.#below(tail.length + 1)));
  }

  /** Messages one after the other, some of them mutated, with bytes between them that are none. */
  #join(): void {
    for (let count = 2 + this.#below(3); count > 0; count--) {
      if (this.#below(10) < 3) this.#fill(1 + this.#below(6), false);
      if (this.#below(10) < 3) this.#appendMutated();
      else this.#append(this.#sample());
    }
  }

  #long(): void {
    const sample = this.#sample();
    const at = this.#below(sample.length + 1);
    this.#append(sample.subarray(0, at));
    const count = (LONG_BYTES[this.#below(LONG_BYTES.length)] ?? 0) + this.#below(21);
    const byte = this.#below(512);
    if (byte > 255) this.#fill(count, true);
    else for (let left = count; left > 0; left--) this.#put(byte);
    this.#append(sample.subarray(at));
  }

  #appendMutated(): void {
    const from = this.#length;
    this.#append(this.#sample());
    for (let left = 1 + this.#below(MAX_MUTATIONS); left > 0; left--) this.#mutate(from);
  }

  /** Changes what stands from `from` on. */
  #mutate(from: number): void {
    const bytes = this.#bytes;
    const length = this.#length - from;
    const at = from + this.#below(Math.max(1, length));
    const end = Math.min(this.#length, at + 1 + this.#below(6));
    switch (this.#below(8)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << this.#below(8));
        break;
      case 1:
        bytes[at] = this.#below(256);
        break;
      case 2:
        this.#replace(at, at, 1);
        bytes[at] = this.#below(256);
        break;
      case 3:
        this.#replace(at, end, 0);
        break;
      case 4: {
        // A piece that comes twice.
        const count = end - at;
        this.#replace(end, end, count);
        bytes.copyWithin(end, at, at + count);
        break;
      }
      case 5:
        this.#length = Math.max(from, at);
        break;
      case 6:
        this.#replace(from, at, 0);
        break;
      default: {
        const other = from + this.#below(Math.max(1, length));
        const held = bytes[at] ?? 0;
        bytes[at] = bytes[other] ?? 0;
        bytes[other] = held;
      }
    }
  }

  /** Makes the span from `start` to `end` `count` bytes long; what follows moves along. */
  #replace(start: number, end: number, count: number): void {
    this.#bytes.copyWithin(start + count, end, this.#length);
    this.#length = Math.min(SCRATCH_BYTES, Math.max(this.#length, end) + count - (end - start));
  }

  #cut(): Chunks {
    const whole = this.#bytes.subarray(0, this.#length);
    const way = this.#below(100);
    if (way < 40) return [whole];
    const chunks: Uint8Array[] = [];
    if (way < 46) {
      const count = Math.min(this.#length, MAX_BYTE_BY_BYTE);
      for (let at = 0; at < count; at++) chunks.push(whole.subarray(at, at + 1));
      return chunks;
    }
    for (let at = 0, left = 1 + this.#below(3); ; left--) {
      const end = left === 0 ? this.#length : at + this.#below(this.#length - at + 1);
      chunks.push(whole.subarray(at, end));
      if (left === 0) return chunks;
      at = end;
    }
  }

  #sample(): Uint8Array {
    return this.#samples[this.#below(this.#samples.length)] as Uint8Array;
  }

  #knownByte(): number {
    const sample = this.#sample();
    return sample[this.#below(Math.max(1, sample.length))] ?? 0;
  }

  #append(bytes: Uint8Array): void {
    const room = SCRATCH_BYTES - this.#length;
    this.#bytes.set(bytes.length <= room ? bytes : bytes.subarray(0, room), this.#length);
    this.#length += Math.min(room, bytes.length);
  }

  #put(byte: number): void {
    if (this.#length >= SCRATCH_BYTES) return;
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  /** Whole number below `limit`; Mulberry32 (public domain, T. Ettinger). */
  #below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    const state = this.#state;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }
}

export function concat(parts: Chunks): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

const mix = (one: number, other: number): number => {
  let value = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(other + 0x9e3779b9, 0xc2b2ae35);
  value ^= value >>> 15;
  value = Math.imul(value, 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
};
