import { posix } from 'node:path';
import { DESIRED_KINDS, type DesiredKind, MAX_TARGET_BYTES, TargetCustom, targetPath } from '@tillside/protocol';
import type { Targets } from '@tufjs/models';
import { type Problem, problem } from '../errors.ts';

/** One artifact that the signed metadata wants this store to have. */
export interface Wanted {
  readonly kind: DesiredKind;
  readonly version: number;
  readonly sha256: string;
  readonly lengthBytes: number;
  /** Below the hub's address: consistent snapshots put the hash into the file name. */
  readonly urlPath: string;
}

export type Versions = Readonly<Record<DesiredKind, number>>;
export type Choice = { readonly kind: DesiredKind } & (
  | { readonly wanted: Wanted }
  | { readonly current: number }
  | { readonly problem: Problem; readonly version: number }
);

/**
 * What is new for this store in trusted targets metadata. Only our own two paths are looked at; each must say that it is meant for us,
 * be small enough, and grow.
 */
export function chooseTargets(store: string, targets: Targets, inForce: Versions): Choice[] {
  return DESIRED_KINDS.flatMap((kind) => {
    const path = targetPath(store, kind);
    const target = Object.hasOwn(targets.targets, path) ? targets.targets[path] : undefined;
    if (target === undefined) return [];
    const refuse = (version: number, found: Problem): Choice[] => [{ kind, version, problem: found }];
    const custom = TargetCustom.safeParse(target.custom);
    if (!custom.success) return refuse(0, problem('TUF_MALFORMED', `${path} lacks kind, version or store`));
    const { version } = custom.data;
    if (custom.data.store !== store || custom.data.kind !== kind) {
      return refuse(version, problem('TUF_WRONG_STORE', `${custom.data.kind} of ${custom.data.store}`));
    }
    if (version === inForce[kind]) return [{ kind, current: version }];
    if (version < inForce[kind]) {
      return refuse(version, problem('TUF_ROLLBACK', `${path}: version ${version} after ${inForce[kind]}`));
    }
    const sha256 = target.hashes.sha256;
    if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) {
      return refuse(version, problem('TUF_MALFORMED', `${path} has no SHA-256`));
    }
    if (!Number.isSafeInteger(target.length) || target.length < 0 || target.length > MAX_TARGET_BYTES[kind]) {
      return refuse(version, problem('TARGET_TOO_LARGE', `${target.length} bytes, at most ${MAX_TARGET_BYTES[kind]}`));
    }
    const urlPath = `/repo/targets/${posix.dirname(path)}/${sha256}.${posix.basename(path)}`;
    return [{ kind, wanted: { kind, version, sha256, lengthBytes: target.length, urlPath } }];
  });
}
