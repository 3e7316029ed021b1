import { FEATURE_COUNT, FEATURE_SET } from '@tillside/features';
import { INPUT_NAME, OUTPUT_NAME } from '@tillside/inference';
import onnxProto from 'onnx-proto';
import { HIDDEN_UNITS } from './limits.ts';
import type { Network } from './network.ts';

const { onnx } = onnxProto;

export const OPSET = 17;
export const IR_VERSION = 8;
/** TensorProto.DataType */
const FLOAT = 1;
const INT64 = 7;

/** Name of the dimension that varies: candidates of one question. */
const ROWS = 'n';

/**
 * The network as an ONNX model: `features` float32[n, FEATURE_COUNT] -> `scores` float32[n], normalisation inside. The same network gives
 * the same bytes.
 */
export function exportOnnx(network: Network): Uint8Array {
  const node = (opType: string, input: string[], output: string) => ({ opType, input, output: [output], name: output });
  const graph = {
    name: FEATURE_SET.id,
    node: [
      node('Sub', [INPUT_NAME, 'mean'], 'centred'),
      node('Div', ['centred', 'spread'], 'normalised'),
      node('Gemm', ['normalised', 'w1', 'b1'], 'hidden_sum'),
      node('Relu', ['hidden_sum'], 'hidden'),
      node('MatMul', ['hidden', 'w2'], 'column'),
      node('Squeeze', ['column', 'column_axis'], OUTPUT_NAME),
    ],
    initializer: [
      floats('mean', [FEATURE_COUNT], network.mean),
      floats('spread', [FEATURE_COUNT], network.spread),
      floats('w1', [FEATURE_COUNT, HIDDEN_UNITS], network.w1),
      floats('b1', [HIDDEN_UNITS], network.b1),
      floats('w2', [HIDDEN_UNITS, 1], network.w2),
      { name: 'column_axis', dims: [1], dataType: INT64, rawData: axisBytes(1) },
    ],
    input: [value(INPUT_NAME, [ROWS, FEATURE_COUNT])],
    output: [value(OUTPUT_NAME, [ROWS])],
  };
  const model = onnx.ModelProto.create({
    irVersion: IR_VERSION,
    opsetImport: [{ domain: '', version: OPSET }],
    producerName: '@tillside/training',
    graph,
  });
  return onnx.ModelProto.encode(model).finish();
}

function floats(name: string, dims: number[], values: Float64Array) {
  const rawData = Buffer.alloc(values.length * 4);
  values.forEach((number, place) => {
    rawData.writeFloatLE(number, place * 4);
  });
  return { name, dims, dataType: FLOAT, rawData };
}

function axisBytes(axis: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(axis));
  return bytes;
}

function value(name: string, shape: (number | string)[]) {
  const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}
