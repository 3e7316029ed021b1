import { readFileSync } from 'node:fs';
import { StoreMap } from '@tillside/agent-contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { storeMapJsonSchema } from '../products/store-map.ts';

const docs = (name: string): string => new URL(`../../../docs/${name}`, import.meta.url).pathname;

describe('docs/store-map.md', () => {
  it('shows a map that an agent takes', () => {
    const [, example] = /```yaml\n([\s\S]+?)```/.exec(readFileSync(docs('store-map.md'), 'utf8')) ?? [];
    expect(StoreMap.parse(parse(example ?? '')).floors[0]?.areas).toHaveLength(5);
  });

  it('names the schema of today (vitest -u writes it)', async () => {
    await expect(`${JSON.stringify(storeMapJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      docs('examples/store-map.schema.json'),
    );
  });
});
