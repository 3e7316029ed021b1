import { createHash } from 'node:crypto';
import type { TagType } from '@tillside/firmware-configs';
import jpeg from 'jpeg-js';
import { inkOf } from '../render/palette.ts';

const SOF0 = 0xc0;
/** SOF1..SOF15 but for DHT (C4), JPG (C8) and DAC (CC): frames that the access point's decoder can't read. */
const OTHER_FRAMES = new Set([0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
const START_OF_SCAN = 0xda;

/** The size of a baseline JPEG, or why it is none. Source: ITU-T T.81, annex B. */
export function baselineSize(bytes: Uint8Array): { widthPx: number; heightPx: number } | 'not a jpeg' | 'not baseline' {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 4 || view.readUInt16BE(0) !== 0xffd8) return 'not a jpeg';
  let at = 2;
  while (at + 9 <= view.length && view[at] === 0xff) {
    const marker = view[at + 1] ?? 0;
    if (marker === SOF0) return { widthPx: view.readUInt16BE(at + 7), heightPx: view.readUInt16BE(at + 5) };
    if (OTHER_FRAMES.has(marker)) return 'not baseline';
    if (marker === START_OF_SCAN) break;
    at += 2 + view.readUInt16BE(at + 2);
  }
  return 'not a jpeg';
}

/**
 * The bytes that a tag takes: one bit a pixel, most significant first, 1 = black, in the panel's own order; then, when there is any, the same for
 * red. 2.9 inch: 4736 or 9472 bytes. Throws when the picture can't be decoded.
 */
export function panelPlanes(bytes: Uint8Array, tag: TagType): Uint8Array {
  const { data, width, height } = jpeg.decode(bytes, { useTArray: true, maxResolutionInMP: 4, maxMemoryUsageInMB: 64 });
  const sideways = tag.panelQuarterTurns % 2 === 1;
  const panelWidth = sideways ? height : width;
  const rowBytes = Math.ceil(panelWidth / 8);
  const planeBytes = rowBytes * (sideways ? width : height);
  const planes = new Uint8Array(2 * planeBytes);
  let anyRed = false;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const ink = inkOf(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0, tag.colours.includes('red'));
      if (ink === 'white') continue;
      anyRed ||= ink === 'red';
      const [px, py] = turned(x, y, width, height, tag.panelQuarterTurns);
      const byte = (ink === 'red' ? planeBytes : 0) + py * rowBytes + (px >> 3);
      planes[byte] = (planes[byte] ?? 0) | (0x80 >> (px & 7));
    }
  }
  return anyRed ? planes : planes.subarray(0, planeBytes);
}

function turned(
  x: number,
  y: number,
  width: number,
  height: number,
  quarters: TagType['panelQuarterTurns'],
): [number, number] {
  if (quarters === 1) return [height - 1 - y, x];
  if (quarters === 2) return [width - 1 - x, height - 1 - y];
  if (quarters === 3) return [y, width - 1 - x];
  return [x, y];
}

export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** The access point keeps the first 8 bytes of the MD5 once a tag took its picture. */
export const shortHash = (full: string): string => full.slice(0, 16) + '0'.repeat(16);
