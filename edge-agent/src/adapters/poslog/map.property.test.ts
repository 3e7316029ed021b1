import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { map, refusal, type Trade, trade } from './testing/mapping.ts';
import { link, retail, returned, sale, tender, total, transaction } from './testing/samples.ts';

describe('any receipt', () => {
  const line = fc.record({
    fen: fc.nat(100_000),
    cut: fc.nat(5_000),
    pieces: fc.integer({ min: 1, max: 20 }),
    back: fc.boolean(),
  });
  const yuan = (fen: number): string =>
    `${fen < 0 ? '-' : ''}${Math.floor(Math.abs(fen) / 100)}.${String(Math.abs(fen) % 100).padStart(2, '0')}`;

  it('adds up to the fen however the till writes it', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        fc.nat(3_000),
        fc.nat(2_000),
        (lines, isGross, change, tax) => {
          const sum = (back: boolean): number =>
            lines.filter((one) => one.back === back).reduce((total, { fen }) => total + fen, 0);
          const isMixed = lines.some(({ back }) => back);
          const taxFen = isMixed ? 0 : tax;
          const due = sum(false) - sum(true) + taxFen;
          const goods = lines.map(({ fen, cut, pieces, back }, at) =>
            (back ? returned : sale)({
              code: String(at),
              amount: yuan(isGross ? fen + cut : fen),
              discount: yuan(cut),
              quantity: String(pieces),
            }),
          );
          const taxes = taxFen === 0 ? [] : [`<LineItem><Tax><Amount>${yuan(taxFen)}</Amount></Tax></LineItem>`];
          const money =
            due > 0
              ? [tender(yuan(due + change), 'Cash', `<TenderChange><Amount>${yuan(change)}</Amount></TenderChange>`)]
              : due < 0
                ? [tender(yuan(due))]
                : [];
          const mapped = trade([...goods, ...taxes, ...money], total(yuan(due)));
          const paid = (of: Trade['sale'] | Trade['returned']): number =>
            (of?.tenders ?? []).reduce((total, { amountFen }) => total + amountFen, 0);
          const charged = (of: Trade['sale'] | Trade['returned']): number =>
            (of?.lines ?? []).reduce((total, { payableFen }) => total + payableFen, 0);
          expect(paid(mapped.sale)).toBe(charged(mapped.sale) + (mapped.sale?.addedTaxFen ?? 0));
          expect(paid(mapped.returned)).toBe(charged(mapped.returned));
          expect(charged(mapped.sale) - charged(mapped.returned) + (mapped.sale?.addedTaxFen ?? 0)).toBe(due);
          for (const { listFen = 0, payableFen } of [
            ...(mapped.sale?.lines ?? []),
            ...(mapped.returned?.lines ?? []),
          ]) {
            expect(payableFen).toBeGreaterThanOrEqual(0);
            expect(listFen === 0 || listFen > payableFen).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('with anything in any field is mapped or refused with a code', () => {
    const value = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('-1', '1.5', '99999999999999999', 'NaN', '1e9', '', '.5', '-0', '０', '2026-11-22', '24:00'),
    );
    const escaped = (text: string): string =>
      text
        .replace(/[^\P{Cc}]/gu, '')
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;');
    const whole = transaction(
      {},
      retail(
        [
          sale({ amount: '2.00', discount: '1' }),
          returned({ amount: '1.00', more: link(1) }),
          tender('1.00', 'Cash', '<Cashback>0</Cashback>'),
          '<LineItem><Tax><Amount>1</Amount></Tax></LineItem>',
        ],
        total('1.00'),
      ),
    );
    const fields = [...whole.matchAll(/>([^<>\n]+)</g)].map(
      ({ index, 1: text = '' }) => [index + 1, text.length] as const,
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(fields.length - 1), value), { maxLength: 4 }), (changes) => {
        const ordered = new Map(changes);
        let content = whole;
        for (const at of [...ordered.keys()].sort((a, b) => b - a)) {
          const [index, length] = fields[at] ?? [0, 0];
          content = content.slice(0, index) + escaped(ordered.get(at) ?? '') + content.slice(index + length);
        }
        expect(refusal(() => map(content))).toMatch(/^(POSLOG_|\{)/);
      }),
      { numRuns: 400 },
    );
  });
});
