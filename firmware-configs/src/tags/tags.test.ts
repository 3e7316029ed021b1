import { describe, expect, it } from 'vitest';
import { LABEL_TEMPLATES, labelTemplateFor } from '../labels/template.ts';
import { OPENEPAPERLINK_TAG_TYPES } from './openepaperlink.ts';
import { OPENESL_MODELS, OPENESL_TAG_TYPES } from './openesl.ts';
import { TagType } from './schema.ts';

describe('tag types', () => {
  it('hold the schema, each under its own number', () => {
    expect(OPENEPAPERLINK_TAG_TYPES.size).toBeGreaterThan(30);
    for (const [hwType, type] of OPENEPAPERLINK_TAG_TYPES) {
      expect(TagType.parse(type).hwType).toBe(hwType);
    }
  });

  it('of the two projects have numbers apart', () => {
    expect([...OPENESL_MODELS.keys()]).toEqual(['296x128-bw', '200x200-bw', '296x128-bwr']);
    expect(OPENESL_TAG_TYPES.size).toBe(OPENESL_MODELS.size);
    for (const [hwType, type] of OPENESL_TAG_TYPES) {
      expect(TagType.parse(type).hwType).toBe(hwType);
      expect(OPENEPAPERLINK_TAG_TYPES.has(hwType)).toBe(false);
    }
  });

  it('know the plane sizes of the common tags', () => {
    const bytes = (hwType: number) => {
      const type = OPENEPAPERLINK_TAG_TYPES.get(hwType);
      return type && (type.widthPx * type.heightPx) / 8;
    };
    expect(bytes(0x01)).toBe(4736);
    expect(bytes(0x02)).toBe(15_000);
  });

  it('refuse a tag without black ink', () => {
    const type = { ...OPENEPAPERLINK_TAG_TYPES.get(1), colours: ['white', 'red'] };
    expect(TagType.safeParse(type).success).toBe(false);
  });
});

describe('label templates', () => {
  it('are chosen by shape', () => {
    expect(labelTemplateFor({ widthPx: 296, heightPx: 128 }).name).toBe('strip');
    expect(labelTemplateFor({ widthPx: 200, heightPx: 200 }).name).toBe('square');
    expect(labelTemplateFor({ widthPx: 640, heightPx: 384 }).name).toBe('panel');
    expect(LABEL_TEMPLATES.map((template) => template.name)).toEqual(['strip', 'square', 'panel']);
  });
});
