import { createCanvas } from '@napi-rs/canvas';
import { labelTemplateFor, type TagType } from '@tillside/firmware-configs';
import type { LabelContent } from '../contract/command.ts';
import { registerFonts } from './fonts.ts';
import { drawLabel } from './layout.ts';
import { toPureInks } from './palette.ts';

/** The encoder writes baseline (SOF0) without chroma subsampling at this quality: red edges stay sharp. */
const JPEG_QUALITY = 100;

/** The label's picture in pure inks, as RGBA and as a baseline JPEG of exactly the tag's size. Deterministic: equal input, equal bytes. */
export function renderLabel(
  content: LabelContent,
  tag: TagType,
): { rgba: Uint8ClampedArray; jpeg: Uint8Array; png(): Uint8Array } {
  registerFonts();
  const canvas = createCanvas(tag.widthPx, tag.heightPx);
  const ctx = canvas.getContext('2d');
  drawLabel(ctx, content, tag, labelTemplateFor(tag));
  const image = ctx.getImageData(0, 0, tag.widthPx, tag.heightPx);
  toPureInks(image.data, tag.colours);
  ctx.putImageData(image, 0, 0);
  return {
    rgba: image.data,
    jpeg: canvas.toBuffer('image/jpeg', JPEG_QUALITY),
    png: () => canvas.toBuffer('image/png'),
  };
}
