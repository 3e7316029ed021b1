import { expect, test } from 'vitest';
import { EVENT_TABLES, LIST_TABLES } from '../schema/tables.ts';
import { meaningOf, pathsOf, renderDictionary } from './dictionary.ts';
import { ENVELOPE_MEANINGS, MEANINGS, SHARED_MEANINGS } from './meanings.ts';

const docs = (name: string): string => new URL(`../../../../docs/${name}`, import.meta.url).pathname;
const tables = [...EVENT_TABLES.values()];

test('every field of every event has a meaning, and no meaning is left over', () => {
  const used = new Set<object>();
  for (const table of tables) for (const path of pathsOf(table)) used.add(meaningOf(table.name, path));
  expect(used.size).toBeGreaterThan(100);
  const written = [SHARED_MEANINGS, ...Object.values(MEANINGS)].flatMap((each) => Object.entries(each));
  expect(written.filter(([, meaning]) => !used.has(meaning)).map(([path]) => path)).toEqual([]);
  expect(Object.keys(MEANINGS).filter((name) => tables.every((table) => table.name !== name))).toEqual([]);
});

test('a field that nobody described is refused', () => {
  expect(() => meaningOf('sale_completed', 'lines[].colour')).toThrow(/lines\[\]\.colour in sale_completed/);
});

test('meanings are sentences in both languages', () => {
  for (const text of [ENVELOPE_MEANINGS, SHARED_MEANINGS, ...Object.values(MEANINGS)].flatMap(Object.values)) {
    expect(text).toEqual({ zh: expect.stringMatching(/。$/u), en: expect.stringMatching(/^[\x20-\x7e]+\.$/u) });
  }
});

test('names of columns are plain and stand once in their table', () => {
  const named = [
    ...tables.map(({ name, columns }) => ({ name, columns: columns.map((column) => column.name) })),
    ...LIST_TABLES.map(({ name, carried, columns }) => ({
      name,
      columns: [...carried, ...columns].map((column) => column.name),
    })),
  ];
  for (const { name, columns } of named) {
    const all = [...columns, 'table', 'date', 'bucket'];
    expect([name, all.length]).toEqual([name, new Set(all.map((column) => column.toLowerCase())).size]);
    for (const column of columns) expect(column).toMatch(/^[a-z][a-z0-9_]*$/);
  }
});

test('the docs say what schemas and meanings say (vitest -u writes them)', async () => {
  await expect(renderDictionary('en')).toMatchFileSnapshot(docs('data-dictionary.md'));
  await expect(renderDictionary('zh')).toMatchFileSnapshot(docs('data-dictionary.zh-CN.md'));
});
