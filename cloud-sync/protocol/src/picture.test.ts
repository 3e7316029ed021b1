import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPicture } from './picture.ts';
import { jpegOf, pngChunk, pngOf, webpOf } from './testing/pictures.ts';

const [png, jpeg, webp] = [pngOf(400, 320), jpegOf(), webpOf()];

/** A segment behind the start of a JPEG. */
const withSegment = (marker: number, data: string): Buffer => {
  const body = Buffer.from(data, 'latin1');
  const head = Buffer.from([0xff, marker, 0, body.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
};
/** Chunks of a WebP behind one another. */
const riff = (...chunks: readonly Buffer[]): Buffer => {
  const body = Buffer.concat([Buffer.from('WEBP'), ...chunks]);
  const head = Buffer.from('RIFF\0\0\0\0', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
};
const chunk = (type: string, data: Buffer): Buffer => {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data]);
};
const canvas = (side: number): Buffer => {
  const data = Buffer.alloc(10);
  data.writeUIntLE(side - 1, 4, 3);
  data.writeUIntLE(side - 1, 7, 3);
  return chunk('VP8X', data);
};
const pixels = webp.subarray(12);

describe('a picture', () => {
  it('of each kind tells its size', () => {
    expect(readPicture(png)).toEqual({ type: 'image/png', widthPx: 400, heightPx: 320 });
    expect(readPicture(jpeg)).toEqual({ type: 'image/jpeg', widthPx: 320, heightPx: 320 });
    expect(readPicture(webp)).toEqual({ type: 'image/webp', widthPx: 320, heightPx: 320 });
    expect(readPicture(riff(canvas(320), pixels))).toEqual({ type: 'image/webp', widthPx: 320, heightPx: 320 });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'not-a-picture'],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'not-a-picture'],
    ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>'), 'not-a-picture'],
    ['a GIF', Buffer.from('GIF89a', 'latin1'), 'not-a-picture'],
    ['more bytes than may be', Buffer.concat([png, Buffer.alloc(1024 * 1024)]), 'too-large'],
    ['HTML behind a PNG', Buffer.concat([png, Buffer.from('<script>')]), 'damaged'],
    ['HTML behind a JPEG', Buffer.concat([jpeg, Buffer.from('<script>')]), 'damaged'],
    ['a second picture behind a JPEG', Buffer.concat([jpeg, jpeg]), 'damaged'],
    ['an animated PNG', pngOf(400, 320, 9, [pngChunk('acTL', Buffer.alloc(8))]), 'animated'],
    ['an animated WebP', riff(canvas(320), chunk('ANIM', Buffer.alloc(6)), pixels), 'animated'],
    ['a PNG with EXIF', pngOf(400, 320, 9, [pngChunk('eXIf', Buffer.from('II*\0'))]), 'metadata'],
    ['a PNG with words', pngOf(400, 320, 9, [pngChunk('tEXt', Buffer.from('Author\0x'))]), 'metadata'],
    ['a JPEG with EXIF', withSegment(0xe1, 'Exif\0\0II*\0'), 'metadata'],
    ['a JPEG with XMP', withSegment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x/>'), 'metadata'],
    ['a JPEG with a comment', withSegment(0xfe, 'made at 31.2 N, 121.5 E'), 'metadata'],
    ['a JPEG with something else in the place of a profile', withSegment(0xe2, 'MPF\0II*\0'), 'metadata'],
    ['a WebP with EXIF', riff(canvas(320), pixels, chunk('EXIF', Buffer.from('II*\0'))), 'metadata'],
    ['a WebP larger than its head says', riff(canvas(10_000), pixels), 'damaged'],
    ['a WebP of no picture', riff(canvas(320)), 'damaged'],
    ['too small a picture', pngOf(319, 400), 'size'],
    ['a bomb: too many pixels in few bytes', pngOf(4096, 1500), 'size'],
    ['too long a side', pngOf(4097, 320), 'size'],
  ])('is refused: %s', (_, bytes, problem) => {
    expect(readPicture(bytes)).toBe(problem);
  });

  it('cut short anywhere is no picture', () => {
    for (const whole of [png, jpeg, webp])
      for (let end = 0; end < whole.length; end += 1)
        expect(typeof readPicture(whole.subarray(0, end)), `${end}`).toBe('string');
  });

  it('whatever the bytes, reading them ends and throws nothing', () => {
    const spoilt = fc
      .tuple(
        fc.constantFrom(png, jpeg, webp),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 12 }),
      )
      .map(([whole, changes]) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        return bytes;
      });
    const noise = fc
      .tuple(fc.constantFrom(png, jpeg, webp), fc.uint8Array({ maxLength: 200 }))
      .map(([whole, tail]) => Buffer.concat([whole.subarray(0, 12), tail]));
    fc.assert(
      fc.property(fc.oneof(spoilt, noise), (bytes) => {
        const read = readPicture(bytes);
        if (typeof read !== 'string') expect(read.widthPx * read.heightPx).toBeLessThanOrEqual(6_000_000);
      }),
      { numRuns: 2000 },
    );
  });
});
