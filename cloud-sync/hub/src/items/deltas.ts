import { applyDelta, MAX_DELTAS, makeDelta, type TargetDelta } from '@tillside/protocol';
import type { Artifact, Artifacts } from '../artifacts.ts';
import { sha256Of } from '../sha256.ts';
import type { DesiredRecord, HubStorage } from '../storage/port.ts';

/** A delta is offered where it is no more than this part of the whole file. */
const WORTH = 1 / 2;

export interface ItemDeltas {
  /** Deltas to `content` from what this store was given before, newest first; each is tried before it is offered. */
  to(store: string, content: Uint8Array): Promise<TargetDelta[]>;
}

/** For one push: stores that have the same file before and after share its delta. */
export function itemDeltas(storage: HubStorage, artifacts: Artifacts): ItemDeltas {
  const made = new Map<string, Promise<Artifact | undefined>>();
  const make = async (from: DesiredRecord, to: Uint8Array): Promise<Artifact | undefined> => {
    const older = await artifacts.content(from.sha256);
    if (older === null) return undefined;
    const delta = makeDelta(older, to);
    if (delta === undefined || delta.length > to.length * WORTH) return undefined;
    const result = applyDelta(older, delta);
    return result !== undefined && Buffer.compare(result, to) === 0 ? artifacts.add('items', delta) : undefined;
  };
  return {
    to: async (store, content) => {
      const newest = sha256Of(content);
      const deltas: TargetDelta[] = [];
      for (const older of await storage.desired.history(store, 'items', MAX_DELTAS)) {
        const key = `${older.sha256} ${newest}`;
        const delta = made.get(key) ?? make(older, content);
        made.set(key, delta);
        const artifact = await delta;
        if (artifact !== undefined) deltas.push({ from: older.version, ...artifact });
      }
      return deltas;
    },
  };
}
