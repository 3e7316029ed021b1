import { FEATURE_COUNT, FEATURE_SET, featurize, indexStats } from '@tillside/features';
import { ModelError } from './errors.ts';
import { ALLOWED_OPERATORS, GOLDEN_FEATURE_TOLERANCE, IR_VERSION_MAX, OPSETS } from './limits.ts';
import type { ModelManifest } from './manifest.ts';
import { type OnnxSummary, type OnnxValue, scanOnnx } from './onnx-scan.ts';
import type { UnpackedModel } from './pack.ts';

export const INPUT_NAME = 'features';
export const OUTPUT_NAME = 'scores';
const FLOAT32 = 1;

/**
 * Everything of the contract that needs no engine: agent version, feature set, operators, opset, shapes, and the golden vectors' features
 * recomputed here. Runs before any byte of the model reaches native code.
 *
 * @throws ModelError
 */
export function checkContract(model: UnpackedModel, agentVersion: string): void {
  const { manifest } = model;
  if (compareVersions(agentVersion, manifest.minAgentVersion) < 0) {
    throw new ModelError('MODEL_AGENT_TOO_OLD', `It needs ${manifest.minAgentVersion}, this is ${agentVersion}.`);
  }
  if (manifest.featureSet.id !== FEATURE_SET.id || manifest.featureSet.hash !== FEATURE_SET.hash) {
    throw new ModelError(
      'MODEL_FEATURE_SET_MISMATCH',
      `${manifest.featureSet.id} is not ${FEATURE_SET.id} as known here.`,
    );
  }
  const summary = scanOnnx(model.onnx);
  checkOperators(summary, manifest);
  checkShape(summary.inputs, manifest.onnx.inputs, INPUT_NAME, 2);
  checkShape(summary.outputs, manifest.onnx.outputs, OUTPUT_NAME, 1);
  checkGoldenFeatures(model);
}

function checkOperators(summary: OnnxSummary, manifest: ModelManifest): void {
  const forbidden = summary.operators.find((operator) => !ALLOWED_OPERATORS.has(operator));
  if (forbidden !== undefined) throw new ModelError('MODEL_OPERATOR_NOT_ALLOWED', forbidden);
  if (summary.operators.join() !== [...manifest.onnx.operators].sort().join()) {
    throw new ModelError('MODEL_OPERATOR_NOT_ALLOWED', 'The manifest lists other operators than the graph has.');
  }
  checkOpsets(summary, manifest);
}

function checkOpsets({ opsets, irVersion }: OnnxSummary, { onnx }: ModelManifest): void {
  const said = JSON.stringify(opsets).slice(0, 200);
  const isKnown = Object.entries(opsets).every(([domain, version]) => {
    const range = OPSETS[domain];
    return range !== undefined && version >= range.min && version <= range.max;
  });
  if (!isKnown || opsets['ai.onnx'] === undefined || irVersion < 1 || irVersion > IR_VERSION_MAX) {
    throw new ModelError('MODEL_OPSET_NOT_SUPPORTED', `opsets ${said}, IR version ${irVersion}`);
  }
  const isAsDeclared =
    Object.keys(onnx.opsets).length === Object.keys(opsets).length &&
    Object.entries(opsets).every(([domain, version]) => onnx.opsets[domain] === version);
  if (!isAsDeclared || irVersion !== onnx.irVersion) {
    throw new ModelError(
      'MODEL_OPSET_NOT_SUPPORTED',
      `The manifest says others than the graph: ${said}, IR version ${irVersion}`,
    );
  }
}

/** Graph and manifest must both have one float tensor of this name: [n, F] or [n], n free. */
function checkShape(
  graph: readonly OnnxValue[],
  declared: ModelManifest['onnx']['inputs'],
  name: string,
  rank: number,
): void {
  const values = [
    ...graph.map((value) => ({ ...value, isFloat: value.elementType === FLOAT32 })),
    ...declared.map((value) => ({ ...value, isFloat: value.type === 'float32' })),
  ];
  const fits = values.every(
    (value) =>
      value.name === name &&
      value.isFloat &&
      value.shape.length === rank &&
      typeof value.shape[0] === 'string' &&
      (rank === 1 || value.shape[1] === FEATURE_COUNT),
  );
  if (graph.length !== 1 || !fits) {
    throw new ModelError('MODEL_SHAPE_MISMATCH', `${name}: ${JSON.stringify(graph)}`.slice(0, 200));
  }
}

function checkGoldenFeatures({ manifest, stats }: UnpackedModel): void {
  const index = indexStats(stats);
  manifest.golden.vectors.forEach(({ features, asked }, place) => {
    if (features.length !== FEATURE_COUNT) {
      throw new ModelError('MODEL_SHAPE_MISMATCH', `golden vector ${place} has ${features.length} features`);
    }
    if (asked === undefined) return;
    const own = featurize(asked.context, asked.sku, index);
    const off = features.findIndex((value, column) => {
      const mine = own[column] ?? Number.NaN;
      return !(Math.abs(value - mine) <= GOLDEN_FEATURE_TOLERANCE * Math.max(1, Math.abs(mine)));
    });
    if (off >= 0) {
      throw new ModelError(
        'MODEL_GOLDEN_MISMATCH',
        `vector ${place}: ${FEATURE_SET.names[off]} is computed otherwise here`,
      );
    }
  });
}

/** Golden scores against the engine's. `scores` in the order of the vectors. @throws ModelError */
export function checkGoldenScores(golden: ModelManifest['golden'], scores: ArrayLike<number>): void {
  if (scores.length !== golden.vectors.length)
    throw new ModelError('MODEL_SHAPE_MISMATCH', 'scores has another length.');
  golden.vectors.forEach(({ score }, place) => {
    const got = scores[place] ?? Number.NaN;
    if (!Number.isFinite(got)) throw new ModelError('MODEL_OUTPUT_NOT_FINITE', `vector ${place}: ${got}`);
    if (Math.abs(got - score) > golden.tolerance) {
      throw new ModelError('MODEL_GOLDEN_MISMATCH', `vector ${place}: ${got} instead of ${score}`);
    }
  });
}

/** Below zero when `left` is the older one; versions are major.minor.patch. */
export function compareVersions(left: string, right: string): number {
  const [leftParts, rightParts] = [left.split('.'), right.split('.')];
  for (let part = 0; part < 3; part += 1) {
    const difference = Number.parseInt(leftParts[part] ?? '0', 10) - Number.parseInt(rightParts[part] ?? '0', 10);
    if (difference !== 0) return difference;
  }
  return 0;
}
