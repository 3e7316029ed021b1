import type { KioskBrowser } from './browser.ts';
import type { Hand } from './hand.ts';
import { wordsIn } from './kept-words.ts';
import { everythingKept, type Sight } from './sight.ts';
import { isAtRest } from './visit.ts';

/** What a kiosk must never do. */
export interface Finding {
  readonly code:
    | 'NOT_AT_REST'
    | 'LEFT_BEHIND'
    | 'BLANK_SCREEN'
    | 'RAW_ERROR'
    | 'PAGE_ERROR'
    | 'OTHER_LANGUAGE'
    | 'LEFT_ON_DISK'
    | 'HUNG'
    | 'NOT_BACK';
  readonly message: string;
}

const REST_MS = 6_000;
const BLANK_MS = 2_000;
const LEAST_WORDS_CHARS = 8;
/** A program's own words, a value that is none, or the name of a text in place of the text. */
const RAW = /TypeError|ReferenceError|SyntaxError|\bundefined\b|\bNaN\b|\[object |\bat \S+ \(|^[a-z]\w*(\.[a-z]\w*)+$/m;

/** Looks at a screen in the middle of a visit: something stands there, and it is for people. */
export async function watchScreen(hand: Hand): Promise<Finding[]> {
  const sight = await hand.see(BLANK_MS, (seen) => (seen.words.trim().length >= LEAST_WORDS_CHARS ? seen : undefined));
  if (sight === undefined) return [{ code: 'BLANK_SCREEN', message: 'nothing stands on the screen' }];
  return rawWords(sight);
}

const rawWords = ({ words, screen }: Sight): Finding[] => {
  const raw = RAW.exec(words)?.[0];
  return raw === undefined ? [] : [{ code: 'RAW_ERROR', message: `"${raw}" on ${screen}` }];
};

/** After a shopper left: the kiosk is at rest, in its own language, and holds none of these words anywhere. */
export async function watchRest(hand: Hand, words: readonly string[]): Promise<Finding[]> {
  const sight = (await hand.see(REST_MS, (seen) => (isAtRest(seen) ? seen : undefined))) ?? (await hand.look());
  if (!isAtRest(sight)) {
    const { screen, isCovered, locale, words: shown } = sight;
    if (screen === 'attract' && !isCovered) return [{ code: 'OTHER_LANGUAGE', message: `at rest in ${locale}` }];
    const over = isCovered ? ' with something over it' : '';
    return [{ code: 'NOT_AT_REST', message: `the kiosk stays at "${screen}"${over}: ${shown.slice(0, 80)}` }];
  }
  const findings = [...(await watchScreen(hand))];
  const kept = await hand.kiosk.page.evaluate(everythingKept);
  for (const word of wordsIn(kept, words)) findings.push({ code: 'LEFT_BEHIND', message: whereabouts(kept, word) });
  return findings;
}

/** What the page itself complained about since the last look. */
export const takeComplaints = (kiosk: KioskBrowser): Finding[] =>
  kiosk.complaints.splice(0).map((message) => ({ code: 'PAGE_ERROR', message: message.slice(0, 300) }));

/** Says where without saying the word again in whole. */
function whereabouts(kept: string, word: string): string {
  const at = kept.indexOf(word);
  const around = at < 0 ? '(with spaces)' : kept.slice(Math.max(0, at - 60), at).replaceAll(/\s+/g, ' ');
  return `${word.slice(0, 4)}… after: ${around}`;
}
