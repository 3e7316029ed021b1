import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PairTable } from '@tillside/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogueContent } from './likeness.ts';
import { readItems } from './read-items.ts';
import { type ItemContent, tokensOf } from './tokens.ts';

const milk = { department: 'dairy', category: 'milk', brand: 'Bright', size: '1 L', name: 'Whole milk' };
const items: readonly ItemContent[] = [
  { ...milk, sku: 'a' },
  { ...milk, sku: 'b', brand: 'BRIGHT ', size: '1L', name: 'whole MILK, long life' },
  { ...milk, sku: 'c', brand: 'Other', size: '250 ml', name: 'Skimmed milk' },
  { sku: 'd', department: 'dairy', category: 'yoghurt', brand: 'Other', name: '草莓酸奶' },
  { sku: 'e', department: 'dairy', category: 'yoghurt', name: '蓝莓酸奶' },
  { ...milk, sku: 'f', department: 'baby' },
  { sku: 'g', department: 'dairy', category: '' },
];
const skusOf = (known: readonly ItemContent[]) => known.map(({ sku }) => sku).sort();

/** Its like, best first. */
function likeOf(known: readonly ItemContent[], sku: string): (readonly [string, number])[] {
  const { items: sorted, likeness } = catalogueContent(known);
  expect(sorted.map((item) => item.sku)).toEqual(skusOf(known));
  const row = sorted.findIndex((item) => item.sku === sku);
  const { offsets, items: others, counts }: PairTable = likeness;
  return Array.from(others, (other, at) => [sorted[other]?.sku ?? '', counts[at] ?? 0] as const).slice(
    offsets[row],
    offsets[row + 1],
  );
}

describe('items alike by content', () => {
  it('share category, brand, size and words, and never leave their department', () => {
    const [first, second] = likeOf(items, 'a');
    expect([first?.[0], second?.[0]]).toEqual(['b', 'c']);
    expect(first?.[1]).toBeGreaterThan(second?.[1] ?? 1);
    expect(first?.[1]).toBeLessThan(1);
    expect(likeOf(items, 'f')).toEqual([]);
    expect(likeOf(items, 'g')).toEqual([]);
  });

  it('read Chinese names by pairs of characters', () => {
    expect(
      [...tokensOf({ sku: 'x', department: '', category: '', name: '蒙牛纯牛奶250ml' }).keys()].map(
        (token) => token.split('\n')[2],
      ),
    ).toEqual(['蒙牛', '牛纯', '纯牛', '牛奶', '250ml']);
    const named = (sku: string, name: string) => ({ sku, department: '', category: '', name });
    const names = [named('a', '蓝莓酸奶'), named('b', '酸奶'), named('c', '牛奶'), named('d', '黑巧克力')];
    expect(likeOf(names, 'b').map(([sku]) => sku)).toEqual(['a']);
    expect(likeOf(items, 'e')[0]?.[0]).toBe('d');
  });

  it('are as alike one way as the other, as the cosine says, whatever the order', () => {
    const word = fc.constantFrom('milk', 'tea', '牛奶', '酸奶', '1L', '');
    const item = fc.record({
      department: fc.constantFrom('x', 'y'),
      category: word,
      brand: word,
      size: word,
      name: word,
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), (rows) => {
        const known = rows.map((row, at) => ({ ...row, sku: `s${at}` }));
        for (const { sku } of known) {
          const like = likeOf(known, sku);
          expect(likeOf([...known].reverse(), sku)).toEqual(like);
          for (const [other, likeness] of like) {
            expect(likeness).toBeGreaterThan(0);
            expect(likeness).toBeLessThanOrEqual(1);
            const back = likeOf(known, other).find(([one]) => one === sku);
            expect(back?.[1]).toBeCloseTo(likeness, 5);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are found among thousands that share all but a word', () => {
    const many = Array.from({ length: 8_000 }, (_, at) => ({
      ...milk,
      sku: `s${at}`,
      name: `milk number${Math.floor(at / 2)}`,
    }));
    const [[best] = []] = likeOf(many, 's4321');
    expect(best).toBe('s4320');
  });
});

describe("a catalogue's file", () => {
  it('is read with what it says, or refused by code and line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tillside-items-'));
    try {
      const file = async (...lines: string[]) => {
        const path = join(folder, 'items.ndjson');
        await writeFile(path, lines.join('\n'));
        return path;
      };
      const line = JSON.stringify({ ...items[0], price: 3 });
      const read = await readItems(await file(line, '', JSON.stringify(items[1])));
      expect(read.items).toMatchObject(items.slice(0, 2));
      expect((await readItems(await file(line))).hash).not.toBe(read.hash);
      const wrong = [
        '{',
        '[]',
        'null',
        '{"sku":"a"}',
        JSON.stringify({ ...items[1], name: 7 }),
        line,
        '"'.repeat(9_000),
      ];
      for (const bad of wrong) {
        await expect(readItems(await file(line, bad)), bad.slice(0, 40)).rejects.toMatchObject({
          code: 'TRAINING_ITEMS_INVALID',
          message: expect.stringContaining('line 2'),
        });
      }
      await expect(readItems(join(folder, 'none'))).rejects.toMatchObject({ code: 'TRAINING_ITEMS_MISSING' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
