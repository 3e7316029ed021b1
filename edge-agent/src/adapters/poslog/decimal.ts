import { DECIDE_LIMITS } from '@tillside/decide';

/** An exact decimal: `digits / 10 ** scale`. XML Schema part 2, `decimal`: no exponent, point as separator. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

const SHAPE = /^([+-]?)(\d{0,15})(?:\.(\d{0,12}))?$/;
const FEN_DIGITS = 2;

export function decimalOf(text: string): Decimal | undefined {
  const found = SHAPE.exec(text.trim());
  if (found === null) return undefined;
  const [, sign, whole = '', part = ''] = found;
  if (whole + part === '') return undefined;
  const digits = BigInt(whole + part);
  return { digits: sign === '-' ? -digits : digits, scale: part.length };
}

const ten = (power: number): bigint => 10n ** BigInt(power);

/** Half away from zero, as tills round. */
function divideRounded(value: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return value < 0n ? -((-value + half) / divisor) : (value + half) / divisor;
}

/** Yuan in fen; undefined where it has parts of a fen, or more than a till can take. */
export function exactFen({ digits, scale }: Decimal): number | undefined {
  const divisor = ten(Math.max(0, scale - FEN_DIGITS));
  if (digits % divisor !== 0n) return undefined;
  return safe((digits / divisor) * ten(Math.max(0, FEN_DIGITS - scale)));
}

/** `price * quantity` in fen, rounded once. */
export function productFen(price: Decimal, quantity: Decimal): number | undefined {
  const scale = price.scale + quantity.scale;
  const product = price.digits * quantity.digits * ten(FEN_DIGITS);
  return safe(divideRounded(product, ten(scale)));
}

/** Whole grams of kilograms times `gramsPerUnit`, rounded once. */
export function gramsOf(weight: Decimal, gramsPerUnit: Decimal): number | undefined {
  return safe(divideRounded(weight.digits * gramsPerUnit.digits, ten(weight.scale + gramsPerUnit.scale)));
}

export const isWhole = ({ digits, scale }: Decimal): boolean => digits % ten(scale) === 0n;

export const wholeOf = ({ digits, scale }: Decimal): number | undefined => safe(digits / ten(scale));

export const times = (a: Decimal, b: Decimal): Decimal => ({ digits: a.digits * b.digits, scale: a.scale + b.scale });

/** Amounts beyond what a basket takes are a mistake of the file. */
const MAX = BigInt(DECIDE_LIMITS.maxFen);

function safe(value: bigint): number | undefined {
  return value > MAX || value < -MAX ? undefined : Number(value);
}
