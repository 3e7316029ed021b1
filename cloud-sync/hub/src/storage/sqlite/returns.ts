import type { EventBody, FoundSale, ReturnClaim } from '@tillside/protocol';
import type { ReturnDesk } from '../port.ts';
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

type Sale = EventBody<'tillside.sale.completed.v1'>;
type Units = FoundSale['returned'];
interface Claim {
  claimedBy: string;
  saleStore: string;
  saleId: string;
  lines: string;
}

const OF_STORE = 'stream_id IN (SELECT id FROM streams WHERE store = ?)';
const SALE = `SELECT envelope -> '$.data' AS data FROM events WHERE type = 'tillside.sale.completed.v1' AND ${OF_STORE}`;
const NEWEST = 'ORDER BY cursor DESC LIMIT 1';
/** Returns of one sale; nobody makes more of them. */
const MAX_RETURNS = 500;

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
    claim: db.prepare<[string], Claim>(
      'SELECT claimed_by AS claimedBy, sale_store AS saleStore, sale_id AS saleId, lines FROM return_claims WHERE return_id = ?',
    ),
    insert: db.prepare('INSERT INTO return_claims VALUES (@returnId, @claimedBy, @store, @saleId, @lines, @at, 0)'),
    release: db.prepare<[string, string]>(
      'DELETE FROM return_claims WHERE return_id = ? AND claimed_by = ? AND confirmed = 0',
    ),
  };
}

const sumUnits = (lists: readonly Units[]): Units => {
  const units = new Map<string, number>();
  for (const { lineId, quantity } of lists.flat()) units.set(lineId, (units.get(lineId) ?? 0) + quantity);
  return [...units].map(([lineId, quantity]) => ({ lineId, quantity }));
};

const isSame = (held: Claim, claim: ReturnClaim, claimedBy: string): boolean =>
  held.claimedBy === claimedBy &&
  held.saleStore === claim.store &&
  held.saleId === claim.saleId &&
  held.lines === JSON.stringify(claim.lines);

export function createReturns(db: Sqlite, transact: Transact): ReturnDesk {
  const statements = prepareStatements(db);

  const found = (store: string, sale: Sale, except: string, since: string): FoundSale => {
    const own = statements.ownReturns
      .all(store, sale.saleId)
      .map(({ data }) => (JSON.parse(data) as EventBody<'tillside.sale.returned.v1'>).lines)
      .map((lines) => lines.map(({ lineId, quantity }) => ({ lineId, quantity })));
    const others = statements.claims
      .all(store, sale.saleId, except, since)
      .map(({ lines }) => JSON.parse(lines) as Units);
    return { store, sale, returned: sumUnits([...own, ...others]) };
  };

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
        const held = statements.claim.get(claim.returnId);
        if (held !== undefined) return isSame(held, claim, claimedBy) ? answer : 'taken';
        const sold = new Map(answer.sale.lines.map(({ lineId, quantity }) => [lineId, quantity]));
        const after = sumUnits([answer.returned, claim.lines]);
        if (after.some(({ lineId, quantity }) => quantity > (sold.get(lineId) ?? 0))) return 'too-many';
        const { returnId, store, saleId, lines } = claim;
        statements.insert.run({ returnId, claimedBy, store, saleId, lines: JSON.stringify(lines), at });
        return answer;
      }),
    release: (returnId, claimedBy) => transact(() => statements.release.run(returnId, claimedBy).changes === 1),
  };
}
