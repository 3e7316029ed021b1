import { pinyin } from 'pinyin-pro';

/** What a search looks at of an item. */
export interface ItemWords {
  readonly sku: string;
  readonly pictogram: string;
  readonly zh: string;
  readonly en: string;
  readonly sizes: string;
  /** Of the Chinese name, without tones: `['xian', 'niu', 'nai']`. */
  readonly syllables: readonly string[];
}

export interface ItemText {
  readonly sku: string;
  readonly pictogram: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly sizeZh: string;
  readonly sizeEn: string;
}

/** Full-width and compatibility forms become plain ones, case and odd spaces go. */
export const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/** Names of a store repeat: a range of ten thousand items has a few thousand of them, and reading one takes a tenth of a millisecond. */
export class Readings {
  #known = new Map<string, readonly string[]>();

  of(name: string): readonly string[] {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const read = syllablesOf(name);
    this.#known.set(name, read);
    return read;
  }

  /** Forgets names that no item has any more. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
  }
}

/** Read as words, so that 长城 is `chang cheng` and 重庆 `chong qing`; `ü` is typed as v. */
export const syllablesOf = (name: string): string[] =>
  pinyin(name, { toneType: 'none', type: 'array', nonZh: 'removed', v: true });

export function wordsOf(readings: Readings, { sku, pictogram, nameZh, nameEn, sizeZh, sizeEn }: ItemText): ItemWords {
  const zh = plain(nameZh);
  return {
    sku,
    pictogram,
    zh,
    en: plain(nameEn),
    sizes: plain(`${sizeZh} ${sizeEn}`),
    syllables: readings.of(zh),
  };
}
