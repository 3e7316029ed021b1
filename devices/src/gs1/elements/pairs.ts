import type { Gs1Element } from '../types.ts';
import { findAi, matchesPattern } from './ai.ts';
import type { ElementProblemCode } from './problems.ts';

/** What is wrong with elements taken together; `element` is the index of the one to point at. */
export interface PairFinding {
  readonly problem: ElementProblemCode;
  readonly element: number;
  readonly detail: string;
}

/**
 * The rules between elements: no AI twice with different values, none that excludes another, each with the ones it requires, and a
 * signature only over a key with a serial part (GS1 General Specifications, 4.13). They hold for all codes of one item taken
 * together, so join the elements of several carriers before. Values are not checked here.
 */
export function checkElements(elements: readonly Gs1Element[]): PairFinding | undefined {
  const firstOf = new Map<string, number>();
  for (const [index, { ai, value }] of elements.entries()) {
    const earlier = firstOf.get(ai);
    if (earlier === undefined) firstOf.set(ai, index);
    else if (elements[earlier]?.value !== value) {
      return { problem: 'ELEMENT_REPEATED', element: index, detail: `(${ai})` };
    }
  }
  const present = [...firstOf.keys()];
  return excluded(present, firstOf) ?? missing(present, firstOf) ?? notSerialised(elements, firstOf);
}

function excluded(present: readonly string[], firstOf: ReadonlyMap<string, number>): PairFinding | undefined {
  for (const ai of present) {
    const patterns = findAi(ai)?.excludes ?? [];
    const other = present.find((it) => it !== ai && patterns.some((pattern) => matchesPattern(it, pattern)));
    if (other === undefined) continue;
    const element = Math.max(firstOf.get(ai) ?? 0, firstOf.get(other) ?? 0);
    return { problem: 'ELEMENT_EXCLUDES', element, detail: `(${ai}) and (${other})` };
  }
  return undefined;
}

function missing(present: readonly string[], firstOf: ReadonlyMap<string, number>): PairFinding | undefined {
  const isThere = (self: string, pattern: string): boolean =>
    present.some((it) => it !== self && matchesPattern(it, pattern));
  for (const ai of present) {
    for (const groups of findAi(ai)?.requires ?? []) {
      if (groups.some((group) => group.every((pattern) => isThere(ai, pattern)))) continue;
      const wanted = groups.map((group) => group.map((pattern) => `(${pattern})`).join(' with ')).join(' or ');
      return { problem: 'ELEMENT_REQUIRES', element: firstOf.get(ai) ?? 0, detail: `(${ai}) needs ${wanted}` };
    }
  }
  return undefined;
}

/** Keys whose serial part is optional, with the length of the key alone. */
const SERIAL_AFTER: Readonly<Record<string, number>> = { '253': 13, '255': 13, '8003': 14 };

function notSerialised(elements: readonly Gs1Element[], firstOf: ReadonlyMap<string, number>): PairFinding | undefined {
  if (!firstOf.has('8030')) return undefined;
  const element = elements.findIndex(({ ai, value }) => value.length <= (SERIAL_AFTER[ai] ?? 0));
  const ai = elements[element]?.ai;
  return ai === undefined ? undefined : { problem: 'ELEMENT_KEY_NOT_SERIALISED', element, detail: `(${ai})` };
}
