import type { Text } from '@tillside/hub-contract';
import type { Point } from './features.ts';

/** So far from the mean, in spreads, a group is worth a word. */
const WORTH_A_WORD = 0.5;

const WORDS: readonly { readonly low: Text; readonly high: Text }[] = [
  { low: { zh: '最近来过', en: 'came lately' }, high: { zh: '很久没来', en: 'has not come for long' } },
  { low: { zh: '来得少', en: 'bought seldom' }, high: { zh: '来得勤', en: 'buys often' } },
  { low: { zh: '每单买得少', en: 'small baskets' }, high: { zh: '每单买得多', en: 'large baskets' } },
];
const MIDDLE: Text = { zh: '各方面都居中', en: 'in the middle in all things' };

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** What sets a group apart, from its standardised centre. */
export function wordsOf(centre: Point): Text {
  const said = WORDS.flatMap(({ low, high }, axis) => {
    const at = centre[axis as 0 | 1 | 2];
    return at <= -WORTH_A_WORD ? [low] : at >= WORTH_A_WORD ? [high] : [];
  });
  const all = said.length === 0 ? [MIDDLE] : said;
  return { zh: all.map(({ zh }) => zh).join('，'), en: capital(all.map(({ en }) => en).join(', ')) };
}
