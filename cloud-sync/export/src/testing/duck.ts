import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Duck, openDuck } from '../duck.ts';

/** Asks DuckDB as an analyst would; INT64 as numbers. */
export async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const duck: Duck = await openDuck(':memory:', '/tmp');
  try {
    return await duck.rows(sql);
  } finally {
    duck.close();
  }
}

export const glob = (dir: string, table: string): string =>
  `read_parquet('${dir}/table=${table}/*/*/*.parquet', hive_partitioning = true, union_by_name = true)`;

export const hasTable = (dir: string, table: string): boolean => existsSync(join(dir, `table=${table}`));
