/** What is wrong with bytes that were to be a picture. `metadata`: they carry more than a picture, such as where it was taken. */
export type PictureProblem = 'too-large' | 'not-a-picture' | 'damaged' | 'animated' | 'metadata' | 'size';

/** A file has a handful of parts; a PNG or a progressive JPEG may have some hundred. */
const MAX_PARTS = 4096;

const PNG_PAINTS = new Set([
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'cHRM',
  'gAMA',
  'sBIT',
  'sRGB',
  'bKGD',
  'pHYs',
  'cICP',
]);
const PNG_ANIMATES = new Set(['acTL', 'fcTL', 'fdAT']);

/** Chunks of a PNG (W3C PNG, section 5): length, type, data, CRC. Throws RangeError past the end. */
export function pngProblem(bytes: Buffer): PictureProblem | null {
  let at = 8;
  for (let part = 0; part < MAX_PARTS; part += 1) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (PNG_ANIMATES.has(type)) return 'animated';
    if (!PNG_PAINTS.has(type)) return 'metadata';
    if ((part === 0) !== (type === 'IHDR')) return 'damaged';
    at += 12 + length;
    if (type === 'IEND') return length === 0 && at === bytes.length ? null : 'damaged';
  }
  return 'damaged';
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;
/** Frames of DCT pictures, sequential and progressive; arithmetic coding and the lossless ones are in no browser. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
/** Huffman and quantization tables, restart interval; JFIF's own, colour profile, and Adobe's word on colours. */
const TABLES = new Set([0xc4, 0xdb, 0xdd]);
const APPLICATIONS: ReadonlyMap<number, string> = new Map([
  [0xe0, 'JFIF\0'],
  [0xe2, 'ICC_PROFILE\0'],
  [0xee, 'Adobe'],
]);

/** Segments of a JPEG (T.81, annex B) to its end; entropy-coded data is stepped over. Throws RangeError past the end. */
export function jpegProblem(bytes: Buffer): PictureProblem | null {
  let at = 2;
  let frames = 0;
  let scans = 0;
  for (let part = 0; part < MAX_PARTS; part += 1) {
    if (bytes.readUInt8(at) !== 0xff) return 'damaged';
    const marker = bytes.readUInt8(at + 1);
    if (marker === EOI) return frames === 1 && scans > 0 && at + 2 === bytes.length ? null : 'damaged';
    if (marker === SOI || isRestart(marker)) return 'damaged';
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return 'damaged';
    const name = APPLICATIONS.get(marker);
    const isOfPicture = FRAMES.has(marker) || TABLES.has(marker) || marker === SOS;
    const isKnown = name !== undefined && bytes.toString('latin1', at + 4, at + 4 + name.length) === name;
    if (!isOfPicture && !isKnown) return isApplication(marker) ? 'metadata' : 'damaged';
    if (FRAMES.has(marker)) frames += 1;
    at += 2 + length;
    if (marker !== SOS) continue;
    scans += 1;
    at = afterScan(bytes, at);
  }
  return 'damaged';
}

/** APP0 to APP15, and comments. */
const isApplication = (marker: number): boolean => (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;

/** Where the next marker is that is neither a stuffed byte nor a restart; the end when there is none. */
function afterScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at !== -1) {
    const next = bytes[at + 1] ?? EOI;
    if (next !== 0 && !isRestart(next)) return at;
    at = bytes.indexOf(0xff, at + 2);
  }
  return bytes.length;
}

const WEBP_PAINTS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ICCP']);
const WEBP_ANIMATES = new Set(['ANIM', 'ANMF']);
const RIFF_HEAD_BYTES = 12;

/** Chunks of a WebP (RFC 9649, section 2): one still picture, and the size its head tells is that of the picture. Throws RangeError past the end. */
export function webpProblem(bytes: Buffer): PictureProblem | null {
  if (bytes.readUInt32LE(4) + 8 !== bytes.length) return 'damaged';
  let at = RIFF_HEAD_BYTES;
  let canvas: string | undefined;
  let picture: string | undefined;
  for (let part = 0; at < bytes.length; part += 1) {
    const type = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const from = at + 8;
    if (part >= MAX_PARTS || from + length > bytes.length) return 'damaged';
    if (WEBP_ANIMATES.has(type)) return 'animated';
    if (!WEBP_PAINTS.has(type)) return 'metadata';
    if (type === 'VP8X') canvas = `${bytes.readUIntLE(from + 4, 3) + 1}x${bytes.readUIntLE(from + 7, 3) + 1}`;
    if (type === 'VP8 ' || type === 'VP8L') {
      if (picture !== undefined) return 'damaged';
      picture = type === 'VP8 ' ? lossySize(bytes, from) : losslessSize(bytes, from);
    }
    // Chunks begin at even places.
    at = from + length + (length % 2);
  }
  const isWhole = picture !== undefined && picture !== '' && (canvas ?? picture) === picture;
  return isWhole && at === bytes.length ? null : 'damaged';
}

/** Of a VP8 key frame (RFC 6386, section 9.1); empty for anything else. */
function lossySize(bytes: Buffer, from: number): string {
  const isKeyFrame = (bytes.readUInt8(from) & 1) === 0 && bytes.readUIntBE(from + 3, 3) === 0x9d012a;
  if (!isKeyFrame) return '';
  return `${bytes.readUInt16LE(from + 6) & 0x3fff}x${bytes.readUInt16LE(from + 8) & 0x3fff}`;
}

/** RFC 9649, section 3.4. */
function losslessSize(bytes: Buffer, from: number): string {
  if (bytes.readUInt8(from) !== 0x2f) return '';
  const bits = bytes.readUInt32LE(from + 1);
  return `${(bits & 0x3fff) + 1}x${((bits >>> 14) & 0x3fff) + 1}`;
}
