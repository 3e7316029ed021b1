import type { Campaign, CampaignUsage, Decision } from '@tillside/decide';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';

/** Counts of a campaign that HQ took out are kept so long, in case that it comes back. */
const KEPT_MS = 90 * 86_400_000;

/** Whose basket, and on which calendar day of the store (`YYYY-MM-DD`). */
export interface UseScope {
  readonly memberId: string | undefined;
  readonly day: string;
}

interface UseRow {
  campaign_id: string;
  scope: 'store' | 'day' | 'member';
  uses: number;
  given_fen: number;
}

/** Whether what the campaign gave before matters; units of one basket (`perBasket`) don't. */
export function isCounted({ limits }: Campaign): boolean {
  if (limits === undefined) return false;
  const { perMember, perStore, perDay, total, budgetFen } = limits;
  return [perMember, perStore, perDay, total, budgetFen].some((limit) => limit !== undefined);
}

const COUNTS = `SELECT campaign_id, scope, uses, given_fen FROM campaign_use WHERE campaign_id IN (SELECT value FROM json_each(?)) AND scope = ? AND key = ?`;
const ALL_COUNTS = [COUNTS, COUNTS, COUNTS].join(' UNION ALL ');

/** What campaigns have given in this store. `total` is what this store knows of: its own uses. */
export function usageOf(reader: Reader, campaignIds: readonly string[], { memberId, day }: UseScope): CampaignUsage[] {
  if (campaignIds.length === 0) return [];
  const ids = JSON.stringify(campaignIds);
  const rows = reader.all<UseRow>(ALL_COUNTS, ids, 'store', '', ids, 'day', day, ids, 'member', memberId ?? '');
  const usage = new Map<string, CampaignUsage>();
  for (const row of rows) {
    const known = usage.get(row.campaign_id) ?? { campaignId: row.campaign_id };
    if (row.scope === 'store') Object.assign(known, { store: row.uses, total: row.uses, budgetFen: row.given_fen });
    else known[row.scope] = row.uses;
    usage.set(row.campaign_id, known);
  }
  return [...usage.values()];
}

/** Why a campaign is used up for everybody, whoever the member. */
export function isUsedUp({ limits }: Campaign, usage: CampaignUsage | undefined): boolean {
  const reached = (limit: number | undefined, used: number | undefined): boolean =>
    limit !== undefined && (used ?? 0) >= limit;
  return (
    reached(limits?.perStore, usage?.store) ||
    reached(limits?.perDay, usage?.day) ||
    reached(limits?.total, usage?.total) ||
    reached(limits?.budgetFen, usage?.budgetFen)
  );
}

const COUNT = `INSERT INTO campaign_use (campaign_id, scope, key, uses, given_fen, last_at) VALUES (?, ?, ?, 1, ?, ?)
  ON CONFLICT (campaign_id, scope, key) DO UPDATE SET uses = uses + 1, given_fen = given_fen + excluded.given_fen, last_at = excluded.last_at`;

/**
 * Counts what a sale took, in the sale's own transaction, and holds every campaign to its limits: of two tills that are after the last use one
 * completes. A return gives no use back, and money that was given stays counted. Throws LIMIT_REACHED.
 */
export function countUses(
  tx: Tx,
  decision: Decision,
  campaignOf: (campaignId: string) => Campaign | undefined,
  { memberId, day }: UseScope,
  atMs: number,
): void {
  for (const { campaignId, amountFen } of decision.applied) {
    const campaign = campaignOf(campaignId);
    // A shelf guard is no campaign of anybody.
    if (campaign === undefined) continue;
    const count = (scope: UseRow['scope'], key: string): void => {
      tx.run(COUNT, campaignId, scope, key, amountFen, atMs);
    };
    count('store', '');
    count('day', day);
    if (memberId !== undefined) count('member', memberId);
    if (!isCounted(campaign)) continue;
    const [usage] = usageOf(tx, [campaignId], { memberId, day });
    if (isExceeded(campaign, usage)) throw new AgentError('LIMIT_REACHED', { detail: `(${campaignId})` });
  }
}

/** The reverse of one use, in the scopes that it was counted in. */
export function uncountUse(
  tx: Tx,
  { campaignId, amountFen }: { campaignId: string; amountFen: number },
  { memberId, day }: UseScope,
): void {
  const uncount = (scope: UseRow['scope'], key: string): void => {
    tx.run(
      'UPDATE campaign_use SET uses = max(0, uses - 1), given_fen = max(0, given_fen - ?) WHERE campaign_id = ? AND scope = ? AND key = ?',
      amountFen,
      campaignId,
      scope,
      key,
    );
  };
  uncount('store', '');
  uncount('day', day);
  if (memberId !== undefined) uncount('member', memberId);
}

function isExceeded({ limits }: Campaign, usage: CampaignUsage | undefined): boolean {
  const above = (limit: number | undefined, used: number | undefined): boolean =>
    limit !== undefined && (used ?? 0) > limit;
  return (
    above(limits?.perMember, usage?.member) ||
    above(limits?.perStore, usage?.store) ||
    above(limits?.perDay, usage?.day) ||
    above(limits?.total, usage?.total) ||
    above(limits?.budgetFen, usage?.budgetFen)
  );
}

/** Forgets past days, and campaigns that are not in force and were not used for a long time. */
export function pruneUses(tx: Tx, campaignIds: readonly string[], nowMs: number): void {
  tx.run(`DELETE FROM campaign_use WHERE scope = 'day' AND last_at < ?`, nowMs - KEPT_MS);
  tx.run(
    'DELETE FROM campaign_use WHERE last_at < ? AND campaign_id NOT IN (SELECT value FROM json_each(?))',
    nowMs - KEPT_MS,
    JSON.stringify(campaignIds),
  );
}
