export { TRAINING_ERRORS, TrainingError, type TrainingErrorCode } from './errors.ts';
export type { CaseMetrics, Evaluation } from './evaluate.ts';
export { type JobOptions, type JobSummary, PACK_FILE, runJob } from './job.ts';
export { readSales, type Sales } from './read-sales.ts';
export { type TrainedModel, type TrainingStep, type TrainOptions, trainModel } from './train.ts';
export { scoreTrees, type TreeModel } from './trees/index.ts';
export { exportTrees } from './trees/onnx.ts';
