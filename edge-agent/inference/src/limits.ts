/** Bytes of a whole `.tillmodel`; the same as the sync layer downloads at most. */
export const PACK_MAX_BYTES = 64 * 1024 * 1024;
export const MANIFEST_MAX_BYTES = 1024 * 1024;
export const ONNX_MAX_BYTES = 32 * 1024 * 1024;
/** Elements that one tensor may declare: as many floats as a whole model may have bytes for. */
export const TENSOR_MAX_ELEMENTS = ONNX_MAX_BYTES / 4;
/** Bytes of the statistics once unpacked; stops a small file from unpacking to gigabytes. */
export const STATS_MAX_BYTES = 128 * 1024 * 1024;
export const GOLDEN_MIN_VECTORS = 20;
export const GOLDEN_MAX_VECTORS = 200;
/** Loosest tolerance a model may ask for; engines differ by far less on a network of this size. */
export const GOLDEN_MAX_TOLERANCE = 1e-3;
/** Features are computed by the same code in training and here, so only their rounding to float32 may differ. */
export const GOLDEN_FEATURE_TOLERANCE = 1e-6;

/** Time for one answer before the fallback gives it. */
export const RECOMMEND_TIMEOUT_MS = 50;
/** Longest that all but one in a hundred made-up questions may take a new model in its child. */
export const PROBE_P99_MAX_MS = 50;
export const PROBE_QUESTIONS = 100;
/** Of each question the best of so many times counts. */
export const PROBE_ROUNDS = 4;
/** Questions after which a model is given up when most were too slow. */
export const PROBE_GLANCE = 10;
/** After loading, what it left in memory is cleared away. */
export const TIDY_AFTER_MS = 50;
/** Resident memory of a child; one that takes more is killed. */
export const CHILD_MAX_BYTES = 512 * 1024 * 1024;
/** A child's memory is looked at so often. */
export const MEMORY_LOOK_MS = 250;
/** Time for a child to start, check a model and be ready. */
export const LOAD_TIMEOUT_MS = 30_000;
/** Questions under way in the child; further ones go to the fallback at once. */
export const IN_FLIGHT_MAX = 64;
/** Late answers in a row after which the child counts as hung and is replaced. */
export const LATE_ANSWERS_MAX = 20;
export const RESTART_MIN_DELAY_MS = 100;
export const RESTART_MAX_DELAY_MS = 30_000;
/** A child that lived this long starts the back-off anew. */
export const HEALTHY_AFTER_MS = 30_000;
/** Deaths in a row after which the model before answers while this one is away. */
export const CRASH_LOOP_DEATHS = 3;
/** Time for a child to leave by itself before it is killed. */
export const STOP_GRACE_MS = 1_000;
/** Items in one answer. */
export const ANSWER_MAX_ITEMS = 50;
/** Most bought items that the agent's own rules know while the child, which knows all, is away. */
export const TOP_STATS_ITEMS = 5_000;

/** Operators that a model may use; those of another than the default ONNX domain with its name. None reads files, loops or carries a subgraph. */
export const ALLOWED_OPERATORS: ReadonlySet<string> = new Set([
  'Abs',
  'Add',
  'Cast',
  'Clip',
  'Concat',
  'Constant',
  'Div',
  'Elu',
  'Erf',
  'Exp',
  'Flatten',
  'Gather',
  'Gemm',
  'Identity',
  'LayerNormalization',
  'LeakyRelu',
  'Log',
  'MatMul',
  'Max',
  'Min',
  'Mul',
  'Neg',
  'Pow',
  'ReduceMean',
  'ReduceSum',
  'Relu',
  'Reshape',
  'Sigmoid',
  'Softmax',
  'Softplus',
  'Sqrt',
  'Squeeze',
  'Sub',
  'Tanh',
  'Transpose',
  'Unsqueeze',
  'ai.onnx.ml.TreeEnsembleRegressor',
]);
/** Oldest and newest version of each domain that a model may import; another domain is refused. */
export const OPSETS: Readonly<Record<string, { readonly min: number; readonly max: number }>> = {
  'ai.onnx': { min: 13, max: 21 },
  'ai.onnx.ml': { min: 1, max: 3 },
};
export const IR_VERSION_MAX = 10;
