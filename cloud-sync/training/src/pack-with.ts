import { encodeStats, type ItemStats } from '@tillside/features';
import { type ModelManifest, packParts, sha256, unpackModel } from '@tillside/inference';

/**
 * A pack with the same weights and other statistics, such as those of before the baskets that it is asked about. Its golden vectors keep their
 * features and scores; the questions behind them belong to the shipped statistics.
 */
export function packWith(pack: Buffer, stats: ItemStats): Buffer {
  const { manifest, onnx } = unpackModel(pack);
  const counted = encodeStats(stats);
  const changed: ModelManifest = {
    ...manifest,
    stats: { sha256: sha256(counted), bytes: counted.length },
    golden: { ...manifest.golden, vectors: manifest.golden.vectors.map(({ asked: _asked, ...vector }) => vector) },
  };
  return packParts({ manifest: Buffer.from(JSON.stringify(changed)), onnx, stats: counted });
}
