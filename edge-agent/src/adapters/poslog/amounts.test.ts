import { describe, expect, it } from 'vitest';
import { goodsOf, trade } from './testing/mapping.ts';
import { flag, sale, tender, total } from './testing/samples.ts';

describe('what a sale came to', () => {
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
});
