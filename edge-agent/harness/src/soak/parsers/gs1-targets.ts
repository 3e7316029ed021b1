import {
  buildDigitalLink,
  checkDigit,
  classifyScan,
  expandUpcE,
  type Gs1Element,
  type InStoreRule,
  InStoreRules,
  parseBracketed,
  parseDigitalLink,
  parseElementString,
  parseScan,
  readInStore,
  ScanEvent,
  toBracketed,
  toElementString,
  toGtin14,
  toUpcE,
  writeInStore,
} from '@tillside/devices';
import { equal } from './equal.ts';
import { type Chunks, concat } from './inputs.ts';
import { Complaint, type ParserTarget, shown } from './target.ts';

const ELEMENT_STRINGS = [
  '010952123454321310LOT1\x1d17271231',
  '\x1d0109521234543213\x1d10LOT1\x1d21SER-7',
  '00106141411234567897',
  '01095212345432133103000420392212345',
  '800309521234543213A-7',
  '0109521234543213112701011527010117270101',
  '02095212345432133712\x1d00106141411234567897',
  '010952123454321370032706121315',
];
const LINKS = [
  'https://id.gs1.org/01/09521234543213',
  'https://id.gs1.org/01/09521234543213/22/2A/10/LOT1/21/7?17=271231&3103=000195',
  'https://example.com/shop/gtin/9521234543213?linkType=all&s=4',
  'http://brand.example/a/b/01/09521234543213/10/AB%2FC%2BD#top',
  'https://id.gs1.org/00/106141411234567897?02=09521234543213&37=12',
  'https://id.gs1.org/414/9521234543213/254/1-A',
];
/** What is scanned besides: trade items, in-store codes, payment codes, codes of ours, with and without AIM identifier. */
const CODES = [
  ']E06901234567892',
  ']E496385074',
  ']E0012345678905',
  ']E301234565',
  ']E02011122912346',
  ']I109521234543213',
  '6901234567892',
  '96385074',
  '2302148210869',
  '134567890123456789',
  ']Q1281234567890123456',
  'TM:8f3a2b',
  ']Q1TC:会员',
];
const ELEMENT_AIMS = [']C1', ']e0', ']d2', ']Q3', ']J1'];

/** Presets that cover the fields there are: price, weight, count, inner check digits, 13 and 18 digits. */
const IN_STORE = ['SE', 'NO', 'DK', 'DE', 'UK'];

/** The parsers of what a scan means, on text: bytes as Latin-1 where a scanner sends such, as UTF-8 where anything may come. */
export function gs1Targets(): ParserTarget[] {
  return [
    textTarget('gs1.element-string', 'latin1', ELEMENT_STRINGS, checkElementString),
    textTarget('gs1.bracketed', 'latin1', ELEMENT_STRINGS.map(bracketedOf), checkBracketed),
    textTarget('gs1.digital-link', 'latin1', LINKS, checkLink),
    textTarget('gs1.upc-e', 'latin1', ['123456', '01234565', '1123457', '04252614', '12345670'], checkUpcE),
    textTarget('gs1.scan', 'utf8', scans(), checkScan()),
    ...inStoreTargets(),
  ];
}

function textTarget(
  name: string,
  encoding: 'latin1' | 'utf8',
  samples: readonly string[],
  check: (text: string) => boolean,
): ParserTarget {
  return {
    name,
    samples: samples.map((text) => Uint8Array.from(Buffer.from(text, encoding))),
    check(chunks: Chunks) {
      const { buffer, byteOffset, length } = chunks.length === 1 ? (chunks[0] as Uint8Array) : concat(chunks);
      return check(Buffer.from(buffer, byteOffset, length).toString(encoding)) ? 1 : 0;
    },
  };
}

function checkElementString(text: string): boolean {
  const read = parseElementString(text);
  if (!read.ok) return placed(read.problem.position, text);
  return same(read.value, parseElementString(toElementString(read.value.elements)));
}

function checkBracketed(text: string): boolean {
  const read = parseBracketed(text);
  if (!read.ok) return placed(read.problem.position, text);
  return same(read.value, parseBracketed(toBracketed(read.value.elements)));
}

function bracketedOf(text: string): string {
  const read = parseElementString(text);
  return read.ok ? toBracketed(read.value.elements) : '(01)09521234543213';
}

/** Attributes come back sorted, parameters and fragment are not GS1's. */
function checkLink(text: string): boolean {
  const read = parseDigitalLink(text);
  if (!read.ok) return placed(read.problem.position, text);
  const { elements, stem, gtin } = read.value;
  const built = buildDigitalLink(elements, stem);
  if (!built.ok) throw new Complaint('NOT_GIVEN_BACK', `${shown(elements)}: ${built.problem.code}`);
  const again = parseDigitalLink(built.value);
  if (!again.ok) throw new Complaint('NOT_GIVEN_BACK', `${built.value}: ${again.problem.code}`);
  if (again.value.gtin !== gtin || !equal(sorted(again.value.elements), sorted(elements)))
    throw new Complaint('NOT_GIVEN_BACK', `${shown(elements)} comes back as ${shown(again.value.elements)}`);
  return true;
}

const sorted = (elements: readonly Gs1Element[]): Gs1Element[] =>
  [...elements].sort((one, other) => (one.ai < other.ai ? -1 : 1));

function checkUpcE(text: string): boolean {
  const read = expandUpcE(text);
  if (!read.ok) return placed(read.problem.position, text);
  if (toGtin14(read.value) === undefined) throw new Complaint('NOT_LAWFUL', read.value);
  const short = toUpcE(read.value);
  if (short === undefined) throw new Complaint('NOT_GIVEN_BACK', `${read.value} has no UPC-E`);
  return same(read.value, expandUpcE(short));
}

/** No encoder makes a scan of a meaning; the meaning is held to what a till may rely on, for an eighth of the texts to the whole contract of the event. */
function checkScan(): (text: string) => boolean {
  const inStore = InStoreRules.parse(['SE']);
  return (text) => {
    const scan = parseScan(text, { inStore });
    if (scan.data.length > 4_096) throw new Complaint('NOT_LAWFUL', `${scan.data.length} characters`);
    if (!scan.ok) return placed(scan.problem.position, text);
    if (scan.gtin !== undefined && toGtin14(scan.gtin) !== scan.gtin) throw new Complaint('NOT_LAWFUL', scan.gtin);
    if (scan.kind === 'payment' && !/^\d\d\*+$/.test(scan.data))
      throw new Complaint('PAYMENT_CODE_SHOWN', 'not masked');
    if (text.length % 8 === 0) {
      const event = { deviceId: 'd', at: '2026-01-01T00:00:00.000Z', type: 'scan', ...classifyScan(text, { inStore }) };
      const held = ScanEvent.safeParse(event);
      if (!held.success) throw new Complaint('NOT_LAWFUL', held.error.message.slice(0, 300));
    }
    return scan.kind !== 'text';
  };
}

function scans(): string[] {
  const elements = ELEMENT_STRINGS.filter((text) => !text.startsWith('\x1d'));
  return [
    ...ELEMENT_STRINGS.slice(0, 3),
    ...elements.map((text, place) => `${ELEMENT_AIMS[place % ELEMENT_AIMS.length]}${text}`),
    ...LINKS.map((link) => `]Q1${link}`),
    ...CODES,
  ];
}

function inStoreTargets(): ParserTarget[] {
  return IN_STORE.flatMap((preset) => {
    const rules = InStoreRules.parse([preset]);
    return [
      textTarget(`gs1.in-store-${preset.toLowerCase()}`, 'latin1', rules.map(sampleOf), (text) =>
        checkInStore(text, rules),
      ),
    ];
  });
}

function checkInStore(text: string, rules: readonly InStoreRule[]): boolean {
  const read = readInStore(text, rules);
  if (!read) return false;
  if (!read.ok) return placed(read.problem.position, text);
  const rule = rules.find(({ name, pattern }) => name === read.value.rule && fits(text, pattern));
  const written = rule && writeInStore(read.value, rule);
  if (!written?.ok)
    throw new Complaint('NOT_GIVEN_BACK', `${shown(read.value)}: ${written?.problem.code ?? 'no rule'}`);
  const again = readInStore(written.value, rules);
  if (!again) throw new Complaint('NOT_GIVEN_BACK', `${written.value} is read by no rule`);
  return same(read.value, again);
}

/** Rules of one name differ by their fixed digits; a shorter code may have zeros before it. */
const fits = (text: string, pattern: string): boolean => {
  const code = text.slice(text.length - pattern.length);
  return [...pattern].every((sign, place) => sign > '9' || sign === code[place]);
};

/** A code that a rule reads: its fixed digits, ones for the rest, check digits made right. */
function sampleOf(rule: InStoreRule): string {
  const digits = rule.pattern.replace(/[A-Z]/g, '1');
  for (let inner = 0; inner <= 9; inner++) {
    const trial = [...digits].map((digit, place) => (rule.pattern[place] === 'V' ? String(inner) : digit)).join('');
    const body = trial.slice(0, -1);
    const code = rule.pattern.endsWith('C') ? `${body}${checkDigit(body)}` : trial;
    if (readInStore(code, [rule])?.ok === true) return code;
  }
  throw new Error(`no lawful code for ${rule.pattern}`);
}

function same<T>(value: T, again: { ok: true; value: T } | { ok: false; problem: { code: string } }): true {
  if (!again.ok) throw new Complaint('NOT_GIVEN_BACK', `${shown(value)}: ${again.problem.code}`);
  if (!equal(again.value, value))
    throw new Complaint('NOT_GIVEN_BACK', `${shown(value)} comes back as ${shown(again.value)}`);
  return true;
}

/** A refusal; it points into the text or right behind it. */
function placed(position: number, text: string): false {
  if (!Number.isInteger(position) || position < 0 || position > text.length)
    throw new Complaint('NOT_LAWFUL', `position ${position} of ${text.length}`);
  return false;
}
