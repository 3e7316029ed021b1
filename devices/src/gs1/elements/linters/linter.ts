import type { ElementProblemCode } from '../problems.ts';

/** What is wrong with a value; `index` is the 0-based place in it. `detail` names a field or AIs, never the value. */
export interface Finding {
  readonly problem: ElementProblemCode;
  readonly index: number;
  readonly detail?: string;
}

/** Checks one part of a value, of any length and any characters; undefined when nothing is wrong. Never throws. */
export type Linter = (text: string) => Finding | undefined;

export function finding(problem: ElementProblemCode, index: number, detail?: string): Finding {
  return detail === undefined ? { problem, index } : { problem, index, detail };
}

/** The first problem of several checks, each of which may rely on those before it. */
export function first(...linters: readonly Linter[]): Linter {
  return (text) => {
    for (const linter of linters) {
      const found = linter(text);
      if (found) return found;
    }
    return undefined;
  };
}

/** The check of a part, with places that count from the whole. */
export function within(text: string, start: number, end: number, linter: Linter): Finding | undefined {
  const found = linter(text.slice(start, end));
  return found && { ...found, index: found.index + start };
}

/** `min` to `max` characters. */
export function hasLength(min: number, max: number = min): Linter {
  return (text) => {
    if (text.length < min) return finding('ELEMENT_TOO_SHORT', text.length);
    return text.length > max ? finding('ELEMENT_TOO_LONG', max) : undefined;
  };
}

/** Each character fits the pattern (of a single character). */
export function each(pattern: RegExp, problem: ElementProblemCode): Linter {
  return (text) => {
    for (let index = 0; index < text.length; index += 1) {
      if (!pattern.test(text.charAt(index))) return finding(problem, index);
    }
    return undefined;
  };
}

/** The whole is as the pattern says. */
export function matches(pattern: RegExp, problem: ElementProblemCode): Linter {
  return (text) => (pattern.test(text) ? undefined : finding(problem, 0));
}

/** The whole stands in a list. */
export function isOneOf(list: ReadonlySet<string>, problem: ElementProblemCode): Linter {
  return (text) => (list.has(text) ? undefined : finding(problem, 0));
}
