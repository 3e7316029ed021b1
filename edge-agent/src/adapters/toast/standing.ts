import type { AppliedCampaign } from '@tillside/decide';
import type { Reader, Tx } from '../../journal/index.ts';
import type { RedemptionView } from './wire.ts';

/** An offer that was redeemed for a check and stands: spent once, however often the POS tells of it. */
export interface Standing {
  readonly redemptionId: string;
  readonly identifier: string;
  /** Of the transaction that redeemed it. */
  readonly guid: string;
  readonly memberId: string;
  readonly campaignId: string;
  readonly couponId: string | undefined;
  readonly points: number;
  readonly amountFen: number;
  readonly content: {
    /** As it was answered. */
    readonly view: RedemptionView;
    /** Fen by selection, as the engine spread it. */
    readonly bySelection: Readonly<Record<string, number>>;
    /** It stands on its selections; else on the whole check. */
    readonly onItems: boolean;
    readonly applied: AppliedCampaign;
  };
  readonly at: number;
}

interface Row {
  redemption_id: string;
  identifier: string;
  guid: string;
  member_id: string;
  campaign_id: string;
  coupon_id: string | null;
  points: number;
  amount_fen: number;
  content: string;
  at: number;
}

const toStanding = (row: Row): Standing => ({
  redemptionId: row.redemption_id,
  identifier: row.identifier,
  guid: row.guid,
  memberId: row.member_id,
  campaignId: row.campaign_id,
  couponId: row.coupon_id ?? undefined,
  points: row.points,
  amountFen: row.amount_fen,
  content: JSON.parse(row.content) as Standing['content'],
  at: row.at,
});

export const standingOn = (reader: Reader, restaurant: string, checkGuid: string): Standing[] =>
  reader
    .all<Row>(
      'SELECT * FROM toast_redemption WHERE restaurant = ? AND check_guid = ? AND reversed_at IS NULL ORDER BY rowid',
      restaurant,
      checkGuid,
    )
    .map(toStanding);

/** Of two transactions that redeem one offer for one check the index lets one through. */
export function keepStanding(tx: Tx, restaurant: string, checkGuid: string, standing: Standing): void {
  tx.run(
    `INSERT INTO toast_redemption (redemption_id, restaurant, check_guid, identifier, guid, member_id, campaign_id, coupon_id, points, amount_fen, content, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    standing.redemptionId,
    restaurant,
    checkGuid,
    standing.identifier,
    standing.guid,
    standing.memberId,
    standing.campaignId,
    standing.couponId ?? null,
    standing.points,
    standing.amountFen,
    JSON.stringify(standing.content),
    standing.at,
  );
}

export function markTakenBack(tx: Tx, redemptionId: string, at: number): void {
  tx.run('UPDATE toast_redemption SET reversed_at = ? WHERE redemption_id = ?', at, redemptionId);
}
