import { readFileSync } from 'node:fs';
import { trustingFetch } from '@tillside/protocol';
import type { AgentConfig } from './config.ts';
import { AgentError } from './errors.ts';

/** How requests reach the hub: where the config names a private CA it is trusted besides the public ones. Throws CONFIG_REFUSED when its file can't be read. */
export function hubFetch({ caFile }: Pick<NonNullable<AgentConfig['hub']>, 'caFile'>): typeof fetch {
  if (caFile === undefined) return fetch;
  try {
    return trustingFetch(readFileSync(caFile, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new AgentError('CONFIG_REFUSED', { detail: `hub.caFile: ${caFile} (${code})` });
  }
}
