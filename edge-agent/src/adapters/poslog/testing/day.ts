import { link, plainSale, retail, returned, sale, tender, total, transaction } from './samples.ts';

export const bread = { code: '2900000000025', amount: '9.90' };
const refund = (amount: string): string => tender(amount, 'Cash', '', 'Refund');
/** A day of one till: what its own totals are stands beside it. */
export const day = [
  transaction({ sequence: 1 }, '<ControlTransaction><OperatorSignOn/></ControlTransaction>'),
  plainSale({ sequence: 2 }),
  transaction(
    { sequence: 3 },
    retail(
      [
        sale({ amount: '25.80', price: '12.90', quantity: '2' }),
        sale({ code: '2900000000032', amount: '7.98', price: '15.80', quantity: '0.505', uom: 'KGM' }),
        sale({ code: 'unheard-of', amount: '3.00', discount: '1.00' }),
        tender('50.00', 'Cash', '<TenderChange><Amount>13.22</Amount></TenderChange>'),
      ],
      `${total('36.78')}<LoyaltyAccount><CustomerID>card-1</CustomerID></LoyaltyAccount>`,
    ),
  ),
  transaction({ sequence: 4, attributes: 'TrainingModeFlag="true"' }, retail([sale(bread), tender('9.90')])),
  transaction({ sequence: 5 }, retail([sale(bread), tender('9.90', 'CreditDebit')], total('9.90'))),
  transaction(
    { sequence: 6 },
    retail([returned({ amount: '12.90', more: link(2, '', 'Return') }), refund('12.90')], total('-12.90')),
  ),
  transaction({ sequence: 7 }, retail([returned(bread), sale({ amount: '12.90' }), tender('3.00')], total('3.00'))),
  transaction({ sequence: 8 }, retail([], link(5), 'TransactionStatus="PostVoided"')),
  transaction({ sequence: 9, attributes: 'CancelFlag="true"' }, retail([sale(bread)])),
];
