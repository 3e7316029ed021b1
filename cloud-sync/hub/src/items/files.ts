import { readFile } from 'node:fs/promises';
import { HubFault } from '../fault.ts';
import { parseCsv } from './csv.ts';

/** A catalogue as it is sent, and where each of its lines stood, for people who mend it. */
export interface CatalogueText {
  readonly text: string;
  readonly rows: number;
  /** `file, row` of line n (from 1). */
  placeOf(line: number): string;
}

/**
 * Files of items (CSV, or JSON lines where the name ends in .jsonl or .ndjson) as one text of JSON lines: the catalogue, then prices of single stores, which have a column
 * `store`. Throws HUB_FILE_UNREADABLE.
 */
export async function readItemFiles(files: readonly string[]): Promise<CatalogueText> {
  const lines: string[] = [];
  const places: string[] = [];
  for (const file of files) {
    for (const { row, line } of await readLines(file)) {
      lines.push(line);
      places.push(`${file}, ${row}`);
    }
  }
  return { text: `${lines.join('\n')}\n`, rows: lines.length, placeOf: (line) => places[line - 1] ?? String(line) };
}

async function readLines(file: string): Promise<{ row: number; line: string }[]> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    throw new HubFault('HUB_FILE_UNREADABLE', `${file}: ${error instanceof Error ? error.message : ''}`);
  }
  if (/\.(jsonl|ndjson)$/iu.test(file)) return text.split('\n').map((line, index) => ({ row: index + 1, line }));
  const [header, ...records] = parseCsv(text) ?? [];
  if (header === undefined) throw new HubFault('HUB_FILE_UNREADABLE', `${file}: CSV`);
  const columns = header.fields.map((column) => column.trim());
  const odd = records.find(({ fields }) => fields.length !== columns.length);
  if (odd !== undefined)
    throw new HubFault('HUB_FILE_UNREADABLE', `${file}, ${odd.row}: ${odd.fields.length} / ${columns.length}`);
  return records.map(({ row, fields }) => ({
    row,
    line: JSON.stringify(Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? '']))),
  }));
}
