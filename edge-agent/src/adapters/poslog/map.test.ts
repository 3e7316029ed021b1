import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentError } from '../../errors.ts';
import { POSLOG_LIMITS } from './limits.ts';
import { type Mapped, type MapRules, mapTransaction } from './map.ts';
import { PoslogReader } from './reader.ts';
import {
  link,
  plainSale,
  poslog,
  retail,
  returned,
  sale,
  tender,
  total,
  transaction,
  V6_NAMESPACE,
} from './testing/samples.ts';
import { tillTimes } from './time.ts';
import { transactionOf } from './transaction.ts';

const RULES: MapRules = {
  storeIds: ['store-test'],
  currency: 'CNY',
  soldStatuses: ['Booked'],
  weightUnit: 'KGM',
  tenders: { 'v:Points': 'voucher', '77': 'cash' },
  instantOf: tillTimes('Asia/Shanghai'),
};
const SHOP = {
  itemOf: (codes: readonly string[]) => (codes[0] === undefined ? {} : { sku: codes[0] }),
  isMember: (code: string) => code === 'member-1',
};

function map(content: string, rules: Partial<MapRules> = {}): Mapped {
  const reader = new PoslogReader(POSLOG_LIMITS);
  const [read] = [
    ...reader.write(Buffer.from(content.startsWith('<?xml') ? content : poslog([content]))),
    ...reader.end(),
  ];
  if (read === undefined || reader.stop !== undefined) throw new Error(reader.stop?.error.message ?? 'nothing read');
  return mapTransaction(transactionOf(read), { ...RULES, ...rules }, SHOP);
}

type Trade = Extract<Mapped, { kind: 'trade' }>;
const trade = (lines: readonly string[], more = ''): Trade => {
  const mapped = map(transaction({}, retail(lines, more)));
  if (mapped.kind !== 'trade') throw new Error(mapped.kind);
  return mapped;
};
const goodsOf = (of: Trade['sale'] | Trade['returned']): [number, number | undefined][] | undefined =>
  of?.lines.map(({ payableFen, listFen }) => [payableFen, listFen]);
const refusal = (work: () => unknown): string => {
  try {
    return JSON.stringify(work());
  } catch (error) {
    if (error instanceof AgentError) return `${error.code} ${error.detail ?? ''}`.trim();
    throw error;
  }
};

describe('a sale', () => {
  it('is told with all that names it', () => {
    const mapped = map(
      transaction(
        { sequence: '00160', at: '2026-11-22T23:30:05.1234567', operator: '' },
        retail(
          [
            sale({ amount: '12.90', quantity: '2', price: '7.00' }),
            tender('12.90', 'CreditDebit', '<Authorization><ReferenceNumber>344665</ReferenceNumber></Authorization>'),
          ],
          `${total('12.90')}<Customer><CustomerID>stranger</CustomerID></Customer><LoyaltyAccount><CustomerID>member-1</CustomerID></LoyaltyAccount>`,
        ),
      ),
    );
    expect(mapped).toEqual({
      kind: 'trade',
      key: { store: 'store-test', workstation: '3', sequence: '00160', businessDay: '2026-11-22' },
      sale: {
        cashierId: 'unknown',
        businessDate: '2026-11-22',
        completedAt: '2026-11-22T23:30:05+08:00',
        memberCode: 'member-1',
        receiptNumber: '20261122.3.00160',
        lines: [{ sku: '2900000000018', name: '某商品 & more', quantity: 2, listFen: 1400, payableFen: 1290 }],
        tenders: [{ kind: 'token', amountFen: 1290, token: '344665' }],
      },
      returned: undefined,
      returnOf: undefined,
    });
  });

  it.each<[string, string[], string, [number, number | undefined][], Record<string, unknown>[], number?]>([
    [
      'cuts in the amount, as the standard says',
      [sale({ amount: '8.00', price: '10.00', discount: '2.00' }), tender('8.00')],
      total('8.00'),
      [[800, 1000]],
      [{ kind: 'cash', amountFen: 800 }],
    ],
    [
      'cuts beside the amount',
      [sale({ amount: '10.00', discount: '2.00' }), tender('8.00')],
      total('8.00'),
      [[800, 1000]],
      [{ kind: 'cash', amountFen: 800 }],
    ],
    [
      'cuts as price modifiers beside the amount',
      [
        sale({
          amount: '10.00',
          more: '<RetailPriceModifier MethodCode="PriceRule"><Amount Action="Subtract">1.50</Amount></RetailPriceModifier><RetailPriceModifier><Amount Action="Replace">8.50</Amount></RetailPriceModifier>',
        }),
        tender('8.50'),
      ],
      total('8.50'),
      [[850, 1000]],
      [{ kind: 'cash', amountFen: 850 }],
    ],
    [
      'a discount line of the whole receipt',
      [
        sale({ amount: '1.00' }),
        sale({ amount: '2.00' }),
        '<LineItem><SequenceNumber>3</SequenceNumber><Discount><Amount>0.10</Amount></Discount></LineItem>',
        tender('2.90'),
      ],
      total('2.90'),
      [
        [97, 100],
        [193, 200],
      ],
      [{ kind: 'cash', amountFen: 290 }],
    ],
    [
      'a discount line that repeats cuts of the lines',
      [
        sale({ amount: '8.00', price: '10.00', discount: '2.00' }),
        '<LineItem><Discount><Amount>2.00</Amount></Discount></LineItem>',
        tender('8.00'),
      ],
      total('8.00'),
      [[800, 1000]],
      [{ kind: 'cash', amountFen: 800 }],
    ],
    [
      'a reward whose amount is told in words of its own',
      [
        sale({ amount: '10.00' }),
        sale({ amount: '5.00' }),
        '<LineItem><LoyaltyReward><PromotionID>9</PromotionID><v:Amount>-1.00</v:Amount></LoyaltyReward></LineItem>',
        tender('14.00'),
      ],
      total('14.00'),
      [
        [933, 1000],
        [467, 500],
      ],
      [{ kind: 'cash', amountFen: 1400 }],
    ],
    [
      'tax on top, in lines',
      [
        sale({ amount: '10.00' }),
        '<LineItem><Tax><TaxableAmount>10.00</TaxableAmount><Amount>1.30</Amount></Tax></LineItem>',
        tender('11.30'),
      ],
      total('11.30'),
      [[1000, undefined]],
      [{ kind: 'cash', amountFen: 1130 }],
      130,
    ],
    [
      'tax on top, of items',
      [sale({ amount: '10.00', more: '<Tax><Amount>1.30</Amount></Tax>' }), tender('11.30')],
      '',
      [[1000, undefined]],
      [{ kind: 'cash', amountFen: 1130 }],
      130,
    ],
    [
      'tax within',
      [
        sale({ amount: '11.30' }),
        '<LineItem><Tax><TaxableAmount TaxIncludedInTaxableAmountFlag="true">10.00</TaxableAmount><Amount>1.30</Amount></Tax></LineItem>',
        tender('11.30'),
      ],
      total('11.30'),
      [[1130, undefined]],
      [{ kind: 'cash', amountFen: 1130 }],
    ],
    [
      'no total told',
      [sale({ amount: '1.00' }), tender('1.00')],
      '',
      [[100, undefined]],
      [{ kind: 'cash', amountFen: 100 }],
    ],
    [
      'nothing to pay',
      [sale({ amount: '0.00', price: '3.00', discount: '3.00' })],
      total('0.00'),
      [[0, 300]],
      [{ kind: 'cash', amountFen: 0 }],
    ],
    [
      'no amount of the line but its price',
      [
        sale({ amount: '3.00' })
          .replace('<ExtendedAmount>3.00</ExtendedAmount>', '')
          .replace('>1</Quantity>', '>3</Quantity>'),
        tender('9.00'),
      ],
      '',
      [[900, undefined]],
      [{ kind: 'cash', amountFen: 900 }],
    ],
  ])('%s', (_, lines, more, goods, tenders, addedTaxFen) => {
    const mapped = trade(lines, more);
    expect(goodsOf(mapped.sale)).toEqual(goods);
    expect(mapped.sale?.tenders).toEqual(tenders);
    expect(mapped.sale?.addedTaxFen).toBe(addedTaxFen);
    expect(mapped.returned).toBeUndefined();
  });

  const change = (amount: string): string => `<TenderChange><Amount>${amount}</Amount></TenderChange>`;
  const flag = (line: string, more = ''): string =>
    line.replace('<LineItem', '<LineItem VoidFlag="true"').replace('</LineItem>', `${more}</LineItem>`);

  it.each<[string, string[], Record<string, unknown>[]]>([
    [
      'change taken off what was given',
      [tender('20.00', 'Cash', change('7.10'))],
      [{ kind: 'cash', amountFen: 1290, givenFen: 2000 }],
    ],
    ['change beside what paid', [tender('12.90', 'Cash', change('7.10'))], [{ kind: 'cash', amountFen: 1290 }]],
    [
      'change as a tender below 0',
      [tender('20.00'), tender('-7.10', 'Cash', change('-7.10'))],
      [{ kind: 'cash', amountFen: 1290, givenFen: 2000 }],
    ],
    [
      'change as a tender of nothing',
      [tender('20.00'), tender('0', 'Cash', change('7.10'))],
      [{ kind: 'cash', amountFen: 1290, givenFen: 2000 }],
    ],
    [
      'change as a refund',
      [tender('20.00'), tender('7.10', 'Cash', '', 'Refund')],
      [{ kind: 'cash', amountFen: 1290, givenFen: 2000 }],
    ],
    [
      'cash beside a card payment',
      [tender('62.90', 'CreditDebit', '<Cashback>50.00</Cashback>')],
      [{ kind: 'token', amountFen: 1290 }],
    ],
    [
      'cash beside a card payment, as a tender',
      [tender('62.90', 'Debit'), tender('-50.00')],
      [{ kind: 'token', amountFen: 1290 }],
    ],
    [
      'split',
      [tender('5.00', 'v:Voucher'), tender('2.00', 'v:Points'), tender('5.90', 'WeChatPay')],
      [
        { kind: 'voucher', amountFen: 700 },
        { kind: 'token', amountFen: 590 },
      ],
    ],
    [
      'a type of the store',
      [tender('12.90', 'v:Odd').replace('<TenderID>1<', '<TenderID>77<')],
      [{ kind: 'cash', amountFen: 1290 }],
    ],
    ['a voided tender', [flag(tender('12.90', 'CreditDebit')), tender('12.90')], [{ kind: 'cash', amountFen: 1290 }]],
    [
      'a tender taken back',
      [tender('12.90', 'CreditDebit'), flag(tender('12.90', 'CreditDebit')), tender('12.90')],
      [{ kind: 'cash', amountFen: 1290 }],
    ],
    [
      'more tenders than a sale takes',
      Array.from({ length: 30 }, () => tender('0.43', 'CreditDebit')).map((line, at) =>
        line.replace('</Tender>', `<Authorization><ReferenceNumber>r${at}</ReferenceNumber></Authorization></Tender>`),
      ),
      [{ kind: 'token', amountFen: 1290 }],
    ],
  ])('%s', (_, tenders, booked) => {
    expect(trade([sale({ amount: '12.90' }), ...tenders], total('12.90')).sale?.tenders).toEqual(booked);
  });

  it.each([
    ['down', '12.96', '12.90', '0.06'],
    ['up', '12.96', '13.00', '0.04'],
    ['told as a tender', '12.96', '13.00', undefined],
  ])('cash rounded %s', (_, amount, paid, rounding) => {
    const told =
      rounding === undefined
        ? tender('0.04', 'X:Rounding')
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

describe('what is no sale', () => {
  const only = (attributes: string, content = retail([sale({ amount: '1' }), tender('1')])): Mapped =>
    map(transaction({ attributes }, content));

  it.each<[string, Mapped]>([
    ['training', only('TrainingModeFlag="true"')],
    ['cancelled', only('CancelFlag="1"')],
    ['suspended', only('SuspendFlag="true"')],
    ['suspended', only('', retail([sale({ amount: '1' })], '', 'TransactionStatus="Suspended"'))],
    ['suspended', only('', retail([sale({ amount: '1' })], '', 'TransactionStatus="v:Voided"'))],
    ['control', only('', '<ControlTransaction><NoSale/></ControlTransaction>')],
    ['tender-control', only('', '<TenderControlTransaction><PaidOut/></TenderControlTransaction>')],
    ['other', only('', '<InventoryControlTransaction/>')],
    ['empty', only('', retail([], total('0')))],
    ['empty', only('', retail([sale({ amount: '1', line: 'VoidFlag="true"' })], total('0')))],
  ])('%s', (why, mapped) => {
    expect(mapped).toEqual(why === 'training' ? { kind: 'training' } : { kind: 'ignored', why });
  });

  it('a status that means sold is sold; an unknown one waits', () => {
    const of = (status: string): string =>
      refusal(
        () =>
          map(transaction({}, retail([sale({ amount: '1' }), tender('1')], '', `TransactionStatus="${status}"`))).kind,
      );
    expect(['Delivered', 'Booked', 'v:Finished'].map(of)).toEqual(['"trade"', '"trade"', '"trade"']);
    expect(of('Pondering')).toBe('POSLOG_STATUS (Pondering)');
  });
});

describe('a void of an earlier transaction', () => {
  const voids = {
    key: { store: 'store-test', workstation: '3', sequence: '8', businessDay: '2026-11-22' },
    isDayTold: false,
  };
  it.each([
    ['by its status', retail([], link(8), 'TransactionStatus="PostVoided"')],
    ['as an element of the transaction', `<PostVoid>${link(8)}</PostVoid>`],
    ['as a control', `<ControlTransaction><PostVoid>${link(8)}</PostVoid></ControlTransaction>`],
    [
      'with its own fields',
      '<PostVoidTransaction><WorkstationID>3</WorkstationID><SequenceNumber>8</SequenceNumber></PostVoidTransaction>',
    ],
  ])('%s', (_, content) => {
    expect(map(transaction({ sequence: 9 }, content))).toMatchObject({ kind: 'void', voids, cashierId: '117' });
  });
  it('that names none waits', () => {
    expect(refusal(() => map(transaction({}, '<PostVoid/>')))).toBe('POSLOG_VOID_TARGET (TransactionLink)');
  });
});

describe('what waits', () => {
  const one = plainSale();
  it.each([
    ['another store', one.replace('>store-test<', '>elsewhere<'), 'POSLOG_STORE_UNKNOWN (elsewhere)'],
    ['another currency', one.replaceAll('CNY', 'USD'), 'POSLOG_CURRENCY (USD; CNY)'],
    ['a tender of another currency', one.replace('Currency="CNY"', 'Currency="HKD"'), 'POSLOG_CURRENCY (HKD; CNY)'],
    ['no sequence', one.replace(/<SequenceNumber>1<\/SequenceNumber>\n/, ''), 'POSLOG_FIELD (SequenceNumber)'],
    ['no such day', one.replace('>2026-11-22<', '>2026-02-31<'), 'POSLOG_FIELD (BusinessDayDate)'],
    [
      'a workstation of too many letters',
      one.replace('>3</W', `>${'3'.repeat(30)}</W`),
      'POSLOG_FIELD (WorkstationID)',
    ],
    [
      'an amount with parts of a fen',
      one.replace('<ExtendedAmount>12.90', '<ExtendedAmount>12.905'),
      'POSLOG_FIELD (ExtendedAmount)',
    ],
    [
      'an amount that is none',
      one.replace('<ExtendedAmount>12.90', '<ExtendedAmount>1e3'),
      'POSLOG_FIELD (ExtendedAmount)',
    ],
    [
      'an amount beyond all',
      one.replaceAll('12.90', '99999999999999.00'),
      'POSLOG_FIELD (RegularSalesUnitPrice)'.replace('RegularSalesUnitPrice', 'ExtendedAmount'),
    ],
    ['more pieces than a line takes', one.replace('>1</Quantity>', '>10000</Quantity>'), 'POSLOG_FIELD (Quantity)'],
    [
      'less paid than charged',
      one.replace('CNY">12.90', 'CNY">12.80'),
      'POSLOG_TOTALS (1290 / 1280; TransactionGrandAmount 1290)',
    ],
    [
      'nothing paid',
      transaction({}, retail([sale({ amount: '1' })], total('1'))),
      'POSLOG_TOTALS (100 / 0; TransactionGrandAmount 100)',
    ],
    [
      'lines above what was paid, and nothing said why',
      transaction({}, retail([sale({ amount: '2' }), tender('1')], total('1'))),
      'POSLOG_TOTALS (200 / 100; TransactionGrandAmount 100)',
    ],
  ])('%s', (_, content, code) => {
    expect(refusal(() => map(content))).toBe(code);
  });
});

describe('version 6', () => {
  it('names the store as a unit and the time as a stamp; the day is that of the time', () => {
    const content = `<Transaction TypeCode="SaleTransaction"><BusinessUnit><UnitID TypeCode="v:Country">CN</UnitID></BusinessUnit><BusinessUnit><UnitID Name="x" TypeCode="RetailStore">store-test</UnitID></BusinessUnit>
<WorkstationID TypeCode="POS">101</WorkstationID><SequenceNumber>1966</SequenceNumber><POSLogDateTime TypeCode="Message">2026-11-23T09:00:00+08:00</POSLogDateTime>
<POSLogDateTime TypeCode="Transaction">2026-11-22T17:30:00Z</POSLogDateTime><CurrencyCode>CNY</CurrencyCode>${retail([sale({ amount: '1' }), tender('1')], total('1'), 'TransactionStatus="Finished"')}</Transaction>`;
    const mapped = map(poslog([content], V6_NAMESPACE));
    expect(mapped).toMatchObject({
      key: { store: 'store-test', workstation: '101', businessDay: '2026-11-23' },
      sale: { completedAt: '2026-11-23T01:30:00+08:00' },
    });
  });

  it('version 1 has its lines in the transaction itself', () => {
    const content = transaction(
      { attributes: 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="RetailTransactionStockView"' },
      sale({ amount: '1' }) + tender('1'),
    );
    expect(map(content)).toMatchObject({ kind: 'trade', sale: { lines: [{ payableFen: 100 }] } });
  });
});

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
