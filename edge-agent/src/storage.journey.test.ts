import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CallError, callAgent } from '@tillside/agent-contract';
import { afterEach, describe, expect, it } from 'vitest';
import { AgentError } from './errors.ts';
import { Journal } from './journal/index.ts';
import { systemClock, systemRandom } from './ports.ts';
import { type Caller, ITEMS_CSV, type Rig, startRig } from './testing.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'tillside-storage-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

/** A small disk of its own; undefined where this user may not mount one. */
function smallDisk(megabytes: number): string | undefined {
  const path = folder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  undo.push(() => execFileSync('umount', ['-l', path]));
  return path;
}

const refusal = async (work: Promise<unknown>): Promise<CallError | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof CallError ? error : undefined),
  );

let next = 0;
async function sell(till: Caller): Promise<string> {
  next += 1;
  const { basketId } = await till.call('openBasket', { body: { cashierId: 'c1' }, key: `open ${next}` });
  const basket = await till.call('addLine', { params: { basketId }, body: { sku: 'milk' }, key: `line ${next}` });
  const payableFen = basket.decision.payableFen;
  const sale = await till.call('completeBasket', {
    params: { basketId },
    body: {
      cashierId: 'c1',
      receiptNumber: `R${next}`,
      expectedPayableFen: payableFen,
      tenders: [{ kind: 'cash', amountFen: payableFen }],
    },
    key: `pay ${next}`,
  });
  return sale.saleId;
}

const counts = (rig: Rig): unknown =>
  rig.agent.app.journal.get(
    'SELECT (SELECT count(*) FROM sale) AS sales, (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM basket) AS baskets, (SELECT count(*) FROM idempotency) AS answers',
  );

async function stock(rig: Rig): Promise<void> {
  await callAgent({ url: rig.agent.url, credential: rig.adminCredential() }, 'importFile', {
    params: { what: 'items' },
    body: ITEMS_CSV,
  });
}

/** Sells until the disk refuses, and checks that the refusal stored nothing. */
async function sellUntilFull(rig: Rig, till: Caller): Promise<void> {
  const fill = 'x'.repeat(8_000);
  const fillOne = (n: number): boolean => {
    try {
      rig.agent.app.journal.write((tx) => tx.run('INSERT INTO meta (key, value) VALUES (?, ?)', `fill ${n}`, fill));
      return true;
    } catch {
      return false;
    }
  };
  for (let n = 0; n < 2_000 && fillOne(n); n++);
  let refused: CallError | undefined;
  let before: unknown;
  for (let tries = 0; refused === undefined && tries < 2_000; tries++) {
    before = counts(rig);
    refused = await refusal(till.call('openBasket', { body: { cashierId: 'c1' }, key: `full ${tries}` }));
  }
  expect(refused?.status).toBe(507);
  expect(refused?.code).toBe('STORAGE_FULL');
  expect(refused?.body.hint).not.toBe('');
  expect(counts(rig)).toEqual(before);
  expect(rig.agent.app.status().conditions.map((condition) => condition.code)).toContain('STORAGE_FULL');
}

describe('a full disk', () => {
  it('of the configured size refuses the till with STORAGE_FULL, keeps what was sold, and sells again when there is room', async () => {
    const rig = await startRig({ journalMaxMebibytes: 1 });
    undo.push(() => rig.stop());
    await stock(rig);
    const till = await rig.pair('terminal', '1');
    const saleId = await sell(till);
    await sellUntilFull(rig, till);
    expect((await till.call('getSale', { params: { saleId } })).saleId).toBe(saleId);
    rig.agent.app.journal.write((tx) => tx.run(`DELETE FROM meta WHERE key LIKE 'fill %'`));
    await sell(till);
    expect(rig.agent.app.status().conditions.map((condition) => condition.code)).not.toContain('STORAGE_FULL');
  });

  const disk = smallDisk(1);
  it.skipIf(disk === undefined)('that is really full does the same', async () => {
    const path = smallDisk(12) ?? '';
    const dataDir = join(path, 'data');
    const rig = await startRig({ dataDir });
    undo.push(() => rig.stop());
    await stock(rig);
    const till = await rig.pair('terminal', '1');
    const saleId = await sell(till);
    const { bavail, bsize } = statfsSync(path);
    writeFileSync(join(path, 'ballast'), Buffer.alloc(bavail * bsize - 64 * 1024));
    await sellUntilFull(rig, till);
    expect((await till.call('getSale', { params: { saleId } })).saleId).toBe(saleId);
    rmSync(join(path, 'ballast'));
    await sell(till);
    await rig.restart();
    expect((await till.call('getSale', { params: { saleId } })).saleId).toBe(saleId);
  });

  it.skipIf(disk === undefined)('that may only be read is STORAGE_READ_ONLY, and nothing is made', () => {
    const path = smallDisk(4) ?? '';
    const open = (): Journal =>
      Journal.open({ dataDir: join(path, 'data'), store: 'store-test', clock: systemClock, random: systemRandom });
    mkdirSync(join(path, 'data'));
    open().close();
    execFileSync('mount', ['-o', 'remount,ro', path]);
    let code = 'ok';
    try {
      open().close();
    } catch (error) {
      code = error instanceof AgentError ? error.code : String(error);
    }
    expect(code).toBe('STORAGE_READ_ONLY');
  });
});

describe.skipIf(process.platform !== 'linux')('a disk that does not confirm a write', () => {
  /** Puts what can't be synced in the place of the descriptor by which the agent syncs its log: the last one that it opened of it. */
  const breakSync = (rig: Rig): void => {
    const log = join(rig.dir, 'journal.db-wal');
    const links = readdirSync('/proc/self/fd').map((name) => {
      try {
        return { descriptor: Number(name), path: readlinkSync(`/proc/self/fd/${name}`) };
      } catch {
        return { descriptor: -1, path: '' };
      }
    });
    const ours = Math.max(...links.flatMap(({ descriptor, path }) => (path === log ? [descriptor] : [])));
    closeSync(ours);
    // The lowest that is free is given: ours, after those below it.
    const given = [openSync('/dev/null', 'r')];
    while (!given.includes(ours)) given.push(openSync('/dev/null', 'r'));
    for (const other of given) if (other !== ours) closeSync(other);
  };

  it('ends the selling with STORAGE_FAILED, in both languages, until a restart; the status says why', async () => {
    const rig = await startRig();
    undo.push(() => rig.stop());
    await stock(rig);
    const till = await rig.pair('terminal', '1');
    const saleId = await sell(till);
    breakSync(rig);
    const args = { body: { cashierId: 'c1' }, key: 'lost' };
    const refused = await refusal(till.call('openBasket', args));
    expect([refused?.status, refused?.code]).toEqual([507, 'STORAGE_FAILED']);
    const chinese = await refusal(
      callAgent({ url: rig.agent.url, credential: till.credential, locale: 'zh-CN' }, 'openBasket', args),
    );
    expect(chinese?.body.hint).toMatch(/重启/);
    expect((await refusal(till.call('getSale', { params: { saleId } })))?.code).toBe('STORAGE_FAILED');
    const { conditions } = await till.call('status', {});
    expect(conditions.map(({ code }) => code)).toContain('STORAGE_FAILED');
    await rig.restart();
    expect((await till.call('getSale', { params: { saleId } })).saleId).toBe(saleId);
    await sell(till);
  });
});

interface AgentChild {
  url: string;
  /** As a power cut would: no goodbye. Resolves when the process is gone. */
  kill(): Promise<void>;
}

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

async function startChild(config: string): Promise<AgentChild> {
  const child = spawn(
    process.execPath,
    ['--conditions=@tillside/source', '--import', LOADER, CLI, 'run', '--config', config, '--ready-json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = (): Promise<void> => {
    child.kill('SIGKILL');
    return closed;
  };
  undo.push(kill);
  for await (const line of createInterface({ input: child.stdout })) {
    return { url: (JSON.parse(line) as { url: string }).url, kill };
  }
  throw new Error('the agent ended before it was ready');
}

describe('kill -9 while selling', () => {
  it('loses no sale that was answered, and sells none twice', { timeout: 120_000 }, async () => {
    const KILLS = 6;
    const dir = folder();
    const rig = await startRig({ dataDir: dir });
    await stock(rig);
    const paired = await rig.pair('terminal', '1');
    await rig.agent.stop();
    const config = join(dir, 'agent.json');
    writeFileSync(config, JSON.stringify({ ...rig.config, port: 0 }));

    const answered: string[] = [];
    for (let round = 0; round < KILLS; round++) {
      const agent = await startChild(config);
      const till: Caller = {
        ...paired,
        call: (name, args) => callAgent({ url: agent.url, credential: paired.credential, locale: 'en' }, name, args),
      };
      for (const saleId of answered) expect((await till.call('getSale', { params: { saleId } })).saleId).toBe(saleId);
      let killed: Promise<void> | undefined;
      // Spread over the first dozen sales; the instant within the call is the machine's own.
      const killAfter = 1 + ((round * 5) % 12);
      for (let sold = 0; killed === undefined || sold < killAfter + 5; sold++) {
        if (sold === killAfter) killed = agent.kill();
        const saleId = await sell(till).catch((error: unknown) => {
          if (error instanceof CallError && error.status === 0) return undefined;
          throw error;
        });
        if (saleId !== undefined) answered.push(saleId);
        else if (killed !== undefined) break;
      }
      await killed;
    }
    expect(answered.length).toBeGreaterThan(KILLS);
    const journal = Journal.open({ dataDir: dir, store: 'store-test', clock: systemClock, random: systemRandom });
    undo.push(() => journal.close());
    const stored = new Set(journal.all<{ id: string }>('SELECT sale_id AS id FROM sale').map((row) => row.id));
    expect(answered.filter((saleId) => !stored.has(saleId))).toEqual([]);
    const events = journal.get<{ n: number }>(
      `SELECT count(*) AS n FROM event WHERE type = 'tillside.sale.completed.v1'`,
    );
    expect(events?.n).toBe(stored.size);
  });
});
