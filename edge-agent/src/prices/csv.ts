import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { AgentError } from '../errors.ts';

export const MAX_IMPORT_ROWS = 500_000;
/** Rejected rows that a report names; more are only counted. */
const MAX_REPORTED_ROWS = 200;

export interface RejectedRow {
  /** 1-based row of the file; the header is row 1. */
  row: number;
  code: 'ROW_FIELD' | 'ROW_DUPLICATE' | 'ROW_REFERENCE';
  message: string;
}

export interface CsvRows<T> {
  good: { row: number; value: T }[];
  reject(row: number, code: RejectedRow['code'], message: string): void;
  report(): { rejected: RejectedRow[]; rejectedCount: number };
}

/** Reads a UTF-8 CSV whose header is the schema's keys in any order; optional ones may be left out. Bad rows are collected, not thrown. Throws IMPORT_REFUSED when it is no such file. */
export function readCsv<Shape extends z.ZodRawShape>(
  csv: string,
  schema: z.ZodObject<Shape>,
): CsvRows<z.infer<z.ZodObject<Shape>>> {
  const columns = Object.entries(schema.shape).map(([name, field]) => ({
    name,
    needed: !(field instanceof z.ZodOptional),
  }));
  let records: Record<string, string>[];
  try {
    records = parse(csv, {
      columns: (header: string[]) => checkHeader(header, columns),
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      to: MAX_IMPORT_ROWS,
    });
  } catch (error) {
    if (error instanceof AgentError) throw error;
    throw new AgentError('IMPORT_REFUSED', { detail: (error as Error).message.slice(0, 200) });
  }
  const good: { row: number; value: z.infer<z.ZodObject<Shape>> }[] = [];
  const rejected: RejectedRow[] = [];
  let rejectedCount = 0;
  const reject = (row: number, code: RejectedRow['code'], message: string): void => {
    rejectedCount += 1;
    if (rejected.length < MAX_REPORTED_ROWS) rejected.push({ row, code, message });
  };
  records.forEach((record, index) => {
    const row = index + 2;
    const parsed = schema.safeParse(record);
    if (parsed.success) good.push({ row, value: parsed.data });
    else {
      const issue = parsed.error.issues[0];
      reject(row, 'ROW_FIELD', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
    }
  });
  return { good, reject, report: () => ({ rejected, rejectedCount }) };
}

function checkHeader(header: string[], columns: readonly { name: string; needed: boolean }[]): string[] {
  const missing = columns.filter(({ name, needed }) => needed && !header.includes(name)).map(({ name }) => name);
  const unknown = header.filter((column) => !columns.some(({ name }) => name === column));
  if (missing.length + unknown.length > 0) {
    const say = (words: string, names: string[]): string =>
      names.length > 0 ? `${words}: ${names.slice(0, 10).join(', ').slice(0, 200)}. ` : '';
    throw new AgentError('IMPORT_REFUSED', { detail: (say('Missing', missing) + say('Unknown', unknown)).trim() });
  }
  return header;
}
