import { FEATURE_COUNT, FEATURE_SET } from '@tillside/features';
import {
  INPUT_NAME,
  MODEL_FORMAT,
  MODEL_TASK,
  type ModelManifest,
  OUTPUT_NAME,
  scanOnnx,
  sha256,
} from '@tillside/inference';

/** Oldest agent that knows this format of the model contract and these features. */
const MIN_AGENT_VERSION = '0.1.0';

/** The part of a manifest that follows from the files. @throws ModelError MODEL_ONNX_INVALID, MODEL_OPERATOR_NOT_ALLOWED, MODEL_TOO_LARGE */
export function describeFiles(onnx: Uint8Array, stats: Uint8Array) {
  const [onnxSha256, statsSha256] = [sha256(onnx), sha256(stats)];
  const { irVersion, opsets, operators } = scanOnnx(onnx);
  return {
    format: MODEL_FORMAT,
    task: MODEL_TASK,
    // The content names the model: weights and statistics.
    modelId: `${MODEL_TASK}-${sha256(Buffer.from(onnxSha256 + statsSha256)).slice(0, 12)}`,
    minAgentVersion: MIN_AGENT_VERSION,
    featureSet: { id: FEATURE_SET.id, hash: FEATURE_SET.hash },
    onnx: {
      sha256: onnxSha256,
      bytes: onnx.length,
      irVersion,
      opsets: { ...opsets },
      operators: [...operators],
      inputs: [{ name: INPUT_NAME, type: 'float32', shape: ['n', FEATURE_COUNT] }],
      outputs: [{ name: OUTPUT_NAME, type: 'float32', shape: ['n'] }],
    },
    stats: { sha256: statsSha256, bytes: stats.length },
    fallback: 'co-occurrence',
  } satisfies Partial<ModelManifest>;
}
