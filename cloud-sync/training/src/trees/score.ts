import { LEAF, type TreeModel } from './types.ts';

type Nodes = Pick<TreeModel, 'column' | 'value' | 'left'>;

/** Scores float32[rows] of row-major features float32[rows, columns]: the leaves' sum in float32, first tree first. */
export function scoreTrees(model: TreeModel, features: Float32Array): Float32Array {
  const { columns, roots, base, value } = model;
  const scores = new Float32Array(features.length / columns);
  for (let row = 0; row < scores.length; row += 1) {
    let score = 0;
    for (let tree = 0; tree + 1 < roots.length; tree += 1) {
      score = Math.fround(score + (value[leafOf(model, roots[tree] as number, features, row * columns)] as number));
    }
    scores[row] = score + base;
  }
  return scores;
}

/** Node of the leaf that a row falls into. @param root first node of a tree @param from where the row starts */
export function leafOf({ column, value, left }: Nodes, root: number, features: Float32Array, from: number): number {
  let node = root;
  let asked = column[node] as number;
  while (asked !== LEAF) {
    const isRight = (features[from + asked] as number) > (value[node] as number) ? 1 : 0;
    node = (left[node] as number) + isRight;
    asked = column[node] as number;
  }
  return node;
}
