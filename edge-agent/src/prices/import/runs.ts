import type { ImportMode, ImportReport, ImportRun, Locale, Quarantine } from '@tillside/agent-contract';
import { NOTE_COLUMNS } from '@tillside/protocol';
import { AgentError } from '../../errors.ts';
import type { Reader, Tx } from '../../journal/index.ts';
import { type Cells, ITEM_COLUMNS } from './columns.ts';
import { IMPORT_LIMITS } from './limits.ts';

interface Row {
  import_id: string;
  mode: ImportMode;
  started_at: string;
  finished_at: string | null;
  state: ImportRun['state'];
  refusal: string | null;
  sha256: string | null;
  report: string | null;
}

export function beginRun(tx: Tx, { importId, mode, at }: { importId: string; mode: ImportMode; at: string }): void {
  tx.run(
    `INSERT INTO item_import (import_id, mode, started_at, state) VALUES (?, ?, ?, 'running')`,
    importId,
    mode,
    at,
  );
}

/** Writes down how an import ended, keeps its bad rows, and forgets the oldest. */
export function endRun(
  tx: Tx,
  importId: string,
  end: {
    at: string;
    state: ImportRun['state'];
    sha256: string | undefined;
    refusal?: AgentError;
    report: ImportReport;
  },
): void {
  const { refusal } = end;
  tx.run(
    'UPDATE item_import SET finished_at = ?, state = ?, refusal = ?, sha256 = ?, report = ? WHERE import_id = ?',
    end.at,
    end.state,
    refusal === undefined ? null : JSON.stringify({ code: refusal.code, detail: refusal.detail }),
    end.sha256 ?? null,
    JSON.stringify(end.report),
    importId,
  );
  tx.run(
    'INSERT OR IGNORE INTO import_quarantine (import_id, row, code, message, raw) SELECT ?, row, code, message, raw FROM scratch.quarantine',
    importId,
  );
  tx.run(
    `DELETE FROM import_quarantine WHERE import_id NOT IN (SELECT DISTINCT import_id FROM import_quarantine ORDER BY import_id DESC LIMIT ${IMPORT_LIMITS.keptQuarantines})`,
  );
  tx.run(
    `DELETE FROM item_import WHERE import_id NOT IN (SELECT import_id FROM item_import ORDER BY import_id DESC LIMIT ${IMPORT_LIMITS.keptRuns})`,
  );
}

/** What ran when the agent ended did not come to its end. */
export function interruptRuns(tx: Tx, at: string): void {
  tx.run(
    `UPDATE item_import SET state = 'interrupted', finished_at = ?, refusal = '{"code":"IMPORT_INTERRUPTED"}' WHERE state = 'running'`,
    at,
  );
}

export const listRuns = (reader: Reader, locale: Locale): ImportRun[] =>
  reader.all<Row>('SELECT * FROM item_import ORDER BY import_id DESC').map((row) => runView(row, locale));

/** Throws IMPORT_UNKNOWN. */
export function runOf(reader: Reader, importId: string, locale: Locale): ImportRun {
  const row = reader.get<Row>('SELECT * FROM item_import WHERE import_id = ?', importId);
  if (row === undefined) throw new AgentError('IMPORT_UNKNOWN');
  return runView(row, locale);
}

function runView(row: Row, locale: Locale): ImportRun {
  const refusal = row.refusal === null ? undefined : (JSON.parse(row.refusal) as Pick<AgentError, 'code' | 'detail'>);
  const error = refusal && new AgentError(refusal.code, refusal.detail === undefined ? {} : { detail: refusal.detail });
  return {
    importId: row.import_id,
    mode: row.mode,
    state: row.state,
    startedAt: row.started_at,
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    ...(error === undefined ? {} : { refusal: { code: error.code, ...error.words(locale) } }),
    ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
    ...(row.report === null ? {} : { report: JSON.parse(row.report) as ImportReport }),
  };
}

/** Throws IMPORT_UNKNOWN. */
export function quarantineOf(reader: Reader, importId: string): Quarantine {
  const { report } = runOf(reader, importId, 'en');
  const rows = reader
    .all<{ row: number; code: string; message: string; raw: string }>(
      'SELECT row, code, message, raw FROM import_quarantine WHERE import_id = ? ORDER BY row',
      importId,
    )
    .map((row) => ({ ...row, cells: cellsOf(row.raw) }));
  const columns = ITEM_COLUMNS.filter(
    (column) => column === 'sku' || rows.some(({ cells }) => cells?.[column] !== undefined),
  );
  const lines = rows.map(({ row, code, message, raw, cells }) => [
    ...columns.map((column) => cells?.[column] ?? ''),
    String(row),
    code,
    message,
    cells === undefined ? raw : '',
  ]);
  return {
    importId,
    kept: rows.length,
    notKept: Math.max(0, (report?.rejectedCount ?? 0) - rows.length),
    csv: [[...columns, ...NOTE_COLUMNS], ...lines].map((line) => `${line.map(csvCell).join(',')}\n`).join(''),
  };
}

/** Undefined for what could not be parted into columns. */
function cellsOf(raw: string): Cells | undefined {
  try {
    const cells: unknown = JSON.parse(raw);
    return typeof cells === 'object' && cells !== null && !Array.isArray(cells) ? (cells as Cells) : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 4180. */
const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
