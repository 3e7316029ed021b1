import { callAgent } from '@tillside/agent-contract';
import type { CampaignSet } from '@tillside/decide';
import { HarnessError } from '../../errors.ts';
import type { MeasuredStore } from '../../store/measured-store.ts';
import type { TillClient } from '../../store/shopper.ts';
import { COUPON_CODE } from './floor.ts';
import type { Ledger } from './ledger.ts';

/** Fewer coupons than sessions that want one: two tills come with the same. */
const SESSIONS_A_COUPON = 6;

/** Coupons that anybody may use, for each campaign that asks for one; their codes. */
export async function couponsFor(
  { demo }: MeasuredStore,
  { campaigns }: CampaignSet,
  run: string,
  sessions: number,
): Promise<string[]> {
  const asking = campaigns.filter(({ requiresCoupon }) => requiresCoupon === true);
  const each = Math.ceil(sessions / SESSIONS_A_COUPON / Math.max(1, asking.length));
  const rows = asking.flatMap(({ id }) =>
    Array.from({ length: each }, (_, n) => ({ couponId: `${id}-${run}-${n}`, campaignId: id })),
  );
  if (rows.length === 0) return [];
  const csv = rows.map(({ couponId, campaignId }) => `${couponId},${COUPON_CODE}${couponId},${campaignId},`).join('\n');
  const admin = { url: demo.agentUrl, credential: demo.adminCredential() };
  const report = await callAgent(admin, 'importFile', {
    params: { what: 'coupons' },
    query: {},
    body: `couponId,code,campaignId,memberId\n${csv}\n`,
  });
  if (report.rejectedCount > 0)
    throw new HarnessError('HARNESS_STORE_FAILED', `coupons: ${JSON.stringify(report.rejected[0])}`);
  return rows.map(({ couponId }) => COUPON_CODE + couponId);
}

/** Points of members by their id, as a till sees them in a basket. */
export async function pointsOf(
  till: TillClient | undefined,
  memberCodes: readonly string[],
  ledger: Ledger,
): Promise<Map<string, number>> {
  const points = new Map<string, number>();
  if (till === undefined) return points;
  const { basketId } = await till.call('openBasket', { body: { cashierId: till.name }, key: till.newKey() });
  const params = { basketId };
  for (const code of memberCodes) {
    const { member } = await till.call('setMember', { params, body: { code }, key: till.newKey() });
    if (member !== undefined) points.set(member.memberId, member.pointsBalance);
  }
  await till.call('cancelBasket', { params, key: till.newKey() });
  ledger.baskets.add(basketId);
  ledger.gone(basketId, till.terminal.deviceId);
  return points;
}
