import { CONTENT_LIMITS, type PictureType } from '@tillside/decide';
import { imageSize } from 'image-size';
import { jpegProblem, type PictureProblem, pngProblem, webpProblem } from './picture-parts.ts';

export interface PictureFacts {
  readonly type: PictureType;
  readonly widthPx: number;
  readonly heightPx: number;
}

export type { PictureProblem };

const TYPES: readonly (readonly [PictureType, string, (bytes: Buffer) => PictureProblem | null])[] = [
  ['image/png', 'png', pngProblem],
  ['image/jpeg', 'jpg', jpegProblem],
  ['image/webp', 'webp', webpProblem],
];
const MAGICS: Readonly<Record<PictureType, (bytes: Buffer) => boolean>> = {
  'image/png': (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')),
  'image/jpeg': (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')),
  'image/webp': (bytes) =>
    bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP',
};

/**
 * Bytes of one still PNG, JPEG (ITU-T T.81) or WebP (RFC 9649), walked from end to end: nothing in them but what paints a picture, nothing behind it, no side or area beyond
 * CONTENT_LIMITS. Pixels are not unpacked. Never throws.
 */
export function readPicture(bytes: Uint8Array): PictureFacts | PictureProblem {
  if (bytes.byteLength > CONTENT_LIMITS.pictureBytes) return 'too-large';
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = TYPES.find(([type]) => MAGICS[type](buffer));
  if (found === undefined) return 'not-a-picture';
  const [type, name, problemOf] = found;
  try {
    const problem = problemOf(buffer);
    if (problem !== null) return problem;
    const { width: widthPx, height: heightPx, type: said } = imageSize(buffer);
    if (said !== name) return 'damaged';
    return isFit(widthPx, heightPx) ? { type, widthPx, heightPx } : 'size';
  } catch {
    // A length that points outside of the bytes.
    return 'damaged';
  }
}

function isFit(widthPx: number, heightPx: number): boolean {
  const { minSidePx, maxSidePx, maxPixels } = CONTENT_LIMITS;
  const [short, long] = [Math.min(widthPx, heightPx), Math.max(widthPx, heightPx)];
  return short >= minSidePx && long <= maxSidePx && widthPx * heightPx <= maxPixels;
}
