import type { DesiredKind } from '@tillside/protocol';
import { Metadata, type MetadataKind } from '@tufjs/models';
import { SPEC } from './format.ts';

/**
 * How a kind's targets are split, so that a store downloads kilobytes whatever the number of stores. A step adds one hex digit to the names of bins, so that a bin
 * of one split is never mistaken for one of another.
 */
const STEPS = [0, 4, 8, 12] as const;
/** About 30 kB of metadata. */
export const TARGETS_PER_FILE = 128;

/** Bits of the hash that choose a bin; never fewer than there were. */
export function bitsFor(stores: number, before: number): number {
  const enough = STEPS.find((bits) => stores <= TARGETS_PER_FILE * 2 ** bits) ?? STEPS[STEPS.length - 1] ?? 0;
  return Math.max(before, enough);
}

/** The role that lists a path: the kind itself, or its bin. */
export function roleFinder(kind: DesiredKind, bits: number): (path: string) => string {
  if (bits === 0) return () => kind;
  const splits = split(kind, bits);
  return (path) => splits.getRoleForTarget(path);
}

export function binNames(kind: DesiredKind, bits: number): string[] {
  return bits === 0 ? [] : [...split(kind, bits).getRoles()];
}

/** The library's own reading of succinct_roles; it gives the class away only so. */
function split(kind: DesiredKind, bits: number) {
  const succinct_roles = { keyids: [], threshold: 1, bit_length: bits, name_prefix: kind };
  const signed = {
    _type: 'targets',
    spec_version: SPEC,
    version: 1,
    expires: '2000-01-01T00:00:00Z',
    targets: {},
    delegations: { keys: {}, succinct_roles },
  };
  const read = Metadata.fromJSON('targets' as MetadataKind.Targets, { signatures: [], signed });
  const found = read.signed.delegations?.succinctRoles;
  if (found === undefined) throw new TypeError('no bins');
  return found;
}
