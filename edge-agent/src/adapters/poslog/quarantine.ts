import { createHash } from 'node:crypto';
import { AGENT_ERRORS, type AgentErrorCode, type Locale, type PoslogQuarantined } from '@tillside/agent-contract';
import { AgentError } from '../../errors.ts';
import type { Reader, Tx } from '../../journal/index.ts';
import { instantOf, type Random } from '../../ports.ts';
import type { PosTransaction, TransactionKey } from './transaction.ts';

/** More than these waiting means that the configuration is wrong, not single receipts. */
export const MAX_QUARANTINED = 10_000;
/** Of one transaction, so that it can be tried again; of a longer one only the reason is kept. */
const MAX_KEPT_CHARS = 512 * 1024;

/** Why a transaction waits, before it is stored. */
export interface Waiting {
  readonly key: TransactionKey;
  readonly error: AgentError;
  readonly source: string;
  readonly line: number;
  readonly hash: string;
  /** Undefined: nothing of it may be kept. */
  readonly transaction: PosTransaction | undefined;
}

interface Row {
  entry_id: string;
  store: string;
  workstation: string;
  sequence: string;
  business_day: string;
  code: string;
  detail: string | null;
  source: string;
  line: number;
  content_hash: string;
  content: string | null;
  first_at: number;
  last_at: number;
  tries: number;
}

/** An entry that can be tried again. */
export interface Kept {
  readonly entryId: string;
  readonly source: string;
  readonly line: number;
  readonly hash: string;
  readonly transaction: PosTransaction;
}

export const hashOf = (content: unknown): string => createHash('sha256').update(JSON.stringify(content)).digest('hex');

export const quarantined = (reader: Reader): number =>
  reader.get<{ n: number }>('SELECT count(*) AS n FROM poslog_quarantine')?.n ?? 0;

/** The same transaction with the same content waits once. Throws POSLOG_QUARANTINE_FULL. */
export function putAside(
  tx: Tx,
  { key, error, source, line, hash, transaction }: Waiting,
  now: number,
  random: Random,
): string {
  const { store, workstation, sequence, businessDay } = key;
  const known = tx.get<{ entry_id: string }>(
    'SELECT entry_id FROM poslog_quarantine WHERE store = ? AND workstation = ? AND sequence = ? AND business_day = ? AND content_hash = ?',
    store,
    workstation,
    sequence,
    businessDay,
    hash,
  );
  const detail = error.detail ?? null;
  if (known !== undefined) {
    const again =
      'UPDATE poslog_quarantine SET code = ?, detail = ?, source = ?, line = ?, last_at = ?, tries = tries + 1 WHERE entry_id = ?';
    tx.run(again, error.code, detail, source, line, now, known.entry_id);
    return known.entry_id;
  }
  if (quarantined(tx) >= MAX_QUARANTINED) throw new AgentError('POSLOG_QUARANTINE_FULL');
  const content = transaction === undefined ? undefined : JSON.stringify(transaction);
  const entryId = random.uuid();
  tx.run(
    `INSERT INTO poslog_quarantine (entry_id, store, workstation, sequence, business_day, code, detail, source, line, content_hash, content, first_at, last_at, tries)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`,
    entryId,
    store,
    workstation,
    sequence,
    businessDay,
    error.code,
    detail,
    source,
    line,
    hash,
    content === undefined || content.length > MAX_KEPT_CHARS ? null : content,
    now,
    now,
  );
  return entryId;
}

/** The transaction is booked or known: what waited of it, whatever it said, is done with. A conflict stays until somebody has looked. */
export function release(tx: Tx, { store, workstation, sequence, businessDay }: TransactionKey): void {
  tx.run(
    `DELETE FROM poslog_quarantine WHERE store = ? AND workstation = ? AND sequence = ? AND business_day IN (?, '') AND code <> 'POSLOG_CONFLICT'`,
    store,
    workstation,
    sequence,
    businessDay,
  );
}

/** The same content no longer has to wait. */
export function releaseSame(tx: Tx, hash: string): void {
  tx.run('DELETE FROM poslog_quarantine WHERE content_hash = ?', hash);
}

/** Throws POSLOG_ENTRY_UNKNOWN. */
export function dismiss(tx: Tx, entryId: string): void {
  if (tx.run('DELETE FROM poslog_quarantine WHERE entry_id = ?', entryId) === 0)
    throw new AgentError('POSLOG_ENTRY_UNKNOWN');
}

/** In the order in which they came, behind the one named. */
export function keptAfter(reader: Reader, afterId: string, limit: number): Kept[] {
  return reader
    .all<Row>(
      'SELECT * FROM poslog_quarantine WHERE content IS NOT NULL AND entry_id > ? ORDER BY entry_id LIMIT ?',
      afterId,
      limit,
    )
    .map(toKept);
}

/** Throws POSLOG_ENTRY_UNKNOWN, POSLOG_NOT_KEPT. */
export function keptEntry(reader: Reader, entryId: string): Kept {
  const row = reader.get<Row>('SELECT * FROM poslog_quarantine WHERE entry_id = ?', entryId);
  if (row === undefined) throw new AgentError('POSLOG_ENTRY_UNKNOWN');
  if (row.content === null) throw new AgentError('POSLOG_NOT_KEPT');
  return toKept(row);
}

const toKept = (row: Row): Kept => ({
  entryId: row.entry_id,
  source: row.source,
  line: row.line,
  hash: row.content_hash,
  transaction: JSON.parse(row.content ?? '') as PosTransaction,
});

export function listQuarantine(reader: Reader, limit: number, locale: Locale): PoslogQuarantined[] {
  return reader
    .all<Row>('SELECT * FROM poslog_quarantine ORDER BY first_at, entry_id LIMIT ?', limit)
    .map((row) => viewOf(row, locale));
}

export function quarantineEntry(reader: Reader, entryId: string, locale: Locale): PoslogQuarantined | undefined {
  const row = reader.get<Row>('SELECT * FROM poslog_quarantine WHERE entry_id = ?', entryId);
  return row === undefined ? undefined : viewOf(row, locale);
}

function viewOf(row: Row, locale: Locale): PoslogQuarantined {
  // A code of another version of the agent.
  const code = (Object.hasOwn(AGENT_ERRORS, row.code) ? row.code : 'INTERNAL') as AgentErrorCode;
  const error = new AgentError(code, row.detail === null ? {} : { detail: row.detail });
  return {
    entryId: row.entry_id,
    store: row.store,
    workstation: row.workstation,
    sequence: row.sequence,
    businessDay: row.business_day,
    code: row.code,
    ...error.words(locale),
    source: row.source,
    line: row.line,
    retryable: row.content !== null,
    firstAt: instantOf(row.first_at),
    lastAt: instantOf(row.last_at),
    tries: row.tries,
  };
}
