import { posix } from 'node:path';
import { type DesiredKind, MAX_TARGET_BYTES, TargetCustom, type TargetDelta, targetPath } from '@tillside/protocol';
import { type Problem, problem } from '../errors.ts';
import type { TargetEntry } from './format.ts';

/** One artifact that the signed metadata wants this store to have. */
export interface Wanted {
  readonly kind: DesiredKind;
  readonly version: number;
  readonly sha256: string;
  readonly lengthBytes: number;
  /** Below the hub's address: consistent snapshots put the hash into the file name. */
  readonly urlPath: string;
  readonly deltas: readonly TargetDelta[];
}

export type Versions = Readonly<Record<DesiredKind, number>>;
export type Choice =
  | { readonly wanted: Wanted }
  | { readonly current: number }
  | { readonly problem: Problem; readonly version: number };

/** Below the hub's address. */
export function artifactPath(store: string, kind: DesiredKind, sha256: string): string {
  const path = targetPath(store, kind);
  return `/repo/targets/${posix.dirname(path)}/${sha256}.${posix.basename(path)}`;
}

/** What to do about a target that was found under our own path: it must say that it is meant for us, be small enough, and grow. */
export function chooseTarget(store: string, kind: DesiredKind, target: TargetEntry, inForce: number): Choice {
  const path = targetPath(store, kind);
  const custom = TargetCustom.safeParse(target.custom);
  if (!custom.success) {
    return { version: 0, problem: problem('TUF_MALFORMED', `${path} lacks kind, version or store`) };
  }
  const { version, deltas = [] } = custom.data;
  const refuse = (found: Problem): Choice => ({ version, problem: found });
  if (custom.data.store !== store || custom.data.kind !== kind) {
    return refuse(problem('TUF_WRONG_STORE', `${custom.data.kind} of ${custom.data.store}`));
  }
  if (version === inForce) return { current: version };
  if (version < inForce) return refuse(problem('TUF_ROLLBACK', `${path}: version ${version} after ${inForce}`));
  const { sha256 } = target.hashes;
  if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) {
    return refuse(problem('TUF_MALFORMED', `${path} has no SHA-256`));
  }
  const { length: lengthBytes } = target;
  if (lengthBytes > MAX_TARGET_BYTES[kind]) {
    return refuse(problem('TARGET_TOO_LARGE', `${lengthBytes} bytes, at most ${MAX_TARGET_BYTES[kind]}`));
  }
  return { wanted: { kind, version, sha256, lengthBytes, urlPath: artifactPath(store, kind, sha256), deltas } };
}
