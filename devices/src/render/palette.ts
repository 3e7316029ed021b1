import type { TagColour } from '@tillside/firmware-configs';

/** The inks as full RGB: a picture in exactly these survives an access point's conversion without dithering. */
export const INK_RGB = {
  white: [255, 255, 255],
  black: [0, 0, 0],
  red: [255, 0, 0],
  yellow: [255, 255, 0],
} as const satisfies Record<TagColour, readonly [number, number, number]>;

/** Brighter than this is paper. Above the middle, so that thin strokes stay whole. */
const PAPER_LUMA = 150;
/** More red than green and blue by this much is coloured ink, not the grey edge of black. */
const COLOUR_CHROMA = 96;

/** Which ink a drawn pixel becomes. Edges of letters are grey or pink: they fall to the nearer side. */
export function inkOf(red: number, green: number, blue: number, hasRed: boolean): TagColour {
  if (hasRed && red - Math.max(green, blue) >= COLOUR_CHROMA) return red < 128 ? 'black' : 'red';
  const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
  return luma > PAPER_LUMA ? 'white' : 'black';
}

/** Replace every pixel (RGBA, in place) by a pure ink of the tag. */
export function toPureInks(rgba: Uint8ClampedArray, colours: readonly TagColour[]): void {
  const hasRed = colours.includes('red');
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [red, green, blue] = INK_RGB[inkOf(rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0, hasRed)];
    rgba[at] = red;
    rgba[at + 1] = green;
    rgba[at + 2] = blue;
    rgba[at + 3] = 255;
  }
}
