import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EventReader, loadConfig, openSqliteReader, openStorage, parseConfig } from '@tillside/hub/storage';

const DEFAULT_CONFIG = 'tillside-hub.yaml';
/** One page is read at a time. */
const CONNECTIONS = 1;

/** The hub's log, opened by the hub's own config file; the hub may be running on it. */
export async function openHub(file: string | undefined): Promise<{ events: EventReader; close(): Promise<void> }> {
  const named = file ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
  const config = named === undefined ? parseConfig({}) : loadConfig(named);
  if (config.storage.kind === 'sqlite') return openSqliteReader(join(config.dataDir, 'hub.db'));
  return openStorage({ ...config, storage: { ...config.storage, connections: CONNECTIONS } });
}
