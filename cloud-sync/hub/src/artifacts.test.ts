import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createArtifacts } from './artifacts.ts';
import type { HubStorage } from './storage/port.ts';
import { openSqliteStorage } from './storage/sqlite/index.ts';

let dir: string;
let storage: HubStorage;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tillside-artifacts-'));
  storage = openSqliteStorage(join(dir, 'hub.db'));
});
afterEach(async () => {
  await storage.close();
  await rm(dir, { recursive: true, force: true });
});

test('a file that was spoilt at its right length is written again by the next push of the same content', async () => {
  const artifacts = createArtifacts(storage.artifacts);
  const content = Buffer.from('{"campaigns":[]}');
  const { sha256, lengthBytes } = await artifacts.add('campaigns', content);
  expect(lengthBytes).toBe(content.length);
  await writeFile(join(dir, 'artifacts', sha256), Buffer.alloc(content.length, 0x20));
  expect(await artifacts.content(sha256)).toBeNull();
  expect((await artifacts.add('campaigns', content)).sha256).toBe(sha256);
  expect(await readFile(join(dir, 'artifacts', sha256))).toEqual(content);
  expect(await artifacts.content(sha256)).toEqual(content);
});
