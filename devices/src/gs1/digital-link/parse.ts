import { checkElements } from '../elements/pairs.ts';
import { checkValue } from '../elements/value.ts';
import { refusal } from '../problems.ts';
import type { Gs1Element, Gs1Refusal, Gs1Result } from '../types.ts';
import { buildDigitalLink, CANONICAL_STEM } from './build.ts';
import { hasPlausibleKey, type LinkPair, named, readPath } from './path.ts';
import { type LinkParameter, readQuery } from './query.ts';
import { type Decoded, decode, splitUri, type UriParts } from './uri.ts';

/** What a GS1 Digital Link URI says. Values have their percent-encoding undone. */
export interface DigitalLink {
  /** The key, its qualifiers in their legal order, then the attributes in the order of the query. Not empty, no AI twice. */
  readonly elements: readonly Gs1Element[];
  /** How many of `elements`, from the first, stand in the path: the key and its qualifiers. */
  readonly pathLength: number;
  /** 14 digits of AI (01), where there is one. */
  readonly gtin?: string;
  /** Host in lower case, with its port. */
  readonly domain: string;
  /** What stands before the key: scheme and domain in lower case, path of the domain's owner as it stands, no slash at the end. */
  readonly stem: string;
  /** Whether the URI is, character for character, the one that GS1 holds for the name of this thing: see `buildDigitalLink`. */
  readonly canonical: boolean;
  /** Parameters of the query that are none of GS1's elements, such as `linkType`. */
  readonly parameters: readonly LinkParameter[];
  /** What stands behind `#`, as it stands. */
  readonly fragment?: string;
}

/**
 * Reads an uncompressed GS1 Digital Link URI of any domain (GS1 Digital Link: URI Syntax; GS1 General Specifications for the values).
 * Beyond today's standard it takes what older ones allowed and packages still carry: GTINs of 8, 12 and 13 digits, which are padded to 14,
 * and names such as `/gtin/`. A refusal's position is an index into `uri`.
 */
export function parseDigitalLink(uri: string): Gs1Result<DigitalLink> {
  const parts = splitUri(uri);
  if (!parts.ok) return parts;
  const { segments, authority, query, fragment, scheme } = parts.value;
  const path = readPath(segments, pathEnd(parts.value));
  if (!path.ok) return path;
  const rest = readQuery(query, path.value);
  if (!rest.ok) return rest;
  const inPath = [path.value.key, ...path.value.qualifiers];
  const read = readElements([...inPath, ...rest.value.attributes]);
  if (!read.ok) return read;
  const elements = read.value;
  const gtin = elements.find(({ ai }) => ai === '01')?.value;
  const domain = authority.text.toLowerCase();
  const stemPath = segments.slice(0, path.value.stemLength).map(({ text }) => `/${text}`);
  const canonical = buildDigitalLink(elements);
  return {
    ok: true,
    value: {
      elements,
      pathLength: inPath.length,
      ...(gtin === undefined ? {} : { gtin }),
      domain,
      stem: `${scheme}://${domain}${stemPath.join('')}`,
      canonical: canonical.ok && canonical.value === uri,
      parameters: rest.value.parameters,
      ...(fragment === undefined ? {} : { fragment }),
    },
  };
}

/**
 * Whether a text gives itself out for a GS1 Digital Link, so that a fault in it is worth telling: it stands under GS1's own domain, or its
 * path has an AI of a key and a value that begins like one (GS1 Digital Link: URI Syntax, 6.1, on what a scanner may pass on).
 */
export function claimsDigitalLink(text: string): boolean {
  if (text.toLowerCase().startsWith(`${CANONICAL_STEM}/`)) return true;
  const [, path] = /^https?:\/\/[^/?#]*\/([^?#]*)/i.exec(text) ?? [];
  return path !== undefined && hasPlausibleKey(path.split('/'));
}

function pathEnd({ authority, segments }: UriParts): number {
  const last = segments.at(-1);
  return last ? last.start + last.text.length : authority.start + authority.text.length;
}

function readElements(pairs: readonly LinkPair[]): Gs1Result<Gs1Element[]> {
  const elements: Gs1Element[] = [];
  for (const { ai, value } of pairs) {
    const decoded = ai.ai === '01' ? padGtin(decode(value)) : decode(value);
    const found = checkValue(ai, decoded.text);
    if (found) {
      const detail = found.detail === undefined ? named(ai) : `${named(ai)}: ${found.detail}`;
      return refusal(found.problem, decoded.at[found.index] ?? value.start + value.text.length, detail);
    }
    elements.push({ ai: ai.ai, value: decoded.text, title: ai.title });
  }
  return checkTogether(elements, pairs) ?? { ok: true, value: elements };
}

function checkTogether(elements: readonly Gs1Element[], pairs: readonly LinkPair[]): Gs1Refusal | undefined {
  const found = checkElements(elements);
  return found && refusal(found.problem, pairs[found.element]?.name.start ?? 0, found.detail);
}

/** Up to 1.1 of the standard a GTIN could stand in its own length. */
function padGtin(decoded: Decoded): Decoded {
  const { text, at } = decoded;
  if (!/^(?:\d{8}|\d{12,13})$/.test(text)) return decoded;
  const missing = 14 - text.length;
  return { text: text.padStart(14, '0'), at: [...Array<number>(missing).fill(at[0] ?? 0), ...at] };
}
