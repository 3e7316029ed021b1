import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { HubError, renderErrorDocs } from './error-body.ts';
import { HUB_ERRORS } from './errors.ts';

const DOCS = new URL('../../../docs/errors-hub.md', import.meta.url);

test('the docs and the registry name the same codes', async () => {
  const documented = [...(await readFile(DOCS, 'utf8')).matchAll(/^## (\S+)$/gmu)].map((match) => match[1]);
  expect(documented).toEqual(Object.keys(HUB_ERRORS));
});

test('the docs say what the registry says (vitest -u writes them)', async () => {
  await expect(renderErrorDocs()).toMatchFileSnapshot(DOCS.pathname);
});

test('codes are stable words, and every cause and hint is written in both languages', () => {
  for (const [code, { cause, hint, status }] of Object.entries(HUB_ERRORS)) {
    expect(code).toMatch(/^HUB_[A-Z]+(_[A-Z]+)*$/u);
    if (status !== null) expect(status).toBeGreaterThanOrEqual(400);
    for (const text of [cause, hint]) {
      expect(text.zh).toMatch(/[\u4e00-\u9fff].*[。）]$/u);
      expect(text.en).toMatch(/^[\x20-\x7e]+\.$/u);
    }
  }
});

test('an error body outside the registry is not a HubError', () => {
  expect(HubError.safeParse({ code: 'HUB_INTERNAL', message: 'm', hint: 'h', requestId: 'r' }).success).toBe(true);
  expect(HubError.safeParse({ code: 'SOMETHING_ELSE', message: 'm', hint: 'h', requestId: 'r' }).success).toBe(false);
});
