import { type Ai, findAi } from '../elements/ai.ts';
import { refusal } from '../problems.ts';
import type { Gs1Result } from '../types.ts';
import { aiOfAlias } from './aliases.ts';
import { belongsInPath, type LinkPair, type LinkPath, named } from './path.ts';
import { decode, type Piece, split } from './uri.ts';

/** A parameter that is none of GS1's, such as `linkType`, percent-encoding undone. */
export interface LinkParameter {
  readonly name: string;
  readonly value: string;
}

export interface LinkQuery {
  readonly attributes: readonly LinkPair[];
  readonly parameters: readonly LinkParameter[];
}

/**
 * Reads the query. Names of digits alone are AIs, all others the domain owner's affair. Pairs are parted by `&` or `;` (GS1 Digital Link
 * URI Syntax, section 4.11).
 */
export function readQuery(query: Piece | undefined, path: LinkPath): Gs1Result<LinkQuery> {
  const attributes: LinkPair[] = [];
  const parameters: LinkParameter[] = [];
  for (const part of query ? split(query, '&;') : []) {
    const equals = part.text.indexOf('=');
    const name = { text: equals < 0 ? part.text : part.text.slice(0, equals), start: part.start };
    const value = equals < 0 ? undefined : { text: part.text.slice(equals + 1), start: part.start + equals + 1 };
    const digits = aiDigits(name.text, path.aliased);
    if (digits === undefined) {
      if (name.text !== '') parameters.push({ name: decode(name).text, value: value ? decode(value).text : '' });
      continue;
    }
    const ai = findAi(digits);
    if (!ai) return refusal('LINK_UNKNOWN_AI', name.start, name.text);
    if (!value || value.text === '') return refusal('LINK_EMPTY_VALUE', value?.start ?? name.start, named(ai));
    const plus = value.text.indexOf('+');
    if (plus >= 0) return refusal('LINK_PLUS', value.start + plus, named(ai));
    attributes.push({ ai, name, value });
  }
  return checkAttributes(attributes, path) ?? { ok: true, value: { attributes, parameters } };
}

/** `exp` and the like count as AIs only where the path has such names too: today they would be parameters like others. */
function aiDigits(name: string, aliased: boolean): string | undefined {
  return /^\d+$/.test(name) ? name : aliased ? aiOfAlias(name) : undefined;
}

function checkAttributes(attributes: readonly LinkPair[], path: LinkPath): Gs1Result<never> | undefined {
  const qualifiers = path.qualifiers.map(({ ai }) => ai.ai);
  const seen = new Set<Ai>([path.key.ai, ...path.qualifiers.map(({ ai }) => ai)]);
  for (const { ai, name } of attributes) {
    if (seen.has(ai)) return refusal('LINK_DUPLICATE_AI', name.start, named(ai));
    seen.add(ai);
    if (belongsInPath(path.key.ai, qualifiers, ai.ai)) {
      return refusal('LINK_QUALIFIER_IN_QUERY', name.start, named(ai));
    }
    if (!ai.dataAttribute) return refusal('LINK_NOT_AN_ATTRIBUTE', name.start, named(ai));
  }
  return undefined;
}
