import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HubConfig } from '../config.ts';
import { STORAGE_URL_VARIABLE } from '../storage/open-storage.ts';

/** The hub's own Parquet export, in `dataDir`; each training adds what is new. */
const PARQUET = 'parquet';

/** How the export is run on the storage of this hub. `dir` takes its config, in which no password stands: that goes by the environment. */
export async function exportCommand(
  { dataDir, storage }: Pick<HubConfig, 'dataDir' | 'storage'>,
  dir: string,
): Promise<{ parquetDir: string; args: string[]; env: Record<string, string> }> {
  const config = join(dir, 'hub.json');
  const { url, ...named } = storage;
  await writeFile(config, JSON.stringify({ dataDir, storage: named }), { mode: 0o600 });
  const parquetDir = join(dataDir, PARQUET);
  return {
    parquetDir,
    args: ['run', '--hub', config, '--to', parquetDir, '--json'],
    env: url === undefined ? {} : { [STORAGE_URL_VARIABLE]: url },
  };
}
