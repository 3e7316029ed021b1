/** An element of one Transaction as far as a sale needs it. Names are local names of the ARTS namespace; attributes of other namespaces are left out. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

export const KEY_FIELDS = ['RetailStoreID', 'BusinessUnit', 'WorkstationID', 'SequenceNumber', 'BusinessDayDate'];
const VOIDS = ['PostVoid', 'PostVoidTransaction', 'VoidTransaction'];
const GOODS = [
  'ItemID',
  'POSIdentity',
  'Description',
  'RegularSalesUnitPrice',
  'ActualSalesUnitPrice',
  'ExtendedAmount',
  'DiscountAmount',
  'ExtendedDiscountAmount',
  'Quantity',
  'RetailPriceModifier',
  'Tax',
  'TransactionLink',
  'ItemLink',
  'SerialNumber',
  'TaxIncludedInPriceFlag',
];
const PARTY = ['Customer', 'CustomerAccount', 'LoyaltyAccount'];

/** Lines by which goods leave the shop, and come back. What a SaleForDelivery holds of Items repeats lines that stand for themselves. */
export const SALE_LINES = ['Sale', 'SaleForDelivery', 'SaleForPickUp', 'SaleForPickup'];
export const RETURN_LINES = ['Return', 'ReturnForDelivery', 'ReturnForPickUp', 'ReturnForPickup'];

const goods = [...SALE_LINES, ...RETURN_LINES].map((name) => [name, GOODS] as const);
const voids = VOIDS.map((name) => [name, [...KEY_FIELDS, 'TransactionLink']] as const);

/**
 * Which children of an element are kept, by its name: the vocabulary of POSLog 2.1 to 6.0 (ARTS XML, now at the OMG) for sales, returns, tenders and voids. All else is
 * passed over, but looked through for card numbers.
 */
const KEPT: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  [
    [
      'Transaction',
      [
        ...KEY_FIELDS,
        'BeginDateTime',
        'EndDateTime',
        'POSLogDateTime',
        'ReceiptDateTime',
        'OperatorID',
        'CurrencyCode',
        'RetailTransaction',
        'ControlTransaction',
        'TransactionLink',
        'LineItem',
        'Total',
        ...VOIDS,
        ...PARTY,
      ],
    ] as const,
    ['RetailTransaction', ['LineItem', 'Total', 'TransactionLink', 'ReceiptDateTime', ...VOIDS, ...PARTY]] as const,
    ['ControlTransaction', ['TransactionLink', ...VOIDS]] as const,
    ['BusinessUnit', ['UnitID']] as const,
    ['TransactionLink', [...KEY_FIELDS, 'BeginDateTime', 'LineItemSequenceNumber']] as const,
    [
      'LineItem',
      [
        'SequenceNumber',
        ...SALE_LINES,
        ...RETURN_LINES,
        'Tender',
        'Tax',
        'Discount',
        'LoyaltyReward',
        'Rounding',
        'ItemLink',
        'Voids',
      ],
    ] as const,
    ['Voids', ['ItemLink', 'LineItemSequenceNumber']] as const,
    ['ItemLink', ['SequenceNumber', 'LineItemSequenceNumber']] as const,
    ['POSIdentity', ['POSItemID']] as const,
    ['RetailPriceModifier', ['Amount']] as const,
    ['Tax', ['Amount', 'TaxableAmount']] as const,
    ['Discount', ['Amount']] as const,
    ['LoyaltyReward', []] as const,
    ['Rounding', ['Amount']] as const,
    ['Tender', ['Amount', 'TenderID', 'TenderChange', 'Cashback', 'Authorization', 'Rounding']] as const,
    ['TenderChange', ['Amount']] as const,
    ['Authorization', ['ReferenceNumber', 'AuthorizationCode']] as const,
    ['Customer', ['CustomerID']] as const,
    ['CustomerAccount', ['CustomerID', 'LoyaltyAccount']] as const,
    ['LoyaltyAccount', ['LoyaltyAccountID', 'LoyaltyProgram', 'CustomerID']] as const,
    ['LoyaltyProgram', ['LoyaltyAccountID']] as const,
    ...goods,
    ...voids,
  ].map(([name, children]) => [name, new Set(children)]),
);

export const isKept = (parent: string, child: string): boolean =>
  (Object.hasOwn(KEPT, parent) && KEPT[parent]?.has(child) === true) ||
  // Of other kinds of transaction only the name matters.
  (parent === 'Transaction' && child.endsWith('Transaction'));

export const childOf = (element: Element, ...names: readonly string[]): Element | undefined =>
  element.children.find(({ name }) => names.includes(name));

export const childrenOf = (element: Element, ...names: readonly string[]): Element[] =>
  element.children.filter(({ name }) => names.includes(name));

/** Text of the first child of that name; undefined where there is none or it is empty. */
export function textOf(element: Element | undefined, ...path: readonly string[]): string | undefined {
  let at = element;
  for (const name of path) at = at && childOf(at, name);
  const text = at?.text.trim();
  return text === undefined || text === '' ? undefined : text;
}

/** XML Schema booleans. */
export const isTrue = (text: string | undefined): boolean => /^\s*(true|1)\s*$/i.test(text ?? '');
