import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOG } from '../catalog.ts';
import { QUALITY_RULES } from '../contract/quality.ts';
import { modelFacts, renderModelDocs } from './models.ts';

const docs = (name: string): string => new URL(`../../../docs/devices/${name}`, import.meta.url).pathname;

describe('docs/devices/models.md', () => {
  it('says what the catalogue says (vitest -u writes it)', async () => {
    await expect(renderModelDocs()).toMatchFileSnapshot(docs('models.md'));
  });

  it('names every model once, and every rule for each', () => {
    const text = renderModelDocs();
    const headings = [...text.matchAll(/^## (\S+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(Object.keys(CATALOG).sort());
    for (const rule of QUALITY_RULES) expect(text.split(`${rule}: `)).toHaveLength(headings.length + 1);
    expect(modelFacts().map(({ model }) => model)).toEqual(headings);
  });
});

describe('docs/devices/adding-a-driver.md', () => {
  it('names only files that are there', () => {
    const text = readFileSync(docs('adding-a-driver.md'), 'utf8');
    const paths = [...text.matchAll(/`((?:devices|firmware-configs|docs)\/[\w./-]+\.(?:ts|md|json|rules))`/g)];
    expect(paths.length).toBeGreaterThan(8);
    for (const [, path = ''] of paths)
      expect(existsSync(new URL(`../../../${path}`, import.meta.url)), path).toBe(true);
  });
});
