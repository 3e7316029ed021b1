import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import type { ItemStats } from '@tillside/features';
import { ModelError, messageOf } from './errors.ts';
import { MANIFEST_MAX_BYTES, ONNX_MAX_BYTES, PACK_MAX_BYTES, STATS_MAX_BYTES } from './limits.ts';
import { type ModelManifest, parseManifest } from './manifest.ts';
import { parseStats } from './stats-check.ts';

/**
 * A `.tillmodel` file: 8 bytes of magic; SHA-256 of everything after it; three uint32 little-endian lengths; then manifest (JSON),
 * model (ONNX) and statistics (gzip of encodeStats' bytes). The hash finds damage; who made the file is for the signature around it to say.
 */
const MAGIC = Buffer.from('TILLMDL1', 'latin1');
const HASH_BYTES = 32;
const HEADER_BYTES = MAGIC.length + HASH_BYTES + 12;

/** Names of the parts in a model directory. */
export const MODEL_FILES = { manifest: 'manifest.json', onnx: 'model.onnx', stats: 'stats.bin' } as const;

export interface ModelParts {
  readonly manifest: Uint8Array;
  readonly onnx: Uint8Array;
  readonly stats: Uint8Array;
}

export interface UnpackedModel {
  readonly manifest: ModelManifest;
  readonly onnx: Uint8Array;
  readonly stats: ItemStats;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** One file of the three parts. The same parts give the same bytes. */
export function packParts(parts: ModelParts): Buffer {
  limit('manifest', parts.manifest.length, MANIFEST_MAX_BYTES);
  limit('onnx', parts.onnx.length, ONNX_MAX_BYTES);
  limit('stats', parts.stats.length, STATS_MAX_BYTES);
  const packed = gzipSync(parts.stats);
  const lengths = Buffer.alloc(12);
  [parts.manifest.length, parts.onnx.length, packed.length].forEach((length, place) => {
    lengths.writeUInt32LE(length, place * 4);
  });
  const body = Buffer.concat([lengths, parts.manifest, parts.onnx, packed]);
  limit('pack', HEADER_BYTES + body.length, PACK_MAX_BYTES);
  return Buffer.concat([MAGIC, createHash('sha256').update(body).digest(), body]);
}

/** Packs a directory that holds the MODEL_FILES. @throws ModelError when the parts do not fit each other */
export async function packModel(directory: string): Promise<Buffer> {
  const read = async (name: string) => readLimited(join(directory, name), STATS_MAX_BYTES);
  const pack = packParts({
    manifest: await read(MODEL_FILES.manifest),
    onnx: await read(MODEL_FILES.onnx),
    stats: await read(MODEL_FILES.stats),
  });
  unpackModel(pack);
  return pack;
}

/** Reads a pack file without taking in more than PACK_MAX_BYTES. @throws ModelError MODEL_READ_FAILED, MODEL_TOO_LARGE */
export async function readPack(path: string): Promise<Buffer> {
  return readLimited(path, PACK_MAX_BYTES);
}

/** A file's bytes, unless there are more than maxBytes of them. @throws ModelError MODEL_READ_FAILED, MODEL_TOO_LARGE */
export async function readLimited(path: string, maxBytes: number): Promise<Buffer> {
  try {
    limit('file', (await stat(path)).size, maxBytes);
    return await readFile(path);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError('MODEL_READ_FAILED', messageOf(error));
  }
}

/**
 * Takes a pack apart and checks form, sizes and hashes, the manifest's schema and the statistics.
 *
 * @throws ModelError MODEL_TOO_LARGE, MODEL_NOT_A_PACK, MODEL_TRUNCATED, MODEL_HASH_MISMATCH, MODEL_MANIFEST_INVALID, MODEL_STATS_INVALID,
 *   MODEL_FEATURE_SET_MISMATCH
 */
export function unpackModel(pack: Buffer): UnpackedModel {
  const parts = takeApart(pack);
  const manifest = parseManifest(parts.manifest);
  same('onnx', parts.onnx, manifest.onnx);
  const bytes = inflate(parts.stats, manifest.stats.bytes);
  same('stats', bytes, manifest.stats);
  return { manifest, onnx: parts.onnx, stats: parseStats(bytes) };
}

function takeApart(pack: Buffer): ModelParts {
  limit('pack', pack.length, PACK_MAX_BYTES);
  if (!pack.subarray(0, MAGIC.length).equals(MAGIC.subarray(0, pack.length))) {
    throw new ModelError('MODEL_NOT_A_PACK', 'It starts with other bytes.');
  }
  if (pack.length < HEADER_BYTES) throw new ModelError('MODEL_TRUNCATED', `It has ${pack.length} bytes.`);
  const at = MAGIC.length + HASH_BYTES;
  const [manifestBytes, onnxBytes, statsBytes] = [
    pack.readUInt32LE(at),
    pack.readUInt32LE(at + 4),
    pack.readUInt32LE(at + 8),
  ];
  limit('manifest', manifestBytes, MANIFEST_MAX_BYTES);
  limit('onnx', onnxBytes, ONNX_MAX_BYTES);
  limit('stats', statsBytes, PACK_MAX_BYTES);
  const expected = HEADER_BYTES + manifestBytes + onnxBytes + statsBytes;
  if (pack.length < expected) throw new ModelError('MODEL_TRUNCATED', `${pack.length} of ${expected} bytes are there.`);
  const hash = createHash('sha256').update(pack.subarray(at)).digest();
  if (pack.length > expected || !hash.equals(pack.subarray(MAGIC.length, at))) {
    throw new ModelError('MODEL_HASH_MISMATCH', 'pack');
  }
  const onnxFrom = HEADER_BYTES + manifestBytes;
  const statsFrom = onnxFrom + onnxBytes;
  return {
    manifest: pack.subarray(HEADER_BYTES, onnxFrom),
    onnx: pack.subarray(onnxFrom, statsFrom),
    stats: pack.subarray(statsFrom),
  };
}

function inflate(packed: Uint8Array, bytes: number): Buffer {
  try {
    // In one piece: pieces and their sum would lie in memory side by side.
    return gunzipSync(packed, { maxOutputLength: bytes, chunkSize: Math.max(constants.Z_MIN_CHUNK, bytes + 1) });
  } catch (error) {
    throw new ModelError('MODEL_STATS_INVALID', messageOf(error));
  }
}

function same(name: string, bytes: Uint8Array, declared: { readonly sha256: string; readonly bytes: number }): void {
  if (bytes.length !== declared.bytes || sha256(bytes) !== declared.sha256) {
    throw new ModelError('MODEL_HASH_MISMATCH', name);
  }
}

function limit(name: string, bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) throw new ModelError('MODEL_TOO_LARGE', `${name}: ${bytes} of at most ${maxBytes} bytes.`);
}
