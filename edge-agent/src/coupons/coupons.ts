import { createHash } from 'node:crypto';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';

export interface Coupon {
  couponId: string;
  code: string;
  campaignId: string;
  memberId: string | null;
  spentSaleId: string | null;
}

const COLUMNS =
  'coupon_id AS couponId, code, campaign_id AS campaignId, member_id AS memberId, spent_sale_id AS spentSaleId';

export const codeHash = (code: string): string => createHash('sha256').update(code.trim()).digest('hex');

/** A coupon that may go into this basket: known, unspent, and nobody else's. `code` with or without the `TC:` prefix. */
export function findCoupon(reader: Reader, code: string, memberId: string | undefined): Coupon {
  const bare = code.trim().replace(/^TC:/i, '');
  const coupon = reader.get<Coupon>(`SELECT ${COLUMNS} FROM coupon WHERE code_hash = ?`, codeHash(bare));
  if (coupon === undefined) throw new AgentError('COUPON_UNKNOWN');
  if (coupon.spentSaleId !== null) throw new AgentError('COUPON_SPENT');
  if (coupon.memberId !== null && coupon.memberId !== memberId) throw new AgentError('COUPON_OF_ANOTHER_MEMBER');
  return coupon;
}

export function couponsOf(reader: Reader, couponIds: readonly string[]): Coupon[] {
  return couponIds.flatMap(
    (couponId) => reader.get<Coupon>(`SELECT ${COLUMNS} FROM coupon WHERE coupon_id = ?`, couponId) ?? [],
  );
}

/** A member's unspent coupons. */
export function walletOf(reader: Reader, memberId: string): Coupon[] {
  return reader.all<Coupon>(
    `SELECT ${COLUMNS} FROM coupon WHERE member_id = ? AND spent_sale_id IS NULL ORDER BY coupon_id LIMIT 50`,
    memberId,
  );
}

/** Check and spend in the sale's own transaction: of two baskets with one coupon only one completes. Throws COUPON_SPENT. */
export function spendCoupon(tx: Tx, couponId: string, saleId: string): void {
  if (
    tx.run('UPDATE coupon SET spent_sale_id = ? WHERE coupon_id = ? AND spent_sale_id IS NULL', saleId, couponId) !== 1
  ) {
    throw new AgentError('COUPON_SPENT');
  }
}
