import type { EventBody, FoundSale } from '@tillside/protocol';
import { foundSale, type HeldClaim, judgeClaim, MAX_RETURNS } from '../../sync/return-units.ts';
import type { ReturnDesk } from '../port.ts';
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

type Sale = EventBody<'tillside.sale.completed.v1'>;
type Return = EventBody<'tillside.sale.returned.v1'>;

const OF_STORE = 'stream_id IN (SELECT id FROM streams WHERE store = ?)';
const SALE = `SELECT envelope -> '$.data' AS data FROM events WHERE type = 'tillside.sale.completed.v1' AND ${OF_STORE}`;
const NEWEST = 'ORDER BY cursor DESC LIMIT 1';

function prepareStatements(db: Sqlite) {
  return {
    byReceipt: db.prepare<[string, string, string], { data: string }>(
      `${SALE} AND receipt_number = ? AND business_date = ? ${NEWEST}`,
    ),
    byId: db.prepare<[string, string], { data: string }>(`${SALE} AND sale_id = ? ${NEWEST}`),
    ownReturns: db.prepare<[string, string], { data: string }>(
      `SELECT envelope -> '$.data' AS data FROM events WHERE type = 'tillside.sale.returned.v1' AND ${OF_STORE} AND sale_id = ? LIMIT ${MAX_RETURNS}`,
    ),
    claims: db.prepare<[string, string, string, string], { lines: string }>(
      `SELECT lines FROM return_claims WHERE sale_store = ? AND sale_id = ? AND return_id <> ? AND (confirmed = 1 OR claimed_at >= ?) LIMIT ${MAX_RETURNS}`,
    ),
    claim: db.prepare<[string], HeldClaim>(
      'SELECT claimed_by AS claimedBy, sale_store AS saleStore, sale_id AS saleId, lines FROM return_claims WHERE return_id = ?',
    ),
    insert: db.prepare('INSERT INTO return_claims VALUES (@returnId, @claimedBy, @store, @saleId, @lines, @at, 0)'),
    release: db.prepare<[string, string]>(
      'DELETE FROM return_claims WHERE return_id = ? AND claimed_by = ? AND confirmed = 0',
    ),
  };
}

export function createReturns(db: Sqlite, transact: Transact): ReturnDesk {
  const statements = prepareStatements(db);

  const found = (store: string, sale: Sale, except: string, since: string): FoundSale =>
    foundSale(
      store,
      sale,
      statements.ownReturns.all(store, sale.saleId).map(({ data }) => JSON.parse(data) as Return),
      statements.claims.all(store, sale.saleId, except, since).map(({ lines }) => lines),
    );

  return {
    find: async ({ store, receiptNumber, businessDate }) => {
      const row = statements.byReceipt.get(store, receiptNumber, businessDate);
      return row === undefined ? null : found(store, JSON.parse(row.data) as Sale, '', '');
    },
    claim: (claim, { claimedBy, at, since }) =>
      transact(() => {
        const row = statements.byId.get(claim.store, claim.saleId);
        if (row === undefined) return 'unknown';
        const answer = found(claim.store, JSON.parse(row.data) as Sale, claim.returnId, since);
        const verdict = judgeClaim(answer, statements.claim.get(claim.returnId), claim, claimedBy);
        if (verdict !== 'give') return verdict === 'known' ? answer : verdict;
        const { returnId, store, saleId, lines } = claim;
        statements.insert.run({ returnId, claimedBy, store, saleId, lines: JSON.stringify(lines), at });
        return answer;
      }),
    release: (returnId, claimedBy) => transact(() => statements.release.run(returnId, claimedBy).changes === 1),
  };
}
