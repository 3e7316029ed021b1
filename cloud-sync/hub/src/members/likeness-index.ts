import { differInOneDigit, type LikenessKey } from './likeness.ts';

export const LIKENESS_LIMITS = {
  /** In memory at a time, some 28 bytes each; more people are looked at in several passes. */
  keys: 8_000_000,
  /** A card or a birthday of a household that more people share says nothing. */
  sharing: 20,
  /** Half a phone with a birthday or a name may be shared by more; then a name is no name, such as that of a shop. */
  sharingHalf: 400,
  /** Pairs that are looked at again one by one. */
  candidates: 10_000,
} as const;

const NONE = -1;

/** Keys of people by their hash: a table of chains in flat arrays, since there are millions of them. People are member numbers, nine digits. */
export class LikenessIndex {
  readonly #hashes: Float64Array;
  readonly #rests: Int32Array;
  readonly #people: Uint32Array;
  readonly #next: Int32Array;
  readonly #heads: Int32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#hashes = new Float64Array(capacity);
    this.#rests = new Int32Array(capacity);
    this.#people = new Uint32Array(capacity);
    this.#next = new Int32Array(capacity);
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(capacity, 2)))).fill(NONE);
  }

  get chains(): number {
    return this.#heads.length;
  }

  /** False: there is no room. */
  add(person: number, { hash, rest }: LikenessKey): boolean {
    if (this.#size === this.#hashes.length) return false;
    const [at, chain] = [this.#size, hash % this.#heads.length];
    this.#size += 1;
    this.#hashes[at] = hash;
    this.#rests[at] = rest;
    this.#people[at] = person;
    this.#next[at] = this.#heads[chain] ?? NONE;
    this.#heads[chain] = at;
    return true;
  }

  /** Pairs of people who share a key of this chain; one who shares it with too many is in none. How many were compared. */
  pairsOf(chain: number, tell: (one: number, other: number) => void): number {
    const first = this.#heads[chain] ?? NONE;
    if (first === NONE || this.#next[first] === NONE) return 0;
    const groups = new Map<number, number[]>();
    for (let at = first; at !== NONE; at = this.#next[at] ?? NONE) {
      const hash = this.#hashes[at] ?? 0;
      const group = groups.get(hash);
      if (group === undefined) groups.set(hash, [at]);
      else group.push(at);
    }
    let compared = 0;
    for (const group of groups.values()) if (group.length > 1) compared += this.#pairsIn(group, tell);
    return compared;
  }

  #pairsIn(group: readonly number[], tell: (one: number, other: number) => void): number {
    const isHalf = this.#rests[group[0] ?? 0] !== -1;
    if (group.length > (isHalf ? LIKENESS_LIMITS.sharingHalf : LIKENESS_LIMITS.sharing)) return 0;
    for (const [index, one] of group.entries())
      for (const other of group.slice(index + 1)) {
        const [a, b] = [this.#people[one] ?? 0, this.#people[other] ?? 0];
        if (a === b || (isHalf && !differInOneDigit(this.#rests[one] ?? 0, this.#rests[other] ?? 0))) continue;
        tell(Math.min(a, b), Math.max(a, b));
      }
    return (group.length * (group.length - 1)) / 2;
  }
}
