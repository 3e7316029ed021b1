import { CONTENT_LIMITS, PICTURE_SIZES } from '@tillside/decide';

export type Shape = keyof typeof PICTURE_SIZES;
export const SHAPES = Object.keys(PICTURE_SIZES) as Shape[];

/** Of a photograph as a camera writes it. */
const MAX_FILE_BYTES = 40 * 1024 * 1024;
/** Tried one after the other until the picture is small enough. */
const QUALITIES = [0.84, 0.7, 0.5] as const;
const BEHIND = '#fbf7f0';

/**
 * A picture as the kiosk shows it on a screen of that shape: turned as its camera was held, cut from the middle, painted anew, so that nothing of the file but its pixels is left.
 * Null for a file that this browser reads as no picture.
 */
export async function cutPicture(file: Blob, shape: Shape): Promise<Blob | null> {
  if (file.size > MAX_FILE_BYTES) return null;
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) return null;
  const { widthPx, heightPx } = PICTURE_SIZES[shape];
  const canvas = document.createElement('canvas');
  canvas.width = widthPx;
  canvas.height = heightPx;
  const brush = canvas.getContext('2d', { alpha: false });
  if (brush === null) return null;
  const scale = Math.max(widthPx / bitmap.width, heightPx / bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  brush.fillStyle = BEHIND;
  brush.fillRect(0, 0, widthPx, heightPx);
  brush.imageSmoothingQuality = 'high';
  brush.drawImage(bitmap, (widthPx - width) / 2, (heightPx - height) / 2, width, height);
  bitmap.close();
  for (const quality of QUALITIES) {
    // A browser that writes no WebP writes PNG without a word: JPEG is smaller.
    const webp = await painted(canvas, 'image/webp', quality);
    const blob = webp?.type === 'image/webp' ? webp : await painted(canvas, 'image/jpeg', quality);
    if (blob !== null && blob.size <= CONTENT_LIMITS.pictureBytes) return blob;
  }
  return null;
}

const painted = (canvas: HTMLCanvasElement, type: string, quality: number): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, type, quality));

/** For an `<img>`: the console's policy lets pictures come from here and from nowhere else. */
export const dataUrlOf = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(blob);
  });
