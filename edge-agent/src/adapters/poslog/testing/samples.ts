import { POSLOG_NAMESPACE } from '../reader.ts';

/** Documents as tills write them, made from the public names of the format: nothing here is anybody's file. */
export const V6_NAMESPACE = 'http://www.nrf-arts.org/IXRetail/v6.0.0/poslog';
/** Visa's number for tests. */
export const TEST_CARD = '4111111111111111';

interface Header {
  readonly store?: string;
  readonly workstation?: string;
  readonly sequence?: number | string;
  readonly day?: string;
  readonly at?: string;
  readonly attributes?: string;
  readonly currency?: string;
  readonly operator?: string;
}

export const poslog = (transactions: readonly string[], namespace = POSLOG_NAMESPACE, more = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<POSLog xmlns="${namespace}" xmlns:v="urn:vendor"${more}>\n${transactions.join('\n')}\n</POSLog>\n`;

export function transaction(header: Header, content: string): string {
  const { store = 'store-test', workstation = '3', sequence = 1, day = '2026-11-22', currency = 'CNY' } = header;
  const { at = `${day}T10:00:00`, operator = '117', attributes = '' } = header;
  return `<Transaction ${attributes}><RetailStoreID>${store}</RetailStoreID><WorkstationID>${workstation}</WorkstationID><SequenceNumber>${sequence}</SequenceNumber>
<BusinessDayDate>${day}</BusinessDayDate><BeginDateTime>${at}</BeginDateTime><EndDateTime>${at}</EndDateTime><OperatorID OperatorName="x">${operator}</OperatorID>
<CurrencyCode>${currency}</CurrencyCode>${content}</Transaction>`;
}

export const retail = (lines: readonly string[], more = '', attributes = 'Version="2.2"'): string =>
  `<RetailTransaction ${attributes}>${lines
    .map((line, index) => line.replace('<LineItem', '<LineItem').replace('#', String(index + 1)))
    .join('\n')}${more}</RetailTransaction>`;

interface Goods {
  readonly code?: string;
  readonly amount: string;
  readonly price?: string;
  readonly discount?: string;
  readonly quantity?: string;
  readonly uom?: string;
  readonly line?: string;
  readonly more?: string;
}

const goods = (
  kind: string,
  { code = '2900000000018', amount, price = amount, discount, quantity = '1', uom, line = '', more = '' }: Goods,
): string =>
  `<LineItem EntryMethod="Scanned" ${line}><SequenceNumber>#</SequenceNumber><${kind} ItemType="Stock"><POSIdentity POSIDType="EAN"><POSItemID>${code}</POSItemID></POSIdentity>
<ItemID>${code}</ItemID><MerchandiseHierarchy Level="Department">9</MerchandiseHierarchy><Description>某商品 &amp; more</Description>
<RegularSalesUnitPrice>${price}</RegularSalesUnitPrice><ExtendedAmount>${amount}</ExtendedAmount>${
    discount === undefined ? '' : `<ExtendedDiscountAmount>${discount}</ExtendedDiscountAmount>`
  }<Quantity${uom === undefined ? '' : ` UnitOfMeasureCode="${uom}"`}>${quantity}</Quantity>${more}</${kind}><v:Own><v:Deep>x</v:Deep></v:Own></LineItem>`;

export const sale = (line: Goods): string => goods('Sale', line);
export const returned = (line: Goods): string => goods('Return', line);

export const tender = (amount: string, type = 'Cash', more = '', typeCode = 'Sale'): string =>
  `<LineItem><SequenceNumber>#</SequenceNumber><Tender TenderType="${type}" TypeCode="${typeCode}"><TenderID>1</TenderID><Amount Currency="CNY">${amount}</Amount>${more}</Tender></LineItem>`;

export const total = (amount: string, type = 'TransactionGrandAmount'): string =>
  `<Total TotalType="${type}">${amount}</Total>`;

export const link = (sequence: number | string, more = '', reason = 'Voided', workstation = '3'): string =>
  `<TransactionLink ReasonCode="${reason}"><RetailStoreID>store-test</RetailStoreID><WorkstationID>${workstation}</WorkstationID><SequenceNumber>${sequence}</SequenceNumber>${more}</TransactionLink>`;

/** A sale of one thing, paid in cash. */
export const plainSale = (header: Header = {}, amount = '12.90'): string =>
  transaction(header, retail([sale({ amount }), tender(amount)], total(amount)));

/** A line as a till marks it when it was voided; `more` stands behind its content. */
export const flag = (line: string, more = ''): string =>
  line.replace('<LineItem', '<LineItem VoidFlag="true"').replace('</LineItem>', `${more}</LineItem>`);
