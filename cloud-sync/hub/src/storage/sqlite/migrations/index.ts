import { registryAndEvents } from './001-registry-and-events.ts';
import { desiredState } from './002-desired-state.ts';
import { readModels } from './003-read-models.ts';

/** One file, one step, never changed once released. Runs in one transaction; PRAGMA user_version says how far a database is. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [registryAndEvents, desiredState, readModels];
