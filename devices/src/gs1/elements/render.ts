import { FNC1 } from '../element-string.ts';
import type { Gs1Element } from '../types.ts';
import { findAi } from './ai.ts';

/**
 * Element string as a scanner sends it, without AIM identifier: the elements in their order, FNC1 (0x1D) only after values whose end
 * nothing else tells. Takes checked elements; `parseElementString` gives the same ones back.
 */
export function toElementString(elements: readonly Gs1Element[]): string {
  return elements
    .map(({ ai, value }, index) => {
      const needsEnd = index < elements.length - 1 && findAi(ai)?.predefinedLength !== true;
      return `${ai}${value}${needsEnd ? FNC1 : ''}`;
    })
    .join('');
}

/** For people: `(01)09521234543213(10)LOT1`. A `(` in a value gets a backslash, which no value can hold itself. */
export function toBracketed(elements: readonly Gs1Element[]): string {
  return elements.map(({ ai, value }) => `(${ai})${value.replaceAll('(', '\\(')}`).join('');
}
