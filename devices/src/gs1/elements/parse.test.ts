import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigit } from '../gtin.ts';
import type { Gs1Element } from '../types.ts';
import { type Ai, allAis, findAi } from './ai.ts';
import type { AiComponent } from './dictionary.ts';
import { SET_82 } from './linters/characters.ts';
import { COUNTRIES, COUNTRIES_ALPHA2, CURRENCIES, PACKAGE_TYPES } from './linters/code-lists.ts';
import { LINTERS } from './linters.ts';
import { checkElements } from './pairs.ts';
import { parseBracketed, parseElementString, readElementString } from './parse.ts';
import { toBracketed, toElementString } from './render.ts';

/** Codes as they are met, a row for each family of AIs: as people write them, and as a scanner sends them. */
const GOOD: readonly (readonly [bracketed: string, scanned: string])[] = [
  ['(01)09521234543213', '0109521234543213'],
  ['(01)09521234543213(17)271231(10)LOT1', '01095212345432131727123110LOT1'],
  ['(01)09521234543213(10)LOT1(17)271231(21)S/N-9', '010952123454321310LOT1\x1d1727123121S/N-9'],
  ['(01)09521234543213(10)A\\(1)(17)271200', '010952123454321310A(1)\x1d17271200'],
  ['(00)395060001343300016', '00395060001343300016'],
  ['(00)395060001343300016(02)09521234543213(37)48', '003950600013433000160209521234543213' + '3748'],
  ['(01)19521234543210(3103)001500(15)260731', '0119521234543210310300150015260731'],
  ['(01)09521234543213(3103)001500(3922)1299', '010952123454321331030015003922' + '1299'],
  ['(01)09521234543213(30)6(3932)1561299', '010952123454321330' + '6\x1d3932' + '1561299'],
  ['(01)09521234543213(20)01(22)CPV(235)TPX', '0109521234543213200122CPV\x1d235TPX'],
  ['(01)09521234543213(21)7(8030)AQID_-==', '0109521234543213217\x1d8030AQID_-=='],
  ['(253)9506000134307SERIAL', '2539506000134307SERIAL'],
  ['(255)9506000134314000000000001(3900)500', '2559506000134314000000000001\x1d3900500'],
  ['(255)9506000134314(3940)0500(17)261231', '2559506000134314\x1d39400500\x1d17261231'],
  ['(400)PO-1(410)9506000134321', '400PO-1\x1d4109506000134321'],
  ['(401)9506000134GINC', '4019506000134GINC'],
  ['(402)95060001343300022', '40295060001343300022'],
  ['(414)9506000134321(254)SHELF-1', '4149506000134321254SHELF-1'],
  ['(415)9506000134321(8020)BILL-1(3912)1569900', '4159506000134321' + '8020BILL-1\x1d3912' + '1569900'],
  [
    '(415)9506000134321(8020)BILL-1(8007)GB82WEST12345698765432(12)261231',
    '41595060001343218020BILL-1\x1d8007GB82WEST12345698765432\x1d12261231',
  ],
  ['(417)9506000134321(7040)1ABC', '417950600013432170401ABC'],
  ['(421)156100000', '421156100000'],
  ['(01)09521234543213(423)156392840', '0109521234543213' + '423156392840'],
  ['(01)09521234543213(422)156(427)SH', '0109521234543213' + '422156\x1d427SH'],
  [
    '(00)395060001343300016(4302)Nanjing%20Lu%201(4307)CN(4309)1212304000121473500' + '0',
    '00395060001343300016' + '4302Nanjing%20Lu%201\x1d4307CN\x1d430912123040001214735000',
  ],
  [
    '(00)395060001343300016(4324)2612240800(4321)0(4333)001800-',
    '00395060001343300016' + '43242612240800\x1d43210\x1d4333001800-',
  ],
  ['(01)09521234543213(7003)2612312359', '0109521234543213' + '70032612312359'],
  ['(01)09521234543213(7007)260101260105(7005)27', '0109521234543213' + '7007260101260105\x1d700527'],
  ['(01)09521234543213(7011)2601312359', '0109521234543213' + '70112601312359'],
  ['(01)09521234543213(7030)156ABATTOIR-1(7031)999CUT', '0109521234543213' + '7030156ABATTOIR-1\x1d7031999CUT'],
  ['(00)395060001343300016(7041)PX', '00395060001343300016' + '7041PX'],
  ['(01)09521234543213(713)CN123(7230)EMCERT', '0109521234543213' + '713CN123\x1d7230EMCERT'],
  ['(8018)950600013430000016(8019)1(7250)19870515(7252)2', '8018950600013430000016\x1d80191\x1d725019870515\x1d72522'],
  ['(8018)950600013430000016(7259)A(7258)1/2(7241)01', '8018950600013430000016\x1d7259A\x1d72581/2\x1d724101'],
  ['(8017)950600013430000023(8019)99', '8017950600013430000023\x1d801999'],
  ['(01)09521234543213(8001)12345678901210', '0109521234543213' + '800112345678901210'],
  ['(8003)09506000134369CRATE7', '800309506000134369CRATE7'],
  ['(8004)9506000134ASSET(7040)1ABC', '80049506000134ASSET\x1d70401ABC'],
  ['(01)09521234543213(8005)001299', '0109521234543213' + '8005001299'],
  ['(8006)095212345432130102(21)1', '8006095212345432130102\x1d211'],
  ['(8026)095212345432130102(00)395060001343300016(37)5', '8026095212345432130102\x1d00395060001343300016375'],
  ['(01)09521234543213(8008)26123123', '0109521234543213' + '800826123123'],
  ['(01)09521234543213(8008)261231235959', '0109521234543213' + '8008261231235959'],
  ['(8010)9506PART-7#(8011)12', '80109506PART-7#\x1d801112'],
  ['(8013)1987654Ad4X4bL5ttr2310c2K', '80131987654Ad4X4bL5ttr2310c2K'],
  ['(01)09521234543213(8014)9506000134ABA4', '0109521234543213' + '80149506000134ABA4'],
  [
    '(01)09521234543213(21)1(8040)123456789012345(8043)123456789012345678',
    '0109521234543213211\x1d8040123456789012345\x1d8043123456789012345678',
  ],
  ['(8110)106141416543213500110000310123196000', '8110106141416543213500110000310123196000'],
  ['(8112)001234561234560123456', '8112001234561234560123456'],
  ['(01)09521234543213(8200)https://example.cn', '0109521234543213' + '8200https://example.cn'],
  ['(90)ABC(99)x', '90ABC\x1d99x'],
];

describe.each(GOOD)('%s', (bracketed, scanned) => {
  it('is read from both forms, alike, and written back', () => {
    const fromScan = parseElementString(scanned);
    expect(fromScan).toMatchObject({ ok: true });
    expect(parseBracketed(bracketed)).toEqual(fromScan);
    const { elements } = fromScan.ok ? fromScan.value : { elements: [] };
    expect(toElementString(elements)).toBe(scanned);
    expect(toBracketed(elements)).toBe(bracketed);
    expect(checkElements(elements)).toBeUndefined();
  });

  it('is read with a leading separator, and with one at the end', () => {
    expect(parseElementString(`\x1d${scanned}`)).toEqual(parseElementString(scanned));
    expect(parseElementString(`${scanned}\x1d`)).toEqual(parseElementString(scanned));
  });
});

describe('parseElementString', () => {
  it('gives title and GTIN', () => {
    expect(parseElementString('010952123454321310LOT1')).toEqual({
      ok: true,
      value: {
        gtin: '09521234543213',
        elements: [
          { ai: '01', value: '09521234543213', title: 'GTIN' },
          { ai: '10', value: 'LOT1', title: 'BATCH/LOT' },
        ],
      },
    });
    const sscc = parseElementString('00395060001343300016');
    expect(sscc.ok && 'gtin' in sscc.value).toBe(false);
  });

  it('tolerates a separator after a value of predefined length', () => {
    expect(parseElementString('0109521234543213\x1d17271231\x1d10A')).toEqual(
      parseElementString('01095212345432131727123110A'),
    );
  });

  it('takes the same element twice', () => {
    const twice = parseElementString('0109521234543213' + '0109521234543213');
    expect(twice.ok && twice.value.elements.length).toBe(2);
  });

  it('reads one of several codes of an item without the rules between elements', () => {
    expect(parseElementString('10LOT1')).toMatchObject({ ok: false, problem: { code: 'ELEMENT_REQUIRES' } });
    expect(readElementString('10LOT1')).toMatchObject({ ok: true });
    expect(readElementString('17271331')).toMatchObject({ ok: false, problem: { code: 'ELEMENT_MONTH' } });
  });
});

describe('checkElements', () => {
  const elements = (bracketed: string): Gs1Element[] =>
    [...bracketed.matchAll(/\((\d+)\)([^(]*)/g)].map(([, ai = '', value = '']) => ({ ai, value, title: '' }));

  it.each([
    ['(90)A(90)B', 'ELEMENT_REPEATED', 1, '(90)'],
    ['(3940)1(3941)1(255)1', 'ELEMENT_EXCLUDES', 1, '(3940) and (3941)'],
    ['(37)1(01)1', 'ELEMENT_EXCLUDES', 1, '(01) and (37)'],
    ['(99)1(21)A', 'ELEMENT_REQUIRES', 1, '(21) needs (01) or (03) or (8006)'],
    ['(01)1(250)A', 'ELEMENT_REQUIRES', 1, '(250) needs (01) with (21) or (03) with (21) or (8006) with (21)'],
    ['(8030)A(255)9506000134314', 'ELEMENT_KEY_NOT_SERIALISED', 1, '(255)'],
  ])('%s: %s', (bracketed, problem, element, detail) => {
    expect(checkElements(elements(bracketed))).toEqual({ problem, element, detail });
  });

  it.each(['', '(89)A(89)A', '(01)1(3925)1(3165)1', '(01)1(21)A(250)B', '(8030)A(255)95060001343141', '(3100)1(01)1'])(
    'finds nothing in %s',
    (bracketed) => expect(checkElements(elements(bracketed))).toBeUndefined(),
  );
});

/** Values that the linters of a part accept; parts without linters hold any characters of their set. */
function partOf(part: AiComponent): fc.Arbitrary<string> {
  const { set, min, max, linters } = part;
  const set39 = '#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const alphabet = { N: '0123456789', X: SET_82, Y: set39, Z: SET_82.replace(/[^-\w]/g, '') }[set];
  const plain = fc.string({ unit: fc.constantFrom(...alphabet), minLength: min, maxLength: max });
  const made = MADE[linters.find((name) => name in MADE) ?? ''];
  if (made) return made(part);
  if (linters.includes('csum')) {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: max - 1, maxLength: max - 1 });
    return digits.map((body) => `${body}${checkDigit(body)}`);
  }
  if (linters.includes('gcppos1')) return plain.map((text) => `9506${text}`.slice(0, max));
  return plain;
}

const oneOf =
  (list: Iterable<string>): (() => fc.Arbitrary<string>) =>
  () =>
    fc.constantFrom(...list);
const padded = (min: number, max: number, length: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((number) => String(number).padStart(length, '0'));
const dateOf = (yearDigits: number) => () =>
  fc
    .tuple(padded(1951, 2049, 4), padded(1, 12, 2), padded(1, 28, 2))
    .map((parts) => parts.join('').slice(4 - yearDigits));

/** Makers of values for linters that plain characters do not satisfy. */
const MADE: Readonly<Record<string, (part: AiComponent) => fc.Arbitrary<string>>> = {
  couponcode: oneOf(['012345612345611110123', '106141416543213500110000310123196000']),
  couponposoffer: oneOf(['001234561234560123456']),
  csumalpha: oneOf(['1987654Ad4X4bL5ttr2310c2K', '9506000134ABA4']),
  hasnondigit: oneOf(['9506000134ABA4']),
  hh: () => padded(0, 23, 2),
  hhmi: () => fc.tuple(padded(0, 23, 2), padded(0, 59, 2)).map((parts) => parts.join('')),
  hyphen: oneOf(['-']),
  iban: oneOf(['GB82WEST12345698765432', 'DE89370400440532013000']),
  importeridx: oneOf('-_0aZ'),
  iso3166: oneOf(COUNTRIES),
  iso3166999: oneOf([...COUNTRIES, '999']),
  iso3166alpha2: oneOf(COUNTRIES_ALPHA2),
  iso4217: oneOf(CURRENCIES),
  iso5218: oneOf('0129'),
  latitude: () => padded(0, 1_800_000_000, 10),
  longitude: () => padded(0, 3_600_000_000, 10),
  mediatype: oneOf(['01', '10', '80', '99']),
  mi: () => padded(0, 59, 2),
  nonzero: ({ max }) => padded(1, 9, max),
  nozeroprefix: () => padded(1, 999, 1),
  packagetype: oneOf([...PACKAGE_TYPES]),
  pcenc: oneOf(['A', '%E4%B8%AD', 'a(b']),
  pieceoftotal: () => fc.tuple(padded(1, 9, 2), padded(9, 99, 2)).map((parts) => parts.join('')),
  posinseqslash: oneOf(['1/1', '1/2', '2/9']),
  ss: () => padded(0, 59, 2),
  winding: oneOf('019'),
  yesno: oneOf('01'),
  yymmd0: dateOf(2),
  yymmdd: dateOf(2),
  yyyymmdd: dateOf(4),
  zero: oneOf('0'),
};

function elementOf(ai: Ai): fc.Arbitrary<Gs1Element> {
  const mandatory = ai.components.filter(({ optional }) => !optional).length;
  return fc
    .integer({ min: mandatory, max: ai.components.length })
    .chain((count) => fc.tuple(...ai.components.slice(0, count).map(partOf)))
    .map((parts) => ({ ai: ai.ai, value: parts.join(''), title: ai.title }));
}

describe('properties', () => {
  const everyAi = allAis();
  const elements = fc.array(fc.constantFrom(...everyAi).chain(elementOf), { minLength: 1, maxLength: 12 });

  it('has a maker for every linter, so that every AI is tried', () => {
    const plain = ['csum', 'gcppos1', 'gcppos2'];
    expect(Object.keys(LINTERS).filter((name) => !(name in MADE) && !plain.includes(name))).toEqual([]);
  });

  it('every AI alone: written, read, the same', () => {
    for (const ai of everyAi) {
      for (const element of fc.sample(elementOf(ai), { numRuns: 4, seed: 4 })) {
        const back = readElementString(toElementString([element]));
        expect(back.ok ? back.value.elements : back.problem, ai.ai).toEqual([element]);
      }
    }
  });

  it('elements -> string -> the same elements', () => {
    fc.assert(
      fc.property(elements, (list) => {
        const back = readElementString(toElementString(list));
        expect(back.ok ? back.value.elements : back.problem).toEqual(list);
      }),
      { numRuns: 500 },
    );
  });

  it('elements -> bracketed -> the same elements, or a rule between them that is broken', () => {
    fc.assert(
      fc.property(elements, (list) => {
        const back = parseBracketed(toBracketed(list));
        const broken = checkElements(list);
        if (broken) expect(back).toMatchObject({ ok: false, problem: { code: broken.problem } });
        else expect(back.ok ? back.value.elements : back.problem).toEqual(list);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, points into the text, and takes nothing that it would not write back', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789\x1d'), maxLength: 60 });
    const near = elements.chain((list) =>
      fc
        .tuple(fc.constant(toElementString(list)), fc.nat(), fc.string({ maxLength: 2 }))
        .map(
          ([text, at, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1),
        ),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), digits, near), (text) => {
        for (const parse of [parseElementString, parseBracketed, readElementString]) {
          const result = parse(text);
          if (!result.ok) {
            expect(result.problem.position).toBeGreaterThanOrEqual(0);
            expect(result.problem.position).toBeLessThanOrEqual(text.length);
          } else {
            const again = readElementString(toElementString(result.value.elements));
            expect(again).toEqual(result);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is bounded: the longest text of the shortest elements', () => {
    const one = toElementString([{ ai: '90', value: 'A', title: '' }]);
    const text = Array.from({ length: 1024 }, () => one).join('\x1d');
    expect(text.length).toBe(4095);
    const read = readElementString(text);
    expect(read.ok && read.value.elements.length).toBe(1024);
    expect(findAi('90')?.predefinedLength).toBe(false);
  });
});
