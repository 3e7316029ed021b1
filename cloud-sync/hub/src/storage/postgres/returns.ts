import type { EventBody, FoundSale, ReturnClaim } from '@tillside/protocol';
import { foundSale, type HeldClaim, judgeClaim, MAX_RETURNS } from '../../sync/return-units.ts';
import type { ReturnDesk } from '../port.ts';
import { plain } from './copy.ts';
import { type Database, rowsOf, type Session } from './pool.ts';

type Sale = EventBody<'tillside.sale.completed.v1'>;

const SALE = `SELECT envelope AS text FROM events WHERE type = 'tillside.sale.completed.v1' AND store = $1`;
const OWN_RETURNS = `SELECT envelope AS text FROM events WHERE type = 'tillside.sale.returned.v1' AND store = $1 AND sale_id = $2 LIMIT ${MAX_RETURNS}`;
const CLAIMS = `SELECT lines FROM return_claims WHERE sale_store = $1 AND sale_id = $2 AND return_id <> $3 AND (confirmed OR claimed_at >= $4) LIMIT ${MAX_RETURNS}`;
/** Two claims of one sale, or two uses of one return's id, wait for each other. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM (SELECT unnest($1::text[]) AS name ORDER BY 1) AS ordered`;

const bodyOf = <T>(text: string): T => (JSON.parse(text) as { data: T }).data;

async function found(session: Session, store: string, sale: Sale, except: string, since: string): Promise<FoundSale> {
  const saleId = plain(sale.saleId);
  const own = await rowsOf<{ text: string }>(session, OWN_RETURNS, [store, saleId]);
  const claims = await rowsOf<{ lines: string }>(session, CLAIMS, [store, saleId, plain(except), since]);
  return foundSale(
    store,
    sale,
    own.map(({ text }) => bodyOf<EventBody<'tillside.sale.returned.v1'>>(text)),
    claims.map(({ lines }) => lines),
  );
}

type By = Parameters<ReturnDesk['claim']>[1];

async function claimUnits(session: Session, claim: ReturnClaim, by: By): ReturnType<ReturnDesk['claim']> {
  const { returnId, store, saleId, lines } = claim;
  await session.query(LOCK, [[`return/${plain(returnId)}`, `sale/${store}/${plain(saleId)}`]]);
  const [row] = await rowsOf<{ text: string }>(session, `${SALE} AND sale_id = $2 ORDER BY cursor DESC LIMIT 1`, [
    store,
    plain(saleId),
  ]);
  if (row === undefined) return 'unknown';
  const answer = await found(session, store, bodyOf<Sale>(row.text), returnId, by.since);
  const [held] = await rowsOf<HeldClaim>(
    session,
    'SELECT claimed_by AS "claimedBy", sale_store AS "saleStore", sale_id AS "saleId", lines FROM return_claims WHERE return_id = $1',
    [plain(returnId)],
  );
  const verdict = judgeClaim(answer, held, claim, by.claimedBy);
  if (verdict !== 'give') return verdict === 'known' ? answer : verdict;
  await session.query('INSERT INTO return_claims VALUES ($1, $2, $3, $4, $5, $6, false)', [
    plain(returnId),
    by.claimedBy,
    store,
    plain(saleId),
    JSON.stringify(lines),
    by.at,
  ]);
  return answer;
}

export function createReturns(db: Database): ReturnDesk {
  return {
    find: ({ store, receiptNumber, businessDate }) =>
      db.transact(async (session) => {
        const [row] = await rowsOf<{ text: string }>(
          session,
          `${SALE} AND receipt_number = $2 AND business_date = $3 ORDER BY cursor DESC LIMIT 1`,
          [store, plain(receiptNumber), plain(businessDate)],
        );
        return row === undefined ? null : found(session, store, bodyOf<Sale>(row.text), '', '');
      }),
    claim: (claim, by) => db.transact((session) => claimUnits(session, claim, by)),
    release: async (returnId, claimedBy) =>
      (
        await db.rows(
          'DELETE FROM return_claims WHERE return_id = $1 AND claimed_by = $2 AND NOT confirmed RETURNING 1',
          [plain(returnId), claimedBy],
        )
      ).length === 1,
  };
}
