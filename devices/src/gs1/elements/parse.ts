import { FNC1 } from '../element-string.ts';
import { refusal } from '../problems.ts';
import type { Gs1Element, Gs1Refusal, Gs1Result } from '../types.ts';
import { type Ai, aiLengthAt, findAi } from './ai.ts';
import { checkElements } from './pairs.ts';
import { checkValue } from './value.ts';

/** Bound against endless input. GS1 DataMatrix, the largest carrier of elements in trade, holds 2335 characters. */
export const MAX_ELEMENT_STRING = 4096;

export interface Gs1Elements {
  /** In the order of the text; a repeated one stands twice. Not empty. */
  readonly elements: readonly Gs1Element[];
  /** 14 digits of AI (01), where there is one. */
  readonly gtin?: string;
}

/** An element and where it stands in the text that was given. */
interface Placed {
  readonly element: Gs1Element;
  readonly position: number;
}

/**
 * Elements of scan data after its AIM identifier, by GS1 General Specifications, 7.8: one FNC1 (0x1D) may stand before all, one after
 * each value; it must stand after a value of no predefined length unless this is the last. Values are checked, and the rules
 * between elements (`checkElements`).
 */
export function parseElementString(data: string): Gs1Result<Gs1Elements> {
  return together(readRaw(data));
}

/** As `parseElementString`, but without the rules between elements: for one of several codes on a pallet or a case. */
export function readElementString(data: string): Gs1Result<Gs1Elements> {
  return alone(readRaw(data));
}

/** Elements as people write them: `(01)09521234543213(10)LOT1`; `\(` stands for a bracket in a value. Checked like scan data. */
export function parseBracketed(text: string): Gs1Result<Gs1Elements> {
  return together(readBracketed(text));
}

function readRaw(data: string): Gs1Result<Placed[]> {
  const badSize = checkSize(data, data === FNC1 ? 1 : 0);
  if (badSize) return badSize;
  const placed: Placed[] = [];
  let at = data.startsWith(FNC1) ? 1 : 0;
  while (at < data.length) {
    if (data[at] === FNC1) return refusal('ELEMENT_SEPARATOR', at);
    const ai = findAi(data.slice(at, at + (aiLengthAt(data, at) ?? 0)));
    if (!ai) return refusal('ELEMENT_AI_UNKNOWN', at, digitsAt(data, at));
    const start = at + ai.ai.length;
    const separator = data.indexOf(FNC1, start);
    const untilSeparator = separator < 0 ? data.length : separator;
    const end = ai.predefinedLength ? Math.min(untilSeparator, start + ai.maxLength) : untilSeparator;
    const value = data.slice(start, end);
    const refused = refuseValue(ai, value, (index) => start + index);
    if (refused) return refused;
    placed.push({ element: { ai: ai.ai, value, title: ai.title }, position: at });
    at = data[end] === FNC1 ? end + 1 : end;
  }
  return { ok: true, value: placed };
}

function readBracketed(text: string): Gs1Result<Placed[]> {
  const badSize = checkSize(text, 0);
  if (badSize) return badSize;
  const placed: Placed[] = [];
  let at = 0;
  while (at < text.length) {
    const bracket = /^\((\d{2,4})\)/.exec(text.slice(at, at + 6));
    if (!bracket?.[1]) return refusal('ELEMENT_BRACKETS', at);
    const ai = findAi(bracket[1]);
    if (!ai) return refusal('ELEMENT_AI_UNKNOWN', at + 1, bracket[1]);
    const { value, places } = readEscaped(text, at + bracket[0].length);
    const refused = refuseValue(ai, value, (index) => places[index] ?? 0);
    if (refused) return refused;
    placed.push({ element: { ai: ai.ai, value, title: ai.title }, position: at });
    at = places[value.length] ?? text.length;
  }
  return { ok: true, value: placed };
}

/** The value up to the next bracket, and where each of its characters and its end stand in the text. */
function readEscaped(text: string, start: number): { value: string; places: number[] } {
  const places: number[] = [];
  let value = '';
  let at = start;
  while (at < text.length && text[at] !== '(') {
    places.push(at);
    const escaped = text.startsWith('\\(', at);
    value += escaped ? '(' : text.charAt(at);
    at += escaped ? 2 : 1;
  }
  places.push(at);
  return { value, places };
}

function checkSize(text: string, emptyLength: number): Gs1Refusal | undefined {
  if (text.length === emptyLength) return refusal('ELEMENT_STRING_EMPTY', text.length);
  return text.length > MAX_ELEMENT_STRING ? refusal('ELEMENT_STRING_TOO_LONG', MAX_ELEMENT_STRING) : undefined;
}

function refuseValue(ai: Ai, value: string, place: (index: number) => number): Gs1Refusal | undefined {
  const found = checkValue(ai, value);
  if (!found) return undefined;
  // Names the AI, never the value: some hold names and addresses of people.
  const name = ai.title === '' ? `(${ai.ai})` : `(${ai.ai}) ${ai.title}`;
  return refusal(found.problem, place(found.index), found.detail === undefined ? name : `${name}: ${found.detail}`);
}

function digitsAt(text: string, at: number): string | undefined {
  return /^\d{1,4}/.exec(text.slice(at, at + 4))?.[0];
}

function together(read: Gs1Result<Placed[]>): Gs1Result<Gs1Elements> {
  if (!read.ok) return read;
  const found = checkElements(read.value.map(({ element }) => element));
  if (found) return refusal(found.problem, read.value[found.element]?.position ?? 0, found.detail);
  return alone(read);
}

function alone(read: Gs1Result<Placed[]>): Gs1Result<Gs1Elements> {
  if (!read.ok) return read;
  const elements = read.value.map(({ element }) => element);
  const gtin = elements.find(({ ai }) => ai === '01')?.value;
  return { ok: true, value: { elements, ...(gtin === undefined ? {} : { gtin }) } };
}
