import { splitAim, symbologyOf } from '../aim.ts';
import { FNC1 } from '../element-string.ts';
import { type Gs1Elements, parseBracketed, parseElementString } from '../elements/parse.ts';
import { toElementString } from '../elements/render.ts';
import type { Gs1Element, Gs1Refusal, Gs1Result } from '../types.ts';

/** A scan as a line of a file writes it. */
export interface WrittenScan {
  /** As a scanner would send it. */
  readonly raw: string;
  /** Where a character of `raw`, or its end, stands in the line. */
  place(index: number): number;
}

const ESCAPE = /\{GS\}|\{FNC1\}|\\x1[dD]/g;

/** No character set of GS1 elements has `^`, so that in a line of elements it can only be FNC1, as many tools write it. */
function caretsAsFnc1(line: string): string {
  const { aim, data } = splitAim(line);
  const elements = /^\^\d\d/.test(data) || (aim !== undefined && symbologyOf(aim)?.content === 'elements');
  return elements ? line.replaceAll('^', FNC1) : line;
}

/** Puts FNC1 (0x1D) where the line writes `{GS}`, `{FNC1}` or `\x1d`, and `^` where the line holds elements. */
export function unescapeLine(line: string): WrittenScan {
  const cuts: { readonly at: number; readonly length: number }[] = [];
  const raw = caretsAsFnc1(line).replace(ESCAPE, (found, at: number) => {
    cuts.push({ at, length: found.length });
    return FNC1;
  });
  return {
    raw,
    place(index) {
      let place = index;
      for (const { at, length } of cuts) if (place > at) place += length - 1;
      return place;
    },
  };
}

const BRACKETED = /^\(\d{2,4}\)/;

/** Elements written with brackets, with or without AIM identifier; undefined for other lines. Positions are places in the line. */
export function readBracketedLine(line: string): Gs1Result<Gs1Elements> | undefined {
  const { aim, data } = splitAim(line);
  if (!BRACKETED.test(data) || (aim && symbologyOf(aim)?.content !== 'elements')) return undefined;
  const shift = line.length - data.length;
  const read = parseBracketed(data);
  return read.ok ? read : moved(read, (position) => position + shift);
}

/** The raw scan of elements that a line has in brackets: with its AIM identifier, or FNC1 first, which says the same. */
export function rawOf(line: string, elements: readonly Gs1Element[]): string {
  return `${splitAim(line).aim ?? FNC1}${toElementString(elements)}`;
}

/** Elements of a line with or without brackets, and the place in the line of each. */
export interface LineElements {
  readonly elements: readonly Gs1Element[];
  readonly places: readonly number[];
}

/** Reads a line of elements. Positions are places in the line. */
export function readElementLine(line: string): Gs1Result<LineElements> {
  const start = line.length - splitAim(line).data.length;
  const bracketed = readBracketedLine(line);
  if (bracketed) {
    if (!bracketed.ok) return bracketed;
    const { elements } = bracketed.value;
    const lengths = elements.map(({ ai, value }) => ai.length + 2 + value.replaceAll('(', '\\(').length);
    return { ok: true, value: { elements, places: running(start, lengths) } };
  }
  const { raw, place } = unescapeLine(line);
  const data = raw.slice(start);
  const read = parseElementString(data);
  if (!read.ok) return moved(read, (position) => place(position + start));
  const { elements } = read.value;
  let at = 0;
  const places = elements.map(({ ai, value }) => {
    if (data[at] === FNC1) at += 1;
    const here = place(at + start);
    at += ai.length + value.length;
    return here;
  });
  return { ok: true, value: { elements, places } };
}

export function moved({ problem }: Gs1Refusal, move: (position: number) => number): Gs1Refusal {
  return { ok: false, problem: { ...problem, position: move(problem.position) } };
}

function running(start: number, lengths: readonly number[]): number[] {
  let at = start;
  return lengths.map((length) => {
    const here = at;
    at += length;
    return here;
  });
}
