/** The shelves of a shop as a shopper knows them; a product without a known one stands on `other`. */
export const CATEGORIES = [
  'produce',
  'meat',
  'seafood',
  'dairy',
  'bakery',
  'deli',
  'frozen',
  'drinks',
  'snacks',
  'pantry',
  'household',
  'personal-care',
  'baby',
  'pet',
  'flowers',
  'health',
  'kitchen',
  'other',
] as const;
export type Category = (typeof CATEGORIES)[number];

export const TINTS = ['leaf', 'rose', 'sea', 'wheat', 'berry', 'sand', 'mint', 'ice'] as const;
export type Tint = (typeof TINTS)[number];

const TINT_OF: Readonly<Record<Category, Tint>> = {
  produce: 'leaf',
  meat: 'rose',
  seafood: 'sea',
  dairy: 'ice',
  bakery: 'wheat',
  deli: 'rose',
  frozen: 'sea',
  drinks: 'berry',
  snacks: 'wheat',
  pantry: 'sand',
  household: 'mint',
  'personal-care': 'berry',
  baby: 'ice',
  pet: 'sand',
  flowers: 'berry',
  health: 'mint',
  kitchen: 'sand',
  other: 'sand',
};

export function categoryOf(key: string | null | undefined): Category {
  return CATEGORIES.find((category) => category === key) ?? 'other';
}

export function tintOf(category: Category): Tint {
  return TINT_OF[category];
}
