import { readFileSync } from 'node:fs';
import { AGENT_ERRORS, ROW_CODES } from '@tillside/agent-contract';
import { describe, expect, it } from 'vitest';
import { COUPON_COLUMNS, MEMBER_COLUMNS, PURCHASE_COLUMNS } from '../members/import.ts';
import { ITEM_COLUMNS } from '../prices/import/columns.ts';
import { ERROR_SECTIONS, renderErrorDocs } from './errors.ts';

const docs = (name: string): string => new URL(`../../../docs/${name}`, import.meta.url).pathname;

describe('docs/errors.md', () => {
  it('names the same codes as the registries', () => {
    const text = readFileSync(docs('errors.md'), 'utf8');
    for (const { title, entries } of ERROR_SECTIONS) {
      const part = text.split(/^## /mu).find((section) => section.startsWith(`${title}\n`)) ?? '';
      const documented = [...part.matchAll(/^### (\S+)$/gmu)].map((match) => match[1]);
      expect(documented, title).toEqual(entries.map((entry) => entry.code));
    }
  });

  it('says what the registries say (vitest -u writes it)', async () => {
    await expect(renderErrorDocs()).toMatchFileSnapshot(docs('errors.md'));
  });

  it('has stable codes, and the agent speaks both languages in sentences', () => {
    for (const { entries } of ERROR_SECTIONS)
      for (const { code } of entries) expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/u);
    for (const { cause, hint, status } of Object.values(AGENT_ERRORS)) {
      expect(status).toBeGreaterThanOrEqual(400);
      for (const text of [cause, hint]) {
        expect(text.zh).toMatch(/[\u4e00-\u9fff].*。$/u);
        expect(text.en).toMatch(/^[\x20-\x7e]+\.$/u);
      }
    }
  });
});

describe('docs/items.md', () => {
  it.each([
    ['items', ITEM_COLUMNS],
    ['members', MEMBER_COLUMNS],
    ['coupons', COUPON_COLUMNS],
    ['purchases', PURCHASE_COLUMNS],
  ])('describes exactly the columns of %s', (what, columns) => {
    const part = readFileSync(docs('items.md'), 'utf8')
      .split(/^## /mu)
      .find((section) => section.startsWith(what));
    const documented = [...(part ?? '').matchAll(/^\| `([a-z]\w*)` \|/gmu)].map((match) => match[1]);
    expect(documented).toEqual(columns);
  });

  it('describes exactly the codes of rows', () => {
    const documented = [...readFileSync(docs('items.md'), 'utf8').matchAll(/^\| `([A-Z]\w*)` \|/gmu)].map(
      (match) => match[1],
    );
    expect(documented).toEqual(Object.keys(ROW_CODES));
  });
});
