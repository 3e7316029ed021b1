/**
 * The equations of a text: numbers with + − × ÷ % and brackets, joined by "=" (exact) or "≈" (rounded half-up to the decimals written).
 * So that what the page works out by hand is right whatever the engine says.
 */

type Tokens = string[];

function factor(tokens: Tokens): number {
  const token = tokens.shift();
  let value: number;
  if (token === '(') {
    value = sum(tokens);
    if (tokens.shift() !== ')') throw new Error('A bracket stays open.');
  } else {
    value = Number(token);
  }
  while (tokens[0] === '%') {
    tokens.shift();
    value /= 100;
  }
  return value;
}

function product(tokens: Tokens): number {
  let value = factor(tokens);
  while (tokens[0] === '×' || tokens[0] === '÷')
    value = tokens.shift() === '×' ? value * factor(tokens) : value / factor(tokens);
  return value;
}

function sum(tokens: Tokens): number {
  let value = product(tokens);
  while (tokens[0] === '+' || tokens[0] === '−') value += (tokens.shift() === '+' ? 1 : -1) * product(tokens);
  return value;
}

function worth(text: string): number {
  const tokens = text.match(/\d+(?:\.\d+)?|[()+−×÷%]/gu) ?? [];
  const value = sum(tokens);
  if (tokens.length > 0 || Number.isNaN(value)) throw new Error(`No sum: ${text}`);
  return value;
}

const decimals = (text: string): number => /\.(\d+)$/u.exec(text.trim())?.[1]?.length ?? 0;

function holds(left: string, sign: string, right: string): boolean {
  const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;
  if (sign === '=') return close(worth(left), worth(right));
  const scale = 10 ** decimals(right);
  // A hair is added for halves that binary fractions miss from below.
  return close(Math.floor(worth(left) * scale + 0.5 + 1e-7) / scale, worth(right));
}

const OPERAND = String.raw`\(?\d+(?:\.\d+)?(?: %)?(?: [+−×÷] \(?\d+(?:\.\d+)?\)?(?: %)?)*\)?`;
const EQUATION = new RegExp(`${OPERAND}(?: [=≈] ${OPERAND})+`, 'gu');

/** How many equations a text has, and those that are wrong. */
export function checkEquations(text: string): { count: number; wrong: string[] } {
  const wrong: string[] = [];
  let count = 0;
  for (const [equation] of text.replace(/\s+/gu, ' ').matchAll(EQUATION)) {
    const parts = equation.split(/ ([=≈]) /u);
    for (let at = 1; at < parts.length; at += 2) {
      count += 1;
      const [left = '', sign = '', right = ''] = parts.slice(at - 1, at + 2);
      if (!holds(left, sign, right)) wrong.push(`${left} ${sign} ${right}`);
    }
  }
  return { count, wrong };
}
