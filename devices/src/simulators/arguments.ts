/** What verbs read their arguments with. Each throws an Error that says what it wants instead. */

/** A whole number from `min` to `max`, both inclusive. */
export function wholeNumber(text: string | undefined, name: string, min: number, max: number): number {
  const value = Number(text);
  if (text === undefined || !/^-?\d{1,10}$/.test(text) || value < min || value > max) {
    throw new Error(`${name} is a whole number from ${min} to ${max}${given(text)}`);
  }
  return value;
}

/** A share from 0 to 1. */
export function share(text: string | undefined, name: string): number {
  const value = Number(text);
  if (text === undefined || !/^\d*\.?\d+$/.test(text) || value > 1) {
    throw new Error(`${name} is a share from 0 to 1, e.g. 0.2${given(text)}`);
  }
  return value;
}

export function onOff(text: string | undefined, name: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new Error(`${name} is on or off${given(text)}`);
}

/** One word of a few. */
export function oneOf<const T extends string>(text: string | undefined, name: string, words: readonly T[]): T {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new Error(`${name} is ${words.join(' or ')}${given(text)}`);
  return found;
}

/** Upper case. */
export function tagAddress(text = ''): string {
  if (!/^[0-9a-fA-F]{16}$/.test(text)) throw new Error(`a tag's address is 16 hex digits, not "${text.slice(0, 40)}"`);
  return text.toUpperCase();
}

const given = (text: string | undefined): string => (text === undefined ? '' : `, not "${text.slice(0, 40)}"`);
