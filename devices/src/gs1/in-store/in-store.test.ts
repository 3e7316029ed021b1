import { inStorePresets } from '@tillside/firmware-configs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRestricted, toGtin14 } from '../gtin.ts';
import { InStoreRules, innerCheckDigit, readInStore, writeInStore } from './index.ts';
import { compileRule } from './pattern.ts';
import type { InStoreReading } from './read.ts';
import type { InStoreRule } from './rules.ts';

const presets = [...inStorePresets().values()];
const examples = presets.flatMap(({ id, examples }) => examples.map((example) => ({ id, ...example })));
const rulesOf = presets.flatMap(({ id }) => InStoreRules.parse(id));
const own = (pattern: string, rest: Partial<InStoreRule> = {}): unknown => ({ name: 'own', pattern, ...rest });
const issueOf = (given: unknown) => InStoreRules.safeParse(given).error?.issues[0];
const get = <Value>(result: { ok: true; value: Value } | { ok: false } | undefined): Value => {
  if (!result?.ok) throw new Error(JSON.stringify(result));
  return result.value;
};

describe('inner check digits', () => {
  it.each([
    ['gs1-price-4', '2875', 9],
    ['gs1-price-4', '1234', 9],
    ['gs1-price-5', '14685', 6],
    ['gs1-price-5', '00502', 5],
    ['gs1-price-5', '00000', 0],
  ] as const)('%s of %s is %i', (check, field, digit) => expect(innerCheckDigit(check, field)).toBe(digit));
});

describe('presets', () => {
  it('are there for the countries that stores asked for', () => {
    expect(presets.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['CN-13-amount', 'CN-13-weight', 'CN-18', 'DE', 'DK', 'FI', 'NO', 'SE', 'UK', 'US']),
    );
  });

  it.each(presets)('$id parses, and parses to itself', ({ id }) => {
    const rules = InStoreRules.parse(id);
    expect(rules.length).toBeGreaterThan(0);
    expect(InStoreRules.parse(JSON.parse(JSON.stringify(rules)))).toEqual(rules);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  it.each(examples)('$id: $code', ({ id, code, source: _, ...said }) => {
    const reading = get(readInStore(code, InStoreRules.parse(id)));
    expect(reading).toMatchObject(Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)));
    expect(code.length === 18 || isRestricted(toGtin14(code) ?? '')).toBe(true);
  });

  it('give the key of the item master, whatever the value', () => {
    const SE = InStoreRules.parse('SE');
    const DE = InStoreRules.parse('DE');
    expect(get(readInStore('2088060112343', SE)).gtin).toBe('02088060100005');
    expect(get(readInStore('2811111068708', DE)).gtin).toBe('02811110000006');
    const CN = InStoreRules.parse(['CN-13-amount', 'CN-18']);
    const [short, long] = CN.map((rule) =>
      get(
        writeInStore({ rule: '', item: '10001', priceMinor: 500, ...(rule.weight ? { weightGrams: 500 } : {}) }, rule),
      ),
    );
    expect(get(readInStore(short ?? '', CN)).gtin).toBe(get(readInStore(long ?? '', CN)).gtin);
  });

  it('read a code that comes with zeros before it', () => {
    const said = { item: '12345', priceMinor: 1995 };
    const US = InStoreRules.parse('US');
    for (const zeros of ['', '0', '00']) expect(get(readInStore(`${zeros}212345019955`, US))).toMatchObject(said);
    expect(readInStore('000212345019955', US)).toBeUndefined();
    expect(get(readInStore('02302148210869', InStoreRules.parse('NO')))).toMatchObject({ weightGrams: 1086 });
  });
});

describe('readInStore', () => {
  const UK = InStoreRules.parse('UK');

  it('says nothing of codes that no rule is for', () => {
    for (const code of ['6901234567892', '2911111111111', '20011122', '', 'x', '20111229123461111111111']) {
      expect(readInStore(code, UK)).toBeUndefined();
    }
  });

  it('refuses a wrong last digit, and a wrong inner digit, at its place', () => {
    expect(readInStore('2011122912347', UK)).toMatchObject({ problem: { code: 'IN_STORE_CHECK_DIGIT', position: 12 } });
    expect(readInStore('2011122812349', UK)).toMatchObject({ problem: { code: 'IN_STORE_CHECK', position: 7 } });
    expect(readInStore('02011122812349', UK)).toMatchObject({ problem: { code: 'IN_STORE_CHECK', position: 8 } });
  });

  it('leaves a code with a wrong check digit to payment, where the rule shares their leading digits', () => {
    const CN = InStoreRules.parse({ preset: 'CN-18', flag: '28', mayBePayment: true });
    const label = get(writeInStore({ rule: '', item: '10001', priceMinor: 1, weightGrams: 1 }, CN[0] as InStoreRule));
    expect(get(readInStore(label, CN))).toMatchObject({ item: '10001' });
    expect(readInStore(`${label.slice(0, -1)}${(Number(label.at(-1)) + 1) % 10}`, CN)).toBeUndefined();
  });
});

/** A reading that fits the rule. */
function readingOf(rule: InStoreRule): fc.Arbitrary<InStoreReading> {
  const { fields } = get(compileRule(rule));
  const item = fc.stringMatching(new RegExp(`^\\d{${fields.I?.length}}$`));
  const value = (length: number | undefined, step: number) =>
    length === undefined ? fc.constant(undefined) : fc.nat(10 ** length - 1).map((digits) => digits * step);
  return fc
    .tuple(
      item,
      value(fields.P?.length, 10 ** (2 - (rule.price?.decimals ?? 2))),
      value(fields.W?.length, rule.weight?.unit === 'kg' ? 10 ** (3 - rule.weight.decimals) : 1),
      value(fields.Q?.length, 1),
    )
    .map(([digits, priceMinor, weightGrams, quantity]) => ({
      rule: rule.name,
      item: digits,
      ...(priceMinor === undefined ? {} : { priceMinor }),
      ...(weightGrams === undefined ? {} : { weightGrams }),
      ...(quantity === undefined ? {} : { quantity }),
    }));
}

describe('writeInStore', () => {
  it.each(rulesOf)('$name gives back what it reads', (rule) => {
    fc.assert(
      fc.property(readingOf(rule), (reading) => {
        const code = get(writeInStore(reading, rule));
        const { gtin, ...read } = get(readInStore(code, InStoreRules.parse([rule])));
        expect(read).toEqual(reading);
        expect(toGtin14(gtin ?? '')).toBe(gtin);
      }),
      { numRuns: 50 },
    );
  });

  it.each(rulesOf.filter(({ innerCheck }) => innerCheck))(
    '$name: the inner digit knows each wrong value digit',
    (rule) => {
      const { P, W, Q } = get(compileRule(rule)).fields;
      const field = P ?? W ?? Q;
      fc.assert(
        fc.property(readingOf(rule), fc.nat(), fc.integer({ min: 1, max: 9 }), (reading, place, by) => {
          const code = [...get(writeInStore(reading, rule))];
          const at = (field?.start ?? 0) + (place % (field?.length ?? 1));
          code[at] = String((Number(code[at]) + by) % 10);
          // The last digit is made to fit, so that only the inner one can know.
          const body = code.slice(0, -1).join('');
          const last = [...'0123456789'].find((digit) => toGtin14(`${body}${digit}`)) ?? '';
          expect(readInStore(`${body}${last}`, [rule])).toMatchObject({ problem: { code: 'IN_STORE_CHECK' } });
        }),
        { numRuns: 50 },
      );
    },
  );

  it.each([
    [{ item: '12345' }, 'no price'],
    [{ item: '1234', priceMinor: 100 }, 'an item too short'],
    [{ item: '12x45', priceMinor: 100 }, 'an item that is no number'],
    [{ item: '12345', priceMinor: 10_000 }, 'a price too high'],
    [{ item: '12345', priceMinor: -1 }, 'a negative price'],
    [{ item: '12345', priceMinor: 1.5 }, 'half a penny'],
    [{ item: '12345', priceMinor: 100, weightGrams: 5 }, 'a weight without a field'],
  ])('refuses %j: %s', (reading: Omit<InStoreReading, 'rule'>, _) => {
    const [rule] = InStoreRules.parse('UK');
    expect(writeInStore({ rule: '', ...reading }, rule as InStoreRule)).toMatchObject({
      problem: { code: 'IN_STORE_VALUE' },
    });
  });
});

describe('InStoreRules', () => {
  const price = { decimals: 2 };
  const weight = { unit: 'kg', decimals: 3 } as const;

  it.each([
    [own('20IIIIIpppppC', { price }), 'IN_STORE_PATTERN_LETTER', 7],
    [own('30IIIIPPPPPC', { price }), 'IN_STORE_PATTERN_PREFIX', 0],
    [own('20IIIIIPPPPPCC', { price }), 'IN_STORE_PATTERN_LENGTH', 14],
    [own('69IIIIIPPPPPC', { price }), 'IN_STORE_PATTERN_PREFIX', 0],
    [own('20IIIPPPPPIIC', { price }), 'IN_STORE_PATTERN_SPLIT', 10],
    [own('20PPPPPPPPPPC', { price }), 'IN_STORE_PATTERN_MISSING', 13],
    [own('20IIIIIIIIIIC'), 'IN_STORE_PATTERN_MISSING', 13],
    [own('20IIIIIPPPPPP', { price }), 'IN_STORE_PATTERN_MISSING', 12],
    [own('20IIIICPPPPPP', { price }), 'IN_STORE_PATTERN_CHECK', 6],
    [own('20IIIIVPPPPPC', { price }), 'IN_STORE_PATTERN_CHECK', 6],
    [own('20IIIIVPPPPPC', { price, innerCheck: 'gs1-price-4' }), 'IN_STORE_PATTERN_CHECK', 6],
    [own('20IIIIIPPPPPC', { price, innerCheck: 'gs1-price-5' }), 'IN_STORE_PATTERN_CHECK', 0],
    [own('20IIIIIPPPPPC'), 'IN_STORE_PATTERN_UNIT', 7],
    [own('20IIIIIQQQQQC', { weight }), 'IN_STORE_PATTERN_UNIT', 0],
    [own('25IIIIIPPPPPWWWWWC', { price, weight }), 'IN_STORE_PATTERN_PAYMENT', 0],
  ])('%j: %s at %i', (given, code, position) => {
    const issue = issueOf(given);
    expect(issue).toMatchObject({ params: { code, position } });
    expect(issue?.message).toMatch(new RegExp(`^${code}`));
  });

  it('finds two rules for one code, also where zeros before it make them one', () => {
    expect(issueOf(['SE', 'NO'])).toMatchObject({ path: [1], params: { code: 'IN_STORE_OVERLAP' } });
    expect(issueOf(['US', own('02IIIIIPPPPPC', { price })])).toMatchObject({ params: { code: 'IN_STORE_OVERLAP' } });
    expect(issueOf(['FI', 'UK', 'CN-18', 'US'])).toBeUndefined();
  });

  it('names the presets that there are, and the option that does not fit', () => {
    expect(issueOf('XX')).toMatchObject({
      params: { code: 'IN_STORE_PRESET' },
      message: expect.stringContaining('SE'),
    });
    expect(issueOf({ preset: 'SE', flag: '27' })).toMatchObject({ params: { code: 'IN_STORE_PRESET_OPTION' } });
    expect(issueOf({ preset: 'UK', weight })).toMatchObject({ params: { code: 'IN_STORE_PRESET_OPTION' } });
    expect(issueOf({ preset: 'CN-18', flag: '26' })).toMatchObject({ params: { code: 'IN_STORE_PATTERN_PAYMENT' } });
  });

  it('says what can be written, where it is none of these', () => {
    expect(issueOf({ preset: 'SE', flagg: '27' })).toMatchObject({ code: 'unrecognized_keys', keys: ['flagg'] });
    expect(issueOf(['SE', 5])?.message).toContain('{ preset, flag, price, weight }');
  });

  it("takes the retailer's flag and decimals", () => {
    const rules = InStoreRules.parse({ preset: 'CN-13-amount', flag: '27', price: { decimals: 1 } });
    const code = get(writeInStore({ rule: '', item: '10001', priceMinor: 1250 }, rules[0] as InStoreRule));
    expect(code.slice(0, 12)).toBe('271000100125');
    expect(get(readInStore(code, rules)).priceMinor).toBe(1250);
  });

  it('writes over what X stands for', () => {
    const rules = InStoreRules.parse(own('24XXIIIIPPPPC', { price }));
    expect(get(readInStore('2499123404563', rules))).toMatchObject({ item: '1234', priceMinor: 456 });
    expect(get(readInStore('2499123404563', rules)).gtin).toBe(get(readInStore('2400123404569', rules)).gtin);
  });
});
