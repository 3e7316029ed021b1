/**
 * What the extended promotion language asks of a journal: uses and money by campaign, items and members with what campaigns look at, coupons that
 * may live again, and with each sale the campaigns that it took something from. Decisions that lie in answers get the fields that they have
 * by now, so that an old sale can still be read: their tax is not known, nothing was given or paid with points, and the store bore the saving.
 */
const decisionNow = (column: string): string => `json_set(${column},
  '$.decision.taxFen', 0,
  '$.decision.totalFen', json_extract(${column}, '$.decision.payableFen'),
  '$.decision.gifts', json('[]'),
  '$.decision.points.spent', 0,
  '$.decision.points.spentFen', 0,
  '$.decision.applied', json((
    SELECT json_group_array(json(json_set(one.value, '$.storeFen', json_extract(one.value, '$.amountFen'), '$.brandFen', 0)))
    FROM json_each(${column}, '$.decision.applied') AS one
  )))`;

export const migration0004 = {
  version: 4,
  sql: `
CREATE TABLE campaign_use (
  campaign_id TEXT NOT NULL, scope TEXT NOT NULL CHECK (scope IN ('store', 'day', 'member')), key TEXT NOT NULL,
  uses INTEGER NOT NULL, given_fen INTEGER NOT NULL, last_at INTEGER NOT NULL,
  PRIMARY KEY (campaign_id, scope, key)
) STRICT, WITHOUT ROWID;
ALTER TABLE item ADD COLUMN no_promotions INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE member ADD COLUMN segments TEXT NOT NULL DEFAULT '[]';
ALTER TABLE coupon ADD COLUMN expires_at TEXT;
ALTER TABLE sale ADD COLUMN campaigns TEXT;
CREATE TABLE sold_campaign (hash TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX sale_member ON sale (member_id) WHERE member_id IS NOT NULL;
UPDATE sale SET view = json_set(${decisionNow('view')},
  '$.paidFen', json_extract(view, '$.decision.payableFen'), '$.roundingFen', 0, '$.pointsSpent', 0)
  WHERE json_type(view, '$.decision') = 'object';
UPDATE idempotency SET response = ${decisionNow('response')} WHERE json_type(response, '$.decision') = 'object';
UPDATE idempotency SET response = json_set(response, '$.paidFen', json_extract(response, '$.decision.payableFen'), '$.roundingFen', 0, '$.pointsSpent', 0)
  WHERE json_type(response, '$.saleId') = 'text' AND json_type(response, '$.decision') = 'object';
UPDATE idempotency SET response = json_set(response, '$.giftChoices', json('[]'), '$.decisionKey', '')
  WHERE json_type(response, '$.openedAt') = 'text' AND json_type(response, '$.decision') = 'object';
UPDATE idempotency SET response = json_set(response, '$.payFen', 0, '$.heldBackFen', 0, '$.giftChargeFen', 0, '$.pointsGivenBack', 0,
    '$.gifts', json('[]'), '$.couponsBack', json('[]'))
  WHERE json_type(response, '$.returnId') = 'text' AND json_type(response, '$.pointsTakenBack') = 'integer';
`,
} as const;
