import type { DesiredKind } from '@tillside/protocol';
import type { Problem } from '../errors.ts';
import type { ApplyOutcome } from '../ports.ts';
import type { Wanted } from './wanted.ts';

export interface DesiredStatus {
  readonly version: number;
  readonly state: 'applied' | 'refused' | 'failed' | 'fetching';
  readonly sha256?: string;
  readonly code?: string;
  readonly message?: string;
}
export type Statuses = Partial<Record<DesiredKind, DesiredStatus>>;

/** What the agent refused once is not offered to it again until it changes, or the agent restarts. */
export function wasRefused(before: DesiredStatus | undefined, wanted: Wanted): boolean {
  return before?.state === 'refused' && before.sha256 === wanted.sha256 && before.version === wanted.version;
}

export const fetchingStatus = ({ version, sha256 }: Wanted): DesiredStatus => ({ version, sha256, state: 'fetching' });

export const refusedStatus = (version: number, { code, message }: Problem): DesiredStatus => ({
  version,
  state: 'refused',
  code,
  message,
});

export function handedStatus({ version, sha256 }: Wanted, outcome: ApplyOutcome): DesiredStatus {
  if (outcome.outcome === 'applied') return { version, sha256, state: 'applied' };
  const state = outcome.outcome === 'later' ? 'failed' : 'refused';
  return { version, sha256, state, code: outcome.code, message: outcome.message };
}

export function failedStatus({ version, sha256 }: Wanted, { code, message }: Problem): DesiredStatus {
  return { version, sha256, state: 'failed', code, message };
}
