import type { SKRSContext2D } from '@napi-rs/canvas';
import { FONT_STACK } from './fonts.ts';

export type Weight = 700 | 800;

export function setFont(ctx: SKRSContext2D, sizePx: number, weight: Weight = 700): void {
  ctx.font = `${weight} ${sizePx}px ${FONT_STACK}`;
}

/** Whole characters, so that no surrogate pair or accent is cut in two. */
function graphemes(text: string): string[] {
  return [...new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(text)].map((part) => part.segment);
}

/** The longest start of the text that fits, with an ellipsis when something was left out; empty when not even that fits. */
export function ellipsise(text: string, widthPx: number, measure: (text: string) => number): string {
  if (measure(text) <= widthPx) return text;
  const parts = graphemes(text);
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(`${parts.slice(0, middle).join('').trimEnd()}…`) <= widthPx) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${parts.slice(0, low).join('').trimEnd()}…`;
}

/** At most `maxLines` lines; Chinese breaks anywhere, a Latin word only when it is alone too long. The last line is ellipsised. */
export function wrap(text: string, widthPx: number, maxLines: number, measure: (text: string) => number): string[] {
  const words = text.trim().match(/[^\s\p{Script=Han}]+\s*|\p{Script=Han}|\s+/gu) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const [index, word] of words.entries()) {
    if (line === '' || measure((line + word).trimEnd()) <= widthPx) {
      line += word;
      continue;
    }
    if (lines.length === maxLines - 1) {
      line += words.slice(index).join('');
      break;
    }
    lines.push(ellipsise(line.trim(), widthPx, measure));
    line = word;
  }
  lines.push(ellipsise(line.trim(), widthPx, measure));
  return lines.filter((each) => each !== '');
}
