import type { SaleReceipt } from '@tillside/agent-contract';
import { pick, WORDS } from './words.ts';

/**
 * A receipt for whoever has its number and its amount: what was bought and paid, and nothing by which a member, or a way of paying, could be told. A coupon may have been chosen for the
 * person, so its name goes and what it took off stays; other savings are named as on the paper. Pure.
 */
export function forAnybody(receipt: SaleReceipt): SaleReceipt {
  const { member: _member, points: _points, ...rest } = receipt;
  return {
    ...rest,
    lines: rest.lines.map((line) => ({
      ...line,
      savings: line.savings.map((saving) =>
        saving.coupon === undefined ? saving : { ...saving, name: pick(WORDS.savings, receipt.locale) },
      ),
    })),
    tenders: rest.tenders.map(({ reference: _reference, ...tender }) => tender),
    couponsUsed: [],
    wallet: [],
  };
}
