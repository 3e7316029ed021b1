import { createHash } from 'node:crypto';
import type { LedgerEntry } from '@tillside/decide';
import type { Journal, Reader, Tx } from '../journal/index.ts';

/** Of `PointsMoved`. */
const ENTRIES_AN_EVENT = 20;
/** Events that one transaction tells: a till waits for it. */
const EVENTS_AT_ONCE = 20;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An entry as this store keeps it. */
export interface OwnEntry {
  readonly entry: LedgerEntry;
  /** Of the event that tells of it; null: not told yet. */
  readonly epoch: string | null;
  readonly seq: number | null;
  /** A burn by a printed card or a number: the store's date. */
  readonly cardDate: string | null;
}

export interface Posted {
  /** The store's date, for points that were spent by a card. */
  readonly cardDate?: string | undefined;
}

/** Writes entries down and tells HQ of them, in the transaction of what caused them. An id that is here already is left as it is, and not told again. */
export function postPoints(tx: Tx, entries: readonly LedgerEntry[], { cardDate }: Posted = {}): void {
  const fresh = entries.filter(
    (entry) =>
      tx.run(
        'INSERT INTO points_entry (entry_id, member_id, entry, card_date) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
        entry.entryId,
        entry.memberId,
        JSON.stringify(entry),
        entry.kind === 'burn' ? (cardDate ?? null) : null,
      ) === 1,
  );
  for (let from = 0; from < fresh.length; from += ENTRIES_AN_EVENT)
    tell(tx, fresh.slice(from, from + ENTRIES_AN_EVENT));
}

function tell(tx: Tx, entries: LedgerEntry[]): void {
  const { epoch, seq } = tx.append('tillside.points.moved.v1', { entries });
  for (const { entryId } of entries)
    tx.run('UPDATE points_entry SET epoch = ?, seq = ? WHERE entry_id = ?', epoch, seq, entryId);
}

/** Tells HQ of balances that were kept here before there was a ledger: once, at the first start. */
export function tellOpenings(journal: Journal): void {
  while (journal.get('SELECT 1 AS n FROM points_entry WHERE epoch IS NULL LIMIT 1') !== undefined) {
    journal.write((tx) => {
      const rows = tx.all<{ entry: string }>(
        'SELECT entry FROM points_entry WHERE epoch IS NULL ORDER BY entry_id LIMIT ?',
        ENTRIES_AN_EVENT * EVENTS_AT_ONCE,
      );
      const entries = rows.map(({ entry }) => JSON.parse(entry) as LedgerEntry);
      for (let from = 0; from < entries.length; from += ENTRIES_AN_EVENT)
        tell(tx, entries.slice(from, from + ENTRIES_AN_EVENT));
    });
  }
}

/** All of a person, under any of their ids. */
export function ownEntries(reader: Reader, memberIds: readonly string[]): OwnEntry[] {
  return memberIds.flatMap((memberId) =>
    reader
      .all<{ entry: string; epoch: string | null; seq: number | null; card_date: string | null }>(
        'SELECT entry, epoch, seq, card_date FROM points_entry WHERE member_id = ?',
        memberId,
      )
      .map(({ entry, epoch, seq, card_date }) => ({
        entry: JSON.parse(entry) as LedgerEntry,
        epoch,
        seq,
        cardDate: card_date,
      })),
  );
}

/** Whether this store's ledger knows what a sale of its own moved: one from before the ledger is in no entry. */
export const knowsEntry = (reader: Reader, entryId: string): boolean =>
  reader.get('SELECT 1 AS n FROM points_entry WHERE entry_id = ?', entryId) !== undefined;
