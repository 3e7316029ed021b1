import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigit, isRestricted, parseGtin, toGtin14 } from './gtin.ts';
import { prefixUse } from './prefixes.ts';
import { expandUpcE, toUpcE } from './upc-e.ts';

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

describe('GTIN', () => {
  it.each([
    ['96385074', '00000096385074'],
    ['036000291452', '00036000291452'],
    ['6901234567892', '06901234567892'],
    ['09521234543213', '09521234543213'],
  ])('%s is valid and padded', (code, gtin14) => expect(toGtin14(code)).toBe(gtin14));

  it('knows a wrong check digit and a wrong length', () => {
    expect(toGtin14('6901234567893')).toBeUndefined();
    expect(toGtin14('69012345678')).toBeUndefined();
    expect(toGtin14('69012345678x2')).toBeUndefined();
  });

  it('says the form, or why not', () => {
    expect(parseGtin('96385074')).toEqual({ ok: true, value: { gtin14: '00000096385074', form: 'GTIN-8' } });
    expect(parseGtin('036000291452')).toMatchObject({ value: { form: 'GTIN-12' } });
    expect(parseGtin('6901234567892')).toMatchObject({ value: { form: 'GTIN-13' } });
    expect(parseGtin('09521234543213')).toMatchObject({ value: { form: 'GTIN-14' } });
    expect(parseGtin('')).toMatchObject({ problem: { code: 'GTIN_LENGTH', position: 0 } });
    expect(parseGtin('6901234567893')).toMatchObject({ problem: { code: 'GTIN_CHECK_DIGIT', position: 12 } });
  });

  it('agrees with toGtin14, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), digits(8), digits(12), digits(13), digits(14)), (text) => {
        const parsed = parseGtin(text);
        expect(parsed.ok ? parsed.value.gtin14 : undefined).toBe(toGtin14(text));
      }),
    );
  });

  it('catches every single wrong digit', () => {
    fc.assert(
      fc.property(digits(12), fc.nat(12), fc.integer({ min: 1, max: 9 }), (body, at, by) => {
        const good = `${body}${checkDigit(body)}`;
        const bad = [...good].map((d, index) => (index === at ? String((Number(d) + by) % 10) : d)).join('');
        expect(toGtin14(good)).toBeDefined();
        expect(toGtin14(bad)).toBeUndefined();
      }),
    );
  });

  it('tells restricted circulation', () => {
    for (const body of ['290000000001', '200000000001', '020000000001', '040000000001']) {
      expect(isRestricted(toGtin14(`${body}${checkDigit(body)}`) ?? '')).toBe(true);
    }
    for (const body of ['690123456789', '030000000001', '001234567890', '120000000001']) {
      expect(isRestricted(toGtin14(`${body}${checkDigit(body)}`) ?? '')).toBe(false);
    }
  });
});

describe('UPC-E', () => {
  // GS1 General Specifications, 5.2.2.4.2: a row for each way of leaving out zeros; check digits counted by hand.
  it.each([
    ['01234505', '012000003455'],
    ['01234514', '012100003454'],
    ['01234523', '012200003453'],
    ['01245636', '012400000566'],
    ['01234543', '012340000053'],
    ['01234558', '012345000058'],
    ['01234565', '012345000065'],
    ['04252614', '042100005264'],
    ['11234502', '112000003452'],
  ])('%s is %s, both ways', (upcE, upcA) => {
    expect(expandUpcE(upcE)).toEqual({ ok: true, value: upcA });
    expect(expandUpcE(upcE.slice(0, 7))).toEqual({ ok: true, value: upcA });
    if (upcE.startsWith('0')) expect(expandUpcE(upcE.slice(1, 7))).toEqual({ ok: true, value: upcA });
    expect(toUpcE(upcA)).toBe(upcE);
    expect(toGtin14(upcA)).toBe(`00${upcA}`);
  });

  it('has no form for most of UPC-A, nor for a wrong check digit', () => {
    expect(toUpcE('036000291452')).toBeUndefined();
    expect(toUpcE('212345000063')).toBeUndefined();
    expect(toUpcE('012345000041')).toBeUndefined();
    expect(toUpcE('012345000066')).toBeUndefined();
    expect(toUpcE('')).toBeUndefined();
  });

  it('expands every six digits to a valid UPC-A, whose own short form says the same', () => {
    fc.assert(
      fc.property(digits(6), fc.constantFrom('0', '1'), (six, system) => {
        const upcA = expandUpcE(system + six);
        if (!upcA.ok) throw new Error(upcA.problem.code);
        expect(toGtin14(upcA.value)).toBeDefined();
        const short = toUpcE(upcA.value);
        expect(expandUpcE(short ?? '')).toEqual(upcA);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        expect(typeof expandUpcE(text).ok).toBe('boolean');
        toUpcE(text);
      }),
    );
  });
});

describe('prefixUse', () => {
  it.each([
    ['06901234567892', 'company'],
    ['00036000291452', 'company'],
    ['02901234567893', 'restricted'],
    ['00201234567893', 'restricted'],
    ['00401234567891', 'restricted'],
    ['00000096385074', 'company'],
    ['00000020123451', 'restricted'],
    ['09521234543213', 'demonstration'],
    ['09771234567898', 'issn'],
    ['09787115428028', 'isbn'],
    ['09801234567892', 'refund-receipt'],
    ['09811234567891', 'coupon'],
    ['09901234567891', 'coupon'],
    ['01401234567890', 'reserved'],
    ['03811234567892', 'reserved'],
  ])('%s: %s', (gtin14, use) => expect(prefixUse(gtin14)).toBe(use));

  it('says restricted where isRestricted does', () => {
    fc.assert(
      fc.property(digits(13), (gtin13) => {
        expect(prefixUse(`0${gtin13}`) === 'restricted').toBe(isRestricted(`0${gtin13}`));
      }),
      { numRuns: 1000 },
    );
  });
});
