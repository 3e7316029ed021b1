import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { builtChildren } from './built-children.mjs';
import { LONG, longFirst } from './long-first.mjs';

it('long files start first, in their order, and the others keep theirs', () => {
  const files = ['/r/a.test.ts', '/r/x/long.test.ts', '/r/b.test.ts', '/r/longest.test.ts'];
  const sorted = longFirst(
    files.map((moduleId) => ({ moduleId })),
    ['longest.test.ts', 'x/long.test.ts'],
  );
  expect(sorted.map(({ moduleId }) => moduleId)).toEqual([
    '/r/longest.test.ts',
    '/r/x/long.test.ts',
    '/r/a.test.ts',
    '/r/b.test.ts',
  ]);
  const gone = LONG.filter((path) => !existsSync(fileURLToPath(new URL(`../${path}`, import.meta.url))));
  expect(gone).toEqual([]);
});

it('a module that starts others from beside itself finds their built twins, and no other module is changed', () => {
  const { transform } = builtChildren();
  const starts = "import.meta.url.endsWith('.ts') ? './a.ts' : new URL('./a.js', import.meta.url)";
  const url = '"file:///home/src/room/dist/deep/thread.js"';
  expect(transform(starts, '/home/src/room/src/deep/thread.ts')?.code).toBe(
    `${url}.endsWith('.ts') ? './a.ts' : new URL('./a.js', ${url})`,
  );
  expect(transform("new URL('./a.json', import.meta.url)", '/home/room/src/a.ts')).toBeUndefined();
  expect(transform(starts, '/home/room/demo/tool.ts')).toBeUndefined();
});
