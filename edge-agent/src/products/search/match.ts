import { distance } from 'fastest-levenshtein';
import type { ItemWords } from './words.ts';

/** Lower is nearer; what stands at the beginning is what the shopper means. */
const RANK = {
  same: 0,
  begins: 1,
  beginsPinyin: 2,
  word: 3,
  sku: 4,
  holds: 6,
  holdsPinyin: 7,
  holdsInWord: 9,
  size: 12,
} as const;
const MIN_SKU_CHARS = 3;
/** One wrong key in each so many. */
const CHARS_A_TYPO = 4;
const MIN_TYPO_CHARS = 3;
/** Pairs of sounds that many speakers and keyboards do not tell apart. */
const FOLDS = [
  [/^zh/, 'z'],
  [/^ch/, 'c'],
  [/^sh/, 's'],
  [/^n/, 'l'],
  [/^h/, 'f'],
  [/ng$/, 'n'],
] as const;

/** How near one word of a search is to an item; undefined: not at all. `word` is plain text. */
export function rankOf(word: string, { zh, en, sku, sizes, syllables }: ItemWords): number | undefined {
  if (zh === word || en === word) return RANK.same;
  if (zh.startsWith(word) || en.startsWith(word)) return RANK.begins;
  const sound = /^[a-z]+$/.test(word) ? soundsAt(word, syllables) : undefined;
  if (sound === 0) return RANK.beginsPinyin;
  const place = en.indexOf(word);
  if (place > 0 && !/[a-z]/.test(en[place - 1] ?? '')) return RANK.word;
  if (word.length >= MIN_SKU_CHARS && sku.toLowerCase().startsWith(word)) return RANK.sku;
  if (zh.includes(word)) return RANK.holds;
  if (sound !== undefined) return RANK.holdsPinyin;
  if (place > 0 && word.length >= MIN_SKU_CHARS) return RANK.holdsInWord;
  return sizes.includes(word) ? RANK.size : undefined;
}

/**
 * Where typed letters begin to fit the syllables of a name, in full (`niunai`), by initials (`nn`, with `zh`, `ch`, `sh` as one or two letters), or in any mixture (`xniun`); the last syllable may
 * be begun. Undefined: nowhere.
 */
export function soundsAt(letters: string, syllables: readonly string[]): number | undefined {
  const first = letters[0];
  if (first === undefined) return undefined;
  for (let start = 0; start < syllables.length; start += 1)
    if (syllables[start]?.[0] === first && fitsFrom(letters, syllables, start)) return start;
  return undefined;
}

/** Offsets that the syllables so far can have used up: a set, so that no name can make it explode. */
function fitsFrom(letters: string, syllables: readonly string[], start: number): boolean {
  let used = new Set([0]);
  for (let at = start; at < syllables.length && used.size > 0; at += 1) {
    const syllable = syllables[at] ?? '';
    const next = new Set<number>();
    for (const offset of used) {
      const rest = letters.slice(offset);
      if (syllable.startsWith(rest)) return true;
      if (rest.startsWith(syllable)) next.add(offset + syllable.length);
      if (rest[0] === syllable[0]) next.add(offset + 1);
      if (/^[zcs]h/.test(syllable) && rest.startsWith(syllable.slice(0, 2))) next.add(offset + 2);
    }
    if (next.has(letters.length)) return true;
    used = next;
  }
  return false;
}

/** Chinese has some thirteen hundred syllables, without tones four hundred: each is folded once. */
const foldedOnes = new Map<string, string>();
const MAX_FOLDED = 5_000;

/** A syllable as somebody hears it who does not tell its pairs of sounds apart. */
function folded(syllable: string): string {
  const known = foldedOnes.get(syllable);
  if (known !== undefined) return known;
  const text = FOLDS.reduce((heard, [sound, like]) => heard.replace(sound, like), syllable);
  if (foldedOnes.size < MAX_FOLDED) foldedOnes.set(syllable, text);
  return text;
}

/** The whole sound of one name stands in another's, heard loosely. */
export function soundsLike(heard: readonly string[], syllables: readonly string[]): boolean {
  if (heard.length === 0) return false;
  const wanted = heard.map(folded);
  for (let start = 0; start + wanted.length <= syllables.length; start += 1)
    if (wanted.every((sound, at) => sound === folded(syllables[start + at] ?? ''))) return true;
  return false;
}

/** The word of a vocabulary that differs least, within a typing mistake or two; undefined: none is near. */
export function nearestWord(word: string, vocabulary: Iterable<string>): string | undefined {
  if (word.length < MIN_TYPO_CHARS) return undefined;
  const most = Math.max(1, Math.floor(word.length / CHARS_A_TYPO));
  let nearest: { word: string; off: number } | undefined;
  for (const other of vocabulary) {
    if (Math.abs(other.length - word.length) > most) continue;
    const off = distance(word, other);
    if (off <= most && off < (nearest?.off ?? Number.POSITIVE_INFINITY)) nearest = { word: other, off };
  }
  return nearest?.word;
}
