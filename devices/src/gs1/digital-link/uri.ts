import { refusal } from '../problems.ts';
import type { Gs1Result } from '../types.ts';

/** A part of a URI as it stands there; `start` is its 0-based index in the URI. */
export interface Piece {
  readonly text: string;
  readonly start: number;
}

/** Percent-encoding undone; `at[i]` is the index in the URI of what made character i. */
export interface Decoded {
  readonly text: string;
  readonly at: readonly number[];
}

export interface UriParts {
  readonly scheme: 'http' | 'https';
  /** Host and port as they stand. */
  readonly authority: Piece;
  /** What stands between the slashes of the path, percent-encoding left in; empty for no path. */
  readonly segments: readonly Piece[];
  readonly query?: Piece;
  readonly fragment?: string;
}

/** All but the characters of a URI by RFC 3986, and the double quote, which GS1's grammar and programs leave as it stands. */
const NO_URI_CHARACTER = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%"]/;
const BAD_PERCENT = /%(?![0-9A-Fa-f]{2})/;
/** A host name or IPv4 address, or an IPv6 address in brackets; then a port. `hostname` of the standard has no user name. */
const AUTHORITY = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{0,5}))?$/;
const MAX_PORT = 65_535;

/** Takes an http or https URI apart by RFC 3986, all of its characters checked. */
export function splitUri(uri: string): Gs1Result<UriParts> {
  const [start, scheme = ''] = /^(https?):\/\//i.exec(uri) ?? [];
  if (start === undefined) return refusal('LINK_NOT_A_URI', 0);
  const character = uri.search(NO_URI_CHARACTER);
  if (character >= 0) return refusal('LINK_CHARACTER', character);
  const percent = uri.search(BAD_PERCENT);
  if (percent >= 0) return refusal('LINK_PERCENT', percent);
  const { authority, path, query, fragment } = cut(uri, start.length);
  const host = AUTHORITY.exec(authority.text);
  if (!host || Number(host[1] ?? 0) > MAX_PORT) return refusal('LINK_HOST', start.length);
  return {
    ok: true,
    value: {
      scheme: scheme.toLowerCase() as UriParts['scheme'],
      authority,
      segments: path.text === '' ? [] : split({ text: path.text.slice(1), start: path.start + 1 }, '/'),
      ...(query === undefined ? {} : { query }),
      ...(fragment === undefined ? {} : { fragment }),
    },
  };
}

function cut(uri: string, start: number): { authority: Piece; path: Piece; query?: Piece; fragment?: string } {
  const hash = uri.indexOf('#', start);
  const end = hash < 0 ? uri.length : hash;
  const mark = uri.slice(0, end).indexOf('?', start);
  const pathEnd = mark < 0 ? end : mark;
  const slash = uri.slice(0, pathEnd).indexOf('/', start);
  const pathStart = slash < 0 ? pathEnd : slash;
  return {
    authority: { text: uri.slice(start, pathStart), start },
    path: { text: uri.slice(pathStart, pathEnd), start: pathStart },
    ...(mark < 0 ? {} : { query: { text: uri.slice(mark + 1, end), start: mark + 1 } }),
    ...(hash < 0 ? {} : { fragment: uri.slice(hash + 1) }),
  };
}

/** The parts between separators of one character each. */
export function split(piece: Piece, separators: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (let index = 0; index <= piece.text.length; index += 1) {
    const sign = piece.text[index];
    if (sign !== undefined && !separators.includes(sign)) continue;
    pieces.push({ text: piece.text.slice(from, index), start: piece.start + from });
    from = index + 1;
  }
  return pieces;
}

/**
 * Undoes percent-encoding, byte by byte: GS1 values are ASCII, so that a byte above 0x7F becomes the character of that number, which no
 * value may hold. `piece` has been through `splitUri`.
 */
export function decode(piece: Piece): Decoded {
  if (!piece.text.includes('%')) {
    return { text: piece.text, at: Array.from(piece.text, (_, index) => piece.start + index) };
  }
  let text = '';
  const at: number[] = [];
  for (let index = 0; index < piece.text.length; index += 1) {
    at.push(piece.start + index);
    if (piece.text[index] === '%') {
      text += String.fromCharCode(Number.parseInt(piece.text.slice(index + 1, index + 3), 16));
      index += 2;
    } else text += piece.text[index];
  }
  return { text, at };
}

/** Percent-encodes all but the unreserved characters of RFC 3986, as upper-case hexadecimals. For ASCII. */
export function encode(value: string): string {
  return value.replace(/[^A-Za-z0-9\-._~]/g, (sign) => {
    return `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
