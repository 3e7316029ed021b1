/**
 * Reader of the GS1 Barcode Syntax Dictionary (`firmware-configs/data/gs1`), one line an entry:
 *
 *     AIs  [flags]  component...  [key=value...]  [# title]
 *
 * The format is told in the head of that file. Only the generator of `ai-table.generated.ts` and tests use this; a running
 * program has the table.
 */

/** N digits, X character set 82, Y character set 39, Z base64 for file names (GS1 General Specifications, 7.11). */
export type CharacterSet = 'N' | 'X' | 'Y' | 'Z';

/** A part of an AI's value. `min` and `max` are lengths in characters; only the last part may vary in length. */
export interface AiComponent<Linter extends string = string> {
  readonly set: CharacterSet;
  readonly min: number;
  readonly max: number;
  /** May be absent, together with all after it. */
  readonly optional: boolean;
  readonly linters: readonly Linter[];
}

/** One entry: one AI or a range of AIs of the same build. In patterns of AIs, `n` stands for any digit: `310n`. */
export interface AiEntry<Linter extends string = string> {
  /** First AI; for a single AI the same as `last`. */
  readonly first: string;
  readonly last: string;
  /** Needs no FNC1 after it: its length follows from its first two digits. */
  readonly predefinedLength: boolean;
  /** May stand in the query of a GS1 Digital Link URI. */
  readonly dataAttribute: boolean;
  readonly components: readonly AiComponent<Linter>[];
  /** All of these must hold; each holds when one of its groups is there; a group is there when each of its patterns is. */
  readonly requires: readonly (readonly (readonly string[])[])[];
  /** Patterns of AIs that must not stand beside this one; an AI never excludes itself. */
  readonly excludes: readonly string[];
  /** There when the AI is a primary key of Digital Link: allowed sequences of qualifiers, each optional but in order. `[]`: none. */
  readonly primaryKey?: readonly (readonly string[])[];
  /** Data title by the GS1 General Specifications; empty where the dictionary has none. */
  readonly title: string;
}

const ENTRY = /^(\d{2,4})(?:-(\d{2,4}))?\s+(?:([*!?"$%&'()+,\-./:;<=>@[\\\]^_`{|}~]+)\s+)?(\S.*)$/;
const COMPONENT = /^(\[)?([NXYZ])(\.\.)?([1-9]\d?)(\])?((?:,[a-z0-9]+)*)$/;
const PATTERN = '\\d+n*';
const GROUP = `${PATTERN}(?:\\+${PATTERN})*`;
const REQ = new RegExp(`^${GROUP}(?:,${GROUP})*$`);
const EX = new RegExp(`^${PATTERN}(?:,${PATTERN})*$`);
const QUALIFIERS = /^\d+(?:,\d+)*(?:\|\d+(?:,\d+)*)*$/;

/** Reads the whole text. Throws on a line that is not of the format: the text is a part of this product, not input. */
export function parseDictionary(text: string): AiEntry[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'))
    .map(({ line, number }) => {
      try {
        return parseEntry(line);
      } catch (error) {
        throw new Error(`Syntax dictionary, line ${number}: ${(error as Error).message}`);
      }
    });
}

/** Reads one entry. Throws when it is not of the format. */
export function parseEntry(line: string): AiEntry {
  const hash = line.indexOf('#');
  const match = ENTRY.exec((hash < 0 ? line : line.slice(0, hash)).trim());
  const [, first = '', last = first, flags = '', rest = ''] = match ?? [];
  if (!match || first.length !== last.length || first > last) throw new Error('no AI or range of AIs');
  const unknown = flags.replace(/[*?]/g, '');
  if (unknown) throw new Error(`unknown flag ${unknown}`);
  const words = rest.split(/\s+/);
  const isComponent = (word: string): boolean => COMPONENT.test(word);
  const split = words.findIndex((word) => !isComponent(word));
  const components = words.slice(0, split < 0 ? words.length : split).map(parseComponent);
  checkOrder(components);
  return {
    first,
    last,
    predefinedLength: flags.includes('*'),
    dataAttribute: flags.includes('?'),
    components,
    ...parseAttributes(split < 0 ? [] : words.slice(split)),
    title: hash < 0 ? '' : line.slice(hash + 1).trim(),
  };
}

function parseComponent(word: string): AiComponent {
  const [, open, set, variable, length, close, linters = ''] = COMPONENT.exec(word) ?? [];
  if (Boolean(open) !== Boolean(close)) throw new Error(`brackets of ${word} do not match`);
  const max = Number(length);
  return {
    set: set as CharacterSet,
    min: variable ? 1 : max,
    max,
    optional: Boolean(open),
    linters: linters === '' ? [] : linters.slice(1).split(','),
  };
}

function checkOrder(components: readonly AiComponent[]): void {
  if (components.length === 0) throw new Error('no component');
  components.forEach((component, index) => {
    const next = components[index + 1];
    if (next && component.min !== component.max) throw new Error('only the last component may vary in length');
    if (next && component.optional && !next.optional) throw new Error('a mandatory component after an optional one');
  });
}

function parseAttributes(words: readonly string[]): Pick<AiEntry, 'requires' | 'excludes' | 'primaryKey'> {
  const requires: string[][][] = [];
  const excludes: string[] = [];
  let primaryKey: string[][] | undefined;
  for (const word of words) {
    const [, key, value = ''] = /^([^=]+)=(.*)$/.exec(word) ?? [];
    if (key === 'req' && REQ.test(value)) requires.push(value.split(',').map((group) => group.split('+')));
    else if (key === 'ex' && EX.test(value)) excludes.push(...value.split(','));
    else if (word === 'dlpkey') primaryKey = [];
    else if (key === 'dlpkey' && QUALIFIERS.test(value)) primaryKey = value.split('|').map((list) => list.split(','));
    else throw new Error(`unknown attribute ${word}`);
  }
  return { requires, excludes, ...(primaryKey === undefined ? {} : { primaryKey }) };
}
