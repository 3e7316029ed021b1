import type { Ai } from './ai.ts';
import { CHARACTER_SETS } from './linters/characters.ts';
import { type Finding, finding } from './linters/linter.ts';
import { LINTERS } from './linters.ts';

/** Checks the value of one element part by part: characters, length, then what the dictionary asks. Places count from the value's start. */
export function checkValue(ai: Ai, value: string): Finding | undefined {
  let at = 0;
  for (const part of ai.components) {
    if (part.optional && at === value.length) break;
    const text = value.slice(at, at + part.max);
    const found = CHARACTER_SETS[part.set](text);
    if (found) return { ...found, index: found.index + at };
    if (text.length < part.min) return finding('ELEMENT_TOO_SHORT', value.length);
    for (const name of part.linters) {
      const problem = LINTERS[name](text);
      if (problem) return { ...problem, index: problem.index + at };
    }
    at += text.length;
  }
  return at < value.length ? finding('ELEMENT_TOO_LONG', at) : undefined;
}
