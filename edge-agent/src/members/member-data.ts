import type { MemberData } from '@tillside/agent-contract';
import type { MemberTaste } from '@tillside/features';
import type { Envelope, EventBody } from '@tillside/protocol';
import type { KeyRing, Reader } from '../journal/index.ts';
import { instantOf } from '../ports.ts';
import type { Member } from './members.ts';
import { profileOf } from './profile.ts';

/** What one export holds at most; a household buys a few hundred times a year. */
const MAX_SALES = 2_000;
const MAX_PURCHASES = 5_000;
const MAX_COUPONS = 1_000;
const MAX_EVENTS = 5_000;

type SaleBody = EventBody<'tillside.sale.completed.v1'>;
type MemberEvent = 'tillside.member.accessed.v1' | 'tillside.consent.changed.v1';

/** All that the store holds of a person. What HQ holds beside it, HQ exports. */
export function memberData(
  reader: Reader,
  keys: KeyRing,
  { memberId, ...member }: Member,
  { taste, ...of }: Pick<MemberData, 'storeName' | 'asOf' | 'pointsBalance'> & { taste: MemberTaste | undefined },
): MemberData {
  const told = eventsOf(reader, 'tillside.consent.changed.v1', memberId);
  return {
    ...of,
    memberId,
    joinedAt: member.joinedAt,
    tier: member.tier,
    tags: member.tags,
    segments: member.segments,
    profile: profileOf(reader, keys, memberId) ?? null,
    ...(member.birthday === undefined ? {} : { birthday: member.birthday }),
    hasPhoneKey: hasPhoneKey(reader, memberId),
    consents: consentHistory(member.consents, told),
    coupons: reader
      .all<{ couponId: string; campaignId: string; spent: number }>(
        `SELECT coupon_id AS couponId, campaign_id AS campaignId, spent_sale_id IS NOT NULL AS spent FROM coupon
         WHERE member_id = ? ORDER BY coupon_id LIMIT ?`,
        memberId,
        MAX_COUPONS,
      )
      .map(({ couponId, campaignId, spent }) => ({ couponId, campaignId, isSpent: spent === 1 })),
    sales: reader
      .all<{ body: string }>(
        'SELECT body FROM sale WHERE member_id = ? ORDER BY rowid DESC LIMIT ?',
        memberId,
        MAX_SALES,
      )
      .map(({ body }) => saleOf(JSON.parse(body) as SaleBody)),
    purchases: reader.all(
      'SELECT sku, at, quantity FROM purchase WHERE member_id = ? ORDER BY at DESC LIMIT ?',
      memberId,
      MAX_PURCHASES,
    ),
    habits: taste === undefined ? null : habitsOf(taste),
    accesses: eventsOf(reader, 'tillside.member.accessed.v1', memberId).map(({ staffId, what, reason, at }) => ({
      staffId,
      what,
      reason,
      at,
    })),
  };
}

const habitsOf = ({ untilMs, history, scores }: MemberTaste): MemberData['habits'] => ({
  until: instantOf(untilMs),
  bought: (history?.items ?? []).map(({ sku, baskets, lastAtMs }) => ({ sku, baskets, lastAt: instantOf(lastAtMs) })),
  mayLike: scores.map(({ sku }) => sku),
});

const saleOf = (sale: SaleBody): MemberData['sales'][number] => ({
  saleId: sale.saleId,
  receiptNumber: sale.receiptNumber,
  businessDate: sale.businessDate,
  completedAt: sale.completedAt,
  payableFen: sale.payableFen,
  pointsEarned: sale.pointsEarned,
  pointsSpent: sale.pointsSpent ?? 0,
  lines: sale.lines.map(({ sku, quantity, payableFen }) => ({ sku, quantity, payableFen })),
});

/** What counts now, and before it what was said and taken back, as far as the store still keeps it; the oldest first. */
function consentHistory(
  now: Member['consents'],
  told: EventBody<'tillside.consent.changed.v1'>[],
): MemberData['consents'] {
  const said = [
    ...told.map(({ purpose, granted, textVersion, at }) => ({ purpose, granted, textVersion, at })),
    ...now.map(({ purpose, granted, textVersion, at }) => ({ purpose, granted, textVersion, at })),
  ];
  const once = new Map(said.map((consent) => [JSON.stringify(consent), consent]));
  return [...once.values()].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

export const hasPhoneKey = (reader: Reader, memberId: string): boolean =>
  reader.get('SELECT 1 AS yes FROM member_phone WHERE member_id = ? LIMIT 1', memberId) !== undefined;

/** The newest events of a kind about a member, the oldest first. Only the stream of members is read: sales are many. */
function eventsOf<T extends MemberEvent>(reader: Reader, type: T, memberId: string): EventBody<T>[] {
  return reader
    .all<{ envelope: string }>(
      `SELECT e.envelope FROM outbox_lane l JOIN event e ON e.epoch = l.epoch AND e.stream = l.stream
       WHERE l.stream = 'members' AND e.type = ? AND json_extract(e.envelope, '$.data.memberId') = ?
       ORDER BY l.opened DESC, e.seq DESC LIMIT ?`,
      type,
      memberId,
      MAX_EVENTS,
    )
    .map(({ envelope }) => (JSON.parse(envelope) as Envelope).data as EventBody<T>)
    .toReversed();
}
