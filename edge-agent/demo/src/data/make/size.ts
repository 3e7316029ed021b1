/**
 * Package sizes as the source writes them ("12 PK/12 OZ", "L     8 OZ", "14 1/2 OZ"), read once and said twice:
 * the English text keeps the package's own units, the Chinese text is metric because that is what a shelf there shows.
 */
export type SizeKind = 'mass' | 'volume';
export interface SizeText {
  readonly zh: string;
  readonly en: string;
}
export interface Amount {
  readonly value: number;
  readonly unit: Unit;
}
export interface ParsedSize {
  /** Packs of `amount` each; 1 when the size names one package. */
  readonly packs: number;
  readonly amount: Amount;
  /** Pieces inside the whole, when the source says both ("16 CT/22 OZ"). */
  readonly pieces: number | undefined;
}

const UNITS = {
  OZ: 'oz',
  OZS: 'oz',
  O: 'oz',
  LB: 'lb',
  CT: 'ct',
  GA: 'gal',
  GAL: 'gal',
  PT: 'pt',
  QT: 'qt',
  L: 'L',
  ML: 'mL',
  DZ: 'dozen',
  DOZ: 'dozen',
  PK: 'pack',
  PC: 'pc',
  'SQ FT': 'sq ft',
  FT: 'ft',
  LOAD: 'loads',
  LD: 'loads',
  STEM: 'stems',
} as const;
export type Unit = (typeof UNITS)[keyof typeof UNITS];

const GRAMS_PER: Partial<Record<Unit, number>> = { oz: 28.349523, lb: 453.59237 };
const MILLILITRES_PER: Partial<Record<Unit, number>> = {
  gal: 3785.411784,
  qt: 946.352946,
  pt: 473.176473,
  L: 1000,
  mL: 1,
};
const MILLILITRES_PER_FLUID_OUNCE = 29.57353;
const METRES_PER_FOOT = 0.3048;
const SQUARE_METRES_PER_SQUARE_FOOT = 0.092903;

const AMOUNT =
  /^(?:(\d+) )?(?:(\d+)\/(\d+)|(\d*\.?\d+))?\s*(OZS|OZ|O|LB|CT|GAL|GA|PT|QT|ML|L|DOZ|DZ|PK|PC|SQ FT|FT|LOAD|LD|STEM)$/;

/** One number and unit ("8 1/2 OZ", "1/2 GAL", ".5 L", "PT" alone means one), or undefined when it is not that. */
export function parseAmount(text: string): Amount | undefined {
  const match = AMOUNT.exec(text.trim());
  if (match === null) return undefined;
  const [, whole, top, bottom, decimal, unitText] = match;
  const fraction = top === undefined ? Number(decimal ?? 0) : Number(top) / Number(bottom);
  const bare = whole === undefined && top === undefined && decimal === undefined;
  const value = bare ? 1 : Number(whole ?? 0) + fraction;
  const unit = UNITS[unitText as keyof typeof UNITS];
  return Number.isFinite(value) && value > 0 ? { value, unit } : undefined;
}

/** Reads a source size; undefined for a blank or a form nobody could say on a shelf. */
export function parseSize(raw: string): ParsedSize | undefined {
  const text = raw
    .toUpperCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:[LN]|\(\d+\)) (?=[\d.])/, '')
    .replace(/ (?:CAN|BAG)$/, '');
  const multi = /^(\d+)\/(\d*\.?\d+ ?[A-Z]+)$/.exec(text);
  if (multi !== null && Number(multi[1]) > 1) {
    const amount = parseAmount(multi[2] ?? '');
    return amount === undefined ? undefined : { packs: Number(multi[1]), amount, pieces: undefined };
  }
  const single = parseAmount(text);
  if (single !== undefined) return { packs: 1, amount: single, pieces: undefined };
  const halves = text.split('/').map(parseAmount);
  const count = halves.find((half) => half?.unit === 'pack' || half?.unit === 'ct');
  const amount = halves.find((half) => half !== count);
  if (halves.length !== 2 || count === undefined || amount === undefined) return undefined;
  return count.unit === 'pack'
    ? { packs: count.value, amount, pieces: undefined }
    : { packs: 1, amount, pieces: count.value };
}

const trim = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** Small and large metric name of one quantity: 340 克, 1.36 千克. */
function metric(value: number, small: string, large: string): string {
  if (value >= 1000) return `${trim(value / 1000, 2)}${large}`;
  return `${trim(value, value < 10 ? 1 : 0)}${small}`;
}

function amountZh({ value, unit }: Amount, kind: SizeKind): string {
  const millilitres = MILLILITRES_PER[unit] ?? (unit === 'oz' && kind === 'volume' ? MILLILITRES_PER_FLUID_OUNCE : 0);
  if (millilitres > 0) return metric(value * millilitres, '毫升', '升');
  const grams = GRAMS_PER[unit];
  if (grams !== undefined) return metric(value * grams, '克', '千克');
  if (unit === 'dozen') return `${value * 12}枚`;
  if (unit === 'pc') return `${value}片装`;
  if (unit === 'sq ft') return `${trim(value * SQUARE_METRES_PER_SQUARE_FOOT, 1)}平方米`;
  if (unit === 'ft') return `${trim(value * METRES_PER_FOOT, 1)}米`;
  if (unit === 'loads') return `可洗${value}次`;
  if (unit === 'stems') return `${value}支`;
  return `${value}件装`;
}

const amountEn = ({ value, unit }: Amount): string =>
  unit === 'pack' ? `${value}-pack` : unit === 'dozen' ? `${value} dozen` : `${trim(value, 3)} ${unit}`;

/** Both texts of a size; empty texts when there is nothing worth printing (blank, unreadable, or a single piece). */
export function sizeText(raw: string, kind: SizeKind): SizeText {
  const size = parseSize(raw);
  if (size === undefined) return { zh: '', en: '' };
  const { packs, amount, pieces } = size;
  if (packs === 1 && amount.value === 1 && (amount.unit === 'ct' || amount.unit === 'pack')) return { zh: '', en: '' };
  const times = packs > 1 ? `${packs} × ` : '';
  return {
    zh: `${times}${amountZh(amount, kind)}${pieces === undefined ? '' : ` ${pieces}件装`}`,
    en: `${times}${amountEn(amount)}${pieces === undefined ? '' : `, ${pieces} ct`}`,
  };
}
