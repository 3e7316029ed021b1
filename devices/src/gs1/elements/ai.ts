import { AI_TABLE, type LinterName } from './ai-table.generated.ts';
import type { AiEntry } from './dictionary.ts';

/** An AI with all that the dictionary says of it. */
export interface Ai extends AiEntry<LinterName> {
  readonly ai: string;
  /** Lengths of the whole value, in characters. */
  readonly minLength: number;
  readonly maxLength: number;
}

const BY_AI: ReadonlyMap<string, Ai> = new Map(AI_TABLE.flatMap(expand).map((entry) => [entry.ai, entry]));

/** How many digits an AI has follows from its first two (GS1 General Specifications, 3.2). */
const LENGTHS: ReadonlyMap<string, number> = new Map([...BY_AI.keys()].map((ai) => [ai.slice(0, 2), ai.length]));

/** What is known of an AI, given without brackets; undefined when GS1 has not assigned it. */
export function findAi(ai: string): Ai | undefined {
  return BY_AI.get(ai);
}

/** All assigned AIs, ranges expanded, in the dictionary's order. */
export function allAis(): readonly Ai[] {
  return [...BY_AI.values()];
}

/** Digits of the AI that a text begins with, 2 to 4; undefined when no AI begins with its first two characters. */
export function aiLengthAt(text: string, position: number): number | undefined {
  return LENGTHS.get(text.slice(position, position + 2));
}

/** `310n` matches 3100 to 3109. */
export function matchesPattern(ai: string, pattern: string): boolean {
  if (ai.length !== pattern.length) return false;
  for (let index = 0; index < ai.length; index += 1) {
    if (pattern[index] !== 'n' && pattern[index] !== ai[index]) return false;
  }
  return true;
}

function expand(entry: AiEntry<LinterName>): Ai[] {
  const count = Number(entry.last) - Number(entry.first) + 1;
  const mandatory = entry.components.filter((part) => !part.optional);
  const minLength = mandatory.reduce((sum, part) => sum + part.min, 0);
  const maxLength = entry.components.reduce((sum, part) => sum + part.max, 0);
  return Array.from({ length: count }, (_, index) => ({
    ...entry,
    ai: String(Number(entry.first) + index).padStart(entry.first.length, '0'),
    minLength,
    maxLength,
  }));
}
