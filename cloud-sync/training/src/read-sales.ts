import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Purchase } from '@tillside/features';
import { messageOf, TrainingError } from './errors.ts';
import { DUCKDB_MEMORY, INPUT_FILES_MAX } from './limits.ts';

export interface Sales {
  /** By time, basket, SKU. */
  readonly purchases: readonly Purchase[];
  /** SHA-256 over the purchases in that order: the same sales in other files give the same hash. */
  readonly dataHash: string;
}

const SALE_FILE = /\.(ndjson|jsonl|json)$/;

async function saleFiles(input: string): Promise<string[]> {
  try {
    if (!(await stat(input)).isDirectory()) return [input];
    const names = (await readdir(input, { recursive: true })).filter((name) => SALE_FILE.test(name)).sort();
    if (names.length === 0 || names.length > INPUT_FILES_MAX) {
      throw new TrainingError('TRAINING_INPUT_MISSING', `${names.length} sale files in ${input}`);
    }
    return names.map((name) => join(input, name));
  } catch (error) {
    if (error instanceof TrainingError) throw error;
    throw new TrainingError('TRAINING_INPUT_MISSING', messageOf(error));
  }
}

/** A sale without an id of its own is a basket of its own. Rows at or below zero are returns; they teach nothing. */
const query = (files: readonly string[]) => `
  WITH sales AS (
    SELECT coalesce(nullif(basketId, ''), nullif(saleId, ''), 'row-' || row_number() OVER ()) AS basket,
           nullif(memberId, '') AS member,
           epoch_ms(CAST(completedAt AS TIMESTAMPTZ))::DOUBLE AS at_ms,
           unnest(lines) AS line
    FROM read_json([${files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ')}],
      format = 'newline_delimited', maximum_object_size = 16777216,
      columns = {basketId: 'VARCHAR', saleId: 'VARCHAR', memberId: 'VARCHAR', completedAt: 'VARCHAR',
        lines: 'STRUCT(sku VARCHAR, quantity DOUBLE, category VARCHAR, department VARCHAR)[]'})
  )
  SELECT basket, any_value(member ORDER BY member), min(at_ms), line.sku, sum(line.quantity),
         coalesce(min(line.category), ''), coalesce(min(line.department), '')
  FROM sales
  WHERE at_ms IS NOT NULL AND line.quantity > 0 AND line.sku <> ''
  GROUP BY basket, line.sku
  ORDER BY min(at_ms), basket, line.sku`;

type Row = [string, string | null, number, string, number, string, string];

/**
 * Reads sale events, one JSON object a line: {basketId?, saleId?, memberId?, completedAt, lines: [{sku, quantity, category, department}]}; other
 * fields are let be. @param input a file, or a directory of .ndjson, .jsonl and .json files
 *
 * @throws TrainingError TRAINING_INPUT_MISSING, TRAINING_INPUT_INVALID
 */
export async function readSales(input: string): Promise<Sales> {
  const files = await saleFiles(input);
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
    return await collect((await connection.stream(query(files))).yieldRowsJs() as AsyncIterable<Row[]>);
  } catch (error) {
    throw new TrainingError('TRAINING_INPUT_INVALID', messageOf(error).slice(0, 500));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function collect(chunks: AsyncIterable<Row[]>): Promise<Sales> {
  const purchases: Purchase[] = [];
  const hash = createHash('sha256');
  for await (const rows of chunks) {
    for (const row of rows) {
      const [basketId, memberId, atMs, sku, quantity, category, department] = row;
      purchases.push({ memberId, sku, category, department, at: new Date(atMs).toISOString(), quantity, basketId });
      hash.update(`${JSON.stringify(row)}\n`);
    }
  }
  return { purchases, dataHash: hash.digest('hex') };
}
