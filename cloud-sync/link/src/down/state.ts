import { DESIRED_KINDS, type DesiredKind } from '@tillside/protocol';
import type { Problem } from '../errors.ts';
import type { LinkLimits } from '../limits.ts';
import type { ApplyOutcome } from '../ports.ts';
import type { TopRole } from './format.ts';
import type { Search, Visit } from './search.ts';
import type { Statuses } from './statuses.ts';
import type { TrustedSet } from './trust.ts';
import type { Versions, Wanted } from './wanted.ts';

/**
 * Following HQ's state as a state machine over the TUF client workflow: root chain, timestamp, snapshot, targets, then for each kind the roles that its path is
 * delegated to, then our artifacts. Metadata is persisted right after it is verified, before anything that depends on it is fetched.
 */
export interface DownState {
  readonly phase: 'idle' | TopRole | 'delegated' | 'artifacts';
  readonly trusted: TrustedSet;
  /** The workflow fixes its time when it starts (section 5.1), so that a slow check cannot straddle an expiry. */
  readonly startedAtMs: number;
  readonly rotations: number;
  readonly inForce: Versions;
  /** The kind whose target is being looked for, and the role whose metadata was asked for. */
  readonly looking?: { readonly kind: DesiredKind; readonly visit: Visit; readonly search: Search } | undefined;
  /** Kinds still to look for. */
  readonly kinds: readonly DesiredKind[];
  /** Delegated roles that this check used. */
  readonly used: readonly string[];
  readonly queue: readonly Wanted[];
  /** What this check found wrong with one kind; the others go on. */
  readonly found?: Problem | undefined;
  /** A wake-up came while a check ran. */
  readonly again: boolean;
  readonly attempt: number;
  readonly restUntilMs?: number | undefined;
  readonly desired: Statuses;
  readonly problem?: Problem | undefined;
  readonly lastCheckAtMs?: number | undefined;
}

/** `unit` is uniform in [0, 1), for the back-off. */
export type Moment = { readonly nowMs: number; readonly unit: number };
export type DownEvent =
  | { readonly type: 'check'; readonly inForce: Versions }
  | { readonly type: 'fetched'; readonly bytes: Buffer }
  | { readonly type: 'missing' }
  | { readonly type: 'failed'; readonly problem: Problem; readonly retryAfterMs: number | undefined }
  | { readonly type: 'handedOver'; readonly outcome: ApplyOutcome };
export type DownInput = Moment & DownEvent;

export type DownEffect =
  | { readonly type: 'fetch'; readonly name: string; readonly maxBytes: number }
  | { readonly type: 'persist'; readonly role: string; readonly bytes: Buffer; readonly rotated: boolean }
  | { readonly type: 'keepDelegated'; readonly roles: readonly string[] }
  | { readonly type: 'takeArtifact'; readonly wanted: Wanted }
  | { readonly type: 'wakeAfter'; readonly delayMs: number };

export interface DownPolicy {
  readonly store: string;
  readonly pollMs: number;
  readonly limits: LinkLimits;
}
export type Step = readonly [DownState, readonly DownEffect[]];
export type Around = Moment & { readonly policy: DownPolicy };

export const NOTHING_IN_FORCE = Object.fromEntries(DESIRED_KINDS.map((kind) => [kind, 0])) as Versions;

export function downStart(trusted: TrustedSet): DownState {
  return {
    phase: 'idle',
    trusted,
    startedAtMs: 0,
    rotations: 0,
    inForce: NOTHING_IN_FORCE,
    kinds: [],
    used: [],
    queue: [],
    again: false,
    attempt: 0,
    desired: {},
  };
}

export const persist = (role: string, bytes: Buffer, rotated = false): DownEffect => ({
  type: 'persist',
  role,
  bytes,
  rotated,
});

/** Asks for a role's file at the version that is listed. */
export function ask(
  state: DownState,
  effects: readonly DownEffect[],
  role: string,
  listed: { version: number; length?: number | undefined },
  limit: number,
): Step {
  const maxBytes = Math.min(listed.length ?? Number.POSITIVE_INFINITY, limit);
  const name = `${listed.version}.${encodeURIComponent(role)}.json`;
  return [state, [...effects, { type: 'fetch', name, maxBytes }]];
}
