import { childOf, childrenOf, type Element, isTrue, RETURN_LINES, SALE_LINES, textOf } from './elements.ts';
import type { ReadTransaction } from './reader.ts';

/** Names one transaction of one till: ARTS makes it unique by these four. As written; empty where it is not there. */
export interface TransactionKey {
  readonly store: string;
  readonly workstation: string;
  readonly sequence: string;
  /** `2026-11-22`; empty where no day is told. */
  readonly businessDay: string;
}

/** A line of goods as the till wrote it; amounts are texts still. */
export interface GoodsLine {
  readonly number: string | undefined;
  readonly kind: 'sale' | 'return';
  /** Voided, cancelled or deleted, or the line that takes another one back. */
  readonly isVoid: boolean;
  /** Number of the line that a void takes back. */
  readonly takesBack: string | undefined;
  /** What it may be called, the likeliest first. */
  readonly codes: readonly string[];
  readonly name: string | undefined;
  readonly quantity: string | undefined;
  readonly units: string | undefined;
  readonly unitOfMeasure: string | undefined;
  readonly regularPrice: string | undefined;
  readonly actualPrice: string | undefined;
  readonly extended: string | undefined;
  readonly extendedDiscount: string | undefined;
  readonly unitDiscount: string | undefined;
  /** What price modifiers took off, each as the till writes it. */
  readonly modifiers: readonly string[];
  /** Amounts of tax of the line itself. */
  readonly taxes: readonly string[];
  /** The POS says that its prices hold the tax. */
  readonly taxWithin: boolean;
  readonly link: Link | undefined;
}

export interface TenderLine {
  readonly type: string | undefined;
  readonly id: string | undefined;
  readonly isRefund: boolean;
  readonly isVoid: boolean;
  readonly amount: string | undefined;
  readonly change: string | undefined;
  readonly cashback: string | undefined;
  readonly token: string | undefined;
}

/** Another transaction that this one is about. A missing part is the same as of this one. */
export interface Link {
  readonly reason: string | undefined;
  readonly key: Partial<TransactionKey>;
  /** The day is its business day, not merely the day of its time. */
  readonly isDayTold: boolean;
}

/** One Transaction, in our words. */
export interface PosTransaction {
  readonly key: TransactionKey;
  /** `retail`, or the name of what else it is. */
  readonly kind: string;
  readonly isVoid: boolean;
  readonly isCancelled: boolean;
  readonly isTraining: boolean;
  readonly isSuspended: boolean;
  readonly status: string | undefined;
  readonly at: string | undefined;
  readonly cashier: string | undefined;
  readonly currencies: readonly string[];
  readonly goods: readonly GoodsLine[];
  readonly tenders: readonly TenderLine[];
  /** Amounts of discount lines, of tax lines, and of rounding as the till tells it. */
  readonly discounts: readonly string[];
  readonly taxes: readonly string[];
  readonly roundings: readonly string[];
  /** Amounts by `TotalType`. */
  readonly totals: Readonly<Record<string, string>>;
  /** It says that something was taken off by a reward or discount whose amount is not told in the words of the standard. */
  readonly hasUntoldReduction: boolean;
  readonly memberCodes: readonly string[];
  readonly link: Link | undefined;
}

const VOIDS = ['PostVoid', 'PostVoidTransaction', 'VoidTransaction'] as const;
const LINES = [...SALE_LINES, ...RETURN_LINES];
const DAY = /^\d{4}-\d{2}-\d{2}(?=$|[T Z+-])/;

const storeOf = (element: Element): string | undefined => {
  const units = childrenOf(element, 'BusinessUnit').flatMap((unit) => childrenOf(unit, 'UnitID'));
  const unit = units.find(({ attributes }) => attributes.TypeCode === 'RetailStore') ?? units[0];
  return textOf(element, 'RetailStoreID') ?? textOf(unit);
};

const dayOf = (text: string | undefined): string | undefined => DAY.exec(text ?? '')?.[0];

function linkOf(element: Element | undefined): Link | undefined {
  if (element === undefined) return undefined;
  const key = {
    store: storeOf(element),
    workstation: textOf(element, 'WorkstationID'),
    sequence: textOf(element, 'SequenceNumber'),
    businessDay: dayOf(textOf(element, 'BusinessDayDate') ?? textOf(element, 'BeginDateTime')),
  };
  const told = Object.fromEntries(Object.entries(key).filter(([, value]) => value !== undefined));
  return {
    reason: element.attributes.ReasonCode,
    key: told,
    isDayTold: dayOf(textOf(element, 'BusinessDayDate')) !== undefined,
  };
}

const textsOf = (elements: readonly Element[], ...path: readonly string[]): string[] =>
  elements.flatMap((element) => textOf(element, ...path) ?? []);

const isTakenOut = ({ attributes: { VoidFlag, CancelFlag, DeleteFlag } }: Element): boolean =>
  [VoidFlag, CancelFlag, DeleteFlag].some(isTrue);

function goodsOf(line: Element): GoodsLine[] {
  const goods = childOf(line, ...LINES);
  // What is to be delivered often repeats lines that stand for themselves; with an amount it is a line of its own.
  if (goods === undefined || (goods.name.includes('For') && textOf(goods, 'ExtendedAmount') === undefined)) return [];
  const quantity = childOf(goods, 'Quantity');
  const serials = childrenOf(goods, 'SerialNumber').filter(({ attributes }) => attributes.Type === 'GTIN');
  const voids = childOf(line, 'Voids');
  const linkedLine =
    [line, goods, ...(voids === undefined ? [] : [voids])].flatMap((at) => childOf(at, 'ItemLink') ?? [])[0] ?? voids;
  return [
    {
      number: textOf(line, 'SequenceNumber'),
      kind: SALE_LINES.includes(goods.name) ? 'sale' : 'return',
      isVoid: isTakenOut(line),
      takesBack:
        textOf(linkedLine, 'LineItemSequenceNumber') ?? textOf(linkedLine, 'SequenceNumber') ?? textOf(linkedLine),
      codes: [
        ...textsOf(childrenOf(goods, 'POSIdentity'), 'POSItemID'),
        ...textsOf(childrenOf(goods, 'ItemID')),
        ...textsOf(serials),
      ],
      name: textOf(goods, 'Description'),
      quantity: textOf(quantity),
      units: quantity?.attributes.Units,
      unitOfMeasure: quantity?.attributes.UnitOfMeasureCode,
      regularPrice: textOf(goods, 'RegularSalesUnitPrice'),
      actualPrice: textOf(goods, 'ActualSalesUnitPrice'),
      extended: textOf(goods, 'ExtendedAmount'),
      extendedDiscount: textOf(goods, 'ExtendedDiscountAmount'),
      unitDiscount: textOf(goods, 'DiscountAmount'),
      modifiers: textsOf(childrenOf(goods, 'RetailPriceModifier').filter(isSubtracting), 'Amount'),
      taxes: textsOf(childrenOf(goods, 'Tax'), 'Amount'),
      taxWithin: isTrue(textOf(goods, 'TaxIncludedInPriceFlag')) || childrenOf(goods, 'Tax').some(isTaxWithin),
      link: linkOf(childOf(goods, 'TransactionLink')),
    },
  ];
}

const isSubtracting = (modifier: Element): boolean =>
  childrenOf(modifier, 'Amount').some(({ attributes: { Action = 'Subtract' } }) => Action === 'Subtract');

const isTaxWithin = (tax: Element): boolean =>
  childrenOf(tax, 'TaxableAmount').some(({ attributes }) => isTrue(attributes.TaxIncludedInTaxableAmountFlag));

function tenderOf(line: Element): TenderLine[] {
  const tender = childOf(line, 'Tender');
  if (tender === undefined) return [];
  return [
    {
      type: tender.attributes.TenderType,
      id: textOf(tender, 'TenderID'),
      isRefund: /refund|return/i.test(tender.attributes.TypeCode ?? ''),
      isVoid: isTakenOut(line),
      amount: textOf(tender, 'Amount'),
      change: textOf(tender, 'TenderChange', 'Amount'),
      cashback: textOf(tender, 'Cashback'),
      token: textOf(tender, 'Authorization', 'ReferenceNumber') ?? textOf(tender, 'Authorization', 'AuthorizationCode'),
    },
  ];
}

/** Where it was completed: the last time it tells, then the first. */
function timeOf(element: Element, trade: Element | undefined): string | undefined {
  const stamps = childrenOf(element, 'POSLogDateTime');
  const stamp = stamps.find(({ attributes }) => attributes.TypeCode === 'Transaction') ?? stamps[0];
  return (
    textOf(element, 'EndDateTime') ??
    textOf(trade, 'ReceiptDateTime') ??
    textOf(element, 'ReceiptDateTime') ??
    textOf(stamp) ??
    textOf(element, 'BeginDateTime')
  );
}

const KEY_CHARS = 40;

export function keyOf({ element, shared }: Pick<ReadTransaction, 'element' | 'shared'>): TransactionKey {
  return {
    store: (storeOf(element) ?? shared.RetailStoreID?.trim() ?? '').slice(0, KEY_CHARS),
    workstation: (textOf(element, 'WorkstationID') ?? '').slice(0, KEY_CHARS),
    sequence: (textOf(element, 'SequenceNumber') ?? '').slice(0, KEY_CHARS),
    businessDay: dayOf(textOf(element, 'BusinessDayDate') ?? shared.BusinessDayDate?.trim()) ?? '',
  };
}

function kindOf(element: Element, trade: Element | undefined): string {
  if (trade !== undefined) return 'retail';
  const other = element.children.find(({ name }) => /Transaction$/.test(name));
  return other?.name ?? element.attributes.type ?? 'other';
}

/** Reads one Transaction into our words; what it says is checked later. */
export function transactionOf(read: Pick<ReadTransaction, 'element' | 'shared'>): PosTransaction {
  const { element } = read;
  const flags = element.attributes;
  const control = childOf(element, 'ControlTransaction');
  // Version 1 has the lines in the transaction itself.
  const trade =
    childOf(element, 'RetailTransaction') ?? (childOf(element, 'LineItem') === undefined ? undefined : element);
  const places = [trade, control, element].filter((place) => place !== undefined);
  const voided = places.flatMap((place) => childrenOf(place, ...VOIDS))[0];
  const lines = trade === undefined ? [] : childrenOf(trade, 'LineItem');
  const kept = lines.filter((line) => !isTakenOut(line));
  const within = (name: string): Element[] => kept.flatMap((line) => childrenOf(line, name));
  const links = places.flatMap((place) => childrenOf(place, 'TransactionLink'));
  // Beside the one that matters there may be one to where the receipt was suspended.
  const loose = links.find(({ attributes }) => /void|return/i.test(attributes.ReasonCode ?? '')) ?? links[0];
  const status = trade?.attributes.TransactionStatus;
  const inVoid =
    voided === undefined
      ? undefined
      : (childOf(voided, 'TransactionLink') ?? (textOf(voided, 'SequenceNumber') === undefined ? undefined : voided));
  const goods = lines.flatMap(goodsOf);
  const tenders = lines.flatMap(tenderOf);
  const rounding = tenders.filter(isRounding);
  const modifiers = within('Sale').flatMap((line) => childrenOf(line, 'RetailPriceModifier'));
  return {
    key: keyOf(read),
    kind: kindOf(element, trade),
    isVoid: voided !== undefined || /^post[- ]?void/i.test(status ?? ''),
    isCancelled: isTrue(flags.CancelFlag) || isTrue(trade?.attributes.CancelFlag),
    isTraining: isTrue(flags.TrainingModeFlag) || isTrue(trade?.attributes.TrainingModeFlag),
    isSuspended: isTrue(flags.SuspendFlag) || isTrue(trade?.attributes.SuspendFlag),
    status,
    at: timeOf(element, trade),
    cashier: textOf(element, 'OperatorID'),
    currencies: currenciesOf(element, lines),
    goods,
    tenders: tenders.filter((tender) => !isRounding(tender)),
    discounts: textsOf(within('Discount'), 'Amount'),
    taxes: textsOf(within('Tax'), 'Amount'),
    roundings: [...rounding.flatMap(({ amount }) => amount ?? []), ...textsOf(within('Rounding'), 'Amount')],
    totals: totalsOf(trade),
    hasUntoldReduction: within('LoyaltyReward').length + within('Discount').length + modifiers.length > 0,
    memberCodes: memberCodesOf(element, trade),
    link: linkOf(inVoid ?? loose),
  };
}

/** Some tills write the rounding of cash as a tender of its own. */
const isRounding = ({ type }: TenderLine): boolean => /rounding/i.test(type ?? '');

function currenciesOf(element: Element, lines: readonly Element[]): string[] {
  const amounts = lines.flatMap((line) => childrenOf(line, 'Tender')).flatMap((tender) => childrenOf(tender, 'Amount'));
  const told = [textOf(element, 'CurrencyCode'), ...amounts.map(({ attributes }) => attributes.Currency)];
  return [
    ...new Set(told.flatMap((code) => (code === undefined || code.trim() === '' ? [] : [code.trim().toUpperCase()]))),
  ];
}

function totalsOf(trade: Element | undefined): Record<string, string> {
  const totals: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const total of trade === undefined ? [] : childrenOf(trade, 'Total')) {
    const text = textOf(total);
    if (text !== undefined) totals[total.attributes.TotalType ?? ''] ??= text;
  }
  return totals;
}

function memberCodesOf(element: Element, trade: Element | undefined): string[] {
  const places = [element, ...(trade === undefined ? [] : [trade])];
  const accounts = places.flatMap((place) => [
    ...childrenOf(place, 'LoyaltyAccount'),
    ...childrenOf(place, 'CustomerAccount').flatMap((account) => childrenOf(account, 'LoyaltyAccount')),
  ]);
  const codes = [
    ...accounts.flatMap((account) => [
      textOf(account, 'LoyaltyAccountID'),
      textOf(account, 'LoyaltyProgram', 'LoyaltyAccountID'),
      textOf(account, 'CustomerID'),
    ]),
    ...places.flatMap((place) => [
      textOf(place, 'Customer', 'CustomerID'),
      textOf(place, 'CustomerAccount', 'CustomerID'),
    ]),
  ];
  return [...new Set(codes.flatMap((code) => code ?? []))];
}
