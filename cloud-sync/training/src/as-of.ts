import { type Basket, buildStatsFromBaskets, encodeStats } from '@tillside/features';
import { type ModelManifest, packParts, sha256, unpackModel } from '@tillside/inference';

/** Until when baskets chose the weights of a model; all that it saw, where the manifest of a model of your own does not say. Epoch ms. */
export function learntToMs({ training }: ModelManifest): number {
  const told = Date.parse(String(training.learntTo ?? training.to));
  return Number.isFinite(told) ? told : Number.POSITIVE_INFINITY;
}

/**
 * A pack as it would have been at `atMs`: the same weights, and the statistics counted again where the shipped ones reach past it. Its golden vectors keep their features and
 * scores; the questions behind them belong to the other statistics.
 */
export function packAsOf(pack: Buffer, baskets: readonly Basket[], atMs: number): Buffer {
  const { manifest, onnx, stats } = unpackModel(pack);
  if (stats.toMs <= atMs) return pack;
  const counted = encodeStats(buildStatsFromBaskets(baskets.filter((basket) => basket.atMs <= atMs)));
  const then: ModelManifest = {
    ...manifest,
    stats: { sha256: sha256(counted), bytes: counted.length },
    golden: { ...manifest.golden, vectors: manifest.golden.vectors.map(({ asked: _asked, ...vector }) => vector) },
  };
  return packParts({ manifest: Buffer.from(JSON.stringify(then)), onnx, stats: counted });
}
