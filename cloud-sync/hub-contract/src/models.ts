import { z } from 'zod';
import { StoreState, StoreTargets } from './state.ts';
import { Count, Instant, JsonObject, Sha256 } from './text.ts';

export const TrainRequest = z.strictObject({
  seed: z.number().int().nonnegative().max(2_147_483_647).default(1),
  stores: StoreTargets.default(['*']),
});

/** `model` against the promoted one, on the newest baskets held here. */
export const EvaluateRequest = z.strictObject({ stores: StoreTargets.default(['*']) });

/** Means over questions, 0 to 1, of the first `first` recommendations. Repeat: what the member had bought before; explore: the rest. */
export const CaseNumbers = z.strictObject({
  recall: z.number(),
  hitRate: z.number(),
  repeatRecall: z.number(),
  exploreRecall: z.number(),
});
export type CaseNumbers = z.infer<typeof CaseNumbers>;

export const COMPARED = ['candidate', 'running', 'coOccurrence', 'personalFrequency', 'popularity'] as const;
export type Compared = (typeof COMPARED)[number];

/** Several ways to recommend, asked the same questions about baskets that none of them learnt from. `running` is missing where nothing was promoted before. */
export const ModelComparison = z.strictObject({
  questions: Count,
  first: z.number().int().positive(),
  /** The baskets asked about were paid in this time. */
  from: Instant,
  to: Instant,
  cases: z.partialRecord(z.enum(COMPARED), CaseNumbers),
  running: z.string().nullable(),
  /** Recall of the candidate over that of the running one, less 1; null without a running one, or where it found nothing. */
  gain: z.number().nullable(),
  /** 95 % interval of the difference in recall, question by question. */
  interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
});
export type ModelComparison = z.infer<typeof ModelComparison>;

/**
 * Why a trained model went to the stores by itself, or did not. `asked`: a person started the training and pushes it; `off`: the configuration leaves it to people;
 * `first`: nothing runs yet, and a first model is a person's choice.
 */
export const PROMOTION_REASONS = [
  'better',
  'not-better',
  'few-questions',
  'baseline',
  'asked',
  'off',
  'first',
] as const;
export const Promotion = z.strictObject({
  promoted: z.boolean(),
  reason: z.enum(PROMOTION_REASONS),
  /** What was asked for: the share by which recall had to be above the running one's, and the questions. */
  margin: z.number(),
  minQuestions: Count,
});
export type Promotion = z.infer<typeof Promotion>;

const TRAINING_CAUSES = ['asked', 'new-sales', 'hours'] as const;

export const TrainingJob = z.strictObject({
  id: z.uuid(),
  kind: z.enum(['train', 'evaluate']).default('train'),
  /** `new-sales`, `hours`: it began by itself. */
  cause: z.enum(TRAINING_CAUSES).default('asked'),
  state: z.enum(['exporting', 'training', 'done', 'failed']),
  /** 0 to 1, as the job itself reports it. */
  progress: z.number().min(0).max(1),
  stage: z.string(),
  sales: Count,
  startedAt: Instant,
  endedAt: Instant.nullable(),
  modelId: z.string().nullable(),
  comparison: ModelComparison.nullable().default(null),
  promotion: Promotion.nullable().default(null),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  /** The last lines the job printed. */
  output: z.array(z.string()).max(50),
});
export type TrainingJob = z.infer<typeof TrainingJob>;

/** Stands between the two languages of a model card. */
export const CARD_MARK = '<!-- en -->';

/** What the hub keeps of a model beside its files. */
export const ModelNotes = z.strictObject({
  /** Sales that were held when it was trained; 0 for one that was trained elsewhere. */
  sales: Count,
  /** `brought`: made elsewhere, and added here. */
  cause: z.enum([...TRAINING_CAUSES, 'brought']),
  /** The model card, Markdown: Chinese, then CARD_MARK, then English. */
  card: z.string().max(100_000).nullable(),
  /** Artifact with the association rules. */
  rules: Sha256.nullable(),
  comparison: ModelComparison.nullable(),
  promotion: Promotion.nullable(),
});
export type ModelNotes = z.infer<typeof ModelNotes>;

export const Model = z.strictObject({
  id: z.string(),
  createdAt: Instant,
  sha256: Sha256,
  sizeBytes: Count,
  /** The numbers of the manifest's `metrics`, e.g. hit rate at 10 against popularity. */
  metrics: z.record(z.string(), z.number()),
  manifest: JsonObject,
  /** Most stores are to run it now. */
  promoted: z.boolean(),
  stores: z.array(StoreState),
  notes: ModelNotes.omit({ card: true, rules: true }).nullable(),
});
export type Model = z.infer<typeof Model>;

/** `isNew` is false where the same pack was here before. */
export const AddedModel = z.strictObject({ id: z.string(), sha256: Sha256, isNew: z.boolean() });
export type AddedModel = z.infer<typeof AddedModel>;

export const ModelsAnswer = z.strictObject({
  models: z.array(Model),
  /** The newest job, also one that began by itself. */
  job: TrainingJob.nullable(),
});

export const ModelCard = z.strictObject({ card: z.string().nullable() });

export const PushModel = z.strictObject({ stores: StoreTargets });

/** `model`: what the store goes back to. */
export const RolledBack = z.strictObject({ stores: z.array(StoreState.extend({ model: z.string() })) });
export type RolledBack = z.infer<typeof RolledBack>;

/** Whoever has the antecedent (a SKU) in the basket often has the consequent too. Shares 0 to 1; `lift`: how many times likelier than by chance. */
export const AssociationRule = z.strictObject({
  antecedent: z.string(),
  consequent: z.string(),
  /** Baskets with both. */
  baskets: Count,
  support: z.number(),
  confidence: z.number(),
  lift: z.number(),
});
export type AssociationRule = z.infer<typeof AssociationRule>;

/** `name` where a store has a catalogue of HQ's. */
export const RuleItem = z.strictObject({
  sku: z.string(),
  department: z.string(),
  category: z.string(),
  name: z.strictObject({ zh: z.string(), en: z.string() }).nullable(),
});
export type RuleItem = z.infer<typeof RuleItem>;

/** Rules of the newest training that left any; `model` null before. */
export const RulesAnswer = z.strictObject({
  model: z.string().nullable(),
  madeAt: Instant.nullable(),
  /** Baskets that were counted. */
  baskets: Count,
  rules: z.array(AssociationRule),
  items: z.array(RuleItem),
});
export type RulesAnswer = z.infer<typeof RulesAnswer>;
