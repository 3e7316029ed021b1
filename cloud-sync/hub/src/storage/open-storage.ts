import { readFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { finishSwap, stampOf } from '@tillside/protocol';
import type { HubConfig } from '../config.ts';
import { HubFault } from '../fault.ts';
import type { HubStorage } from './port.ts';
import { openPostgresStorage } from './postgres/index.ts';
import { openSqliteStorage } from './sqlite/index.ts';

/** Where the URL of PostgreSQL is looked for when the config names neither it nor a file. */
export const STORAGE_URL_VARIABLE = 'TILLSIDE_HUB_STORAGE_URL';

/** The URL with its password: never log it. */
export function storageUrl({ url, urlFile }: HubConfig['storage']): string {
  const found = url ?? (urlFile === undefined ? process.env[STORAGE_URL_VARIABLE] : readSecret(urlFile));
  if (found === undefined || !/^postgres(ql)?:\/\//u.test(found)) {
    throw new HubFault(
      'HUB_CONFIG_INVALID',
      `storage.url, storage.urlFile or ${STORAGE_URL_VARIABLE} must hold postgres://user:password@host/database`,
    );
  }
  return found;
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new HubFault('HUB_CONFIG_INVALID', `${path} (${code})`);
  }
}

/** Opens what the config names and brings its schema up to date. Rejects with a HubFault. */
export async function openStorage({ dataDir, storage }: Pick<HubConfig, 'dataDir' | 'storage'>): Promise<HubStorage> {
  if (storage.kind === 'postgres') {
    return openPostgresStorage({ url: storageUrl(storage), connections: storage.connections });
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'hub.db');
  await finishSwap(file, stampOf(Date.now()));
  const opened = openSqliteStorage(file);
  await chmod(file, 0o600);
  return opened;
}
