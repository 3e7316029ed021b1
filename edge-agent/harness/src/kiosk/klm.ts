/**
 * The keystroke-level model: how long a practised person needs for a task that they do without a slip. Card, Moran and Newell,
 * "The keystroke-level model for user performance time with interactive systems", Communications of the ACM 23(7), 1980.
 */

/** Seconds of each operator. */
export const OPERATORS = {
  /** One key: an average typist who is no secretary (40 words a minute; table of K). */
  key: 0.28,
  /** The finger to a target on the screen (P). */
  point: 1.1,
  /** Down and up on it (twice 0.1; Kieras, "Using the keystroke-level model to estimate execution times", 2001). */
  press: 0.2,
  /** Getting ready in mind for one step (M). */
  think: 1.35,
} as const;

/** Reading speeds that a store is measured by. */
export const READING = { charsAMinute: 400, wordsAMinute: 250 } as const;
/** From asking for a message until it is on the phone. */
export const CODE_ARRIVAL_S = 5;

/** What somebody did for a task. */
export interface Deeds {
  /** Numbers and the like that were typed, by their keys. */
  readonly typed: readonly number[];
  /** Touches of anything but a key. */
  readonly touches: number;
  readonly readChars: number;
  readonly readWords: number;
}

export interface Estimate {
  readonly seconds: number;
  readonly keySeconds: number;
  readonly pointSeconds: number;
  readonly thinkSeconds: number;
  readonly readSeconds: number;
}

/** A thought stands before each touch and before each number, none between a number's digits; a number begins with the way to its first key. */
export function estimate({ typed, touches, readChars, readWords }: Deeds): Estimate {
  const keys = typed.reduce((sum, count) => sum + count, 0);
  const keySeconds = keys * OPERATORS.key;
  const pointSeconds = typed.length * OPERATORS.point + touches * (OPERATORS.point + OPERATORS.press);
  const thinkSeconds = (typed.length + touches) * OPERATORS.think;
  const readSeconds = (60 * readChars) / READING.charsAMinute + (60 * readWords) / READING.wordsAMinute;
  return {
    seconds: keySeconds + pointSeconds + thinkSeconds + readSeconds,
    keySeconds,
    pointSeconds,
    thinkSeconds,
    readSeconds,
  };
}

const HAN = /\p{Script=Han}/gu;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu;

/** Chinese is counted by characters, everything else by words; punctuation is not. */
export function countReading(texts: Iterable<string>): { readChars: number; readWords: number } {
  let [readChars, readWords] = [0, 0];
  for (const text of texts) {
    readChars += text.match(HAN)?.length ?? 0;
    readWords += text.replaceAll(HAN, ' ').match(WORD)?.length ?? 0;
  }
  return { readChars, readWords };
}
