import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, parseConfig } from '@tillside/hub';
import { type EventReader, openSqliteReader } from '@tillside/hub/storage';

const DEFAULT_CONFIG = 'tillside-hub.yaml';

/** The hub's log, opened for reading by the hub's own config file. */
export async function openHub(file: string | undefined): Promise<{ events: EventReader; close(): Promise<void> }> {
  const named = file ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
  const config = named === undefined ? parseConfig({}) : loadConfig(named);
  return openSqliteReader(join(config.dataDir, 'hub.db'));
}
