import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../../conditions.ts';
import type { LabelContent } from '../../../contract/command.ts';
import { contentFields, contentHash, FIELD_NAMES, MAX_FIELD_BYTES, type Mapping } from './content.ts';

const builtIn: Mapping = { layout: 'price', fields: ['name', 'price', 'subtitle'], nameLanguage: 'zh' };
const milk: LabelContent = {
  sku: '1',
  gtin: '06901234567892',
  nameZh: '纯牛奶',
  nameEn: 'Milk',
  size: '1 L',
  priceFen: 1280,
};

const text = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom('奶', '价', 'a', ' ', '\n', '👩‍👩‍👧', 'é'), maxLength });
const fen = fc.nat(9_999_999_999);
const content = fc.record(
  {
    sku: fc.constant('1'),
    gtin: fc.constantFrom('', '06901234567892'),
    nameZh: text(200),
    nameEn: text(200),
    size: text(60),
    priceFen: fen,
    wasPriceFen: fen,
    unitPrice: fc.record({ fen, per: text(12) }),
    promotion: fc.record({ zh: text(60), en: text(60) }),
  },
  { requiredKeys: ['sku', 'gtin', 'nameZh', 'nameEn', 'size', 'priceFen'] },
) as fc.Arbitrary<LabelContent>;
const mapping: fc.Arbitrary<Mapping> = fc.record({
  layout: fc.constant('price'),
  fields: fc.array(fc.constantFrom(...FIELD_NAMES), { minLength: 1, maxLength: 16 }),
  nameLanguage: fc.constantFrom('zh', 'en'),
});

describe('content as fields', () => {
  it('says what the label says', () => {
    expect(contentFields(milk, builtIn)).toEqual({
      layout: 'price',
      fields: ['纯牛奶', '12.80', '1 L'],
      price_highlight: false,
      frame: false,
    });
    const offer = {
      ...milk,
      wasPriceFen: 1990,
      unitPrice: { fen: 1280, per: 'L' },
      promotion: { zh: '特价', en: 'Offer' },
    };
    expect(contentFields(offer, builtIn)).toMatchObject({
      fields: ['纯牛奶', '12.80', '特价 原价 19.90 12.80/L'],
      price_highlight: true,
    });
    expect(contentFields(offer, { ...builtIn, nameLanguage: 'en' }).fields).toEqual([
      'Milk',
      '12.80',
      'Offer was 19.90 12.80/L',
    ]);
  });

  it('cuts a long name at a character and leaves the price alone', () => {
    const { fields } = contentFields({ ...milk, nameZh: '牛'.repeat(200) }, builtIn);
    expect(fields[0]).toMatch(/^牛{70,82}…$/);
    expect(fields.slice(1)).toEqual(['12.80', '1 L']);
  });

  it('fits, keeps every price whole and cuts words between characters, or says that it overflows', () => {
    const characters = new Intl.Segmenter('zh', { granularity: 'grapheme' });
    fc.assert(
      fc.property(content, mapping, (label, how) => {
        let made: ReturnType<typeof contentFields>;
        try {
          made = contentFields(label, how);
        } catch (error) {
          expect(error).toBeInstanceOf(DeviceError);
          expect((error as DeviceError).code).toBe('LABEL_OVERFLOW');
          return;
        }
        const bytes = made.fields.reduce((sum, field) => sum + Buffer.byteLength(field) + 1, 0);
        expect(bytes).toBeLessThanOrEqual(MAX_FIELD_BYTES);
        expect(made.fields).toHaveLength(how.fields.length);
        for (const [at, field] of made.fields.entries()) {
          const name = how.fields[at];
          if (name === 'price') expect(Math.round(Number(field) * 100)).toBe(label.priceFen);
          if (name === 'was' && label.wasPriceFen !== undefined)
            expect(Math.round(Number(field) * 100)).toBe(label.wasPriceFen);
          expect(field).not.toMatch(/[\n\uFFFD]/);
          if (name !== 'size' || !field.endsWith('…')) continue;
          const whole = label.size.replace(/\s+/g, ' ').trim();
          const all = [...characters.segment(whole)].map(({ segment }) => segment);
          const kept = [...characters.segment(field.slice(0, -1))].map(({ segment }) => segment);
          expect(all.slice(0, kept.length)).toEqual(kept);
        }
      }),
    );
  });

  it('overflows only where prices and codes, or the name, find no room', () => {
    const many: Mapping = { ...builtIn, fields: Array.from({ length: 16 }, () => 'unitPrice') };
    const label = { ...milk, unitPrice: { fen: 9_999_999_999, per: '毫升毫升毫升' } };
    expect(() => contentFields(label, many)).toThrow('does not fit');
    expect(contentFields(milk, { ...many, fields: many.fields.map(() => 'price') }).fields).toHaveLength(16);
  });

  it('has the hash of what is shown, and of nothing else', () => {
    const one = contentFields(milk, builtIn);
    expect(contentHash(one)).toBe(contentHash(contentFields({ ...milk, sku: '2' }, builtIn)));
    expect(contentHash(one)).not.toBe(contentHash(contentFields({ ...milk, priceFen: 1281 }, builtIn)));
    expect(contentHash(one)).toMatch(/^[0-9a-f]{32}$/);
  });
});
