import type { Numbering } from '@tillside/agent-contract';
import type { z } from 'zod';
import type { Reader, Tx } from '../journal/index.ts';

/** `training` is numbered apart: it never leaves a hole in a series that counts. */
type Series = 'online' | 'alone' | 'training';

const DIGITS = 6;
/** Letters of a terminal's id that its receipts begin with. */
const PREFIX_CHARS = 6;

/** `A` marks what the till numbered alone, `T` what was only trained. */
const MARKS: Record<Series, string> = { online: '', alone: 'A', training: 'T' };

const prefixOf = (terminalId: string, series: Series): string =>
  `${terminalId.slice(-PREFIX_CHARS).toUpperCase()}-${MARKS[series]}`;

const nextOf = (reader: Reader, terminalId: string, series: Series): number =>
  reader.get<{ next: number }>(
    'SELECT next FROM receipt_series WHERE terminal_id = ? AND series = ?',
    terminalId,
    series,
  )?.next ?? 1;

const numberOf = (terminalId: string, series: Series, number: number): string =>
  `${prefixOf(terminalId, series)}${String(number).padStart(DIGITS, '0')}`;

/** Both series of a terminal, as its till needs them to go on alone. */
export function numberingOf(reader: Reader, terminalId: string): z.infer<typeof Numbering> {
  const series = (which: Series) => ({ prefix: prefixOf(terminalId, which), next: nextOf(reader, terminalId, which) });
  return { online: series('online'), alone: series('alone') };
}

const setNext = (tx: Tx, terminalId: string, series: Series, next: number): number =>
  tx.run(
    `INSERT INTO receipt_series (terminal_id, series, next) VALUES (?, ?, ?)
     ON CONFLICT (terminal_id, series) DO UPDATE SET next = max(next, excluded.next)`,
    terminalId,
    series,
    next,
  );

/** Takes the next number of a series that the agent counts, in the transaction of what it is for. */
export function takeReceiptNumber(tx: Tx, terminalId: string, series: 'online' | 'training' = 'online'): string {
  const next = nextOf(tx, terminalId, series);
  setNext(tx, terminalId, series, next + 1);
  return numberOf(terminalId, series, next);
}

/** A number that the till chose itself: the series that it is of goes on behind it. Numbers of other shapes move nothing. */
export function noteReceiptNumber(tx: Tx, terminalId: string, receiptNumber: string): void {
  for (const series of ['online', 'alone'] as const) {
    const prefix = prefixOf(terminalId, series);
    const rest = receiptNumber.startsWith(prefix) ? receiptNumber.slice(prefix.length) : '';
    if (/^\d{6,12}$/.test(rest)) setNext(tx, terminalId, series, Number(rest) + 1);
  }
}
