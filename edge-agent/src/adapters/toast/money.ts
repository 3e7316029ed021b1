import { DECIDE_LIMITS } from '@tillside/decide';

const FEN_A_UNIT = 100;
/** Whole units, and at most two decimals that say something. */
const DECIMAL = /^(\d{1,11})(?:\.(\d{1,2})0*)?$/;

/**
 * An amount in decimal currency units, as the contract writes them, in fen: exactly, or undefined. A JSON number is read by its shortest decimal text, which is what was
 * written as long as that has no more than 15 digits; negative amounts, exponents, a third decimal and anything above the largest amount are no amounts.
 */
export function fenOf(amount: number | string): number | undefined {
  const match = DECIMAL.exec(String(amount));
  if (match === null) return undefined;
  const fen = Number(match[1]) * FEN_A_UNIT + Number((match[2] ?? '').padEnd(2, '0'));
  return fen <= DECIDE_LIMITS.maxFen ? fen : undefined;
}

/** The reverse: the number whose shortest text is the amount, to the fen. */
export const decimalOf = (fen: number): number => fen / FEN_A_UNIT;
