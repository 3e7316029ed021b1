import { findAi } from '../elements/ai.ts';
import { checkElements } from '../elements/pairs.ts';
import { checkValue } from '../elements/value.ts';
import { refusal } from '../problems.ts';
import type { Gs1Element, Gs1Refusal, Gs1Result } from '../types.ts';
import { allowsQualifiers, belongsInPath, named } from './path.ts';
import { encode, splitUri } from './uri.ts';

/** GS1's own domain, under which the canonical URIs stand. */
export const CANONICAL_STEM = 'https://id.gs1.org';

/**
 * Elements -> GS1 Digital Link URI. Without a stem, or with GS1's, it is the canonical one (GS1 Digital Link: URI Syntax, 4.12): GTINs of
 * 14 digits, the key and its qualifiers in the path, attributes in the query by the text order of their AIs, all but unreserved
 * characters percent-encoded in capitals. The key is the first element that can be one and leaves a place for all others. An element
 * that is there twice with the same value is written once. A refusal's position is the index of the element in question, of a bad stem
 * the index into it.
 */
export function buildDigitalLink(elements: readonly Gs1Element[], stem: string = CANONICAL_STEM): Gs1Result<string> {
  const wrong = checkStem(stem) ?? checkAll(elements);
  if (wrong) return wrong;
  const plan = planLink(elements);
  if (!plan.ok) return plan;
  const { path, attributes } = plan.value;
  const query = [...attributes]
    .sort((one, other) => (one.ai < other.ai ? -1 : 1))
    .map(({ ai, value }) => `${ai}=${encode(value)}`)
    .join('&');
  const pairs = path.map(({ ai, value }) => `/${ai}/${encode(value)}`).join('');
  return { ok: true, value: `${stem.replace(/\/$/, '')}${pairs}${query === '' ? '' : `?${query}`}` };
}

/** Whether links can begin so; a path may be there, and may look like a key, since readers take the last key. */
export function checkStem(stem: string): Gs1Refusal | undefined {
  const parts = splitUri(stem);
  if (!parts.ok) return parts;
  const bad = stem.search(/[?#]/);
  return bad < 0 ? undefined : refusal('LINK_STEM', bad);
}

interface LinkPlan {
  readonly path: readonly Gs1Element[];
  readonly attributes: readonly Gs1Element[];
}

function checkAll(elements: readonly Gs1Element[]): Gs1Refusal | undefined {
  for (const [index, { ai, value }] of elements.entries()) {
    const known = findAi(ai);
    if (!known) return refusal('LINK_UNKNOWN_AI', index, ai.slice(0, 8));
    const found = checkValue(known, value);
    if (found) return refusal(found.problem, index, named(known));
  }
  const found = checkElements(elements);
  return found && refusal(found.problem, found.element, found.detail);
}

/** Tries each key with each of its sequences of qualifiers, longest first, until every element has a place. */
function planLink(given: readonly Gs1Element[]): Gs1Result<LinkPlan> {
  const elements = given.filter(({ ai }, index) => given.findIndex((other) => other.ai === ai) === index);
  let left: Gs1Element | undefined;
  for (const key of elements) {
    const sequences = findAi(key.ai)?.primaryKey;
    if (!sequences) continue;
    for (const qualifiers of choices(sequences, elements)) {
      const path = [key, ...qualifiers];
      const attributes = elements.filter((element) => !path.includes(element));
      const misfit = attributes.find(({ ai }) => !fitsQuery(key.ai, qualifiers, ai));
      if (!misfit) return { ok: true, value: { path, attributes } };
      left ??= misfit;
    }
  }
  if (left) return refusal('LINK_NO_PLACE', given.indexOf(left), `AI ${left.ai} ${left.title}`.trim());
  return refusal('LINK_NO_KEY', 0);
}

function choices(sequences: readonly (readonly string[])[], elements: readonly Gs1Element[]): Gs1Element[][] {
  const found = (sequences.length === 0 ? [[]] : sequences).map((sequence) =>
    sequence.flatMap((ai) => elements.find((element) => element.ai === ai) ?? []),
  );
  return found.sort((one, other) => other.length - one.length);
}

function fitsQuery(key: string, qualifiers: readonly Gs1Element[], ai: string): boolean {
  const keyAi = findAi(key);
  const ais = qualifiers.map((element) => element.ai);
  if (!keyAi || !allowsQualifiers(keyAi, ais)) return false;
  return findAi(ai)?.dataAttribute === true && !belongsInPath(keyAi, ais, ai);
}
