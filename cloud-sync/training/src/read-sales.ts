import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Purchase } from '@tillside/features';
import { messageOf, TrainingError } from './errors.ts';
import { DUCKDB_MEMORY, INPUT_FILES_MAX, PURCHASES_MAX } from './limits.ts';
import { type Merged, readMerged } from './merged.ts';

export interface Sales {
  /** By time, basket, SKU; the newest PURCHASES_MAX or fewer. */
  readonly purchases: readonly Purchase[];
  /** SHA-256 over the purchases in that order: the same sales in other files give the same hash. */
  readonly dataHash: string;
}

export interface SalesQuery {
  /** Of these stores only; absent: of all. */
  readonly stores?: readonly string[] | undefined;
  /** File that says whose ids were merged; absent: nobody's. */
  readonly merged?: string | undefined;
}

const SALE_FILE = /\.(ndjson|jsonl|json)$/;
/** Names the files of a Parquet export that count. */
const EXPORT_MANIFEST = '_manifest.json';
const SALE_LINES = 'table=sale_lines/';

/** SQL of one row a line: basket, member, at_ms, store, sku, quantity, category, department. */
type LinesSql = string;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const listOf = (texts: readonly string[]): string => `[${texts.map(quoted).join(', ')}]`;

async function linesOf(input: string): Promise<LinesSql> {
  try {
    if (!(await stat(input)).isDirectory()) return jsonLines([input]);
    const names = await readdir(input);
    if (names.includes(EXPORT_MANIFEST)) return parquetLines(input, await exportedFiles(input));
    const files = (await readdir(input, { recursive: true })).filter((name) => SALE_FILE.test(name)).sort();
    if (files.length === 0 || files.length > INPUT_FILES_MAX) {
      throw new TrainingError('TRAINING_INPUT_MISSING', `${files.length} sale files in ${input}`);
    }
    return jsonLines(files.map((name) => join(input, name)));
  } catch (error) {
    if (error instanceof TrainingError) throw error;
    throw new TrainingError('TRAINING_INPUT_MISSING', messageOf(error));
  }
}

/** A sale without an id of its own is a basket of its own. */
const jsonLines = (files: readonly string[]): LinesSql => `
  SELECT basket, member, at_ms, store, line.sku AS sku, line.quantity AS quantity, line.category AS category, line.department AS department
  FROM (
    SELECT coalesce(nullif(basketId, ''), nullif(saleId, ''), 'row-' || row_number() OVER ()) AS basket,
           nullif(memberId, '') AS member, nullif(store, '') AS store,
           epoch_ms(CAST(completedAt AS TIMESTAMPTZ))::DOUBLE AS at_ms, unnest(lines) AS line
    FROM read_json(${listOf(files)}, format = 'newline_delimited', maximum_object_size = 16777216,
      columns = {basketId: 'VARCHAR', saleId: 'VARCHAR', memberId: 'VARCHAR', store: 'VARCHAR', completedAt: 'VARCHAR',
        lines: 'STRUCT(sku VARCHAR, quantity DOUBLE, category VARCHAR, department VARCHAR)[]'}))`;

async function exportedFiles(dir: string): Promise<string[]> {
  const { files } = JSON.parse(await readFile(join(dir, EXPORT_MANIFEST), 'utf8')) as { files: { path: string }[] };
  return files.map(({ path }) => path).filter((path) => path.startsWith(SALE_LINES));
}

/** A sale that a store told twice (after a restore) counts once there, so its id names the basket. */
const parquetLines = (dir: string, files: readonly string[]): LinesSql => {
  if (files.length === 0) throw new TrainingError('TRAINING_TOO_FEW_BASKETS', 'The export holds no sale.');
  return `
  SELECT store || '/' || sale_id AS basket, nullif(member_id, '') AS member, epoch_ms(completed_at)::DOUBLE AS at_ms, store,
         sku, quantity::DOUBLE AS quantity, category, department
  FROM read_parquet(${listOf(files.map((path) => join(dir, path)))}, union_by_name = true)`;
};

/** Rows at or below zero are returns; they teach nothing. */
const query = (lines: LinesSql, { stores }: SalesQuery, sinceMs: number | null) => `
  SELECT basket, any_value(member ORDER BY member), min(at_ms), any_value(store), sku, sum(quantity),
         coalesce(min(category), ''), coalesce(min(department), '')
  FROM (${lines})
  WHERE at_ms IS NOT NULL AND quantity > 0 AND sku <> ''
    ${stores === undefined ? '' : `AND store IN (${stores.map(quoted).join(', ')})`}
    ${sinceMs === null ? '' : `AND at_ms > ${sinceMs}`}
  GROUP BY basket, sku
  ORDER BY min(at_ms), basket, sku`;

type Row = [string, string | null, number, string | null, string, number, string, string];

/**
 * Reads sales: of a directory that `tillside-export` wrote, or sale events of outside data, one JSON object a line: {basketId?, saleId?, memberId?, store?, completedAt,
 * lines: [{sku, quantity, category, department}]}, other fields are let be. @param input a file, or a directory of Parquet by the export, or of .ndjson, .jsonl and .json files
 *
 * @throws TrainingError TRAINING_INPUT_MISSING, TRAINING_INPUT_INVALID, TRAINING_MERGED_INVALID, TRAINING_TOO_FEW_BASKETS
 */
export async function readSales(input: string, wanted: SalesQuery = {}): Promise<Sales> {
  const lines = await linesOf(input);
  const merged: Merged = wanted.merged === undefined ? new Map() : await readMerged(wanted.merged);
  const instance = await DuckDBInstance.create(':memory:', {
    // One thread keeps row order, which gives nameless sales their numbers; nothing may be fetched from the network.
    threads: '1',
    memory_limit: DUCKDB_MEMORY,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    // A time that has no offset must not depend on where the job runs.
    await connection.run("SET TimeZone = 'UTC'");
    const since = await newestOnly(connection, lines);
    const found = await connection.stream(query(lines, wanted, since));
    return await collect(found.yieldRowsJs() as AsyncIterable<Row[]>, merged);
  } catch (error) {
    throw new TrainingError('TRAINING_INPUT_INVALID', messageOf(error).slice(0, 500));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Of more lines than fit in memory the newest are taken: the time after which they begin. */
async function newestOnly(connection: DuckDBConnection, lines: LinesSql): Promise<number | null> {
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM (${lines})`);
  if (Number(counted.getRows()[0]?.[0]) <= PURCHASES_MAX) return null;
  const cut = await connection.runAndReadAll(
    `SELECT at_ms FROM (${lines}) WHERE at_ms IS NOT NULL ORDER BY at_ms DESC LIMIT 1 OFFSET ${PURCHASES_MAX}`,
  );
  return Number(cut.getRows()[0]?.[0]);
}

/** What was bought under a merged id is the person's, in the hash as well. */
async function collect(chunks: AsyncIterable<Row[]>, merged: Merged): Promise<Sales> {
  const purchases: Purchase[] = [];
  const hash = createHash('sha256');
  // The same few texts stand in millions of rows.
  const held = new Map<string, string>();
  const once = <T extends string | null>(text: T): T => {
    if (text === null) return text;
    const known = held.get(text);
    if (known !== undefined) return known as T;
    held.set(text, text);
    return text;
  };
  for await (const rows of chunks) {
    for (const row of rows) {
      row[1] = row[1] === null ? null : (merged.get(row[1]) ?? row[1]);
      const [basketId, memberId, atMs, store, sku, quantity, category, department] = row;
      purchases.push({
        memberId: once(memberId),
        sku: once(sku),
        category: once(category),
        department: once(department),
        at: once(new Date(atMs).toISOString()),
        quantity,
        basketId: once(basketId),
        ...(store === null ? {} : { store: once(store) }),
      });
      hash.update(`${JSON.stringify(row)}\n`);
    }
  }
  return { purchases, dataHash: hash.digest('hex') };
}
