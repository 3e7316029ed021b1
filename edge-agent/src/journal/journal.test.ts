import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Envelope, type EventBody, envelopeHash, genesisHash, STREAMS } from '@tillside/protocol';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentError } from '../errors.ts';
import { systemClock, systemRandom } from '../ports.ts';
import { Journal, Outbox, type Tx } from './index.ts';
import { MIGRATIONS } from './migrate.ts';

let dir: string;
let journal: Journal;
const open = (more: { store?: string; maxBytes?: number; dataDir?: string } = {}): Journal =>
  Journal.open({ dataDir: dir, store: 'store-test', clock: systemClock, random: systemRandom, ...more });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-journal-'));
  journal = open();
});
afterEach(() => {
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

const at = '2026-11-22T10:00:00.000Z';
const cancelled = (n: number): EventBody<'tillside.basket.cancelled.v1'> => ({
  basketId: `b${n}`,
  terminalId: 't1',
  cashierId: 'c1',
  at,
  listFen: n,
});
const APPENDS: ((tx: Tx, n: number) => void)[] = [
  (tx, n) => tx.append('tillside.basket.cancelled.v1', cancelled(n)),
  (tx, n) => tx.append('tillside.device.changed.v1', { deviceId: `d${n}`, state: 'online', at }),
  (tx, n) =>
    tx.append('tillside.consent.changed.v1', {
      memberId: `member-${n}`,
      purpose: 'marketing',
      granted: n % 2 === 0,
      textVersion: '1',
      at,
    }),
  (tx, n) =>
    tx.append('tillside.presence.counted.v1', {
      zone: 'door',
      windowStart: at,
      windowMs: 1000,
      devices: n,
      associated: 0,
      randomised: 0,
    }),
];
const appendOf = (kind: number) => APPENDS[kind % APPENDS.length] as (tx: Tx, n: number) => void;
const count = (table: string): number => journal.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? -1;
const envelopes = (epoch = journal.epoch): Envelope[] =>
  journal
    .all<{ envelope: string }>('SELECT envelope FROM event WHERE epoch = ? ORDER BY stream, seq', epoch)
    .map((row) => JSON.parse(row.envelope) as Envelope);

/** Every stream counts from 1 without a hole, and each envelope holds the hash of the one before. */
function expectWholeChains(all: readonly Envelope[], epoch = journal.epoch): void {
  for (const stream of STREAMS) {
    let before = genesisHash('store-test', epoch, stream);
    all
      .filter((envelope) => envelope.stream === stream)
      .forEach((envelope, index) => {
        expect(envelope.seq).toBe(index + 1);
        expect(envelope.prevhash).toBe(before);
        before = envelopeHash(JSON.stringify(envelope));
      });
  }
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'ok';
  } catch (error) {
    return error instanceof AgentError ? error.code : `not coded: ${String(error)}`;
  }
};

describe('durability', () => {
  it('is WAL with synchronous NORMAL and no checkpoint at a commit', () => {
    expect(journal.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(journal.get('PRAGMA synchronous')).toEqual({ synchronous: 1 });
    expect(journal.get('PRAGMA wal_autocheckpoint')).toEqual({ wal_autocheckpoint: 0 });
  });

  it('stores the event and its place in the outbox together, or neither', () => {
    journal.write((tx) => tx.append('tillside.basket.cancelled.v1', cancelled(1)));
    expect([count('event'), new Outbox(journal).waiting()]).toEqual([1, 1]);
    expect(() =>
      journal.write((tx) => {
        tx.append('tillside.basket.cancelled.v1', cancelled(2));
        throw new Error('the till changed its mind');
      }),
    ).toThrow('the till changed its mind');
    expect([count('event'), new Outbox(journal).waiting()]).toEqual([1, 1]);
    journal.write((tx) => tx.append('tillside.basket.cancelled.v1', cancelled(3)));
    expectWholeChains(envelopes());
    expect(envelopes().map((envelope) => envelope.data.basketId)).toEqual(['b1', 'b3']);
  });

  it('refuses a write inside a write and keeps the outer one whole', () => {
    expect(() =>
      journal.write((tx) => {
        tx.append('tillside.basket.cancelled.v1', cancelled(1));
        journal.write(() => undefined);
      }),
    ).toThrow('inside a write');
    expect(count('event')).toBe(0);
  });
});

describe('the chain', () => {
  it('holds over 200 events of four streams, some rolled back, over a restart', () => {
    for (let n = 0; n < 200; n++) {
      if (n === 100) {
        journal.close();
        journal = open();
      }
      journal.write((tx) => appendOf(n)(tx, n));
      if (n % 7 === 0)
        expect(
          codeOf(() =>
            journal.write((tx) => {
              appendOf(n + 1)(tx, n);
              throw new AgentError('BASKET_STATE');
            }),
          ),
        ).toBe('BASKET_STATE');
    }
    expect(envelopes()).toHaveLength(200);
    expectWholeChains(envelopes());
  });

  it('has no holes whatever the mix of streams, batches and throws', () => {
    const batch = fc.record({
      kinds: fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
      fails: fc.boolean(),
    });
    let n = 0;
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 6 }), (batches) => {
        for (const { kinds, fails } of batches) {
          codeOf(() =>
            journal.write((tx) => {
              for (const kind of kinds) appendOf(kind)(tx, n++);
              if (fails) throw new AgentError('BASKET_STATE');
            }),
          );
        }
        const all = envelopes();
        expectWholeChains(all);
        expect(new Outbox(journal).waiting()).toBe(all.length);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a new epoch', () => {
  it('leaves disk and memory as they were when its commit fails', () => {
    for (let n = 0; n < 8; n++) journal.write((tx) => appendOf(n)(tx, n));
    const { epoch } = journal;
    expect(() =>
      journal.writeInNewEpoch((tx) => {
        appendOf(0)(tx, 8);
        throw new Error('planted failure');
      }),
    ).toThrow('planted failure');
    expect(journal.epoch).toBe(epoch);
    journal.write((tx) => appendOf(0)(tx, 9));
    expectWholeChains(envelopes());
    expect(envelopes()).toHaveLength(9);
    journal.writeInNewEpoch((tx) => appendOf(0)(tx, 10));
    expect(journal.epoch).not.toBe(epoch);
    journal.write((tx) => appendOf(0)(tx, 11));
    expectWholeChains(envelopes());
    expect([envelopes().length, envelopes(epoch).length]).toEqual([2, 9]);
  });
});

describe('the data folder', () => {
  it('belongs to one agent, in this process', () => {
    expect(codeOf(() => open())).toBe('DATABASE_IN_USE');
    journal.close();
    journal = open();
  });

  it('belongs to one agent, in a second process, until that ends however it ends', async () => {
    journal.close();
    const script = `
      import { Journal } from ${JSON.stringify(new URL('./journal.ts', import.meta.url).href)};
      import { systemClock, systemRandom } from ${JSON.stringify(new URL('../ports.ts', import.meta.url).href)};
      // Held on to, or its lock would go with the first collection of garbage.
      globalThis.held = Journal.open({ dataDir: ${JSON.stringify(dir)}, store: 'store-test', clock: systemClock, random: systemRandom });
      process.stdout.write('open');
      setInterval(() => {}, 1000);`;
    const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const child = spawn(
      process.execPath,
      ['--conditions=@tillside/source', '--import', loader, '--input-type=module', '-e', script],
      { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      await new Promise((resolve, reject) => {
        child.stdout.once('data', resolve);
        child.once('exit', reject);
      });
      expect(codeOf(() => open())).toBe('DATABASE_IN_USE');
    } finally {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
    }
    journal = open();
    expect(count('event')).toBe(0);
  });

  it('of another store is refused rather than mixed', () => {
    journal.close();
    expect(codeOf(() => open({ store: 'store-other' }))).toBe('CONFIG_REFUSED');
    journal = open();
  });

  it('written by a newer version is left untouched', () => {
    journal.close();
    const path = join(dir, 'journal.db');
    const newer = new Sqlite(path);
    newer.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    newer.close();
    expect(codeOf(() => open())).toBe('DATABASE_NEWER');
    const after = new Sqlite(path);
    expect(after.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length + 1);
    after.pragma(`user_version = ${MIGRATIONS.length}`);
    after.close();
    journal = open();
  });

  it.skipIf(process.getuid?.() === 0)('that may not be written is STORAGE_READ_ONLY', () => {
    journal.close();
    chmodSync(join(dir, 'journal.db'), 0o400);
    chmodSync(dir, 0o500);
    expect(codeOf(() => open())).toBe('STORAGE_READ_ONLY');
    chmodSync(dir, 0o700);
    chmodSync(join(dir, 'journal.db'), 0o600);
    journal = open();
  });
});

describe('a journal at its size limit', () => {
  it('refuses the write whole, says why, and goes on when there is room', () => {
    journal.close();
    journal = open({ maxBytes: 1024 ** 2 });
    const fill = 'x'.repeat(20_000);
    const add = (n: number): string =>
      codeOf(() =>
        journal.write((tx) => {
          tx.run('INSERT INTO meta (key, value) VALUES (?, ?)', `fill ${n}`, fill);
          tx.append('tillside.basket.cancelled.v1', cancelled(n));
        }),
      );
    let n = 0;
    while (add(n) === 'ok' && n < 1000) n += 1;
    expect(n).toBeGreaterThan(5);
    expect(add(n)).toBe('STORAGE_FULL');
    expect(journal.failure?.code).toBe('STORAGE_FULL');
    expect([count('event'), new Outbox(journal).waiting()]).toEqual([n, n]);
    journal.write((tx) => tx.run(`DELETE FROM meta WHERE key LIKE 'fill %'`));
    expect(journal.failure).toBeUndefined();
    expect(add(n)).toBe('ok');
    expectWholeChains(envelopes());
  });
});
