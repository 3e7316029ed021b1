import { fail } from '../errors.ts';
import type { Holders, TargetEntry, TargetsBody } from './format.ts';

/**
 * The search for one target through delegations (section 5.6.7): pre-order and depth first, each role once, no further than a terminating
 * delegation, within limits. Pure: it says which role's metadata it needs next.
 */
export const SEARCH_LIMITS = {
  /** Delegated roles looked at for one target. */
  roles: 32,
  depth: 8,
} as const;

export interface Visit {
  readonly name: string;
  /** Those whom the delegating role names for it. */
  readonly holders: Holders;
  /** From `targets` down to the role that delegates to it. */
  readonly above: readonly string[];
}
export interface Search {
  readonly path: string;
  readonly waiting: readonly Visit[];
  readonly visited: readonly string[];
  readonly looped: boolean;
}
export type Found =
  | { readonly type: 'found'; readonly target: TargetEntry; readonly role: string }
  | { readonly type: 'absent' }
  | { readonly type: 'need'; readonly visit: Visit; readonly search: Search };

/** Begins at the top-level targets. */
export function search(path: string, targets: TargetsBody): Found {
  return look({ path, waiting: [], visited: [], looped: false }, { name: 'targets', above: [] }, targets);
}

/** Goes on with the metadata of the role that was needed. Throws TUF_DELEGATION_LOOP and TUF_DELEGATION_LIMIT. */
export function look(before: Search, at: Pick<Visit, 'name' | 'above'>, body: TargetsBody): Found {
  const target = body.targets.get(before.path);
  if (target !== undefined) return { type: 'found', target, role: at.name };
  const visited = [...before.visited, at.name];
  const above = [...at.above, at.name];
  const children: Visit[] = [];
  let { waiting } = before;
  for (const { name, holders, terminating } of body.delegationsOf(before.path)) {
    children.push({ name, holders, above });
    if (!terminating) continue;
    waiting = [];
    break;
  }
  return next({ ...before, visited, waiting: [...children, ...waiting] });
}

function next(begun: Search): Found {
  let { looped } = begun;
  for (const [index, visit] of begun.waiting.entries()) {
    if (visit.above.includes(visit.name)) looped = true;
    if (begun.visited.includes(visit.name)) continue;
    // The first visited is targets itself.
    if (begun.visited.length > SEARCH_LIMITS.roles) fail('TUF_DELEGATION_LIMIT', `${SEARCH_LIMITS.roles} roles`);
    if (visit.above.length > SEARCH_LIMITS.depth) fail('TUF_DELEGATION_LIMIT', `${SEARCH_LIMITS.depth} levels`);
    return { type: 'need', visit, search: { ...begun, looped, waiting: begun.waiting.slice(index + 1) } };
  }
  return looped ? fail('TUF_DELEGATION_LOOP', begun.visited.join(' > ')) : { type: 'absent' };
}
