import { findAi } from '../elements/ai.ts';

/**
 * Whether a part of a path reads as a compressed link or the compressed end of one: base64url that begins with two hexadecimal digits, of
 * which decimal ones begin an AI and others name a frequent set of AIs (GS1 Digital Link: Compression, the tables of optimisations). A
 * guess, since any word of ten letters may look so; it only chooses between refusals.
 */
export function looksCompressed(segment: string): boolean {
  if (EPC_BINARY.test(segment)) return true;
  if (!/^[A-Za-z0-9_-]{10,}$/.test(segment)) return false;
  const head = (ALPHABET.indexOf(segment.charAt(0)) << 2) | (ALPHABET.indexOf(segment.charAt(1)) >> 4);
  const digits = head.toString(16).padStart(2, '0').toUpperCase();
  return FREQUENT_SETS.test(digits) || KEY_STARTS.has(digits);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The later form: an EPC as in an RFID tag, in hexadecimals. */
const EPC_BINARY = /^eh[0-9A-Fa-f]{12,}$/;

const FREQUENT_SETS = /^(?:[0-3][A-F]|9[A-D]|A\d|C[0-9A-D])$/;

/** First two digits of the AIs that a compressed link can begin with: keys and their qualifiers. */
const KEY_STARTS: ReadonlySet<string> = new Set(
  [
    '00',
    '01',
    '10',
    '21',
    '22',
    '253',
    '255',
    '401',
    '402',
    '414',
    '417',
    '8003',
    '8004',
    '8006',
    '8010',
    '8013',
    '8017',
    '8018',
  ]
    .filter((ai) => findAi(ai) !== undefined)
    .map((ai) => ai.slice(0, 2)),
);
