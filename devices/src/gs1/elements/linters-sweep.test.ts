import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AI_TABLE } from './ai-table.generated.ts';
import { CHARACTER_SETS } from './linters/characters.ts';
import type { Finding } from './linters/linter.ts';
import { LINTERS } from './linters.ts';
import { ELEMENT_PROBLEMS } from './problems.ts';

describe('all linters', () => {
  const all = { ...LINTERS, ...CHARACTER_SETS };

  it('are used by the table', () => {
    const used = new Set(AI_TABLE.flatMap(({ components }) => components.flatMap(({ linters }) => linters)));
    expect([...used].sort()).toEqual(Object.keys(LINTERS).sort());
  });

  it('never throw, and point into the text or at its end', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.stringMatching(/^[0-9]{0,40}$/),
      fc.stringMatching(/^[0-9A-Z%/=]{0,40}$/),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(all)), text, (name, value) => {
        const found: Finding | undefined = all[name as keyof typeof all](value);
        if (!found) return;
        expect(ELEMENT_PROBLEMS).toHaveProperty(found.problem);
        expect(found.index).toBeGreaterThanOrEqual(0);
        expect(found.index).toBeLessThanOrEqual(value.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('catch every single wrong digit and every swap of neighbours in an IBAN', () => {
    const iban = 'GB82WEST12345698765432';
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 20 }), fc.integer({ min: 1, max: 9 }), (at, by) => {
        const wrong = iban.slice(0, at) + ((Number(iban[at]) + by) % 10) + iban.slice(at + 1);
        expect(LINTERS.iban(wrong)?.problem).toBe('ELEMENT_IBAN_CHECK');
        const swapped = iban.slice(0, at) + iban[at + 1] + iban[at] + iban.slice(at + 2);
        expect(LINTERS.iban(swapped)?.problem).toBe(iban[at] === iban[at + 1] ? undefined : 'ELEMENT_IBAN_CHECK');
      }),
    );
  });
});

describe('character sets', () => {
  it.each([
    ['N', 10],
    ['X', 82],
    ['Y', 39],
    ['Z', 64],
  ] as const)('%s has %i characters', (set, size) => {
    const characters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
    const allowed = characters.filter((character) => CHARACTER_SETS[set](`${character}000`) === undefined);
    expect(allowed.length).toBe(size);
  });

  it('refuse padding that base64 does not have', () => {
    expect(CHARACTER_SETS.Z('AQ==')).toBeUndefined();
    expect(CHARACTER_SETS.Z('AQI=')).toBeUndefined();
    expect(CHARACTER_SETS.Z('AQ')).toBeUndefined();
    expect(CHARACTER_SETS.Z('AQ=')).toEqual({ problem: 'ELEMENT_PADDING_64', index: 2 });
    expect(CHARACTER_SETS.Z('A===')).toEqual({ problem: 'ELEMENT_CHARACTER_64', index: 1 });
    expect(CHARACTER_SETS.Z('A=Q=')).toEqual({ problem: 'ELEMENT_CHARACTER_64', index: 1 });
  });
});
