import type { HeldPoints } from '@tillside/protocol';
import type { Reader, Tx } from '../journal/index.ts';
import type { OwnEntry } from './entries.ts';

/** Holds that are over are forgotten so many at a time. */
const FORGET_AT_ONCE = 20;
/** How long a hold that was spent is remembered: by then HQ has heard of the burn, or the store was away so long that its allowance is used up anyway. */
const KEEP_SPENT_MS = 90 * 86_400_000;

/** HQ holds points of a member for this store alone; one hold for each basket. */
export function keepHold(tx: Tx, memberId: string, { holdId, points, until }: HeldPoints, atMs: number): void {
  tx.run(
    `INSERT INTO points_hold (hold_id, member_id, points, until_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (hold_id) DO UPDATE SET points = excluded.points, until_ms = excluded.until_ms WHERE burn_id IS NULL`,
    holdId,
    memberId,
    points,
    Date.parse(until),
  );
  tx.run(
    `DELETE FROM points_hold WHERE hold_id IN (
       SELECT hold_id FROM points_hold WHERE until_ms < iif(burn_id IS NULL, ?, ?) ORDER BY until_ms LIMIT ?)`,
    atMs,
    atMs - KEEP_SPENT_MS,
    FORGET_AT_ONCE,
  );
}

/** Of a basket and a wish: asked again it is the same hold. */
export const holdIdOf = (basketId: string, points: number): string => `${basketId}.${points}`;

/** What HQ holds for this store: to be spent yet, or spent by entries that HQ has not heard of. */
export function heldPoints(reader: Reader, memberId: string, atMs: number, own: readonly OwnEntry[]): number {
  const ids = new Set(own.map(({ entry }) => entry.entryId));
  return reader
    .all<{ points: number; until_ms: number; burn_id: string | null }>(
      'SELECT points, until_ms, burn_id FROM points_hold WHERE member_id = ?',
      memberId,
    )
    .reduce((sum, { points, until_ms, burn_id }) => {
      const counts = burn_id === null ? until_ms > atMs : ids.has(burn_id);
      return counts ? sum + points : sum;
    }, 0);
}

const OF_BASKET = `hold_id > ? || '.' AND hold_id < ? || '/' AND burn_id IS NULL`;

/** The holds of a basket are used up by its burn. */
export function spendHolds(tx: Tx, basketId: string, burnId: string): void {
  tx.run(`UPDATE points_hold SET burn_id = ? WHERE ${OF_BASKET}`, burnId, basketId, basketId);
}

/** Holds of a basket that it does not need any more, to be given back; `exceptId` stays. */
export const idleHolds = (reader: Reader, basketId: string, exceptId = ''): string[] =>
  reader
    .all<{ hold_id: string }>(
      `SELECT hold_id FROM points_hold WHERE ${OF_BASKET} AND hold_id <> ?`,
      basketId,
      basketId,
      exceptId,
    )
    .map(({ hold_id }) => hold_id);

/** Holds that were spent by burns that HQ has heard of: held no longer, else the points would be counted twice there. */
export const heardHolds = (reader: Reader): string[] =>
  reader
    .all<{ hold_id: string }>(
      `SELECT h.hold_id FROM points_hold h JOIN points_entry e ON e.entry_id = h.burn_id
         JOIN outbox_lane l ON l.epoch = e.epoch AND l.stream = 'sales' AND e.seq <= l.held
       WHERE h.burn_id IS NOT NULL AND h.released = 0 LIMIT ?`,
      FORGET_AT_ONCE,
    )
    .map(({ hold_id }) => hold_id);

/** The row stays until HQ tells of the member with the burn: it is why that burn uses up no allowance. */
export const markReleased = (tx: Tx, holdId: string): number =>
  tx.run('UPDATE points_hold SET released = 1 WHERE hold_id = ?', holdId);

export const dropHold = (tx: Tx, holdId: string): number =>
  tx.run('DELETE FROM points_hold WHERE hold_id = ? AND burn_id IS NULL', holdId);
