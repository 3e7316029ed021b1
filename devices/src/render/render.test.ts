import { OPENEPAPERLINK_TAG_TYPES, type TagType } from '@tillside/firmware-configs';
import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { LabelContent } from '../contract/command.ts';
import { MAX_WAITING_RENDERS, WorkerLabelRenderer } from './label-renderer.ts';
import { priceText } from './money.ts';
import { inkOf } from './palette.ts';
import { digitalLinkMatrix } from './qr.ts';
import { renderLabel } from './render.ts';
import { ellipsise, wrap } from './text.ts';

const milk: LabelContent = {
  sku: '1',
  gtin: '06901234567892',
  nameZh: '有机纯牛奶',
  nameEn: 'Organic whole milk',
  size: '1 L',
  priceFen: 1280,
};
const promotion = { zh: '第二件半价', en: '2nd at half price' };

function tag(hwType: number): TagType {
  const type = OPENEPAPERLINK_TAG_TYPES.get(hwType);
  if (!type) throw new Error(`no tag type ${hwType}`);
  return type;
}

/** How many pixels of each colour the picture holds, by its RGB as text. */
function coloursOf(rgba: Uint8ClampedArray): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at < rgba.length; at += 4) {
    const key = `${rgba[at]},${rgba[at + 1]},${rgba[at + 2]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

describe('label picture', () => {
  it.each([...OPENEPAPERLINK_TAG_TYPES.keys()])('for hwType %i is pure ink and exactly the size', (hwType) => {
    const type = tag(hwType);
    const picture = renderLabel({ ...milk, promotion, wasPriceFen: 1580 }, type);
    const allowed = type.colours.includes('red') ? ['0,0,0', '255,0,0', '255,255,255'] : ['0,0,0', '255,255,255'];
    expect([...coloursOf(picture.rgba).keys()].sort()).toEqual(allowed);
    const decoded = jpeg.decode(picture.jpeg, { useTArray: true });
    expect([decoded.width, decoded.height]).toEqual([type.widthPx, type.heightPx]);
    expect(Buffer.from(picture.jpeg).includes(Buffer.from([0xff, 0xc0, 0x00, 0x11, 0x08]))).toBe(true);
  });

  it('has red only for an offer', () => {
    expect(coloursOf(renderLabel(milk, tag(1)).rgba).has('255,0,0')).toBe(false);
    expect(coloursOf(renderLabel({ ...milk, promotion }, tag(1)).rgba).get('255,0,0')).toBeGreaterThan(4_000);
  });

  it('draws Chinese glyphs: other characters, another picture, and none of them the missing-glyph box', () => {
    const of = (nameZh: string) => Buffer.from(renderLabel({ ...milk, nameZh }, tag(2)).rgba);
    expect(of('牛奶').equals(of('苹果'))).toBe(false);
    expect(of('牛').equals(of('\u{10FFFD}'))).toBe(false);
  });

  it('is the same bytes for the same content', () => {
    expect(Buffer.from(renderLabel(milk, tag(1)).jpeg).equals(renderLabel(milk, tag(1)).jpeg)).toBe(true);
  });

  it('keeps the right margin white whatever the names are', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 99_999_999 }), (nameZh, nameEn, priceFen) => {
        const { rgba } = renderLabel({ ...milk, nameZh, nameEn, priceFen, wasPriceFen: priceFen + 1 }, tag(1));
        const ink = Array.from({ length: 128 }, (_, y) => rgba[(y * 296 + 295) * 4]).filter((red) => red !== 255);
        expect(ink).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('pieces', () => {
  it('ellipsises whole characters within the width', () => {
    const measure = (text: string) => [...text].length;
    expect(ellipsise('有机纯牛奶', 4, measure)).toBe('有机纯…');
    expect(ellipsise('ok', 4, measure)).toBe('ok');
    expect(ellipsise('too long', 0, measure)).toBe('');
    expect(wrap('有机纯牛奶家庭装', 4, 2, measure)).toEqual(['有机纯牛', '奶家庭装']);
    expect(wrap('有机纯牛奶家庭装大', 4, 2, measure)).toEqual(['有机纯牛', '奶家庭…']);
  });

  it('writes prices from whole fen', () => {
    expect(priceText(5)).toBe('¥0.05');
    expect(priceText(128_800)).toBe('¥1288.00');
  });

  it('sends edge pixels to the nearer ink', () => {
    expect(inkOf(128, 128, 128, true)).toBe('black');
    expect(inkOf(255, 200, 200, true)).toBe('white');
    expect(inkOf(255, 60, 60, true)).toBe('red');
    expect(inkOf(255, 60, 60, false)).toBe('black');
  });

  it('makes the link code small enough for a 2.9 inch tag, and none for a bad GTIN', () => {
    expect(digitalLinkMatrix('6901234567892')?.size).toBe(25);
    expect(digitalLinkMatrix('no')).toBeUndefined();
  });
});

describe('worker', () => {
  const renderer = new WorkerLabelRenderer();
  afterEach(() => renderer.stop());

  it('draws the same picture off the thread', async () => {
    const drawn = await renderer.render(milk, tag(1));
    expect(Buffer.from(drawn).equals(renderLabel(milk, tag(1)).jpeg)).toBe(true);
  });

  it('refuses more than it may hold, fails what waits when stopped, and starts again', async () => {
    const all = Array.from({ length: MAX_WAITING_RENDERS + 1 }, () => renderer.render(milk, tag(0)));
    const settled = Promise.allSettled(all);
    await expect(all.at(-1)).rejects.toMatchObject({ code: 'LABEL_RENDER_BUSY' });
    await renderer.stop();
    const failed = (await settled).filter((each) => each.status === 'rejected');
    expect(failed.length).toBeGreaterThan(1);
    expect((await renderer.render(milk, tag(0))).length).toBeGreaterThan(1_000);
  });
});
