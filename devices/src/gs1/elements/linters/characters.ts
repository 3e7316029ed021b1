import type { CharacterSet } from '../dictionary.ts';
import { each, finding, first, type Linter } from './linter.ts';

export const isNumeric = each(/[0-9]/, 'ELEMENT_NOT_DIGIT');

/** GS1 AI encodable character set 82 in the order of its values (GS1 General Specifications, 7.11 and 7.9.5). */
export const SET_82 = '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

const cset82: Linter = each(/[!"%-?A-Z_a-z]/, 'ELEMENT_CHARACTER');
const cset39: Linter = each(/[#\-/0-9A-Z]/, 'ELEMENT_CHARACTER_39');

/** Padding may be left out; if there, the whole is a multiple of four characters (RFC 4648, 3.2 and 5). */
const cset64: Linter = first(
  (text) => {
    const body = text.replace(/={1,2}$/, '');
    return each(/[-0-9A-Z_a-z]/, 'ELEMENT_CHARACTER_64')(body);
  },
  (text) => {
    const at = text.indexOf('=');
    return at >= 0 && text.length % 4 !== 0 ? finding('ELEMENT_PADDING_64', at) : undefined;
  },
);

/** What a component of each type may hold. */
export const CHARACTER_SETS: Readonly<Record<CharacterSet, Linter>> = { N: isNumeric, X: cset82, Y: cset39, Z: cset64 };
