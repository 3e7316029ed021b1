import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAi } from '../elements/ai.ts';
import { checkDigit } from '../gtin.ts';
import type { Gs1Element } from '../types.ts';
import { buildDigitalLink, checkStem, claimsDigitalLink, parseDigitalLink } from './index.ts';

const GTIN = '09521234543213';

/** Elements in brackets, or the code and position of the refusal. */
function read(uri: string): string {
  const link = parseDigitalLink(uri);
  if (!link.ok) return `${link.problem.code} ${link.problem.position}`;
  return link.value.elements.map(({ ai, value }) => `(${ai})${value}`).join('');
}

function element(bracketed: string): Gs1Element {
  const [, ai = '', value = ''] = /^\((\d+)\)(.*)$/s.exec(bracketed) ?? [];
  return { ai, value, title: findAi(ai)?.title ?? '' };
}

const elements = (...list: string[]) => list.map(element);

describe('parseDigitalLink', () => {
  it.each([
    ['a GTIN', `https://id.gs1.org/01/${GTIN}`, `(01)${GTIN}`],
    ['qualifiers', `https://id.gs1.org/01/${GTIN}/22/A/10/B/21/C`, `(01)${GTIN}(22)A(10)B(21)C`],
    ['some of the qualifiers', `https://id.gs1.org/01/${GTIN}/22/A/21/C`, `(01)${GTIN}(22)A(21)C`],
    ['the other sequence', `https://id.gs1.org/01/${GTIN}/235/T?10=B`, `(01)${GTIN}(235)T(10)B`],
    ['attributes', `https://id.gs1.org/01/${GTIN}?3103=000195&17=271231`, `(01)${GTIN}(3103)000195(17)271231`],
    [
      'attributes parted by ;',
      `https://id.gs1.org/01/${GTIN}?3103=000195;17=271231`,
      `(01)${GTIN}(3103)000195(17)271231`,
    ],
    ['a second key', `https://id.gs1.org/8004/9521234ABC?01=${GTIN}`, `(8004)9521234ABC(01)${GTIN}`],
    ['a domain and a path of its own', `https://example.com/a/b/01/${GTIN}`, `(01)${GTIN}`],
    ['http and capitals', `HTTP://EXAMPLE.com/01/${GTIN}`, `(01)${GTIN}`],
    ['a port', `https://example.com:8443/01/${GTIN}`, `(01)${GTIN}`],
    ['an IPv6 address', `https://[2001:db8::1]/01/${GTIN}`, `(01)${GTIN}`],
    ['the last key of several', `https://example.com/01/${GTIN}/00/952012345678912345`, '(00)952012345678912345'],
    ['a value that looks like a key', `https://example.com/01/${GTIN}/10/01`, `(01)${GTIN}(10)01`],
    ['percent-encoding in either case', `https://id.gs1.org/01/${GTIN}/10/a%2fb%2F%25`, `(01)${GTIN}(10)a/b/%`],
    ['a double quote, encoded or not', `https://id.gs1.org/01/${GTIN}/10/"A%22?240="`, `(01)${GTIN}(10)"A"(240)"`],
    ['a plus in the path', `https://id.gs1.org/01/${GTIN}/10/A+B`, `(01)${GTIN}(10)A+B`],
    ['an encoded plus in the query', `https://id.gs1.org/01/${GTIN}?240=A%2BB`, `(01)${GTIN}(240)A+B`],
    ['empty parameters', `https://id.gs1.org/01/${GTIN}?&&17=271231&&`, `(01)${GTIN}(17)271231`],
    ['a bare question mark and hash', `https://id.gs1.org/01/${GTIN}?#`, `(01)${GTIN}`],
    ['a GTIN-13', 'https://example.com/01/9521234543213', `(01)${GTIN}`],
    ['a GTIN-12', 'https://example.com/01/036000291452', '(01)00036000291452'],
    ['a GTIN-8', 'https://example.com/01/96385074', '(01)00000096385074'],
    [
      'a short GTIN in the query',
      'https://example.com/8004/9521234ABC?01=9521234543213',
      `(8004)9521234ABC(01)${GTIN}`,
    ],
    [
      'names of before',
      `https://example.com/gtin/${GTIN}/cpv/A/lot/B/ser/C?exp=271231`,
      `(01)${GTIN}(22)A(10)B(21)C(17)271231`,
    ],
    ['a GLN with extension', 'https://id.gs1.org/414/9521234567899/254/32a%2Fb', '(414)9521234567899(254)32a/b'],
  ])('reads %s', (_, uri, expected) => expect(read(uri)).toBe(expected));

  it.each([
    ['party', '417'],
    ['sscc', '00'],
    ['gsrn', '8018'],
    ['gsrnp', '8017'],
    ['gln', '414'],
    ['itip', '8006'],
    ['grai', '8003'],
    ['giai', '8004'],
    ['gdti', '253'],
    ['gcn', '255'],
    ['ginc', '401'],
    ['gsin', '402'],
    ['cpid', '8010'],
    ['gmn', '8013'],
  ])('knows /%s/ as AI (%s)', (alias, ai) => {
    const [short, long] = [alias, ai].map((name) => parseDigitalLink(`https://example.com/${name}/1`));
    expect(short).toEqual(
      long?.ok === false ? { ...long, problem: { ...long.problem, position: expect.any(Number) } } : long,
    );
  });

  it.each([
    ['no address', `01${GTIN}`, 'LINK_NOT_A_URI 0'],
    ['another scheme', `ftp://example.com/01/${GTIN}`, 'LINK_NOT_A_URI 0'],
    ['a blank', `https://example.com/01/${GTIN} `, 'LINK_CHARACTER 37'],
    ['a character that must be encoded', `https://example.com/01/${GTIN}/10/<`, 'LINK_CHARACTER 41'],
    ['a letter beyond ASCII', 'https://example.com/店/01/09521234543213', 'LINK_CHARACTER 20'],
    ['a cut escape', `https://example.com/01/${GTIN}/10/A%2`, 'LINK_PERCENT 42'],
    ['an escape that is none', `https://example.com/01/${GTIN}?240=A%2G`, 'LINK_PERCENT 43'],
    ['no host', `https:///01/${GTIN}`, 'LINK_HOST 8'],
    ['a user name', `https://me@example.com/01/${GTIN}`, 'LINK_HOST 8'],
    ['a port beyond the last', `https://example.com:65536/01/${GTIN}`, 'LINK_HOST 8'],
    ['no path', 'https://example.com', 'LINK_NO_KEY 19'],
    ['no key', 'https://example.com/about/us', 'LINK_NO_KEY 20'],
    ['a name in capitals', `https://example.com/GTIN/${GTIN}`, 'LINK_NO_KEY 20'],
    ['a slash at the end', `https://example.com/01/${GTIN}/`, 'LINK_TRAILING_SLASH 37'],
    ['a lonely AI', `https://example.com/01/${GTIN}/10`, 'LINK_ODD_PATH 38'],
    ['an empty value in the path', 'https://example.com/01//10/A', 'LINK_EMPTY_VALUE 23'],
    ['an empty value at the end', `https://example.com/01/${GTIN}/10/`, 'LINK_EMPTY_VALUE 41'],
    ['an AI that is none, in the path', `https://example.com/01/${GTIN}/89/A`, 'LINK_UNKNOWN_AI 38'],
    ['an AI that is none, in the query', `https://example.com/01/${GTIN}?89=A`, 'LINK_UNKNOWN_AI 38'],
    ['digits that are no AI', `https://example.com/01/${GTIN}?999=A`, 'LINK_UNKNOWN_AI 38'],
    ['wrong order', `https://example.com/01/${GTIN}/21/A/10/B`, 'LINK_QUALIFIER 43'],
    ['two sequences mixed', `https://example.com/01/${GTIN}/10/A/235/B`, 'LINK_QUALIFIER 43'],
    ['an attribute in the path', `https://example.com/01/${GTIN}/17/271231`, 'LINK_QUALIFIER 38'],
    ['a qualifier twice', `https://example.com/01/${GTIN}/10/A/10/A`, 'LINK_QUALIFIER 43'],
    ['a qualifier in the query', `https://example.com/01/${GTIN}?10=A`, 'LINK_QUALIFIER_IN_QUERY 38'],
    ['an AI that no query may hold', `https://example.com/01/${GTIN}?8200=A`, 'LINK_NOT_AN_ATTRIBUTE 38'],
    ['the key again', `https://example.com/01/${GTIN}?01=${GTIN}`, 'LINK_DUPLICATE_AI 38'],
    ['an attribute twice', `https://example.com/01/${GTIN}?17=271231&17=271231`, 'LINK_DUPLICATE_AI 48'],
    ['an attribute without value', `https://example.com/01/${GTIN}?17=`, 'LINK_EMPTY_VALUE 41'],
    ['an attribute without =', `https://example.com/01/${GTIN}?17`, 'LINK_EMPTY_VALUE 38'],
    ['a plus in the query', `https://example.com/01/${GTIN}?240=A+B`, 'LINK_PLUS 43'],
    ['a wrong check digit', 'https://example.com/01/09521234543214', 'ELEMENT_CHECK_DIGIT 36'],
    ['a wrong check digit of a GTIN-13', 'https://example.com/01/9521234543214', 'ELEMENT_CHECK_DIGIT 35'],
    ['a GTIN of eleven digits', 'https://example.com/01/95212345432', 'ELEMENT_TOO_SHORT 34'],
    ['a byte that no value holds', `https://example.com/01/${GTIN}/10/AB%20C`, 'ELEMENT_CHARACTER 43'],
    ['a date that is none', `https://example.com/01/${GTIN}?17=270231`, 'ELEMENT_DAY 45'],
    ['an element without its partner', 'https://example.com/414/9521234567899?17=271231', 'ELEMENT_REQUIRES 38'],
    ['a compressed link', 'https://example.com/HxHKVAdpQhCTxbrOF_yEFcx_4a2GeAh1', 'LINK_COMPRESSED 20'],
    ['a half compressed link', `https://example.com/01/${GTIN}/HxHKVAdpQhCTxbrOF_yE`, 'LINK_COMPRESSED 38'],
    ['an EPC', 'https://example.com/eh3074257bf7194e4000001a85', 'LINK_COMPRESSED 20'],
  ])('refuses %s', (_, uri, expected) => expect(read(uri)).toBe(expected));

  it('tells domain, stem, parameters and fragment', () => {
    const link = parseDigitalLink(
      `HTTPS://Example.COM:443/Shop/01/${GTIN}?linkType=gs1%3Apip&17=271231&flag&exp=1#Top`,
    );
    expect(link).toMatchObject({
      ok: true,
      value: {
        gtin: GTIN,
        pathLength: 1,
        domain: 'example.com:443',
        stem: 'https://example.com:443/Shop',
        canonical: false,
        parameters: [
          { name: 'linkType', value: 'gs1:pip' },
          { name: 'flag', value: '' },
          { name: 'exp', value: '1' },
        ],
        fragment: 'Top',
      },
    });
  });

  it.each([
    [`https://id.gs1.org/01/${GTIN}/10/A%2FB?17=271231&3103=000195`, true],
    [`http://id.gs1.org/01/${GTIN}`, false],
    [`https://ID.gs1.org/01/${GTIN}`, false],
    [`https://example.com/01/${GTIN}`, false],
    ['https://id.gs1.org/01/9521234543213', false],
    [`https://id.gs1.org/gtin/${GTIN}`, false],
    [`https://id.gs1.org/01/${GTIN}/10/A%2fB`, false],
    [`https://id.gs1.org/01/${GTIN}?3103=000195&17=271231`, false],
    [`https://id.gs1.org/01/${GTIN}/10/"`, false],
    [`https://id.gs1.org/01/${GTIN}?linkType=all`, false],
    [`https://id.gs1.org/01/${GTIN}#top`, false],
  ])('%s canonical: %s', (uri, canonical) => {
    expect(parseDigitalLink(uri)).toMatchObject({ ok: true, value: { canonical } });
  });

  it('never throws, and points into the text', () => {
    const part = fc.constantFrom(
      '/01/',
      GTIN,
      '/10/',
      '?',
      '&',
      '#',
      '17=',
      '%',
      '%2F',
      '271231',
      '/',
      ';',
      'gtin',
      '\x1d',
      '店',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 5 })), { maxLength: 12 }), (parts) => {
        const uri = `https://a${parts.join('')}`;
        const link = parseDigitalLink(uri);
        if (link.ok) expect(link.value.elements.length).toBeGreaterThan(0);
        else expect(link.problem.position).toBeLessThanOrEqual(uri.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('claimsDigitalLink', () => {
  it.each([
    ['https://id.gs1.org/whatever', true],
    ['https://example.com/01/09521234543214', true],
    ['https://example.com/a/gtin/09521234543214/', true],
    [`https://example.com/01/${GTIN}/10/%ZZ`, true],
    ['https://example.com/01/123', false],
    ['https://example.com/2024/01/report', false],
    ['https://u.wechat.com/EHHYAmKKKqcbBV', false],
    ['01/09521234543213', false],
  ])('%s: %s', (text, claims) => expect(claimsDigitalLink(text)).toBe(claims));
});

describe('buildDigitalLink', () => {
  it.each([
    [
      'in the order of the standard',
      ['(17)271231', '(21)C', '(10)B', '(3103)000195', `(01)${GTIN}`],
      `/01/${GTIN}/10/B/21/C?17=271231&3103=000195`,
    ],
    ['encoded', [`(01)${GTIN}`, '(10)a/b+c%'], `/01/${GTIN}/10/a%2Fb%2Bc%25`],
    ['the first of two keys', ['(253)9521234567899', `(8004)9521234ABC`], '/253/9521234567899?8004=9521234ABC'],
    [
      'the key that leaves a place for all',
      ['(253)9521234567899', `(01)${GTIN}`, '(21)C'],
      `/01/${GTIN}/21/C?253=9521234567899`,
    ],
    ['the sequence that leaves a place for all', [`(01)${GTIN}`, '(10)B', '(235)T'], `/01/${GTIN}/235/T?10=B`],
    ['a repeated element once', [`(01)${GTIN}`, `(01)${GTIN}`], `/01/${GTIN}`],
  ])('writes %s', (_, list, expected) => {
    expect(buildDigitalLink(elements(...list))).toEqual({ ok: true, value: `https://id.gs1.org${expected}` });
  });

  it.each([
    ['no element', [], 'LINK_NO_KEY 0'],
    ['no key', ['(99)A'], 'LINK_NO_KEY 0'],
    ['an AI that is none', [`(01)${GTIN}`, '(89)A'], 'LINK_UNKNOWN_AI 1'],
    ['a bad value', [`(01)${GTIN}`, '(17)271331'], 'ELEMENT_MONTH 1'],
    ['a missing partner', ['(10)A'], 'ELEMENT_REQUIRES 0'],
    ['an element without place', [`(01)${GTIN}`, '(8200)A'], 'LINK_NO_PLACE 1'],
    ['an element that only mixed sequences could hold', [`(01)${GTIN}`, '(22)A', '(235)T'], 'LINK_NO_PLACE 2'],
  ])('refuses %s', (_, list, expected) => {
    const link = buildDigitalLink(elements(...list));
    expect(link.ok ? link.value : `${link.problem.code} ${link.problem.position}`).toBe(expected);
  });

  it("takes a stem of one's own, and refuses one that none can be", () => {
    const link = (stem: string) => buildDigitalLink(elements(`(01)${GTIN}`), stem);
    expect(link('https://example.com/a/')).toEqual({ ok: true, value: `https://example.com/a/01/${GTIN}` });
    expect(link('https://example.com/01/')).toEqual({ ok: true, value: `https://example.com/01/01/${GTIN}` });
    expect(checkStem('example.com')).toMatchObject({ problem: { code: 'LINK_NOT_A_URI' } });
    expect(checkStem('https://example.com/?a=b')).toMatchObject({ problem: { code: 'LINK_STEM', position: 20 } });
  });

  const text = fc.string({ unit: fc.constantFrom(...'aZ09-._!"%&\'()*+,/:;<=>?'), minLength: 1, maxLength: 20 });
  const digits = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
  const gtin = digits(9).map((body) => `0952${body}${checkDigit(`0952${body}`)}`);
  const maybe = (ai: string, value: fc.Arbitrary<string>) =>
    fc.option(
      value.map((it) => ({ ai, value: it })),
      { nil: undefined },
    );

  it('writes what reads back as the same', () => {
    const path = fc.oneof(
      fc.tuple(maybe('22', text), maybe('10', text), maybe('21', text)),
      fc.tuple(maybe('235', text)),
    );
    const query = fc.tuple(
      maybe('17', fc.constant('271200')),
      maybe('240', text),
      maybe('3103', digits(6)),
      maybe('99', text),
    );
    const stem = fc.constantFrom('https://id.gs1.org', 'http://example.com:80/a/01', 'https://[::1]/');
    fc.assert(
      fc.property(gtin, path, query, stem, (key, qualifiers, attributes, begin) => {
        const given = [{ ai: '01', value: key }, ...qualifiers, ...attributes]
          .filter((it) => it !== undefined)
          .map(({ ai, value }) => element(`(${ai})${value}`));
        const link = buildDigitalLink([...given].reverse(), begin);
        if (!link.ok) throw new Error(link.problem.message);
        expect(parseDigitalLink(link.value)).toMatchObject({
          ok: true,
          value: { elements: given, canonical: begin === 'https://id.gs1.org', stem: begin.replace(/\/$/, '') },
        });
      }),
    );
  });
});
