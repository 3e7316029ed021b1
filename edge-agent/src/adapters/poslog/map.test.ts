import { describe, expect, it } from 'vitest';
import type { Mapped } from './map.ts';
import { map, refusal } from './testing/mapping.ts';
import { link, plainSale, poslog, retail, sale, tender, total, transaction, V6_NAMESPACE } from './testing/samples.ts';

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
      one.replace('CNY">12.90', 'CNY">11.80'),
      'POSLOG_TOTALS (1290 / 1180; TransactionGrandAmount 1290)',
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
