import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { artifactFiles } from './artifacts.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tillside-artifacts-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('a file that was spoilt at its right length is written again by the next push of the same content', async () => {
  const files = artifactFiles(dir);
  const content = Buffer.from('{"campaigns":[]}');
  const { sha256, lengthBytes } = await files.add('campaigns', content);
  expect(lengthBytes).toBe(content.length);
  await writeFile(join(dir, sha256), Buffer.alloc(content.length, 0x20));
  expect((await files.add('campaigns', content)).sha256).toBe(sha256);
  expect(await readFile(join(dir, sha256))).toEqual(content);
});
