export type { Recommendation } from './answers.ts';
export { checkContract, compareVersions, INPUT_NAME, OUTPUT_NAME } from './contract-check.ts';
export { MODEL_ERRORS, ModelError, type ModelErrorCode } from './errors.ts';
export {
  ALLOWED_OPERATORS,
  GOLDEN_MIN_VECTORS,
  ONNX_MAX_BYTES,
  PACK_MAX_BYTES,
  RECOMMEND_TIMEOUT_MS,
  STATS_MAX_BYTES,
} from './limits.ts';
export type { InferenceEvent, RolloutEvent } from './lineup.ts';
export { type GoldenVector, MODEL_FORMAT, MODEL_TASK, ModelManifest, parseManifest } from './manifest.ts';
export type { Measured } from './messages.ts';
export type { MissReason } from './model-child.ts';
export { type OnnxSummary, scanOnnx } from './onnx-scan.ts';
export {
  MODEL_FILES,
  type ModelParts,
  packModel,
  packParts,
  readLimited,
  readPack,
  sha256,
  type UnpackedModel,
  unpackModel,
} from './pack.ts';
export {
  type InferenceOptions,
  InferenceProcess,
  type InferenceStatus,
  type LoadResult,
  type RestoreState,
} from './process.ts';
export { ROLLOUT_LIMITS, type RolloutLimits, type StageName } from './rollout.ts';
export type { StageReport } from './stage-run.ts';
