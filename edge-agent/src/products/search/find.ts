import { nearestWord, rankOf, soundsLike } from './match.ts';
import { type ItemText, type ItemWords, plain, Readings, syllablesOf, wordsOf } from './words.ts';

export interface ProductQuestion {
  readonly q: string;
  readonly pictogram: string | undefined;
  readonly from: number;
  readonly limit: number;
}

export interface ProductAnswer {
  readonly match: 'exact' | 'near' | 'none';
  readonly skus: readonly string[];
  readonly total: number;
}

/** Words of a search that count; nobody types more. */
const MAX_WORDS = 8;
const MIN_VOCABULARY_CHARS = 3;
const HAN = /\p{Script=Han}/u;

/** Every product of a store that a shopper may look for, by its words. Order is the item master's. */
export class ProductWords {
  #readings = new Readings();
  #items: ItemWords[] = [];
  #vocabulary: ReadonlySet<string> = new Set();
  #next: ItemWords[] = [];

  /** Adds to the list that takes the place of the one in use at `finish`. */
  add(texts: readonly ItemText[]): void {
    for (const text of texts) this.#next.push(wordsOf(this.#readings, text));
  }

  finish(): void {
    this.#items = this.#next;
    this.#next = [];
    this.#readings.keep(new Set(this.#items.map(({ zh }) => zh)));
    const words = this.#items.flatMap(({ en }) => en.match(/[a-z]+/g) ?? []);
    this.#vocabulary = new Set(words.filter((word) => word.length >= MIN_VOCABULARY_CHARS));
  }

  /** What was added for a list that is begun anew. */
  abandon(): void {
    this.#next = [];
  }

  groups(): { pictogram: string; products: number }[] {
    const counts = new Map<string, number>();
    for (const { pictogram } of this.#items) counts.set(pictogram, (counts.get(pictogram) ?? 0) + 1);
    return [...counts].map(([pictogram, products]) => ({ pictogram, products }));
  }

  /** What is called so; else what sounds like it or is spelled nearly so. */
  find({ q, pictogram, from, limit }: ProductQuestion): ProductAnswer {
    const items = pictogram === undefined ? this.#items : this.#items.filter((item) => item.pictogram === pictogram);
    const words = plain(q).split(' ').filter(Boolean).slice(0, MAX_WORDS);
    const exact = words.length === 0 ? items : ranked(items, words);
    const found = exact.length > 0 ? exact : this.#near(items, words);
    const match = found.length === 0 ? 'none' : exact.length > 0 ? 'exact' : 'near';
    return { match, total: found.length, skus: found.slice(from, from + limit).map(({ sku }) => sku) };
  }

  #near(items: readonly ItemWords[], words: readonly string[]): ItemWords[] {
    const heard = words.filter((word) => HAN.test(word)).map(syllablesOf);
    if (heard.length > 0) {
      const alike = items.filter(({ syllables }) => heard.every((sound) => soundsLike(sound, syllables)));
      return alike.length > 0 ? alike : sharing(items, words.join(''));
    }
    const nearest = words.map((word) =>
      items.some((item) => rankOf(word, item) !== undefined) ? word : nearestWord(word, this.#vocabulary),
    );
    return nearest.every((word) => word !== undefined) ? ranked(items, nearest) : [];
  }
}

/** Those that have every word, the nearest first; of those as near, the shorter name. */
function ranked(items: readonly ItemWords[], words: readonly string[]): ItemWords[] {
  const found: { item: ItemWords; rank: number; at: number }[] = [];
  for (const [at, item] of items.entries()) {
    let rank = 0;
    for (const word of words) {
      const one = rankOf(word, item);
      rank = one === undefined ? Number.NaN : rank + one;
      if (Number.isNaN(rank)) break;
    }
    if (!Number.isNaN(rank)) found.push({ item, rank, at });
  }
  return found
    .sort((a, b) => a.rank - b.rank || a.item.zh.length - b.item.zh.length || a.at - b.at)
    .map(({ item }) => item);
}

/** Names that have two characters of a search side by side, those with the most first. */
function sharing(items: readonly ItemWords[], text: string): ItemWords[] {
  const chars = [...text];
  const pairs = chars.slice(1).map((char, at) => `${chars[at]}${char}`);
  return items
    .map((item, at) => ({ item, at, shared: pairs.filter((pair) => item.zh.includes(pair)).length }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared || a.at - b.at)
    .map(({ item }) => item);
}
