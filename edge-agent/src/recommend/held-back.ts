import type { Reader, Tx } from '../journal/index.ts';

/** Items that one store keeps from being recommended at a time; a question to the model names them all. */
export const MAX_HELD_BACK = 200;

/** What staff hold back for a while: the shelf is empty, say. */
export interface HeldBack {
  readonly sku: string;
  readonly until: string;
}

export function heldBack(reader: Reader, now: string): HeldBack[] {
  return reader.all('SELECT sku, until FROM held_back WHERE until > ? ORDER BY sku LIMIT ?', now, MAX_HELD_BACK);
}

/** The newest word counts. False: there are as many as may be. */
export function holdBack(tx: Tx, { sku, until }: HeldBack, staffId: string, now: string): boolean {
  tx.run('DELETE FROM held_back WHERE until <= ? OR sku = ?', now, sku);
  if (heldBack(tx, now).length >= MAX_HELD_BACK) return false;
  tx.run('INSERT INTO held_back (sku, until, staff_id) VALUES (?, ?, ?)', sku, until, staffId);
  return true;
}

/** Idempotent. */
export const release = (tx: Tx, sku: string): number => tx.run('DELETE FROM held_back WHERE sku = ?', sku);
