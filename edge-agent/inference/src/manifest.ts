import { MEMBER_SCORES_MAX } from '@tillside/features';
import { z } from 'zod';
import { ModelError } from './errors.ts';
import {
  GOLDEN_MAX_TOLERANCE,
  GOLDEN_MAX_VECTORS,
  GOLDEN_MIN_VECTORS,
  ONNX_MAX_BYTES,
  STATS_MAX_BYTES,
} from './limits.ts';

export const MODEL_FORMAT = 'tillside-model-2';
/** Which product comes next: in this basket, or in the next one. */
export const MODEL_TASK = 'next-basket';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Sku = z.string().max(64);
const EpochMs = z.number().int();
const Version = z.string().regex(/^\d+\.\d+\.\d+$/);
/** A dimension is a number, or a name when it varies from call to call. */
const Dimension = z.union([z.number().int().positive(), z.string().min(1).max(32)]);
const TensorInfo = z.strictObject({
  name: z.string().min(1).max(64),
  type: z.literal('float32'),
  shape: z.array(Dimension).min(1).max(4),
});

const History = z.strictObject({
  basketCount: z.number().int().nonnegative(),
  firstAtMs: EpochMs,
  lastAtMs: EpochMs,
  items: z
    .array(
      z.strictObject({
        sku: Sku,
        baskets: z.number().int().positive(),
        firstAtMs: EpochMs,
        lastAtMs: EpochMs,
        decayed: z.number().nonnegative(),
        firstBasket: z.number().int().positive(),
        lastBasket: z.number().int().positive(),
        fast: z.number().nonnegative(),
        slow: z.number().nonnegative(),
      }),
    )
    .max(500),
  lastBasketSkus: z.array(Sku).max(50),
});

/** One recorded question and its answer. With `asked`, the device also computes the features itself and compares them. */
const GoldenVector = z.strictObject({
  features: z.array(z.number()).min(1).max(1024),
  score: z.number(),
  asked: z
    .strictObject({
      sku: Sku,
      context: z.strictObject({
        memberHistory: History.optional(),
        memberScores: z
          .array(z.strictObject({ sku: Sku, neighbours: z.number(), factors: z.number() }))
          .max(MEMBER_SCORES_MAX)
          .optional(),
        basketSkus: z.array(Sku).max(50),
        at: z.iso.datetime({ offset: true }),
      }),
    })
    .optional(),
});

/** Contract of a model, format 2. Shapes and meanings: `features` float32[n, F] in the feature set's order; `scores` float32[n], higher first. */
export const ModelManifest = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  task: z.literal(MODEL_TASK),
  modelId: z.string().regex(/^[A-Za-z0-9._-]{1,96}$/),
  createdAt: z.iso.datetime({ offset: true }),
  minAgentVersion: Version,
  featureSet: z.strictObject({ id: z.string().min(1).max(64), hash: Sha256 }),
  onnx: z.strictObject({
    sha256: Sha256,
    bytes: z.number().int().positive().max(ONNX_MAX_BYTES),
    irVersion: z.number().int().positive(),
    /** Version of each imported domain: `ai.onnx`, and `ai.onnx.ml` for trees. */
    opsets: z.record(z.string().max(64), z.number().int().positive()),
    operators: z.array(z.string()).min(1).max(64),
    inputs: z.array(TensorInfo).length(1),
    outputs: z.array(TensorInfo).length(1),
  }),
  stats: z.strictObject({ sha256: Sha256, bytes: z.number().int().positive().max(STATS_MAX_BYTES) }),
  golden: z.strictObject({
    /** Largest absolute difference of a score. */
    tolerance: z.number().positive().max(GOLDEN_MAX_TOLERANCE),
    vectors: z.array(GoldenVector).min(GOLDEN_MIN_VECTORS).max(GOLDEN_MAX_VECTORS),
  }),
  /** What answers when the model can't. */
  fallback: z.literal('co-occurrence'),
  /** How it came to be: seed, data hash, counts. Free of personal data. */
  training: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  metrics: z.record(z.string(), z.number()),
  /** Whether it was better than every baseline on the same held-out baskets. */
  beatsBaseline: z.boolean(),
  /** What a reader must know before trusting the numbers. */
  limits: z.array(z.string().max(400)).max(20).default([]),
});
export type ModelManifest = z.infer<typeof ModelManifest>;
export type GoldenVector = z.infer<typeof GoldenVector>;

/** @throws ModelError MODEL_FORMAT_NOT_SUPPORTED; MODEL_MANIFEST_INVALID, naming the first place that is wrong */
export function parseManifest(bytes: Uint8Array): ModelManifest {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new ModelError('MODEL_MANIFEST_INVALID', 'It is not JSON.');
  }
  // Before anything else: of another format, no other complaint would help.
  const format = (json as { format?: unknown } | null)?.format;
  if (typeof format === 'string' && format !== MODEL_FORMAT) {
    throw new ModelError('MODEL_FORMAT_NOT_SUPPORTED', `${format.slice(0, 64)} instead of ${MODEL_FORMAT}`);
  }
  const parsed = ModelManifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ModelError('MODEL_MANIFEST_INVALID', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}
