import { describe, expect, it } from 'vitest';
import { goodsOf, trade } from './testing/mapping.ts';
import { flag, link, returned, sale, tender, total } from './testing/samples.ts';

describe('the lines of a sale', () => {
  it.each([
    ['down', '12.96', '12.90', '0.06'],
    ['up', '12.96', '13.00', '0.04'],
    ['told as a tender', '12.96', '13.00', undefined],
    ['without a word', '12.96', '12.90', ''],
  ])('cash rounded %s', (_, amount, paid, rounding) => {
    const told =
      rounding === undefined
        ? tender('0.04', 'X:Rounding')
        : rounding === ''
          ? ''
          : `<LineItem><Rounding><Amount>${rounding}</Amount></Rounding></LineItem>`;
    const mapped = trade([sale({ amount }), tender(paid), told], total(amount));
    expect(goodsOf(mapped.sale)).toEqual([[1296, undefined]]);
    expect(mapped.sale?.tenders).toEqual([{ kind: 'cash', amountFen: Number(paid.replace('.', '')) }]);
  });

  const milk = { code: '1', amount: '12.90' };
  const bread = { code: '2', amount: '9.90' };

  it.each([
    ['flagged', [flag(sale(milk)), sale(bread)]],
    ['taken back by a line that names it', [sale(milk), sale(bread), flag(sale(milk), '<ItemLink>1</ItemLink>')]],
    [
      'taken back in the words of version 3',
      [
        sale(milk),
        sale(bread),
        flag(sale(milk), '<Voids><ItemLink><LineItemSequenceNumber>1</LineItemSequenceNumber></ItemLink></Voids>'),
      ],
    ],
    [
      'taken back by a line below 0',
      [sale(milk), sale(bread), flag(sale({ code: '1', amount: '-12.90', price: '12.90', quantity: '-1' }))],
    ],
    ['taken back by the same line again', [sale(milk), sale(bread), flag(sale(milk))]],
    [
      'flagged, and the line that takes it back too',
      [flag(sale(milk)), sale(bread), flag(sale(milk), '<ItemLink>1</ItemLink>')],
    ],
    [
      'one of two taken back',
      [
        sale({ ...bread, amount: '19.80', price: '9.90', quantity: '2' }),
        flag(sale({ code: '2', amount: '-9.90', price: '9.90', quantity: '-1' })),
      ],
    ],
    ['cancelled at once', [sale(milk).replace('<LineItem', '<LineItem CancelFlag="true"'), sale(bread)]],
  ])('a voided line is out: %s', (_, lines) => {
    const mapped = trade([...lines, tender('9.90')], total('9.90'));
    expect(mapped.sale?.lines).toEqual([{ sku: '2', name: '某商品 & more', quantity: 1, payableFen: 990 }]);
  });

  it.each<[string, Parameters<typeof sale>[0], Record<string, unknown>]>([
    ['kilograms', { amount: '1', quantity: '0.505', uom: 'KGM' }, { quantity: 1, weightGrams: 505 }],
    ['grams', { amount: '1', quantity: '505', uom: 'GRM' }, { quantity: 1, weightGrams: 505 }],
    ['pounds', { amount: '1', quantity: '0.42', uom: 'LB' }, { quantity: 1, weightGrams: 191 }],
    ['斤', { amount: '1', quantity: '1.5', uom: '斤' }, { quantity: 1, weightGrams: 750 }],
    ['a broken quantity without a unit', { amount: '1', quantity: '0.42' }, { quantity: 1, weightGrams: 420 }],
    ['pieces', { amount: '1', quantity: '3.000', uom: 'EA' }, { quantity: 3 }],
    ['litres', { amount: '1', quantity: '31.07', uom: 'LTR' }, { quantity: 1 }],
    ['less than a gram', { amount: '1', quantity: '0.0001', uom: 'KGM' }, { quantity: 1 }],
  ])('by %s', (_, line, amount) => {
    const [only] = trade([sale(line), tender('1')]).sale?.lines ?? [];
    expect(only).toMatchObject(amount);
    expect(only?.weightGrams).toBe(amount.weightGrams);
  });

  it('of packs by weight: the measure of each times how many', () => {
    const line = sale({ amount: '1', quantity: '2', uom: 'KGM' }).replace('<Quantity', '<Quantity Units="0.25"');
    expect(trade([line, tender('1')]).sale?.lines[0]?.weightGrams).toBe(500);
  });
});

describe('goods that come back', () => {
  it('alone: what was handed out, and the sale they are of', () => {
    const line = returned({
      amount: '12.90',
      more: link(8, '<BusinessDayDate>2026-11-20</BusinessDayDate>', 'Return'),
    });
    const mapped = trade([line, tender('12.90', 'Cash', '', 'Refund')], total('-12.90'));
    expect(mapped.sale).toBeUndefined();
    expect(mapped.returned).toMatchObject({
      receiptNumber: '20261122.3.1.R',
      lines: [{ payableFen: 1290 }],
      tenders: [{ kind: 'cash', amountFen: 1290 }],
    });
    expect(mapped.returnOf).toEqual({
      key: { store: 'store-test', workstation: '3', sequence: '8', businessDay: '2026-11-20' },
      isDayTold: true,
    });
  });

  it.each([
    ['amounts below 0', [returned({ amount: '-12.90', price: '12.90', quantity: '-1' }), tender('-12.90')]],
    ['a sale below 0', [sale({ amount: '-12.90', price: '12.90', quantity: '-1' }), tender('-12.90')]],
    [
      'tax given back on top',
      [returned({ amount: '11.42' }), '<LineItem><Tax><Amount>-1.48</Amount></Tax></LineItem>', tender('-12.90')],
    ],
    [
      'a discount line',
      [
        returned({ amount: '13.90' }),
        '<LineItem><Discount><Amount>1.00</Amount></Discount></LineItem>',
        tender('-12.90'),
      ],
    ],
  ])('%s', (_, lines) => {
    const mapped = trade(lines, total('-12.90'));
    expect([mapped.sale, mapped.returned?.lines.map(({ payableFen }) => payableFen)]).toEqual([undefined, [1290]]);
    expect(mapped.returned?.tenders).toEqual([{ kind: 'cash', amountFen: 1290 }]);
  });

  it('with others going out: each side is booked, and they pay each other', () => {
    const back = returned({ code: '1', amount: '12.90' });
    const exchange = { kind: 'exchange', amountFen: 1290 };
    const up = trade([back, sale({ code: '2', amount: '20.00' }), tender('7.10')], total('7.10'));
    expect(up.sale?.tenders).toEqual([exchange, { kind: 'cash', amountFen: 710 }]);
    expect(up.returned?.tenders).toEqual([exchange]);
    const down = trade([back, sale({ code: '2', amount: '5.00' }), tender('-7.90', 'CreditDebit')], total('-7.90'));
    expect(down.sale?.tenders).toEqual([{ kind: 'exchange', amountFen: 500 }]);
    expect(down.returned?.tenders).toEqual([
      { kind: 'exchange', amountFen: 500 },
      { kind: 'token', amountFen: 790 },
    ]);
    const even = trade([back, sale({ code: '2', amount: '12.90' })], total('0'));
    expect([even.sale?.tenders, even.returned?.tenders]).toEqual([[exchange], [exchange]]);
  });
});
