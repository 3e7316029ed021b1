import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { DUCKDB_MEMORY } from './limits.ts';

export interface Duck {
  run(sql: string): Promise<void>;
  /** All rows, as JSON values: INT64 comes as text. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): void;
}

/**
 * @param file the database, which one process can have open at a time; `:memory:` for none
 * @param spillDir where DuckDB puts what its memory limit leaves no room for
 */
export async function openDuck(file: string, spillDir: string): Promise<Duck> {
  const instance = await DuckDBInstance.create(file, {
    // One thread keeps the order of rows, so that files are sorted as asked; nothing may be fetched from the network.
    threads: '1',
    memory_limit: DUCKDB_MEMORY,
    temp_directory: spillDir,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  let connection: DuckDBConnection;
  try {
    connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
  } catch (error) {
    instance.closeSync();
    throw error;
  }
  return {
    run: async (sql) => {
      await connection.run(sql);
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[],
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
