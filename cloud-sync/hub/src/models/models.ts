import { readFile } from 'node:fs/promises';
import type { Model, ModelNotes, RolledBack, RulesAnswer, StoreModel, StoreState } from '@tillside/hub-contract';
import { type DeliveryPorts, resolveStores } from '../campaigns.ts';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { DesiredRecord, HubStorage } from '../storage/port.ts';
import { storeStates } from '../store-state.ts';
import { previousModel } from './previous.ts';
import { createRules } from './rules.ts';
import { storeModels } from './stages.ts';

const MAX_MODELS = 50;
const MAX_METRICS = 40;
/** Versions of a store that a rollback looks back through. */
const MAX_STEPS_BACK = 100;

export interface Models {
  /** Registers what a finished job left in `dir`; the model's id comes from its manifest, else from its content. */
  register(pack: string, manifest: Record<string, unknown>): Promise<string>;
  /** What is known of a model beside its files; `rules` are the bytes of its association rules. */
  note(id: string, notes: Omit<ModelNotes, 'rules'>, rules: Buffer | null): Promise<void>;
  /** Newest first. */
  list(): Promise<Model[]>;
  card(id: string): Promise<string | null>;
  /** The bytes of a model's pack. Throws HUB_MODEL_UNKNOWN. */
  pack(id: string): Promise<Buffer>;
  /** The model that most stores are to run; null before the first push. */
  promoted(): Promise<string | null>;
  push(id: string, stores: readonly string[]): Promise<StoreState[]>;
  /** Pushes `next` to the stores that are to run `before`; canary stores keep what they try. */
  pushInPlaceOf(before: string, next: string): Promise<StoreState[]>;
  /** Gives stores the model again that they had before. Of all stores (`*`) those without one are left as they are. Throws HUB_MODEL_NO_PREVIOUS. */
  rollBack(stores: readonly string[]): Promise<RolledBack['stores']>;
  rules(): Promise<RulesAnswer>;
  /** Where every store is with its models, by id. */
  stages(): Promise<StoreModel[]>;
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

const givenModels = async ({ desired }: HubStorage): Promise<DesiredRecord[]> =>
  (await desired.current()).filter(({ kind }) => kind === 'model');

/** Of most stores; of several such the one that was published last. */
function promotedOf(given: readonly DesiredRecord[]): string | null {
  const stores = new Map<string, number>();
  for (const { origin } of given.toSorted((a, b) => b.publishedAt.localeCompare(a.publishedAt)))
    stores.set(origin, (stores.get(origin) ?? 0) + 1);
  const [most] = [...stores].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? null;
}

export function createModels(ports: DeliveryPorts): Models {
  const { storage, publisher, artifacts, clock, wake } = ports;
  const { desired } = storage;

  const pack = async (id: string): Promise<Buffer> => {
    const model = await desired.model(id);
    const content = model === null ? null : await artifacts.content(model.sha256);
    if (content === null) throw new HubFault('HUB_MODEL_UNKNOWN', id);
    return content;
  };
  const publish = async (id: string, targets: readonly string[]): Promise<StoreState[]> => {
    const content = await pack(id);
    const published = await publisher.publish({
      kind: 'model',
      stores: targets,
      origin: id,
      artifact: () => artifacts.add('model', content),
    });
    await Promise.all(published.map(({ store, version }) => wake(store, version)));
    return storeStates(published, await desired.current(), await desired.applied());
  };
  const previousOf = async (store: string): Promise<string | null> => {
    const given = (await desired.history(store, 'model', MAX_STEPS_BACK)).toReversed();
    const states = storeStates(given, [], await desired.applied());
    return previousModel(given.map(({ origin }, place) => ({ origin, refused: states[place]?.state === 'refused' })));
  };

  return {
    register: async (file, manifest) => {
      const content = await readFile(file);
      const { sha256, lengthBytes } = await artifacts.add('model', content);
      const named = manifest.modelId ?? manifest.id;
      const id = typeof named === 'string' && /^[\w.:-]{1,96}$/u.test(named) ? named : `model-${sha256.slice(0, 12)}`;
      await desired.putModel({ id, createdAt: instantOf(clock.now()), sha256, sizeBytes: lengthBytes, manifest });
      return id;
    },
    note: async (id, notes, rules) => {
      const kept = rules === null ? null : (await artifacts.add('model', rules)).sha256;
      await desired.putModelNotes(id, { ...notes, rules: kept });
    },
    list: async () => {
      const [current, applied] = [await desired.current(), await desired.applied()];
      const promoted = promotedOf(current.filter(({ kind }) => kind === 'model'));
      return Promise.all(
        (await desired.models(MAX_MODELS)).map(async (model) => {
          const notes = await desired.modelNotes(model.id);
          const { card: _card, rules: _rules, ...told } = notes ?? { card: null, rules: null };
          return {
            ...model,
            metrics: metricsOf(model.manifest),
            promoted: model.id === promoted,
            stores: storeStates(await desired.byOrigin(model.id), current, applied),
            notes: notes === null ? null : (told as Model['notes']),
          };
        }),
      );
    },
    card: async (id) => {
      if ((await desired.model(id)) === null) throw new HubFault('HUB_MODEL_UNKNOWN', id);
      return (await desired.modelNotes(id))?.card ?? null;
    },
    pack,
    promoted: async () => promotedOf(await givenModels(storage)),
    push: async (id, stores) => publish(id, await resolveStores(storage, stores)),
    pushInPlaceOf: async (before, next) => {
      const held = (await givenModels(storage)).filter(({ origin }) => origin === before);
      return publish(
        next,
        held.map(({ store }) => store),
      );
    },
    rollBack: async (stores) => {
      const byModel = new Map<string, string[]>();
      for (const store of await resolveStores(storage, stores)) {
        const model = await previousOf(store);
        if (model !== null) byModel.set(model, [...(byModel.get(model) ?? []), store]);
        else if (!stores.includes('*')) throw new HubFault('HUB_MODEL_NO_PREVIOUS', store);
      }
      if (byModel.size === 0) throw new HubFault('HUB_MODEL_NO_PREVIOUS');
      const back: RolledBack['stores'] = [];
      for (const [model, targets] of byModel)
        back.push(...(await publish(model, targets)).map((state) => ({ ...state, model })));
      return back;
    },
    stages: async () => {
      const [stores, current, applied, stages] = await Promise.all([
        storage.registry.stores(),
        desired.current(),
        desired.applied(),
        desired.stages(),
      ]);
      return storeModels(stores.map(({ id }) => id).sort(), { current, applied, stages });
    },
    rules: createRules(ports),
  };
}
