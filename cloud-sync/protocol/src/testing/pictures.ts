/** Small but whole pictures of one colour, made by hand so that a test can spoil each byte of them. For tests only. */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { ContentPicture } from '@tillside/decide';
import { readPicture } from '../picture.ts';

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** `more` stands between head and pixels. */
export function pngOf(widthPx: number, heightPx: number, grey = 200, more: readonly Buffer[] = []): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(widthPx, 0);
  head.writeUInt32BE(heightPx, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(widthPx, grey)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: heightPx }, () => row)));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', head),
    ...more,
    pngChunk('IDAT', pixels),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** As a manifest describes it. */
export function describePicture(bytes: Buffer): ContentPicture {
  const facts = readPicture(bytes);
  if (typeof facts === 'string') throw new TypeError(facts);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), lengthBytes: bytes.length, ...facts };
}

function crc32(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
