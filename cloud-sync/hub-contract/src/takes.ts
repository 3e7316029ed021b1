import { z } from 'zod';
import { BusinessDate, Count, Instant, StoreId } from './text.ts';

/** What makes an answer, the best first; as the sync protocol names them. */
export const TAKE_SOURCES = ['model', 'previous-model', 'co-occurrence', 'popularity'] as const;
export type TakeSource = (typeof TAKE_SOURCES)[number];

/** Most days of one question. */
export const TAKE_DAYS_MAX = 400;

/** Dates are UTC, both included; by default the newest 28 days. */
export const TakesQuery = z.strictObject({
  store: StoreId.optional(),
  from: BusinessDate.optional(),
  to: BusinessDate.optional(),
});

/**
 * What became of the recommendations of one day that one source made. `explored`: of the items alone that stood there by the explore share; the other row has the rest, and all answers. An item
 * counts once an answer, on the day when it was shown: `shown`, of these `added` to a basket and `bought`. Items for a kiosk visit are bought without being added there.
 */
export const TakeRow = z.strictObject({
  day: BusinessDate,
  source: z.enum(TAKE_SOURCES),
  modelId: z.string().nullable(),
  explored: z.boolean(),
  answers: Count,
  shown: Count,
  added: Count,
  bought: Count,
});
export type TakeRow = z.infer<typeof TakeRow>;

/** Newest day first. `isWhole` is false where there were more rows than are told. */
export const TakesAnswer = z.strictObject({
  from: BusinessDate,
  to: BusinessDate,
  rows: z.array(TakeRow),
  isWhole: z.boolean(),
});
export type TakesAnswer = z.infer<typeof TakesAnswer>;

/**
 * How far a store is with one version, as it told last. Counts are of the stage before this one: questions, of these without a usable answer and late, and deaths of the model's process.
 * `overlapPercent`: of a hundred items that it would show first, those that the model before chose too.
 */
export const ModelStage = z.strictObject({
  version: z.number().int().positive(),
  modelId: z.string().nullable(),
  stage: z.enum(['shadow', 'share', 'watch', 'in-service', 'rolled-back', 'superseded']),
  sharePercent: Count.max(100),
  questions: Count,
  failed: Count,
  late: Count,
  crashes: Count,
  overlapPercent: Count.max(100).nullable(),
  code: z.string().nullable(),
  at: Instant,
});
export type ModelStage = z.infer<typeof ModelStage>;

/**
 * Where a store is with its models. `state` is of the newest version that it was given: `waiting` (it has not said anything of it), `trial`, `in-service`, or `refused` (at once, or after a trial);
 * `none` where it was given none.
 */
export const StoreModel = z.strictObject({
  store: StoreId,
  state: z.enum(['none', 'waiting', 'trial', 'in-service', 'refused']),
  /** What was published last. */
  given: z.strictObject({ version: z.number().int().positive(), modelId: z.string(), at: Instant }).nullable(),
  /** What the store told last of that version. */
  newest: ModelStage.nullable(),
  /** What serves, also while it is watched; null while none does. */
  inForce: z.strictObject({ version: z.number().int().positive(), modelId: z.string(), since: Instant }).nullable(),
  refused: z.strictObject({ code: z.string().nullable(), message: z.string().nullable(), at: Instant }).nullable(),
});
export type StoreModel = z.infer<typeof StoreModel>;

export const ModelStagesAnswer = z.strictObject({ stores: z.array(StoreModel) });
