export const MEMBER = 'M000001';

let guids = 0;
/** As the POS makes them: never the same twice. */
export function newGuid(): string {
  guids += 1;
  return `00000000-0000-4000-8000-${String(guids).padStart(12, '0')}`;
}

interface SelectionWish {
  readonly guid?: string;
  readonly item?: string;
  readonly quantity?: number;
  /** Before discounts, decimal. */
  readonly price: number;
  /** After all discounts; absent: the same. */
  readonly net?: number;
  readonly more?: Record<string, unknown>;
}

export const selection = ({ guid = newGuid(), item, quantity = 1, price, net = price, more }: SelectionWish) => ({
  guid,
  entityType: 'MenuItemSelection',
  externalId: null,
  deferred: false,
  preDiscountPrice: price,
  voidReason: null,
  displayName: item ?? 'Special',
  appliedDiscounts: [],
  modifiers: [],
  fulfillmentStatus: 'SENT',
  price: net,
  voided: false,
  item: {
    guid: `menu-${item ?? 'special'}`,
    entityType: 'MenuItem',
    externalId: item === undefined ? null : `shop:${item}`,
  },
  quantity,
  unitOfMeasure: 'NONE',
  tax: 0.593_871_89,
  selectionType: null,
  ...more,
});

/** A check as the POS sends it: open, or paid with a tax and one payment of all of it. */
export function checkOf(
  guid: string,
  selections: readonly ReturnType<typeof selection>[],
  paid?: {
    readonly tax?: number;
    readonly payments?: readonly Record<string, unknown>[];
    readonly more?: Record<string, unknown>;
  },
) {
  const cents = (amount: number): number => Math.round(amount * 100);
  const amount = selections.reduce((sum, { price }) => sum + cents(price), 0);
  const total = amount + cents(paid?.tax ?? 0);
  return {
    guid,
    entityType: 'Check',
    externalId: null,
    displayNumber: '183',
    payments: paid === undefined ? [] : (paid.payments ?? [payment(total / 100)]),
    appliedDiscounts: [],
    voidDate: null,
    paidDate: paid === undefined ? null : '2026-11-22T10:00:00.767+0000',
    appliedLoyaltyInfo: null,
    voided: false,
    paymentStatus: paid === undefined ? 'OPEN' : 'CLOSED',
    amount: amount / 100,
    tabName: null,
    taxExempt: false,
    openedDate: '2026-11-22T09:50:00Z',
    totalAmount: total / 100,
    selections,
    deleted: false,
    closedDate: paid === undefined ? null : '2026-11-22T10:00:00.767+0000',
    taxAmount: paid?.tax ?? 0,
    appliedServiceCharges: [],
    customer: null,
    ...paid?.more,
  };
}

export const payment = (amount: number, more: Record<string, unknown> = {}) => ({
  guid: newGuid(),
  entityType: 'OrderPayment',
  amount,
  tipAmount: 0,
  amountTendered: amount,
  type: 'CREDIT',
  last4Digits: '1111',
  paymentStatus: 'CAPTURED',
  paidBusinessDate: 20_261_122,
  refund: null,
  voidInfo: null,
  ...more,
});

export const checkBody = (check: unknown, loyaltyIdentifier: string | null = MEMBER, redemptions: unknown[] = []) => ({
  searchTransactionInformation: null,
  checkTransactionInformation: { loyaltyIdentifier, check, redemptions },
  reverseTransactionInformation: null,
});

export const reverseBody = (
  transactionId: string,
  loyaltyIdentifier: string | null = MEMBER,
  redemptions?: unknown[],
) => ({
  reverseTransactionInformation: { loyaltyIdentifier, transactionId, ...(redemptions ? { redemptions } : {}) },
});
