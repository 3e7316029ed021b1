import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainingJob } from '@tillside/hub-contract';
import { expect, test } from 'vitest';
import type { HubStorage, Signal } from './port.ts';

/** What hubs share beside the data: artifacts, signals, turns and jobs. Part of the conformance suite. */
export function sharedCases(get: () => HubStorage, reopen: () => Promise<void>): void {
  test('an artifact is given back whole and in parts, also after closing and opening again', async () => {
    const content = randomBytes(600_000);
    const sha256 = createHash('sha256').update(content).digest('hex');
    await Promise.all([get().artifacts.put(sha256, content), get().artifacts.put(sha256, content)]);
    await reopen();
    await get().artifacts.put(sha256, content);
    const read = async (from: number, to: number): Promise<Buffer> => {
      const pieces: Uint8Array[] = [];
      for await (const piece of get().artifacts.read(sha256, { from, to })) pieces.push(piece);
      return Buffer.concat(pieces);
    };
    expect(await get().artifacts.length(sha256)).toBe(content.length);
    expect((await read(0, content.length - 1)).equals(content)).toBe(true);
    expect((await read(262_143, 524_290)).equals(content.subarray(262_143, 524_291))).toBe(true);
    expect(await get().artifacts.length('0'.repeat(64))).toBeNull();
  });

  test('an artifact of a file is held as one of bytes is, and the file stays', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tillside-artifact-'));
    const file = join(dir, 'large');
    const content = randomBytes(600_001);
    writeFileSync(file, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    await get().artifacts.putFile(sha256, file);
    await get().artifacts.putFile(sha256, file);
    expect(await get().artifacts.length(sha256)).toBe(content.length);
    const pieces: Uint8Array[] = [];
    for await (const piece of get().artifacts.read(sha256, { from: 0, to: content.length - 1 })) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
    expect(existsSync(file)).toBe(true);
    rmSync(dir, { recursive: true });
  });

  test('the key of a member pack is that of the last building of its version, and of older packs only the last is kept', async () => {
    const { packs } = get();
    for (const [version, key] of [
      [1, 'a'],
      [2, 'b'],
      [2, 'c'],
      [7, 'd'],
    ] as const)
      await packs.putKey('s1', version, key);
    await packs.putKey('s2', 1, 'e');
    await reopen();
    const keys = await Promise.all([1, 2, 7].map((version) => get().packs.key('s1', version)));
    expect(keys).toEqual([null, 'c', 'd']);
    expect(await get().packs.key('s2', 1)).toBe('e');
    expect(await get().packs.near('s1')).toEqual([]);
    await get().packs.putNear('s1', ['s2', 's9']);
    await get().packs.putNear('s1', ['s9']);
    expect(await get().packs.near('s1')).toEqual(['s9']);
  });

  test('a signal is heard by all who listen here before its promise resolves, also where one of them fails', async () => {
    const heard: Signal[] = [];
    const wake = { kind: 'wake', store: 's1', version: 3 } as const;
    const ends = [
      get().signals.subscribe(() => Promise.reject(new Error('deaf'))),
      get().signals.subscribe((signal) => void heard.push(signal)),
    ];
    await get().signals.publish(wake);
    expect(heard).toEqual([wake]);
    for (const end of ends) end();
    await get().signals.publish(wake);
    expect(heard).toHaveLength(1);
  });

  test('a turn is for one at a time; who waits for it gets it, also after work that failed', async () => {
    const release = await get().turns.take('training');
    expect(release).not.toBeNull();
    expect(await get().turns.take('training')).toBeNull();
    await release?.();
    let inside = 0;
    const work = async (): Promise<number> => {
      inside += 1;
      const seen = inside;
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      return seen;
    };
    const failing = get().turns.alone('signing', () => Promise.reject(new Error('no')));
    const rest = Promise.all([1, 2, 3].map(() => get().turns.alone('signing', work)));
    await expect(failing).rejects.toThrow('no');
    expect(await rest).toEqual([1, 1, 1]);
  });

  test('a job is known as it was told last', async () => {
    const at = '2024-03-02T01:00:00.000Z';
    const job: TrainingJob = {
      id: '00000000-0000-4000-8000-000000000001',
      kind: 'train',
      cause: 'asked',
      comparison: null,
      promotion: null,
      state: 'training',
      stage: 'training',
      progress: 0.5,
      sales: 3,
      output: ['a\u0000b'],
      startedAt: at,
      endedAt: null,
      modelId: null,
      error: null,
    };
    await get().jobs.put(job);
    await get().jobs.put({ ...job, progress: 0.75 });
    expect(await get().jobs.get(job.id)).toEqual({ ...job, progress: 0.75 });
    expect((await get().jobs.newest())?.id).toBe(job.id);
    expect(await get().jobs.get('j2')).toBeNull();
  });
}
