/** Rows of features, in groups: one group is one question, its rows the candidates for an answer. */
export interface TreeData {
  /** Row-major float32[rows, columns]; finite. */
  readonly features: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** Rows of group g: [groupOffsets[g], groupOffsets[g + 1]); from 0 to `rows`. */
  readonly groupOffsets: Uint32Array;
  /** Relevance of each row, 0 or more: 0 is "not bought". */
  readonly labels: Float32Array;
  /** How much each group counts; all alike when absent. */
  readonly weights?: Float32Array | undefined;
}

/**
 * - softmax: cross-entropy over a group's rows between the scores' softmax and label / sum of labels (ListNet; Cao et al., 2007)
 * - lambdarank: pairs weighted by what swapping them does to NDCG at the truncation (LambdaMART; Burges, 2010)
 * - logistic: each row by itself, bought (label above 0) or not; scores are log-odds
 */
export type TreeObjective = 'softmax' | 'lambdarank' | 'logistic';

export interface TreeParams {
  /** Trees at most. An answer costs about 35 ns a tree and row in the engine: 100 trees over 200 candidates take 0.7 ms. */
  readonly trees: number;
  readonly learningRate: number;
  /** Leaves of one tree at most; the leaf with the highest gain is split next. */
  readonly leaves: number;
  readonly minRowsInLeaf: number;
  /** Added to the sum of second derivatives of a leaf. */
  readonly l2: number;
  /** Share of the columns that each tree looks at, above 0 up to 1. */
  readonly columnShare: number;
  /** Chance of each group to be in a tree's sample, above 0 up to 1. */
  readonly rowShare: number;
  /** Bins of one column at most, 2 to BINS_MAX. */
  readonly bins: number;
  readonly objective: TreeObjective;
  /** Places that count for 'lambdarank'. */
  readonly truncation: number;
  /** Stop after so many trees without a better NDCG@10 on the validation groups, and keep the best; 0: never. */
  readonly earlyStopping: number;
}

export const TREE_DEFAULTS: TreeParams = {
  trees: 300,
  learningRate: 0.1,
  leaves: 31,
  minRowsInLeaf: 50,
  l2: 1,
  columnShare: 0.8,
  rowShare: 0.8,
  bins: 255,
  objective: 'softmax',
  truncation: 10,
  earlyStopping: 30,
};

/** Regression trees whose leaves are summed, first tree first, in float32. All nodes lie in one table. */
export interface TreeModel {
  readonly columns: number;
  /** Added at the end; 0 where only the order counts. */
  readonly base: number;
  /** Nodes of tree t: [roots[t], roots[t + 1]); the first is its root. At least one tree. */
  readonly roots: Uint32Array;
  /** Column that a node asks about, LEAF at a leaf. */
  readonly column: Int16Array;
  /** Threshold of a node: a row whose value is at most this goes left. At a leaf: its score. */
  readonly value: Float32Array;
  /** Left child of a node; the right one is next to it. 0 at a leaf. */
  readonly left: Uint32Array;
  /** Sum of the gains of each column's splits, as shares of all gains. */
  readonly gains: Float64Array;
  /** Best NDCG@10 over the validation groups, which the number of trees was chosen by. */
  readonly validationNdcg: number | undefined;
}

export const LEAF = -1;
