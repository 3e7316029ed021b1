import { DeviceProfile } from '@tillside/firmware-configs';
import { describe, expect, it } from 'vitest';
import { barcodeSvg } from './barcode.ts';
import { sheetHtml, sheetProfiles, storeSheetHtml } from './index.ts';
import { readCode128 } from './testing/code128.ts';

const profiles = sheetProfiles();
const LOCALES = ['zh-CN', 'en'] as const;
const named = (id: string) => DeviceProfile.parse(profiles.find((profile) => profile.id === id));

/** Module widths of the characters of `~DEFALT.` + FNC3 in Code 128 B, copied by hand from ISO/IEC 15417's table. */
const BY_HAND = [
  '211214', // start B, 104
  '131141', // ~, 94
  '112313', // D, 36
  '132113', // E, 37
  '132311', // F, 38
  '111323', // A, 33
  '132131', // L, 44
  '213311', // T, 52
  '122231', // ., 14
  '114311', // FNC3, 96
  '112313', // check: (104 + 94 + 72 + 111 + 152 + 165 + 264 + 364 + 112 + 864) mod 103 = 36
  '2331112', // stop
].join('');

/** Bar edges as the picture has them, in modules, read back from the strokes of the SVG. */
function widthsOf(svg: string): string {
  const bars: [number, number][] = [];
  for (const [, width, path] of svg.matchAll(/stroke-width="(\d+)" d="([^"]+)"/g)) {
    for (const [, x] of (path ?? '').matchAll(/M([\d.]+) /g))
      bars.push([Number(x) - Number(width) / 2, Number(x) + Number(width) / 2]);
  }
  bars.sort(([a], [b]) => a - b);
  const edges = bars.flat();
  return edges
    .slice(1)
    .map((edge, at) => Math.round((edge - (edges[at] ?? 0)) / 2))
    .join('');
}

describe('bar codes on a sheet', () => {
  const code = { symbology: 'code128', data: '~DEFALT.<FNC3>' } as const;

  it('Code 128 with FNC3 is, in the picture, what the standard has', () => {
    expect(widthsOf(barcodeSvg(code, 160))).toBe(BY_HAND);
  });

  it.each(profiles.flatMap(({ setUpCodes }) => setUpCodes ?? []))(
    '$data is read back from the picture',
    ({ symbology, data }) => {
      // A sheet says that its codes were checked: a 2D code of a profile needs a reader here first.
      expect(symbology).toBe('code128');
      expect(readCode128(widthsOf(barcodeSvg({ symbology, data }, 160)))).toBe(data);
    },
  );

  it.each(['A', '1234567', 'ab12<GS>cd', '^<FNC3>~{}', '^013^FNC3', '00001<CR>'])(
    '%s is read back from the picture',
    (data) => {
      expect(readCode128(widthsOf(barcodeSvg({ symbology: 'code128', data }, 160)))).toBe(data);
    },
  );

  it('has ten empty modules on both sides, and bars of a size that a scanner reads', () => {
    const svg = barcodeSvg(code, 160);
    const modules = 154;
    expect(svg).toContain(`viewBox="0 0 ${2 * modules} `);
    expect(svg).toMatch(/ d="M22 /);
    expect(svg).toContain(`width="${(modules * 0.38).toFixed(2)}mm" height="14mm"`);
    expect(barcodeSvg(code, 50)).toContain('width="50mm"');
    expect(() => barcodeSvg(code, 30)).toThrow(expect.objectContaining({ code: 'SHEET_CODE' }));
  });

  it.each(['qr', 'datamatrix', 'aztec'] as const)('%s is square, with its quiet zone', (symbology) => {
    const svg = barcodeSvg({ symbology, data: 'SET ^ CDC<GS>' }, 160);
    const [, width, height] = /width="([\d.]+)mm" height="([\d.]+)mm"/.exec(svg) ?? [];
    expect(width).toBe(height);
    const quiet = symbology === 'qr' ? 8 : 4;
    const xs = [...svg.matchAll(/[ML](\d+) /g)].map(([, x]) => Number(x));
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(quiet);
  });
});

describe('set-up sheets', () => {
  it.each(profiles.flatMap((profile) => LOCALES.map((locale) => ({ ...profile, locale }))))(
    '$id in $locale',
    ({ locale, ...profile }) => {
      const page = sheetHtml(profile, locale);
      const key = locale === 'en' ? 'en' : 'zh';
      expect(page).toContain(`<html lang="${locale}">`);
      expect(page.match(/<svg /g)?.length ?? 0).toBe(profile.setUpCodes?.length ?? 0);
      expect(page).not.toMatch(/(?:src|href)=|url\(|@import|<script/);
      if (locale === 'en') expect(page).not.toMatch(/\p{Script=Han}/u);
      const places = (profile.setUpCodes ?? []).map(({ what }) => page.indexOf(`class="what">${what[key]}<`));
      expect(places.every((place) => place > 0)).toBe(true);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    },
  );

  it('puts nothing of a profile into the page unescaped', () => {
    const odd = { ...named('hid-pos'), name: { zh: '<b>', en: '"<script>&' }, options: { layout: '<i>' } };
    expect(sheetHtml(odd, 'en')).toContain('&quot;&lt;script&gt;&amp;');
    expect(sheetHtml(odd, 'en')).not.toMatch(/<script>|<i>/);
  });

  it("of a store leaves out other makers' sheets, where the config says the maker", () => {
    const devices = [{ id: 'a', model: 'scanner/serial-generic', usbVendorId: '0c2e' }];
    const page = storeSheetHtml({ name: 'x', devices }, profiles, 'en');
    expect([...page.matchAll(/<section class="profile" id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
      'honeywell-serial',
      'serial-generic',
    ]);
  });

  it('of a store has its devices first, and the sheets of their models only', () => {
    const devices = [
      { id: 'lane-1-scanner', model: 'scanner/hid-pos', lane: '1' },
      { id: 'labels', model: 'label/openepaperlink' },
    ];
    const page = storeSheetHtml({ name: '朝阳店 <1>', devices }, profiles, 'zh-CN');
    expect(page).toContain('朝阳店 &lt;1&gt;');
    expect(page).toContain('lane-1-scanner');
    expect(page).toContain('不需要设置页');
    expect([...page.matchAll(/<section class="profile" id="([^"]+)"/g)].map(([, id]) => id)).toEqual(
      profiles.filter(({ model }) => model === 'scanner/hid-pos').map(({ id }) => id),
    );
  });
});
