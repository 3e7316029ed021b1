/** A record of a CSV and the row it begins in, or why there is none. */
type CsvRecord = { readonly row: number; readonly fields: readonly string[] };

/**
 * RFC 4180: fields parted by commas, in quotes where they hold commas, quotes (doubled) or line ends; CRLF or LF. Rows are counted as a spreadsheet counts them, the
 * header being row 1. Empty lines are passed over. Undefined where a quote is not closed.
 */
export function parseCsv(text: string): CsvRecord[] | undefined {
  const records: CsvRecord[] = [];
  const field = /(?:"((?:[^"]|"")*)"|((?!")[^,\r\n]*))(,|\r?\n|$)/gy;
  field.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  let fields: string[] = [];
  let row = 1;
  while (field.lastIndex < text.length || fields.length > 0) {
    const found = field.exec(text);
    if (found === null) return undefined;
    const [, quoted, plain = '', end = ''] = found;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (fields.length > 1 || fields[0] !== '') records.push({ row, fields });
    if (fields.length > 1 || fields[0] !== '') row += 1;
    fields = [];
  }
  return records;
}
