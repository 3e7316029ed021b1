import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { EXPORT_ERRORS, renderErrorDocs } from './errors.ts';

const DOCS = new URL('../../../docs/errors-export.md', import.meta.url);

test('the docs and the registry name the same codes', async () => {
  const documented = [...(await readFile(DOCS, 'utf8')).matchAll(/^## (\S+)$/gmu)].map((match) => match[1]);
  expect(documented).toEqual(Object.keys(EXPORT_ERRORS));
});

test('the docs say what the registry says (vitest -u writes them)', async () => {
  await expect(renderErrorDocs()).toMatchFileSnapshot(DOCS.pathname);
});

test('codes are stable words, and every cause and hint is a sentence in both languages', () => {
  for (const [code, { cause, hint }] of Object.entries(EXPORT_ERRORS)) {
    expect(code).toMatch(/^EXPORT_[A-Z]+(_[A-Z]+)*$/u);
    for (const text of [cause, hint]) {
      expect(text.zh).toMatch(/[\u4e00-\u9fff].*。$/u);
      expect(text.en).toMatch(/^[\x20-\x7e]+\.$/u);
    }
  }
});
