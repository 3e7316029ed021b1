export { fitTrees } from './fit-trees.ts';
export { scoreTrees } from './score.ts';
export { TREE_DEFAULTS, type TreeData, type TreeModel, type TreeObjective, type TreeParams } from './types.ts';
