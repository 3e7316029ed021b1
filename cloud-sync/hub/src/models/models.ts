import { readFile } from 'node:fs/promises';
import type { Model, StoreState } from '@tillside/hub-contract';
import { type DeliveryPorts, resolveStores } from '../campaigns.ts';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { storeStates } from '../store-state.ts';

const MAX_MODELS = 50;
const MAX_METRICS = 40;

export interface Models {
  /** Registers what a finished job left in `dir`; the model's id comes from its manifest, else from its content. */
  register(pack: string, manifest: Record<string, unknown>): Promise<string>;
  /** Newest first. */
  list(): Promise<Model[]>;
  push(id: string, stores: readonly string[]): Promise<StoreState[]>;
}

/** The numbers of `metrics`, two levels deep: `{ hitRateAt10: { model: 0.2 } }` gives `hitRateAt10.model`. */
export function metricsOf(manifest: Record<string, unknown>): Record<string, number> {
  const found: Record<string, number> = {};
  const visit = (value: unknown, name: string, depth: number): void => {
    if (typeof value === 'number' && Number.isFinite(value) && Object.keys(found).length < MAX_METRICS)
      found[name] = value;
    if (typeof value !== 'object' || value === null || depth === 0) return;
    for (const [key, each] of Object.entries(value)) visit(each, name === '' ? key : `${name}.${key}`, depth - 1);
  };
  visit(manifest.metrics, '', 2);
  return found;
}

export function createModels({ storage, publisher, artifacts, clock, wake }: DeliveryPorts): Models {
  return {
    register: async (pack, manifest) => {
      const content = await readFile(pack);
      const { sha256, lengthBytes } = await artifacts.add('model', content);
      const named = manifest.modelId ?? manifest.id;
      const id = typeof named === 'string' && /^[\w.:-]{1,64}$/u.test(named) ? named : `model-${sha256.slice(0, 12)}`;
      await storage.desired.putModel({
        id,
        createdAt: instantOf(clock.now()),
        sha256,
        sizeBytes: lengthBytes,
        manifest,
      });
      return id;
    },
    list: async () => {
      const [current, applied] = [await storage.desired.current(), await storage.desired.applied()];
      return Promise.all(
        (await storage.desired.models(MAX_MODELS)).map(async (model) => ({
          ...model,
          metrics: metricsOf(model.manifest),
          stores: storeStates(await storage.desired.byOrigin(model.id), current, applied),
        })),
      );
    },
    push: async (id, stores) => {
      const model = await storage.desired.model(id);
      if (model === null) throw new HubFault('HUB_MODEL_UNKNOWN', id);
      const targets = await resolveStores(storage, stores);
      const content = await artifacts.content(model.sha256);
      if (content === null) throw new HubFault('HUB_MODEL_UNKNOWN', id);
      const published = await publisher.publish({
        kind: 'model',
        stores: targets,
        origin: id,
        artifact: () => artifacts.add('model', content),
      });
      await Promise.all(published.map(({ store, version }) => wake(store, version)));
      return storeStates(published, await storage.desired.current(), await storage.desired.applied());
    },
  };
}
