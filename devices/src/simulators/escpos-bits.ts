import type { Bitmap } from '../render/paper.ts';

/** GS v 0: 1 doubles the width, 2 the height, 3 both. */
export function scaled(picture: Bitmap, mode: number): Bitmap {
  if (mode < 1 || mode > 3) return picture;
  const [sx, sy] = [mode & 1 ? 2 : 1, mode & 2 ? 2 : 1];
  const [from, to] = [picture.widthDots / 8, (picture.widthDots * sx) / 8];
  const bits = new Uint8Array(to * picture.heightDots * sy);
  for (let y = 0; y < picture.heightDots * sy; y += 1) {
    for (let x = 0; x < picture.widthDots * sx; x += 1) {
      const [px, py] = [Math.floor(x / sx), Math.floor(y / sy)];
      if (((picture.bits[py * from + (px >> 3)] ?? 0) & (0x80 >> (px & 7))) === 0) continue;
      const at = y * to + (x >> 3);
      bits[at] = (bits[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return { widthDots: picture.widthDots * sx, heightDots: picture.heightDots * sy, bits };
}

/** Columns of 8 or 24 dots (ESC *), turned into rows. */
export function fromColumns(data: readonly number[], columns: number, bytesHigh: 1 | 3): Bitmap {
  const rowBytes = Math.ceil(columns / 8);
  const bits = new Uint8Array(rowBytes * bytesHigh * 8);
  for (const [place, byte] of data.entries()) {
    const x = Math.floor(place / bytesHigh);
    for (let bit = 0; bit < 8; bit += 1) {
      if ((byte & (0x80 >> bit)) === 0) continue;
      const at = ((place % bytesHigh) * 8 + bit) * rowBytes + (x >> 3);
      bits[at] = (bits[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return { widthDots: rowBytes * 8, heightDots: bytesHigh * 8, bits };
}
