import { z } from 'zod';
import {
  AddedModel,
  EvaluateRequest,
  ModelCard,
  ModelsAnswer,
  PushModel,
  RolledBack,
  RulesAnswer,
  TrainingJob,
  TrainRequest,
} from './models.ts';
import type { HubRoute } from './routes.ts';
import { StoreState } from './state.ts';
import { ModelStagesAnswer, TakesAnswer, TakesQuery } from './takes.ts';

const Id = z.strictObject({ id: z.string().min(1).max(128) });

export const modelRoutes = {
  models: {
    method: 'GET',
    path: '/v1/models',
    auth: 'operator',
    response: ModelsAnswer,
    summary: 'Trained models, newest first',
  },
  addModel: {
    method: 'POST',
    path: '/v1/models',
    auth: 'operator',
    body: z.instanceof(Uint8Array),
    bodyType: 'application/octet-stream',
    response: AddedModel,
    summary: 'Check a .tillmodel pack that was made elsewhere as a store would, and register it',
  },
  trainModel: {
    method: 'POST',
    path: '/v1/models/train',
    auth: 'operator',
    body: TrainRequest,
    response: TrainingJob,
    summary: 'Start a training job',
  },
  trainingJob: {
    method: 'GET',
    path: '/v1/models/jobs/:id',
    auth: 'operator',
    params: Id,
    response: TrainingJob,
    summary: 'How a training job gets on',
  },
  modelCard: {
    method: 'GET',
    path: '/v1/models/:id/card',
    auth: 'operator',
    params: Id,
    response: ModelCard,
    summary: 'The card of a model: data, metrics, limits, in both languages',
  },
  evaluateModel: {
    method: 'POST',
    path: '/v1/models/:id/evaluate',
    auth: 'operator',
    params: Id,
    body: EvaluateRequest,
    response: TrainingJob,
    summary: 'Compare a model with the promoted one on the newest baskets, as a job',
  },
  pushModel: {
    method: 'POST',
    path: '/v1/models/:id/push',
    auth: 'operator',
    params: Id,
    body: PushModel,
    response: z.strictObject({ stores: z.array(StoreState) }),
    summary: 'Sign and publish a model to stores',
  },
  rollBackModel: {
    method: 'POST',
    path: '/v1/models/rollback',
    auth: 'operator',
    body: PushModel,
    response: RolledBack,
    summary: 'Give stores the model again that they had before, as a new version',
  },
  takes: {
    method: 'GET',
    path: '/v1/models/takes',
    auth: 'operator',
    query: TakesQuery,
    response: TakesAnswer,
    summary: 'What became of recommendations, by day and by what made them',
  },
  modelStages: {
    method: 'GET',
    path: '/v1/models/stages',
    auth: 'operator',
    response: ModelStagesAnswer,
    summary: 'Which model serves in each store, and how far the newest one is',
  },
  associationRules: {
    method: 'GET',
    path: '/v1/models/rules',
    auth: 'operator',
    response: RulesAnswer,
    summary: 'What is bought together: association rules of the newest training',
  },
} as const satisfies Record<string, HubRoute>;
