import type { BasketItem } from '@tillside/features';

/** What the catalogue says about an item; texts in any language, '' or absent where unknown. */
export interface ItemContent extends BasketItem {
  /** A finer group than the category. */
  readonly type?: string | undefined;
  readonly brand?: string | undefined;
  readonly size?: string | undefined;
  readonly name?: string | undefined;
}

/** How much a token of each field counts; a rare token counts more besides. */
const FIELD_WEIGHTS = { category: 2, type: 1, brand: 1, size: 0.5, name: 1 } as const;
type Field = keyof typeof FIELD_WEIGHTS;
const FIELDS = Object.keys(FIELD_WEIGHTS) as Field[];
/** Tokens of one item's field. */
const TOKENS_MAX = 32;

/** Weight of each token. The department is part of it, so that departments never meet. */
export function tokensOf(item: ItemContent): Map<string, number> {
  const own = new Map<string, number>();
  for (const field of FIELDS) {
    for (const word of wordsOf(field, item[field] ?? '').slice(0, TOKENS_MAX)) {
      own.set(`${item.department}\n${field}\n${word}`, FIELD_WEIGHTS[field]);
    }
  }
  return own;
}

const RUNS = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;
const HAN = /^\p{Script=Han}/u;

/** Of names and types each run of letters and digits, and of Chinese, which has no spaces, pairs of neighbouring characters; of other fields the whole text. */
function wordsOf(field: Field, text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase();
  if (field !== 'name' && field !== 'type') {
    const whole = plain.replaceAll(/\s/gu, '');
    return whole === '' ? [] : [whole];
  }
  return (plain.match(RUNS) ?? []).flatMap((run) => {
    const characters = [...run];
    if (!HAN.test(run) || characters.length < 2) return [run];
    return characters.slice(1).map((character, place) => `${characters[place]}${character}`);
  });
}
