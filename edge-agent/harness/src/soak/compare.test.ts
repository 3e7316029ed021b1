import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEach, compareTotals, type Told, totalsOf } from './compare.ts';

const sales = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    terminalId: fc.constantFrom('till-1', 'till-2'),
    amountFen: fc.integer({ min: 0, max: 1e7 }),
  }),
  { selector: (sale) => sale.id, minLength: 1, maxLength: 30 },
);
const codesOf = (told: readonly Told[], held: readonly Told[]): string[] =>
  compareEach('HUB', told, held).map((failure) => failure.code);

describe('what the soak compares', () => {
  it('finds nothing where everything is held once, in any order', () => {
    fc.assert(
      fc.property(sales, (told) => {
        expect(codesOf(told, [...told].reverse())).toEqual([]);
      }),
    );
  });

  it('finds each sale that is lost, held twice, off by a fen, of another till or of nobody', () => {
    fc.assert(
      fc.property(sales, fc.nat(), (told, draw) => {
        const place = draw % told.length;
        const sale = told[place] as Told;
        const others = told.filter((one) => one !== sale);
        expect(codesOf(told, others)).toEqual(['HUB_MISSING']);
        expect(codesOf(told, [...told, sale])).toEqual(['HUB_REPEATED']);
        expect(codesOf(told, [...others, { ...sale, amountFen: sale.amountFen + 1 }])).toEqual(['HUB_DIFFERS']);
        expect(codesOf(told, [...others, { ...sale, terminalId: 'till-3' }])).toEqual(['HUB_DIFFERS']);
        expect(codesOf(others, told)).toEqual(['HUB_UNEXPECTED']);
      }),
    );
  });

  it('compares totals to the fen', () => {
    const told = [{ id: 'a', terminalId: 'till-1', amountFen: 250 }];
    const till = totalsOf('till-1', told, []);
    expect(till).toEqual({ terminalId: 'till-1', sales: 1, salesFen: 250, returns: 0, refundsFen: 0 });
    expect(compareTotals(till, till)).toEqual([]);
    expect(compareTotals(till, { ...till, salesFen: 251 })).toMatchObject([{ code: 'JOURNAL_TOTALS_DIFFER' }]);
    expect(compareTotals(till, { ...till, sales: 2, returns: 1 })).toHaveLength(2);
  });
});
