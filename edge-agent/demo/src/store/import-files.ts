import { readFileSync } from 'node:fs';
import { type DemoData, demoItemsCsvPath } from '../data/index.ts';
import { phoneOf } from '../day/member-phone.ts';
import { demoWallets } from './campaigns.ts';

type Kind = 'items' | 'members' | 'coupons' | 'purchases';

/** Item master, members with their card codes, coupons and past purchases: the CSV files that an integrator would bring, in the order they go in. */
export function importFiles(data: DemoData): readonly (readonly [Kind, string])[] {
  const points = pointsOf(data);
  const members = data.households.map(({ memberId, tier, joinedOn }) => [
    memberId,
    memberCode(memberId),
    tier,
    points.get(memberId) ?? 0,
    `${joinedOn}T09:00:00+08:00`,
    'yes',
    phoneOf(memberId)?.publicKey ?? '',
  ]);
  const coupons = demoWallets(data).map(({ couponId, code, campaignId, memberId }) => [
    couponId,
    code,
    campaignId,
    memberId,
  ]);
  const purchases = data.history.flatMap(({ memberId, completedAt, lines }) =>
    memberId === undefined ? [] : lines.map((line) => [memberId, line.sku, completedAt, line.quantity]),
  );
  return [
    ['items', readFileSync(demoItemsCsvPath, 'utf8')],
    ['members', csv('memberId,code,tier,points,joinedAt,personalisation,publicKey', members)],
    ['coupons', csv('couponId,code,campaignId,memberId', coupons)],
    ['purchases', csv('memberId,sku,at,quantity', purchases)],
  ];
}

const csv = (header: string, rows: readonly (readonly (string | number)[])[]): string =>
  `${header}\n${rows.map((row) => row.join(',')).join('\n')}\n`;

/** What is printed on a demo member's card. */
export const memberCode = (memberId: string): string => `card-${memberId}`;

/** A point for each whole yuan of a past basket, as the agent gives them from today on. */
function pointsOf(data: DemoData): Map<string, number> {
  const points = new Map<string, number>();
  for (const { memberId, lines } of data.history) {
    if (memberId === undefined) continue;
    const paidFen = lines.reduce((sum, line) => sum + line.paidFen, 0);
    points.set(memberId, (points.get(memberId) ?? 0) + Math.floor(paidFen / 100));
  }
  return points;
}
