import type { Locale, ReturnReceipt, SaleView, Words } from '@tillside/agent-contract';
import { type ReturnedFacts, receiptTender, returnedLines, type Store } from './parts.ts';
import { pick } from './words.ts';

type Kept = Pick<
  ReturnReceipt,
  | 'returnId'
  | 'basis'
  | 'sale'
  | 'lane'
  | 'terminalId'
  | 'cashierId'
  | 'receiptNumber'
  | 'businessDate'
  | 'reprint'
  | 'heldBackFen'
  | 'giftChargeFen'
  | 'refundFen'
  | 'payFen'
  | 'pointsTakenBack'
  | 'pointsGivenBack'
  | 'reason'
  | 'moneyRule'
>;

/** A return as the journal holds it, of a sale of this store or not. */
export interface ReturnFacts extends Kept {
  /** ISO instant. */
  readonly returnedAt: string;
  readonly lines: readonly ReturnedFacts[];
  readonly tenders: SaleView['tenders'];
  /** With an end of its own where the coupon was given one. */
  readonly couponsBack: readonly { readonly name: Words; readonly until?: string | undefined }[];
}

/** A return as its receipt says it, in one language. Pure. */
export function returnReceipt(store: Store, facts: ReturnFacts, locale: Locale): ReturnReceipt {
  const { returnedAt, lines, tenders, couponsBack, ...kept } = facts;
  return {
    kind: 'return',
    locale,
    storeId: store.storeId,
    storeName: pick(store.storeName, locale),
    at: store.instant(Date.parse(returnedAt)),
    ...kept,
    lines: returnedLines(lines, locale),
    tenders: tenders.map(receiptTender),
    couponsBack: couponsBack.map(({ name, until }) => ({
      name: pick(name, locale),
      ...(until === undefined ? {} : { until: store.instant(Date.parse(until)) }),
    })),
  };
}
