import { FEATURE_SET, type ItemStats, STATS_MAX_ITEMS, STATS_MAX_NEIGHBOURS } from '@tillside/features';
import { z } from 'zod';
import { ModelError } from './errors.ts';

const Names = z.array(z.string().max(200)).max(STATS_MAX_ITEMS);
const Head = z.strictObject({
  format: z.literal('tillside-item-stats-1'),
  featureSetHash: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  basketCount: z.number().int().nonnegative(),
  decayedBasketCount: z.number().nonnegative(),
  skus: Names,
  categories: Names,
  departments: Names,
  items: z.unknown(),
  together: z.unknown(),
  following: z.unknown(),
});

/**
 * Checks untrusted statistics. The long tables are walked by hand, not by a schema: they hold a million pairs, and the till waits.
 *
 * @throws ModelError MODEL_STATS_INVALID or MODEL_FEATURE_SET_MISMATCH
 */
export function parseStats(bytes: Uint8Array): ItemStats {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new ModelError('MODEL_STATS_INVALID', 'They are not JSON.');
  }
  const head = Head.safeParse(json);
  if (!head.success) throw new ModelError('MODEL_STATS_INVALID', head.error.issues[0]?.path.join('.') ?? '');
  if (head.data.featureSetHash !== FEATURE_SET.hash) {
    throw new ModelError('MODEL_FEATURE_SET_MISMATCH', 'The statistics are of another feature set.');
  }
  const { skus, categories, departments } = head.data;
  if (new Set(skus).size !== skus.length) throw new ModelError('MODEL_STATS_INVALID', 'skus: one comes twice.');
  table('items', head.data.items, skus.length, (row) => isItemRow(row, categories.length, departments.length));
  table('together', head.data.together, skus.length, (row) => isPairs(row, skus.length));
  table('following', head.data.following, skus.length, (row) => isPairs(row, skus.length));
  // Every field was just checked, and the tables are too long to copy.
  return json as ItemStats;
}

function table(name: string, rows: unknown, length: number, isRow: (row: unknown) => boolean): void {
  if (!Array.isArray(rows) || rows.length !== length) {
    throw new ModelError('MODEL_STATS_INVALID', `${name}: one row an item is needed.`);
  }
  const bad = rows.findIndex((row) => !isRow(row));
  if (bad >= 0) throw new ModelError('MODEL_STATS_INVALID', `${name}: row ${bad}.`);
}

function isItemRow(row: unknown, categories: number, departments: number): boolean {
  if (typeof row !== 'object' || row === null) return false;
  const { c, d, n, w, r } = row as Record<string, unknown>;
  return isPlace(c, categories) && isPlace(d, departments) && isCount(n) && isCount(w) && isCount(r);
}

function isPairs(row: unknown, items: number): boolean {
  if (!Array.isArray(row) || row.length > STATS_MAX_NEIGHBOURS) return false;
  return row.every((pair) => Array.isArray(pair) && pair.length === 2 && isPlace(pair[0], items) && isCount(pair[1]));
}

function isPlace(value: unknown, length: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < length;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
