import { FEATURE_COUNT } from '@tillside/features';
import { INPUT_NAME } from '@tillside/inference';
import { HIDDEN_UNITS } from './limits.ts';
import type { Network } from './network.ts';
import { type Branch, exportBranches, floats, node } from './onnx-graph.ts';

/** The network as a model: `features` float32[n, FEATURE_COUNT] -> `scores` float32[n]. The same network gives the same bytes. */
export function exportOnnx(network: Network): Uint8Array {
  return exportBranches([networkBranch(network)]);
}

/** Normalisation inside. */
function networkBranch(network: Network): Branch {
  return {
    columns: FEATURE_COUNT,
    nodes: [
      node('Sub', [INPUT_NAME, 'mean'], 'centred'),
      node('Div', ['centred', 'spread'], 'normalised'),
      node('Gemm', ['normalised', 'w1', 'b1'], 'hidden_sum'),
      node('Relu', ['hidden_sum'], 'hidden'),
      node('MatMul', ['hidden', 'w2'], 'network'),
    ],
    initializers: [
      floats('mean', [FEATURE_COUNT], network.mean),
      floats('spread', [FEATURE_COUNT], network.spread),
      floats('w1', [FEATURE_COUNT, HIDDEN_UNITS], network.w1),
      floats('b1', [HIDDEN_UNITS], network.b1),
      floats('w2', [HIDDEN_UNITS, 1], network.w2),
    ],
    output: 'network',
  };
}
