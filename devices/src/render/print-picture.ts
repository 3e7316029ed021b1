import jpeg from 'jpeg-js';
import { DeviceError } from '../conditions.ts';

/** What a picture may be before it is scaled; the decoder holds itself to both. */
const MAX_MEGAPIXELS = 12;
const MAX_DECODER_MEBIBYTES = 256;
/** A metre of paper at 203 dots an inch. */
export const MAX_PICTURE_ROWS = 8_000;
/** Rows are sent in bands of about so many bytes, so that a printer that stops is found out early and only a band is lost. */
const BAND_BYTES = 4_096;
/** Darker is black and lighter is white; between them grey is made of dots, so that text stays sharp and logos can be told. */
const BLACK_BELOW = 72;
const WHITE_FROM = 200;
const MIDDLE = 128;

interface Grey {
  readonly width: number;
  readonly height: number;
  /** 0 (black) to 255, row by row. */
  readonly values: Uint8Array;
}

/** A JPEG as an ESC/POS job: in the middle of the paper, no wider than it, then a cut. Throws PRINT_PICTURE_REFUSED. */
export function pictureJob(file: Uint8Array, widthDots: number): Uint8Array {
  const picture = fitted(decoded(file), widthDots);
  if (picture.height > MAX_PICTURE_ROWS)
    throw new DeviceError('PRINT_PICTURE_REFUSED', `${picture.height} rows of dots; at most ${MAX_PICTURE_ROWS}`);
  const rowBytes = Math.ceil(picture.width / 8);
  const bits = defused(dithered(picture, rowBytes));
  const bandRows = Math.max(1, Math.floor(BAND_BYTES / rowBytes));
  const parts: Uint8Array[] = [Buffer.from('\x1b@\x1ba\x01', 'latin1')];
  for (let row = 0; row < picture.height; row += bandRows) {
    const rows = Math.min(bandRows, picture.height - row);
    // GS v 0: width in bytes and height in rows, low byte first.
    parts.push(Uint8Array.of(0x1d, 0x76, 0x30, 0, rowBytes & 0xff, rowBytes >> 8, rows & 0xff, rows >> 8));
    parts.push(bits.subarray(row * rowBytes, (row + rows) * rowBytes));
  }
  // Up to the cutter, then cut.
  parts.push(Buffer.from('\x1ba\x00\x1bd\x03\x1dVB\x00', 'latin1'));
  return Buffer.concat(parts);
}

function decoded(file: Uint8Array): Grey {
  try {
    const { width, height, data } = jpeg.decode(file, {
      useTArray: true,
      formatAsRGBA: false,
      maxResolutionInMP: MAX_MEGAPIXELS,
      maxMemoryUsageInMB: MAX_DECODER_MEBIBYTES,
    });
    const values = new Uint8Array(width * height);
    for (let place = 0; place < values.length; place += 1) {
      const at = place * 3;
      values[place] = Math.round(0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0));
    }
    return { width, height, values };
  } catch (error) {
    throw new DeviceError('PRINT_PICTURE_REFUSED', error instanceof Error ? error.message : undefined, error);
  }
}

/** Scaled down to the paper where it is wider; each dot is the mean of what it covers. A smaller one stays as it is. */
function fitted(picture: Grey, widthDots: number): Grey {
  if (picture.width <= widthDots) return picture;
  const step = picture.width / widthDots;
  const height = Math.max(1, Math.round(picture.height / step));
  const values = new Uint8Array(widthDots * height);
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = span(y, step, picture.height);
    for (let x = 0; x < widthDots; x += 1) {
      const [left, right] = span(x, step, picture.width);
      let sum = 0;
      for (let py = top; py < bottom; py += 1)
        for (let px = left; px < right; px += 1) sum += picture.values[py * picture.width + px] ?? 0;
      values[y * widthDots + x] = Math.round(sum / ((bottom - top) * (right - left)));
    }
  }
  return { width: widthDots, height, values };
}

function span(place: number, step: number, end: number): [number, number] {
  const from = Math.min(end - 1, Math.floor(place * step));
  return [from, Math.max(from + 1, Math.min(end, Math.floor((place + 1) * step)))];
}

/** One bit a dot, 1 = black. The error of a grey dot goes to its neighbours (Floyd and Steinberg, 1976); pure ones make none. */
function dithered({ width, height, values }: Grey, rowBytes: number): Uint8Array {
  const bits = new Uint8Array(rowBytes * height);
  let errors = new Float32Array(width + 2);
  let below = new Float32Array(width + 2);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = values[y * width + x] ?? 255;
      const grey = value >= BLACK_BELOW && value < WHITE_FROM;
      const wanted = grey ? value + (errors[x + 1] ?? 0) : value;
      const black = wanted < MIDDLE;
      if (black) bits[y * rowBytes + (x >> 3)] = (bits[y * rowBytes + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
      if (!grey) continue;
      const error = wanted - (black ? 0 : 255);
      errors[x + 2] = (errors[x + 2] ?? 0) + (error * 7) / 16;
      below[x] = (below[x] ?? 0) + (error * 3) / 16;
      below[x + 1] = (below[x + 1] ?? 0) + (error * 5) / 16;
      below[x + 2] = (below[x + 2] ?? 0) + error / 16;
    }
    errors = below;
    below = new Float32Array(width + 2);
  }
  return bits;
}

/** Second bytes of what a printer hears everywhere, also inside a picture: ask (DLE EOT), recover (DLE ENQ), act, e.g. open the drawer (DLE DC4). */
const REALTIME: ReadonlySet<number> = new Set([0x04, 0x05, 0x14]);
const ONE_DOT = 0x80;

/** Where dots happen to be such a command, one more of them is black. */
function defused(bits: Uint8Array): Uint8Array {
  for (let place = 0; place + 1 < bits.length; place += 1)
    if (bits[place] === 0x10 && REALTIME.has(bits[place + 1] ?? 0)) bits[place + 1] = (bits[place + 1] ?? 0) | ONE_DOT;
  return bits;
}
