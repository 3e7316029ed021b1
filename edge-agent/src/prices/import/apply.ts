import type { ImportMode } from '@tillside/agent-contract';
import type { Reader, Tx } from '../../journal/index.ts';
import type { ItemOwner } from '../item.ts';
import { startVersion } from '../price-version.ts';
import { backToRegular, endUnnamed, takeOver } from './hq.ts';
import { FACT_COLUMNS } from './merge.ts';

export interface ApplyOptions {
  readonly importId: string;
  readonly owner: ItemOwner;
  /** Discontinue what the file lacks; with a time, then. */
  readonly full: boolean;
  readonly discontinueAtMs: number | undefined;
  readonly at: string;
}

/** A price for a time that runs already, and that the file corrects. */
const CORRECTED = `price_change.state = 'active' AND price_change.kind = 'price' AND c.sku = price_change.sku AND c.from_at = price_change.from_at
  AND c.to_at = price_change.to_at`;

const UPSERT = `INSERT INTO item (sku, ${FACT_COLUMNS.join(', ')}, base_fen, price_fen, state, price_version)
  SELECT sku, ${FACT_COLUMNS.join(', ')}, base_fen, base_fen, state, ? FROM scratch.row WHERE true
  ON CONFLICT (sku) DO UPDATE SET ${FACT_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ')},
    base_fen = excluded.base_fen, price_fen = excluded.price_fen, state = excluded.state, price_version = excluded.price_version`;

/** Looks, once all rows are staged, for what the file is silent about: items of a full one whose owner speaks, and items whose code it gives to others. */
export function findSilent(tx: Tx, { mode, owner }: { mode: ImportMode; owner: ItemOwner }): void {
  if (mode === 'full')
    tx.run(
      `INSERT INTO scratch.missing (sku) SELECT sku FROM item WHERE state <> 'discontinued' AND owner = ?
       AND NOT EXISTS (SELECT 1 FROM scratch.seen s WHERE s.sku = item.sku) AND NOT EXISTS (SELECT 1 FROM scratch.kept k WHERE k.sku = item.sku)`,
      owner,
    );
  tx.run(
    `INSERT INTO scratch.moved (code, row, sku, old) SELECT s.code, s.row, s.sku, c.sku FROM scratch.code s JOIN item_code c USING (code)
     WHERE s.changed = 1 AND c.sku <> s.sku AND NOT EXISTS (SELECT 1 FROM scratch.seen o WHERE o.sku = c.sku)`,
  );
}

/** How many items a full file would take off, and of how many. */
export const missingItems = (reader: Reader, owner: ItemOwner): { missing: number; of: number } => ({
  missing: countOf(reader, 'SELECT count(*) AS n FROM scratch.missing'),
  of: countOf(reader, `SELECT count(*) AS n FROM item WHERE state <> 'discontinued' AND owner = '${owner}'`),
});

export const movedCodes = (reader: Reader, limit: number): { row: number; code: string; sku: string; old: string }[] =>
  reader.all('SELECT row, code, sku, old FROM scratch.moved ORDER BY row LIMIT ?', limit);

/**
 * Puts what is staged into the master: one transaction, a few statements over whole tables. Returns the new price version, undefined where nothing differs
 * from before, and how many items were discontinued because the file lacks them.
 */
export function applyStaged(tx: Tx, options: ApplyOptions): { priceVersion: number | undefined; discontinued: number } {
  const owners = tx.all<{ old: string }>('SELECT DISTINCT old FROM scratch.moved').map(({ old }) => old);
  const atOnce = options.full && options.discontinueAtMs === undefined;
  const touched =
    countOf(tx, 'SELECT count(*) AS n FROM scratch.row') +
    countOf(tx, `SELECT count(*) AS n FROM scratch.change c JOIN price_change ON ${CORRECTED}`) +
    owners.length;
  const missing = countOf(tx, 'SELECT count(*) AS n FROM scratch.missing');
  const ended = options.owner === 'hq' ? endUnnamed(tx) : [];
  const priceVersion =
    touched + ended.length + (atOnce ? missing : 0) > 0
      ? startVersion(tx, 'import', options.at, options.importId)
      : undefined;
  if (priceVersion !== undefined) {
    applyItems(tx, priceVersion);
    backToRegular(tx, priceVersion, ended);
    leaveOwners(tx, priceVersion, owners);
  }
  stagePrices(tx, options.importId);
  if (options.full) discontinue(tx, options, priceVersion);
  if (options.owner === 'hq') takeOver(tx);
  if (priceVersion !== undefined) inForce(tx);
  return { priceVersion, discontinued: missing };
}

function applyItems(tx: Tx, priceVersion: number): void {
  tx.run(
    `UPDATE price_change SET state = 'cancelled', due_at = NULL WHERE state IN ('pending', 'active')
     AND sku IN (SELECT sku FROM scratch.row WHERE unit_changed = 1)`,
  );
  // A price that took effect since the row was read must not be undone by one that says nothing of prices.
  tx.run(
    `UPDATE scratch.row SET base_fen = coalesce((SELECT base_fen FROM item WHERE item.sku = row.sku), first_fen) WHERE base_fen IS NULL`,
  );
  tx.run(UPSERT, priceVersion);
  tx.run('DELETE FROM item_code WHERE sku IN (SELECT sku FROM scratch.row WHERE codes_changed = 1 AND created = 0)');
  tx.run(
    'INSERT OR REPLACE INTO item_code (code, sku, units) SELECT code, sku, units FROM scratch.code WHERE changed = 1',
  );
}

/** An item whose code went to another keeps what codes it has left; with none it can't be sold any more. */
function leaveOwners(tx: Tx, priceVersion: number, owners: readonly string[]): void {
  for (const sku of owners) {
    const left = tx.all<{ code: string; units: number }>(
      'SELECT code, units FROM item_code WHERE sku = ? ORDER BY code',
      sku,
    );
    const own = left.find(({ code, units }) => units === 1 && !code.startsWith('plu:'));
    if (left.length === 0)
      tx.run(`UPDATE item SET state = 'discontinued', price_version = ? WHERE sku = ?`, priceVersion, sku);
    else if (
      own !== undefined &&
      !left.some(({ code }) => code === tx.get<{ gtin: string }>('SELECT gtin FROM item WHERE sku = ?', sku)?.gtin)
    )
      tx.run('UPDATE item SET gtin = ?, price_version = ? WHERE sku = ?', own.code, priceVersion, sku);
  }
}

function stagePrices(tx: Tx, importId: string): void {
  tx.run(`UPDATE price_change SET price_fen = c.price_fen FROM scratch.change c WHERE ${CORRECTED}`);
  tx.run(
    `INSERT INTO price_change (sku, kind, price_fen, from_at, to_at, state, due_at, import_id)
     SELECT sku, 'price', price_fen, from_at, nullif(to_at, 0), 'pending', from_at, ? FROM scratch.change c
     WHERE NOT EXISTS (SELECT 1 FROM price_change WHERE ${CORRECTED})
     ON CONFLICT (sku, kind, from_at, coalesce(to_at, 0)) WHERE state = 'pending' DO UPDATE SET price_fen = excluded.price_fen, import_id = excluded.import_id`,
    importId,
  );
  tx.run(
    `UPDATE price_change SET state = 'cancelled', due_at = NULL WHERE state = 'pending' AND kind = 'discontinue'
     AND EXISTS (SELECT 1 FROM scratch.seen s WHERE s.sku = price_change.sku AND s.listed = 1)`,
  );
}

function discontinue(tx: Tx, { importId, discontinueAtMs }: ApplyOptions, priceVersion: number | undefined): void {
  if (discontinueAtMs === undefined) {
    if (priceVersion !== undefined)
      tx.run(
        `UPDATE item SET state = 'discontinued', price_version = ? WHERE sku IN (SELECT sku FROM scratch.missing)`,
        priceVersion,
      );
    return;
  }
  tx.run(
    `INSERT OR IGNORE INTO price_change (sku, kind, from_at, state, due_at, import_id)
     SELECT sku, 'discontinue', ?, 'pending', ?, ? FROM scratch.missing`,
    discontinueAtMs,
    discontinueAtMs,
    importId,
  );
}

/** While a price for a time runs it is the one in force, whatever the regular one is now. */
function inForce(tx: Tx): void {
  tx.run(
    `UPDATE item SET price_fen = a.price_fen FROM (${RUNNING}) AS a WHERE a.sku = item.sku AND item.price_fen <> a.price_fen`,
  );
}

/** Of the prices for a time that run, each item's newest. */
export const RUNNING = `SELECT sku, price_fen FROM (
    SELECT sku, price_fen, row_number() OVER (PARTITION BY sku ORDER BY from_at DESC, change_id DESC) AS place FROM price_change WHERE state = 'active'
  ) WHERE place = 1`;

const countOf = (reader: Reader, sql: string): number => reader.get<{ n: number }>(sql)?.n ?? 0;
