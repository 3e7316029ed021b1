import { TrainingError } from '../errors.ts';
import type { TreeData, TreeParams } from './types.ts';

export const BINS_MAX = 255;
/** A node's column is an int16. */
const COLUMNS_MAX = 4096;

/** @throws TrainingError TRAINING_EXAMPLES_INVALID */
export function checkData(data: TreeData): void {
  const { features, rows, columns, groupOffsets, labels, weights } = data;
  const groups = groupOffsets.length - 1;
  must(columns >= 1 && columns <= COLUMNS_MAX, `${columns} columns.`);
  must(features.length === rows * columns, `${features.length} numbers are not ${rows} rows of ${columns}.`);
  must(labels.length === rows, `${labels.length} labels for ${rows} rows.`);
  must(groups >= 0 && groupOffsets[0] === 0 && groupOffsets[groups] === rows, 'The groups are not all of the rows.');
  must(
    groupOffsets.every((from, group) => group === 0 || from >= (groupOffsets[group - 1] as number)),
    'A group ends before it begins.',
  );
  const odd = features.findIndex((value) => !Number.isFinite(value));
  must(odd === -1, `Row ${Math.floor(odd / columns)}, column ${odd % columns} is ${features[odd]}.`);
  const oddLabel = labels.findIndex((label) => !(label >= 0 && label < Number.POSITIVE_INFINITY));
  must(oddLabel === -1, `The label of row ${oddLabel} is ${labels[oddLabel]}.`);
  if (weights === undefined) return;
  must(weights.length === groups, `${weights.length} weights for ${groups} groups.`);
  const oddWeight = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  must(oddWeight === -1, `The weight of group ${oddWeight} is ${weights[oddWeight]}.`);
}

/** @throws TrainingError TRAINING_EXAMPLES_INVALID */
export function checkParams(params: TreeParams): void {
  const whole = (name: keyof TreeParams, least: number, most: number) => {
    const value = params[name] as number;
    must(Number.isInteger(value) && value >= least && value <= most, `${name} is ${value}, not ${least} to ${most}.`);
  };
  whole('trees', 1, 10_000);
  whole('leaves', 2, 1024);
  whole('minRowsInLeaf', 1, 2 ** 31);
  whole('bins', 2, BINS_MAX);
  whole('truncation', 1, 1000);
  whole('earlyStopping', 0, 10_000);
  must(params.learningRate > 0 && params.learningRate <= 1, `learningRate is ${params.learningRate}.`);
  must(params.l2 >= 0 && Number.isFinite(params.l2), `l2 is ${params.l2}.`);
  for (const share of [params.columnShare, params.rowShare]) must(share > 0 && share <= 1, `A share is ${share}.`);
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new TrainingError('TRAINING_EXAMPLES_INVALID', otherwise);
}
