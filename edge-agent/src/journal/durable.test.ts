import { closeSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descriptorsOf } from '@tillside/protocol/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentError } from '../errors.ts';
import { systemClock, systemRandom } from '../ports.ts';
import { Journal } from './journal.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-durable-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const codeOf = (error: unknown): string => (error instanceof AgentError ? error.code : String(error));

describe('a journal', () => {
  const open = (): Journal =>
    Journal.open({ dataDir: dir, store: 'store-test', clock: systemClock, random: systemRandom });
  const logBytes = (): number => statSync(join(dir, 'journal.db-wal')).size;
  const fill = (journal: Journal, from: number, count: number): void => {
    for (let n = from; n < from + count; n++)
      journal.write((tx) =>
        tx.run('INSERT INTO meta (key, value) VALUES (?, ?)', `fill ${n}`, `${n}`.padEnd(40_000, 'x')),
      );
  };

  it('keeps its log short while it is written to without a pause, and never copies it in a commit', async () => {
    const journal = open();
    for (let round = 0; round < 24; round++) {
      fill(journal, round * 100, 100);
      await journal.durable();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // 24 rounds of 4 MB are 100 MB of log, were it never begun anew. From 64 MiB on it is copied here, but not while its thread is at it.
    expect(logBytes()).toBeLessThanOrEqual(80 * 1024 ** 2);
    const { size } = statSync(join(dir, 'journal.db'));
    expect(size).toBeGreaterThan(32 * 1024 ** 2);
    journal.close();
    expect(readdirSync(dir).filter((name) => name.startsWith('journal.db-'))).toEqual([]);
    const again = open();
    expect(again.get(`SELECT count(*) AS n FROM meta WHERE key LIKE 'fill %'`)).toEqual({ n: 2_400 });
    again.close();
  });

  it.skipIf(process.platform !== 'linux')('whose disk fails takes no more writes, and says why', async () => {
    const journal = open();
    const ours = descriptorsOf(join(dir, 'journal.db-wal')).at(-1) ?? -1;
    journal.write((tx) => tx.run(`INSERT INTO meta (key, value) VALUES ('a', '1')`));
    closeSync(ours);
    expect(await journal.durable().catch(codeOf)).toBe('STORAGE_FAILED');
    expect(() => journal.write((tx) => tx.run(`DELETE FROM meta WHERE key = 'a'`))).toThrow(AgentError);
    expect(journal.failure?.code).toBe('STORAGE_FAILED');
  });
});
