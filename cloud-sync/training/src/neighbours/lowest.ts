/** Keeps the `limit` entries with the lowest keys of all that are offered; of equal keys the lower id. A heap with the worst on top. */
export class Lowest {
  readonly #limit: number;
  readonly #key: Float64Array;
  readonly #id: Int32Array;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#key = new Float64Array(limit);
    this.#id = new Int32Array(limit);
  }

  clear(): void {
    this.#size = 0;
  }

  /** Whether an entry would be kept. */
  takes(key: number, id: number): boolean {
    if (this.#size < this.#limit) return true;
    const worst = this.#key[0] as number;
    return this.#limit > 0 && (key < worst || (key === worst && id < (this.#id[0] as number)));
  }

  offer(key: number, id: number): void {
    if (!this.takes(key, id)) return;
    if (this.#size < this.#limit) {
      this.#size += 1;
      this.#rise(this.#size - 1, key, id);
    } else {
      this.#sink(this.#size, key, id);
    }
  }

  /** Ids, lowest key first. The heap is empty afterwards. */
  take(): Int32Array {
    const ids = new Int32Array(this.#size);
    for (let last = this.#size - 1; last >= 0; last -= 1) {
      ids[last] = this.#id[0] as number;
      this.#sink(last, this.#key[last] as number, this.#id[last] as number);
    }
    this.#size = 0;
    return ids;
  }

  #worse(place: number, key: number, id: number): boolean {
    const other = this.#key[place] as number;
    return other > key || (other === key && (this.#id[place] as number) > id);
  }

  #rise(from: number, key: number, id: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#worse(parent, key, id)) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#set(place, key, id);
  }

  /** Puts an entry in the place of the top among the first `size`. */
  #sink(size: number, key: number, id: number): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.#worse(right, this.#key[child] as number, this.#id[child] as number)) child = right;
      if (!this.#worse(child, key, id)) break;
      this.#move(child, place);
      place = child;
    }
    this.#set(place, key, id);
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#key[from] as number, this.#id[from] as number);
  }

  #set(place: number, key: number, id: number): void {
    this.#key[place] = key;
    this.#id[place] = id;
  }
}
