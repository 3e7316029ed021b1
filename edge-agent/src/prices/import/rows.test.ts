import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentError } from '../../errors.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { csvRows, csvRowsOf, jsonRows, type Needed, type RawRow } from './rows.ts';

async function* texts(...parts: string[]): AsyncGenerator<string> {
  yield* parts;
}
async function all(batches: AsyncIterable<RawRow[]>): Promise<RawRow[]> {
  const rows: RawRow[] = [];
  for await (const batch of batches) {
    expect(batch.length).toBeLessThanOrEqual(IMPORT_LIMITS.batchRows);
    rows.push(...batch);
  }
  return rows;
}
const csv = (parts: string[], needed: Needed = 'sku') => all(csvRows(texts(...parts), needed));
const json = (...parts: string[]) => all(jsonRows(texts(...parts)));
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'taken',
    (error: unknown) => (error instanceof AgentError ? `${error.code} ${error.detail}` : String(error)),
  );
/** Text cut at places. */
function cut(text: string, places: readonly number[]): string[] {
  const parts: string[] = [];
  let at = 0;
  for (const place of places) {
    parts.push(text.slice(at, at + place));
    at += place;
  }
  return [...parts, text.slice(at)];
}

const FILE = '\uFEFFsku,nameZh,shelf\r\na,"鲜,奶 ""1""",A1\r\n\r\nb,12" 屏幕,\r\n';
const ROWS = [
  { row: 2, cells: { sku: 'a', nameZh: '鲜,奶 "1"', shelf: 'A1' } },
  { row: 3, cells: { sku: 'b', nameZh: '12" 屏幕', shelf: '' } },
];

describe('rows of a CSV', () => {
  it('are the same whole, joined, and however the text is cut', async () => {
    expect(await csv([FILE])).toEqual(ROWS);
    expect(csvRowsOf(FILE, 'sku')).toEqual(ROWS);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(8)), async (places) => {
        expect(await csv(cut(FILE, places))).toEqual(ROWS);
      }),
    );
  });

  it('of other fields than the header has are no rows', async () => {
    expect(await csv(['sku,shelf\na\nb,1,2\nc,d\n'])).toEqual([
      { row: 2, problem: 'ROW_COLUMNS', message: '1 fields for 2 columns', raw: 'a' },
      { row: 3, problem: 'ROW_COLUMNS', message: '3 fields for 2 columns', raw: 'b,1,2' },
      { row: 4, cells: { sku: 'c', shelf: 'd' } },
    ]);
  });

  it('need a header that is known: all columns of a full file, sku of a delta', async () => {
    expect(await refusal(csv(['']))).toBe('IMPORT_REFUSED Missing: sku.');
    expect(await refusal(csv(['noise before\nsku\na\n']))).toBe('IMPORT_REFUSED Missing: sku. Unknown: noise before.');
    expect(await refusal(csv(['sku,sku\n']))).toBe('IMPORT_REFUSED Twice: sku.');
    expect(await refusal(csv(['sku;priceFen\n']))).toMatch(/^IMPORT_REFUSED Columns are parted by commas\./);
    expect(await refusal(csv(['sku,priceFen\n'], 'all'))).toMatch(/^IMPORT_REFUSED Missing: gtin, nameZh/);
    // A quarantine's own columns are passed over.
    expect(await csv(['_row,sku,_code,_message,_raw\n7,a,ROW_FIELD,x,y\n'])).toEqual([{ row: 2, cells: { sku: 'a' } }]);
  });

  it('a quote that is never closed ends the file, with its place and without filling the memory', async () => {
    expect(await refusal(csv(['sku\na\n"b\nc\n']))).toBe(
      'IMPORT_REFUSED After row 2: a quote that is opened and not closed',
    );
    async function* endless(): AsyncGenerator<string> {
      yield 'sku\n"';
      for (;;) yield 'x'.repeat(1024);
    }
    expect(await refusal(all(csvRows(endless(), 'sku')))).toMatch(/^IMPORT_REFUSED After row 1/);
  });

  it('any text gives rows or a refusal', async () => {
    const text = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', '鲜', ' ', '\t', '\\') });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(5)), async (body, places) => {
        const outcome = await csv(cut(`sku,shelf\n${body}`, places)).catch((error: unknown) => error);
        if (!Array.isArray(outcome)) expect(outcome).toMatchObject({ code: 'IMPORT_REFUSED' });
      }),
    );
  });
});

describe('rows of JSON lines', () => {
  const LINES = `{"sku":"a","priceFen":100,"noPromotions":true,"minAge":null,"barcodes":["1","2"],"packs":[{"gtin":"3","units":6}]}\n\n{"sku":"b"}`;
  const PARSED = [
    { row: 1, cells: { sku: 'a', priceFen: '100', noPromotions: 'yes', minAge: '', barcodes: '1|2', packs: '3:6' } },
    { row: 3, cells: { sku: 'b' } },
  ];

  it('are the same whole, joined, and however the text is cut', async () => {
    expect(await json(LINES)).toEqual(PARSED);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20)), async (places) => {
        expect(await json(...cut(LINES, places))).toEqual(PARSED);
      }),
    );
  });

  it('that are none are told, and those around them are read', async () => {
    const rows = await json(
      'noise\n[1]\n{"sku":"a"}\n{"sku":\n{"prize":1}\n{"sku":{"deep":1}}\n{"packs":[{"gtin":1}]}\n',
    );
    expect(rows.map((row) => ('problem' in row ? row.problem : row.cells.sku))).toEqual([
      'ROW_SYNTAX',
      'ROW_SYNTAX',
      'a',
      'ROW_SYNTAX',
      'ROW_COLUMNS',
      'ROW_SYNTAX',
      'ROW_SYNTAX',
    ]);
    expect(rows[4]).toMatchObject({ message: 'unknown column "prize"' });
  });

  it('that are too long are passed over, not kept', async () => {
    const long = 'x'.repeat(IMPORT_LIMITS.chunkChars);
    const rows = await json('{"sku":"', long, long, long, long, long, '"}\n{"sku":"b"}\n');
    expect(rows).toMatchObject([
      { row: 1, problem: 'ROW_TOO_LONG' },
      { row: 2, cells: { sku: 'b' } },
    ]);
    expect(rows[0] && 'raw' in rows[0] && rows[0].raw.length).toBeLessThanOrEqual(IMPORT_LIMITS.maxRawChars);
  });
});
