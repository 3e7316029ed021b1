import { createHash } from 'node:crypto';
import type { Reader, Tx } from '../../journal/index.ts';
import { Refusal } from './refusal.ts';
import type { LoyaltyTransactionResponse, TransactionType } from './wire.ts';

/** Answers and what was redeemed are kept so long: a check that is older is not reversed any more. */
const KEPT_MS = 400 * 86_400_000;
/** Answers of searches and inquiries that wait for a retry of theirs. */
const MAX_REMEMBERED = 500;
const REMEMBERED_MS = 10 * 60_000;

/** A transaction that changed something, under the GUID that the POS gave it. */
export interface Transaction {
  readonly guid: string;
  readonly type: TransactionType;
  readonly memberId: string | undefined;
  readonly checkGuid: string | undefined;
  /** Of an accrual: which booking of its check it made or joined. */
  readonly booking: number | undefined;
  readonly reversedAt: number | undefined;
}

interface Row {
  guid: string;
  type: TransactionType;
  request_hash: string;
  answer: string;
  member_id: string | null;
  check_guid: string | null;
  booking: number | null;
  reversed_at: number | null;
}

const toTransaction = (row: Row): Transaction => ({
  guid: row.guid,
  type: row.type,
  memberId: row.member_id ?? undefined,
  checkGuid: row.check_guid ?? undefined,
  booking: row.booking ?? undefined,
  reversedAt: row.reversed_at ?? undefined,
});

/** What a request asks for, as far as it is acted on: a retry may carry a later time-stamp. */
export const hashOf = (asked: unknown): string => createHash('sha256').update(JSON.stringify(asked)).digest('hex');

/** One GUID is one request. Throws the refusal of one that comes again as another. */
function checkSame(before: string, now: string): void {
  if (before !== now)
    throw new Refusal('ERROR_INVALID_INPUT_PROPERTIES', 'this Toast-Transaction-GUID was used for another request');
}

const readRow = (reader: Reader, restaurant: string, guid: string): Row | undefined =>
  reader.get<Row>('SELECT * FROM toast_transaction WHERE restaurant = ? AND guid = ?', restaurant, guid);

export function readTransaction(reader: Reader, restaurant: string, guid: string): Transaction | undefined {
  const row = readRow(reader, restaurant, guid);
  return row && toTransaction(row);
}

/** The answer to the same request before. Throws ERROR_INVALID_INPUT_PROPERTIES where the GUID was used for another. */
export function answeredBefore(
  reader: Reader,
  restaurant: string,
  guid: string,
  requestHash: string,
): LoyaltyTransactionResponse | undefined {
  const row = readRow(reader, restaurant, guid);
  if (row === undefined) return undefined;
  checkSame(row.request_hash, requestHash);
  return JSON.parse(row.answer) as LoyaltyTransactionResponse;
}

/** Written in the transaction of what it did: a retry finds the effect and the answer, or neither. */
export function keepTransaction(
  tx: Tx,
  restaurant: string,
  { guid, type, memberId, checkGuid, booking }: Omit<Transaction, 'reversedAt'>,
  kept: { requestHash: string; answer: LoyaltyTransactionResponse; at: number },
): void {
  tx.run(
    `INSERT INTO toast_transaction (restaurant, guid, type, request_hash, answer, at, member_id, check_guid, booking) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    restaurant,
    guid,
    type,
    kept.requestHash,
    JSON.stringify(kept.answer),
    kept.at,
    memberId ?? null,
    checkGuid ?? null,
    booking ?? null,
  );
}

export function markReversed(tx: Tx, restaurant: string, guid: string, at: number): void {
  tx.run('UPDATE toast_transaction SET reversed_at = ? WHERE restaurant = ? AND guid = ?', at, restaurant, guid);
}

/** Accruals that still stand behind a booking. */
export const standingAccruals = (reader: Reader, restaurant: string, checkGuid: string, booking: number): number =>
  reader.get<{ n: number }>(
    `SELECT count(*) AS n FROM toast_transaction WHERE restaurant = ? AND check_guid = ? AND booking = ? AND type = 'LOYALTY_ACCRUE' AND reversed_at IS NULL`,
    restaurant,
    checkGuid,
    booking,
  )?.n ?? 0;

/** Forgets what no POS asks for any more. */
export function pruneToast(tx: Tx, nowMs: number): void {
  for (const table of ['toast_transaction', 'toast_redemption', 'toast_booking'])
    tx.run(`DELETE FROM ${table} WHERE at < ?`, nowMs - KEPT_MS);
}

interface Remembered {
  readonly requestHash: string;
  readonly answer: LoyaltyTransactionResponse;
  readonly atMs: number;
}

/**
 * Answers of searches and inquiries, which change nothing: a retry within minutes gets the same one without a write to the disk. Forgotten at a restart; then it is
 * answered anew.
 */
export class AnswerMemory {
  #answers = new Map<string, Remembered>();

  /** Throws ERROR_INVALID_INPUT_PROPERTIES where the GUID was used for another request. */
  find(restaurant: string, guid: string, requestHash: string, nowMs: number): LoyaltyTransactionResponse | undefined {
    const known = this.#answers.get(`${restaurant} ${guid}`);
    if (known === undefined || nowMs < known.atMs || nowMs - known.atMs > REMEMBERED_MS) return undefined;
    checkSame(known.requestHash, requestHash);
    return known.answer;
  }

  /** Whether a GUID is known as one that changed nothing. */
  knows(restaurant: string, guid: string): boolean {
    return this.#answers.has(`${restaurant} ${guid}`);
  }

  keep(restaurant: string, guid: string, remembered: Remembered): void {
    const key = `${restaurant} ${guid}`;
    this.#answers.delete(key);
    this.#answers.set(key, remembered);
    const oldest = this.#answers.keys().next();
    if (this.#answers.size > MAX_REMEMBERED && oldest.done === false) this.#answers.delete(oldest.value);
  }
}
