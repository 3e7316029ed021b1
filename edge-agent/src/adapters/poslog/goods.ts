import { AgentError } from '../../errors.ts';
import { type Decimal, decimalOf, exactFen, gramsOf, isWhole, productFen, times, wholeOf } from './decimal.ts';
import type { GoodsLine, Link } from './transaction.ts';

/** Goods of one line with their amounts, none of them negative. */
export interface Goods {
  readonly number: string | undefined;
  /** 1 out of the shop, -1 back. */
  readonly way: 1 | -1;
  readonly codes: readonly string[];
  readonly name: string | undefined;
  readonly pieces: number;
  readonly grams: number | undefined;
  /** What the till calls the extended amount: after its price cuts by the standard, before them by the habit of some. */
  readonly extendedFen: number;
  readonly discountFen: number;
  /** Regular price times quantity, where it tells one. */
  readonly regularFen: number | undefined;
  readonly taxFen: number;
  readonly link: Link | undefined;
}

/** A line as read, before voids are taken off. */
export interface ReadGoods extends Goods {
  readonly isVoid: boolean;
  readonly isNegative: boolean;
  readonly takesBack: string | undefined;
}

const GRAMS: Readonly<Record<string, string>> = {
  KGM: '1000',
  KG: '1000',
  GRM: '1',
  G: '1',
  HGM: '100',
  LBR: '453.59237',
  LB: '453.59237',
  LBS: '453.59237',
  ONZ: '28.349523125',
  OZ: '28.349523125',
  千克: '1000',
  公斤: '1000',
  克: '1',
  斤: '500',
};
/** Units of weight that a file may name: UN/ECE Recommendation 20, and what tills write instead. */
export const WEIGHT_UNITS = Object.keys(GRAMS);
const MAX_PIECES = 9_999;
const MAX_GRAMS = 1_000_000;

const refuse = (field: string): never => {
  throw new AgentError('POSLOG_FIELD', { detail: `(${field})` });
};

/** An amount of money in fen, exactly; 0 where it is not told. Throws POSLOG_FIELD. */
export function fenOf(text: string | undefined, field: string): number {
  if (text === undefined) return 0;
  const decimal = decimalOf(text);
  return (decimal === undefined ? undefined : exactFen(decimal)) ?? refuse(field);
}

const decimalIn = (text: string | undefined, field: string): Decimal | undefined =>
  text === undefined ? undefined : (decimalOf(text) ?? refuse(field));

const absolute = ({ digits, scale }: Decimal): Decimal => ({ digits: digits < 0n ? -digits : digits, scale });
const ONE: Decimal = { digits: 1n, scale: 0 };
const gramsPer = (unit: string): Decimal | undefined => decimalOf(GRAMS[unit.toUpperCase()] ?? '');

/** `weightUnit`: of a broken quantity that names no unit. Throws POSLOG_FIELD. */
export function readGoods(line: GoodsLine, weightUnit: string): ReadGoods {
  const quantity = decimalIn(line.quantity, 'Quantity') ?? ONE;
  const count = absolute(quantity);
  const extendedFen = extendedOf(line, count);
  const isNegative = quantity.digits < 0n || extendedFen < 0;
  return {
    number: line.number,
    way: line.kind === 'return' || isNegative ? -1 : 1,
    codes: line.codes,
    name: line.name,
    ...amountOf(line, count, weightUnit),
    extendedFen: Math.abs(extendedFen),
    discountFen: discountOf(line, count),
    regularFen: regularOf(line, count),
    taxFen: Math.abs(line.taxes.reduce((sum, tax) => sum + fenOf(tax, 'Tax/Amount'), 0)),
    link: line.link,
    isVoid: line.isVoid,
    isNegative,
    takesBack: line.takesBack,
  };
}

function extendedOf(line: GoodsLine, count: Decimal): number {
  if (line.extended !== undefined) return fenOf(line.extended, 'ExtendedAmount');
  const price =
    decimalIn(line.actualPrice, 'ActualSalesUnitPrice') ?? decimalIn(line.regularPrice, 'RegularSalesUnitPrice');
  return (price === undefined ? undefined : productFen(price, count)) ?? refuse('ExtendedAmount');
}

/** What the till says that its price cuts took off the line. */
function discountOf(line: GoodsLine, count: Decimal): number {
  if (line.extendedDiscount !== undefined) return Math.abs(fenOf(line.extendedDiscount, 'ExtendedDiscountAmount'));
  const unit = decimalIn(line.unitDiscount, 'DiscountAmount');
  if (unit !== undefined) return productFen(absolute(unit), count) ?? refuse('DiscountAmount');
  return line.modifiers.reduce((sum, text) => {
    const cut = decimalIn(text, 'RetailPriceModifier/Amount') ?? ONE;
    return sum + Math.abs(productFen(cut, ONE) ?? 0);
  }, 0);
}

function regularOf(line: GoodsLine, count: Decimal): number | undefined {
  const price = decimalIn(line.regularPrice, 'RegularSalesUnitPrice');
  return price === undefined ? undefined : productFen(absolute(price), count);
}

/** Pieces, or one of so many grams. What is sold by another measure counts as one. */
function amountOf(line: GoodsLine, count: Decimal, weightUnit: string): Pick<Goods, 'pieces' | 'grams'> {
  const unit = line.unitOfMeasure?.trim() ?? '';
  const gramsPerUnit = gramsPer(unit) ?? (unit === '' && !isWhole(count) ? gramsPer(weightUnit) : undefined);
  if (gramsPerUnit !== undefined) {
    const grams = gramsOf(measureOf(line.units, count), gramsPerUnit);
    return { pieces: 1, grams: grams === undefined || grams < 1 || grams > MAX_GRAMS ? undefined : grams };
  }
  const pieces = isWhole(count) ? (wholeOf(count) ?? refuse('Quantity')) : 1;
  if (pieces > MAX_PIECES) refuse('Quantity');
  return { pieces: Math.max(1, pieces), grams: undefined };
}

/** `Units` is either the measure itself, repeated, or the measure of each of a whole quantity. */
function measureOf(units: string | undefined, count: Decimal): Decimal {
  const each = decimalOf(units ?? '');
  if (each === undefined || !isWhole(count) || isWhole(each)) return count;
  return times(absolute(each), count);
}

/**
 * Which goods stay once voids are taken off. Tills write them in two ways: the line itself is flagged, or a further line takes it back. `as-written`: a flagged line
 * takes another back where it names it or is negative; `reversing`: each does; `flagged`: none does. Undefined where that can't be.
 */
export type VoidHabit = 'as-written' | 'reversing' | 'flagged';
export const VOID_HABITS: readonly VoidHabit[] = ['as-written', 'reversing', 'flagged'];

export function withoutVoids(lines: readonly ReadGoods[], habit: VoidHabit): Goods[] | undefined {
  const kept: (Goods | undefined)[] = lines.map((line) => (line.isVoid ? undefined : line));
  for (const [index, line] of lines.entries()) {
    const takesBack = habit === 'reversing' || line.takesBack !== undefined || line.isNegative;
    if (!line.isVoid || habit === 'flagged' || !takesBack) continue;
    const target = targetOf(line, index, lines, kept);
    if (target === undefined) {
      // Where both lines are flagged, the named one is out already.
      if (line.takesBack === undefined) return undefined;
      continue;
    }
    const rest = less(kept[target] ?? line, line);
    if (rest === undefined) return undefined;
    kept[target] = rest === 'nothing' ? undefined : rest;
  }
  return kept.filter((line) => line !== undefined);
}

function targetOf(
  line: ReadGoods,
  index: number,
  lines: readonly ReadGoods[],
  kept: readonly (Goods | undefined)[],
): number | undefined {
  if (line.takesBack !== undefined) {
    const named = lines.findIndex(
      (other, at) => at !== index && other.number === line.takesBack && kept[at] !== undefined,
    );
    return named < 0 ? undefined : named;
  }
  for (let at = index - 1; at >= 0; at -= 1) {
    const other = kept[at];
    if (other !== undefined && other.codes[0] === line.codes[0] && other.extendedFen >= line.extendedFen) return at;
  }
  return undefined;
}

function less(line: Goods, part: Goods): Goods | 'nothing' | undefined {
  if (part.extendedFen > line.extendedFen) return undefined;
  const isAll = part.extendedFen === line.extendedFen && part.pieces >= line.pieces;
  if (isAll) return 'nothing';
  const taken = (of: number, by: number): number => Math.max(0, of - by);
  return {
    ...line,
    pieces: Math.max(1, line.pieces - part.pieces),
    grams: line.grams === undefined ? undefined : Math.max(1, line.grams - (part.grams ?? 0)),
    extendedFen: line.extendedFen - part.extendedFen,
    discountFen: taken(line.discountFen, part.discountFen),
    regularFen: line.regularFen === undefined ? undefined : taken(line.regularFen, part.regularFen ?? 0),
    taxFen: taken(line.taxFen, part.taxFen),
  };
}
