import { type Ai, findAi } from '../elements/ai.ts';
import { refusal } from '../problems.ts';
import type { Gs1Refusal, Gs1Result } from '../types.ts';
import { aiOfAlias } from './aliases.ts';
import { looksCompressed } from './compressed.ts';
import type { Piece } from './uri.ts';

/** An AI and its value as they stand in a link, not yet decoded. */
export interface LinkPair {
  readonly ai: Ai;
  readonly name: Piece;
  readonly value: Piece;
}

export interface LinkPath {
  /** How many segments of the path belong to the domain's owner, before the key. */
  readonly stemLength: number;
  readonly key: LinkPair;
  readonly qualifiers: readonly LinkPair[];
  /** Whether names such as `gtin` stand for AIs, as they did before 1.2 of the standard. */
  readonly aliased: boolean;
}

/** `/01/0952…`: a key, and at least five characters of which four are digits (GS1 Digital Link URI Syntax, section 6.1). */
const PLAUSIBLE_VALUE = /^\d{4}./;

/** Finds the key in the path, which is the last one with nothing but pairs behind it, and holds its qualifiers to their order. */
export function readPath(segments: readonly Piece[], end: number): Gs1Result<LinkPath> {
  const stemLength = findKey(segments);
  if (stemLength === undefined) return whyNoKey(segments, end);
  const pairs: LinkPair[] = [];
  for (let index = stemLength; index < segments.length; index += 2) {
    const [name, value] = [segments[index], segments[index + 1]];
    const ai = name && aiNamed(name.text);
    if (!ai || !value) return refusal('LINK_ODD_PATH', end);
    if (value.text === '') return refusal('LINK_EMPTY_VALUE', value.start, named(ai));
    pairs.push({ ai, name, value });
  }
  const [key, ...qualifiers] = pairs;
  if (!key) return refusal('LINK_NO_KEY', end);
  const wrong = wrongQualifier(key.ai, qualifiers);
  if (wrong) return refusal('LINK_QUALIFIER', wrong.name.start, named(wrong.ai));
  const aliased = pairs.some(({ name, ai }) => name.text !== ai.ai);
  return { ok: true, value: { stemLength, key, qualifiers, aliased } };
}

/** An AI for a message, e.g. `AI 10 BATCH/LOT`; never with its value. */
export function named({ ai, title }: Ai): string {
  return `AI ${ai} ${title}`.trim();
}

/** Whether a path has what a scanner may take for a GS1 key, right or wrong. */
export function hasPlausibleKey(segments: readonly string[]): boolean {
  return plausibleKey(segments) !== undefined;
}

/** Sequences of qualifiers that the key allows: each may lack some, none may change the order. */
export function allowsQualifiers(key: Ai, qualifiers: readonly string[]): boolean {
  return qualifiers.length === 0 || (key.primaryKey ?? []).some((sequence) => isSubsequence(qualifiers, sequence));
}

/** Whether an AI could qualify the key beside these qualifiers, so that it must not be an attribute. */
export function belongsInPath(key: Ai, qualifiers: readonly string[], ai: string): boolean {
  return (key.primaryKey ?? []).some((sequence) => sequence.includes(ai) && isSubsequence(qualifiers, sequence));
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let next = 0;
  for (const ai of whole) if (ai === part[next]) next += 1;
  return next === part.length;
}

function aiNamed(text: string): Ai | undefined {
  return findAi(aiOfAlias(text) ?? text);
}

/** From the end, pair by pair, up to the first key. */
function findKey(segments: readonly Piece[]): number | undefined {
  for (let index = segments.length - 2; index >= 0; index -= 2) {
    const ai = aiNamed(segments[index]?.text ?? '');
    if (!ai) return undefined;
    if (ai.primaryKey) return index;
  }
  return undefined;
}

function wrongQualifier(key: Ai, qualifiers: readonly LinkPair[]): LinkPair | undefined {
  const ais = qualifiers.map(({ ai }) => ai.ai);
  return qualifiers.find((_, index) => !allowsQualifiers(key, ais.slice(0, index + 1)));
}

function plausibleKey(segments: readonly string[]): number | undefined {
  const index = segments.findIndex((text, at) => {
    return aiNamed(text)?.primaryKey !== undefined && PLAUSIBLE_VALUE.test(segments[at + 1] ?? '');
  });
  return index < 0 ? undefined : index;
}

/** What is wrong with a path that is not a key followed by pairs: the most telling of the reasons. */
function whyNoKey(segments: readonly Piece[], end: number): Gs1Refusal {
  const start = plausibleKey(segments.map(({ text }) => text));
  const last = segments.at(-1);
  if (start === undefined || !last) {
    return last && looksCompressed(last.text)
      ? refusal('LINK_COMPRESSED', last.start)
      : refusal('LINK_NO_KEY', segments[0]?.start ?? end);
  }
  const odd = (segments.length - start) % 2 === 1;
  if (odd && last.text === '') return refusal('LINK_TRAILING_SLASH', last.start - 1);
  const unknown = segments.find(({ text }, at) => at > start && (at - start) % 2 === 0 && !aiNamed(text));
  if (unknown && !(odd && unknown === last)) return refusal('LINK_UNKNOWN_AI', unknown.start, unknown.text);
  return odd && unknown && looksCompressed(last.text)
    ? refusal('LINK_COMPRESSED', last.start)
    : refusal('LINK_ODD_PATH', last.start, last.text);
}
