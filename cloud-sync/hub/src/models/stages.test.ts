import { expect, test } from 'vitest';
import type { AppliedRecord, DesiredRecord, StageRecord } from '../storage/port.ts';
import { storeModels } from './stages.ts';

const AT = '2026-11-22T10:00:00.000Z';
const given = (store: string, version: number, origin = `m${version}`): DesiredRecord => ({
  store,
  kind: 'model',
  version,
  sha256: 'ab',
  lengthBytes: 2,
  origin,
  publishedAt: AT,
});
const said = (store: string, version: number, outcome: AppliedRecord['outcome'], code: string | null = null) =>
  ({ store, kind: 'model', version, outcome, code, message: null, at: AT }) satisfies AppliedRecord;
const stage = (store: string, version: number, name: StageRecord['stage']): StageRecord => ({
  store,
  version,
  modelId: `m${version}`,
  stage: name,
  sharePercent: 10,
  questions: 200,
  failed: 0,
  late: 1,
  crashes: 0,
  overlapPercent: 61,
  code: null,
  at: AT,
});

test('where each store is: nothing given, on the way, on trial beside the one in force, watched, in service, refused at once and after a trial', () => {
  const stores = ['none', 'waiting', 'trial', 'watch', 'serves', 'unfit', 'back', 'older'];
  const found = storeModels(stores, {
    current: [
      ...['waiting', 'trial', 'watch', 'serves', 'unfit', 'back', 'older'].map((store) => given(store, 5)),
      { ...given('none', 9), kind: 'items' },
    ],
    applied: [
      ...['trial', 'watch', 'serves', 'older'].map((store) => said(store, 5, 'applied')),
      said('unfit', 5, 'refused', 'MODEL_TOO_SLOW'),
      said('back', 5, 'refused', 'MODEL_TRIAL_LATE'),
      said('waiting', 4, 'refused', 'MODEL_TOO_SLOW'),
    ],
    stages: [
      ...['waiting', 'trial', 'watch', 'unfit', 'back'].map((store) => stage(store, 4, 'in-service')),
      stage('trial', 5, 'share'),
      stage('watch', 5, 'watch'),
      stage('serves', 5, 'in-service'),
      stage('back', 5, 'rolled-back'),
    ],
  });
  expect(found.map(({ state, inForce }) => `${state} ${inForce?.modelId ?? '-'}`)).toEqual([
    'none -',
    'waiting m4',
    'trial m4',
    'trial m5',
    'in-service m5',
    'refused m4',
    'refused m4',
    'in-service m5',
  ]);
  expect(found[2]?.newest).toMatchObject({ stage: 'share', questions: 200, overlapPercent: 61 });
  expect(found[6]?.refused?.code).toBe('MODEL_TRIAL_LATE');
  expect(found[1]?.refused).toBeNull();
});
