import { INPUT_NAME } from '@tillside/inference';
import onnxProto, { type onnx as Onnx } from 'onnx-proto';
import { type Branch, exportBranches, ML_DOMAIN } from '../onnx-graph.ts';
import { LEAF, type TreeModel } from './types.ts';

const { AttributeType } = onnxProto.onnx.AttributeProto;

/** The trees as a model: `features` float32[n, columns] -> `scores` float32[n], as scoreTrees gives them. The same trees give the same bytes. */
export function exportTrees(model: TreeModel): Uint8Array {
  return exportBranches([treesBranch(model)]);
}

/** One TreeEnsembleRegressor (ONNX operators, domain ai.onnx.ml): a row goes to the true node when its value is at most the node's. */
export function treesBranch(model: TreeModel): Branch {
  const regressor: Onnx.INodeProto = {
    opType: 'TreeEnsembleRegressor',
    domain: ML_DOMAIN,
    name: 'trees',
    input: [INPUT_NAME],
    output: ['trees'],
    attribute: [
      text('aggregate_function', 'SUM'),
      floats('base_values', [model.base]),
      whole('n_targets', 1),
      ...nodeTables(model),
      text('post_transform', 'NONE'),
      ...leafTables(model),
    ],
  };
  return { columns: model.columns, nodes: [regressor], initializers: [], output: 'trees' };
}

/** One entry a node; nodes are numbered from their tree's root. */
function nodeTables({ roots, column, value, left }: TreeModel): Onnx.IAttributeProto[] {
  const [falseIds, ids, trees, trueIds]: [number[], number[], number[], number[]] = [[], [], [], []];
  eachNode(roots, (node, tree, root) => {
    const isLeaf = column[node] === LEAF;
    ids.push(node - root);
    trees.push(tree);
    trueIds.push(isLeaf ? 0 : (left[node] as number) - root);
    falseIds.push(isLeaf ? 0 : (left[node] as number) + 1 - root);
  });
  return [
    wholes('nodes_falsenodeids', falseIds),
    wholes(
      'nodes_featureids',
      [...column].map((asked) => (asked === LEAF ? 0 : asked)),
    ),
    texts(
      'nodes_modes',
      [...column].map((asked) => (asked === LEAF ? 'LEAF' : 'BRANCH_LEQ')),
    ),
    wholes('nodes_nodeids', ids),
    wholes('nodes_treeids', trees),
    wholes('nodes_truenodeids', trueIds),
    floats(
      'nodes_values',
      [...value].map((number, node) => (column[node] === LEAF ? 0 : number)),
    ),
  ];
}

/** One entry a leaf. */
function leafTables({ roots, column, value }: TreeModel): Onnx.IAttributeProto[] {
  const [ids, trees, weights]: [number[], number[], number[]] = [[], [], []];
  eachNode(roots, (node, tree, root) => {
    if (column[node] !== LEAF) return;
    ids.push(node - root);
    trees.push(tree);
    weights.push(value[node] as number);
  });
  return [
    wholes(
      'target_ids',
      ids.map(() => 0),
    ),
    wholes('target_nodeids', ids),
    wholes('target_treeids', trees),
    floats('target_weights', weights),
  ];
}

function eachNode(roots: Uint32Array, visit: (node: number, tree: number, root: number) => void): void {
  for (let tree = 0; tree + 1 < roots.length; tree += 1) {
    const root = roots[tree] as number;
    for (let node = root; node < (roots[tree + 1] as number); node += 1) visit(node, tree, root);
  }
}

function whole(name: string, i: number): Onnx.IAttributeProto {
  return { name, type: AttributeType.INT, i };
}

function wholes(name: string, ints: number[]): Onnx.IAttributeProto {
  return { name, type: AttributeType.INTS, ints };
}

function floats(name: string, values: number[]): Onnx.IAttributeProto {
  return { name, type: AttributeType.FLOATS, floats: values };
}

function text(name: string, value: string): Onnx.IAttributeProto {
  return { name, type: AttributeType.STRING, s: Buffer.from(value) };
}

function texts(name: string, values: string[]): Onnx.IAttributeProto {
  return { name, type: AttributeType.STRINGS, strings: values.map((text) => Buffer.from(text)) };
}
