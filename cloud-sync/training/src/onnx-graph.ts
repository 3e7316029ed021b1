import { FEATURE_SET } from '@tillside/features';
import { INPUT_NAME, OUTPUT_NAME } from '@tillside/inference';
import onnxProto, { type onnx as Onnx } from 'onnx-proto';

const { onnx } = onnxProto;

const OPSET = 17;
/** Of the domain ai.onnx.ml; written into a model that holds trees. */
const ML_OPSET = 3;
export const ML_DOMAIN = 'ai.onnx.ml';
const IR_VERSION = 8;
/** TensorProto.DataType */
const FLOAT = 1;
const INT64 = 7;

/** Name of the dimension that varies: candidates of one question. */
const ROWS = 'n';
const AXIS = 'column_axis';

/** Part of a graph: from `features` float32[n, columns] to a column of scores float32[n, 1]. */
export interface Branch {
  readonly columns: number;
  readonly nodes: readonly Onnx.INodeProto[];
  readonly initializers: readonly Onnx.ITensorProto[];
  /** Name of the column of scores; no other branch has it. */
  readonly output: string;
}

/**
 * A model whose score is the sum of its branches' scores: `features` float32[n, columns] -> `scores` float32[n]. The same branches in the same
 * order give the same bytes.
 *
 * @param branches at least one, all of the same columns
 */
export function exportBranches(branches: readonly [Branch, ...Branch[]]): Uint8Array {
  const [first, ...others] = branches;
  const sums: Onnx.INodeProto[] = [];
  let column = first.output;
  for (const { output } of others) {
    const sum = `${column}_and_${output}`;
    sums.push(node('Add', [column, output], sum));
    column = sum;
  }
  const nodes = [...branches.flatMap((branch) => branch.nodes), ...sums, node('Squeeze', [column, AXIS], OUTPUT_NAME)];
  const hasTrees = nodes.some(({ domain }) => domain === ML_DOMAIN);
  const model = onnx.ModelProto.create({
    irVersion: IR_VERSION,
    opsetImport: [{ domain: '', version: OPSET }, ...(hasTrees ? [{ domain: ML_DOMAIN, version: ML_OPSET }] : [])],
    producerName: '@tillside/training',
    graph: {
      name: FEATURE_SET.id,
      node: nodes,
      initializer: [...branches.flatMap((branch) => branch.initializers), wholeNumber(AXIS, 1)],
      input: [value(INPUT_NAME, [ROWS, first.columns])],
      output: [value(OUTPUT_NAME, [ROWS])],
    },
  });
  return onnx.ModelProto.encode(model).finish();
}

/** A node of the default domain. */
function node(opType: string, input: string[], output: string): Onnx.INodeProto {
  return { opType, input, output: [output], name: output };
}

function wholeNumber(name: string, number: number): Onnx.ITensorProto {
  const rawData = Buffer.alloc(8);
  rawData.writeBigInt64LE(BigInt(number));
  return { name, dims: [1], dataType: INT64, rawData };
}

function value(name: string, shape: (number | string)[]): Onnx.IValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}
