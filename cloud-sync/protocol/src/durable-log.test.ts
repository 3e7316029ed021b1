import { closeSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DurableLog } from './durable-log.ts';
import { descriptorsOf } from './testing/index.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-log-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const messageOf = (error: unknown): string => (error as Error).message;

describe('a log', () => {
  let path: string;
  let log: DurableLog<Error>;
  beforeEach(() => {
    path = join(dir, 'log');
    writeFileSync(path, '');
    log = DurableLog.open(path, (cause) => new Error(`FAILED ${(cause as { code?: string }).code}`));
  });

  it('waits for nothing when nothing was committed', async () => {
    expect(log.isPending).toBe(false);
    await log.durable();
    log.close();
  });

  it('covers all that was committed before the call, by as few syncs as can be', async () => {
    const done: number[] = [];
    const waits = Array.from({ length: 50 }, (_, n) => {
      log.committed();
      return log.durable().then(() => done.push(n));
    });
    await waits[0];
    // The first sync began with the first commit; one more covers the other 49.
    expect(done).toEqual([0]);
    expect(log.isPending).toBe(true);
    await Promise.all(waits);
    expect(done).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(log.isPending).toBe(false);
    log.close();
  });

  it('is durable once its database is closed, and uses no descriptor of another file for a sync that is under way', async () => {
    log.committed();
    const waits = log.durable();
    log.close();
    await waits;
    log.close();
  });

  it.skipIf(process.platform !== 'linux')('that failed once has failed for good', async () => {
    const [descriptor = -1] = descriptorsOf(path);
    log.committed();
    await log.durable();
    closeSync(descriptor);
    await log.durable();
    log.committed();
    const [first, second] = await Promise.allSettled([log.durable(), log.durable()]);
    expect([first, second].map((one) => (one.status === 'rejected' ? messageOf(one.reason) : 'durable'))).toEqual([
      'FAILED EBADF',
      'FAILED EBADF',
    ]);
    expect(log.failure?.message).toContain('EBADF');
    expect(await log.durable().catch(messageOf)).toBe('FAILED EBADF');
  });
});
