import type { ModelStage, StoreModel } from '@tillside/hub-contract';
import type { AppliedRecord, DesiredRecord, StageRecord } from '../storage/port.ts';

export interface StagesTold {
  /** Newest versions of all kinds. */
  readonly current: readonly DesiredRecord[];
  readonly applied: readonly AppliedRecord[];
  readonly stages: readonly StageRecord[];
}

const SERVING: readonly ModelStage['stage'][] = ['watch', 'in-service'];

/** Where each store is with its models: what HQ published last, what the store said of it, and what serves. */
export function storeModels(stores: readonly string[], { current, applied, stages }: StagesTold): StoreModel[] {
  const givenTo = new Map(current.filter(({ kind }) => kind === 'model').map((each) => [each.store, each]));
  const reports = new Map(
    applied.filter(({ kind }) => kind === 'model').map((each) => [`${each.store}/${each.version}`, each]),
  );
  const told = new Map<string, StageRecord[]>();
  for (const stage of stages) told.set(stage.store, [...(told.get(stage.store) ?? []), stage]);
  return stores.map((store) => {
    const given = givenTo.get(store);
    if (given === undefined) return { store, state: 'none', given: null, newest: null, inForce: null, refused: null };
    const own = told.get(store) ?? [];
    const newest = own.find(({ version }) => version === given.version);
    const report = reports.get(`${store}/${given.version}`);
    return {
      store,
      state: stateOf(newest, report),
      given: { version: given.version, modelId: given.origin, at: given.publishedAt },
      newest: newest === undefined ? null : stageOf(newest),
      inForce: inForce(own, given, report),
      refused: report?.outcome === 'refused' ? { code: report.code, message: report.message, at: report.at } : null,
    };
  });
}

function stateOf(newest: StageRecord | undefined, report: AppliedRecord | undefined): StoreModel['state'] {
  if (report?.outcome === 'refused' || newest?.stage === 'rolled-back') return 'refused';
  if (newest === undefined) return report === undefined ? 'waiting' : 'in-service';
  return newest.stage === 'in-service' ? 'in-service' : 'trial';
}

/** Agents of before there were stages told only that they had applied a version. */
function inForce(
  own: readonly StageRecord[],
  given: DesiredRecord,
  report: AppliedRecord | undefined,
): StoreModel['inForce'] {
  const serving = own.findLast(({ stage }) => SERVING.includes(stage));
  if (serving !== undefined)
    return { version: serving.version, modelId: serving.modelId ?? given.origin, since: serving.at };
  const isOld = own.length === 0 && report?.outcome === 'applied';
  return isOld ? { version: given.version, modelId: given.origin, since: report.at } : null;
}

function stageOf({ store: _store, ...stage }: StageRecord): ModelStage {
  return stage;
}
