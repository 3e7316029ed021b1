import { createHash } from 'node:crypto';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';

export interface Coupon {
  couponId: string;
  code: string;
  campaignId: string;
  memberId: string | null;
  spentSaleId: string | null;
  /** Its own end, for one that lives again after a return; null: it lives as long as its campaign. ISO instant. */
  expiresAt: string | null;
}

const COLUMNS =
  'coupon_id AS couponId, code, campaign_id AS campaignId, member_id AS memberId, spent_sale_id AS spentSaleId, expires_at AS expiresAt';

/** Whether a coupon's own time is over. */
const isOver = ({ expiresAt }: Coupon, atMs: number): boolean => expiresAt !== null && Date.parse(expiresAt) <= atMs;

export const codeHash = (code: string): string => createHash('sha256').update(code.trim()).digest('hex');

/** A coupon that may go into this basket: known, unspent, not over, and nobody else's. `code` with or without the `TC:` prefix. */
export function findCoupon(reader: Reader, code: string, memberId: string | undefined, atMs: number): Coupon {
  const bare = code.trim().replace(/^TC:/i, '');
  const coupon = reader.get<Coupon>(`SELECT ${COLUMNS} FROM coupon WHERE code_hash = ?`, codeHash(bare));
  if (coupon === undefined) throw new AgentError('COUPON_UNKNOWN');
  if (coupon.spentSaleId !== null) throw new AgentError('COUPON_SPENT');
  if (isOver(coupon, atMs)) throw new AgentError('COUPON_EXPIRED');
  if (coupon.memberId !== null && coupon.memberId !== memberId) throw new AgentError('COUPON_OF_ANOTHER_MEMBER');
  return coupon;
}

export function couponsOf(reader: Reader, couponIds: readonly string[]): Coupon[] {
  return couponIds.flatMap(
    (couponId) => reader.get<Coupon>(`SELECT ${COLUMNS} FROM coupon WHERE coupon_id = ?`, couponId) ?? [],
  );
}

/** Of these, the coupons that may act at an instant. */
export function livingCoupons(reader: Reader, couponIds: readonly string[], atMs: number): Coupon[] {
  return couponsOf(reader, couponIds).filter((coupon) => !isOver(coupon, atMs));
}

/** A member's coupons that are neither spent nor over. */
export function walletOf(reader: Reader, memberId: string, atMs: number): Coupon[] {
  return reader
    .all<Coupon>(
      `SELECT ${COLUMNS} FROM coupon WHERE member_id = ? AND spent_sale_id IS NULL ORDER BY coupon_id LIMIT 50`,
      memberId,
    )
    .filter((coupon) => !isOver(coupon, atMs));
}

/** All coupons of a person, spent ones too, also under ids that were merged into this one. */
export function couponsFor(reader: Reader, memberId: string): Coupon[] {
  return reader.all<Coupon>(
    `SELECT ${COLUMNS} FROM coupon WHERE member_id IN (SELECT ? UNION ALL SELECT member_id FROM member WHERE into_id = ?) ORDER BY coupon_id LIMIT 500`,
    memberId,
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

/** A coupon of a sale that was returned lives again; `expiresAt` where it was given an end of its own, else as before. */
export function reviveCoupon(tx: Tx, couponId: string, saleId: string, expiresAt: string | undefined): void {
  tx.run(
    'UPDATE coupon SET spent_sale_id = NULL, expires_at = coalesce(?, expires_at) WHERE coupon_id = ? AND spent_sale_id = ?',
    expiresAt ?? null,
    couponId,
    saleId,
  );
}
