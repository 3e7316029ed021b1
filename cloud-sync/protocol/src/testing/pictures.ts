/** Small but whole pictures of one colour, made by hand so that a test can spoil each byte of them. For tests only. */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { ContentCard, ContentPicture } from '@tillside/decide';
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

/** One colour, 320 x 320, as an encoder writes it. */
export const jpegOf = (): Buffer => Buffer.from(JPEG.join(''), 'base64');
export const webpOf = (): Buffer => Buffer.from(WEBP.join(''), 'base64');

const JPEG = [
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpK',
  'SkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAFAAUADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QA',
  'FgEBAQEAAAAAAAAAAAAAAAAAAAQF/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AlAStYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB//9k=',
];
const WEBP = [
  'UklGRkgBAABXRUJQVlA4IDwBAACQGQCdASpAAUABPxGIwVosKSckICgBgCIJaW7hd2EIQAnsBHglDH2OhE1A7pD329kXCgCgCUtKgWTRZn7IXaVAsl3G825teOBDERcxlp7ZOQ+1WBASJYB77ZQNUL',
  'T2ych77ZQMvFych77ZOREDych77ZOQ9+AIB77ZOQ99soGXi5OQ99snIiB5OQ99snIe/AEA99snIe+2UDLxcnIe+2TkRA8nIe+2TkPfgCAe+2TkPfbKBl4uTkPfbJyIgeTkPfbJyHvwBAPfbJyHvtlA',
  'y8XJyHvtkxAA/v9oc/64ubIij/9Xfnb9TzcanYVU/xJYrYHktCVYoHjbuerqTX/M7Lw7nrMUKzjBkCAAAET/QIsPGfYXWOlVFWPKjMWzJaRmNcCNaJzxGCCugSVhRUI54nPEYIK6BJWFFQjniAAA',
];

/** A card of words, shown on every place in 2026. */
export const contentCard = (change: Partial<ContentCard> = {}): ContentCard => ({
  id: 'peaches',
  title: { zh: '水蜜桃到了', en: 'Peaches are in' },
  text: { zh: '今早从无锡来，软的在上面。', en: 'From Wuxi this morning. The soft ones are on top.' },
  from: '2026-01-01T00:00:00Z',
  until: '2027-01-01T00:00:00Z',
  places: ['attract', 'home'],
  priority: 50,
  ...change,
});
