import type { StoreState } from '@tillside/hub-contract';
import type { AppliedRecord, DesiredRecord } from './storage/port.ts';

/** Joins what was published with what stores report. `current` and `applied` hold all stores. */
export function storeStates(
  published: readonly DesiredRecord[],
  current: readonly DesiredRecord[],
  applied: readonly AppliedRecord[],
): StoreState[] {
  return published.map(({ store, kind, version, sha256 }) => {
    const same = (each: { store: string; kind: string }) => each.store === store && each.kind === kind;
    const report = applied.find((each) => same(each) && each.version === version);
    const newest = current.find(same)?.version ?? version;
    return {
      store,
      version,
      sha256,
      state: report?.outcome ?? (newest > version ? 'superseded' : 'pending'),
      at: report?.at ?? null,
      code: report?.code ?? null,
      message: report?.message ?? null,
    };
  });
}
