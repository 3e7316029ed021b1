import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentError } from '../../errors.ts';
import { DropFolder, type FileOutcome } from './folder.ts';
import type { ImportResult } from './import.ts';

const RESULT: ImportResult = {
  transactions: 1,
  accepted: 1,
  repeated: 0,
  training: 0,
  quarantined: 0,
  ignored: {},
  entryIds: [],
  importedFen: 0,
  refundedFen: 0,
  stop: undefined,
};

let folder: string;
let now = 0;
let taken: string[];
/** What the next import does beside reading the file. */
let instead: (() => Promise<void> | void) | undefined;
let stop: ImportResult['stop'];
let drop: DropFolder;

const open = (): DropFolder =>
  new DropFolder({
    folder,
    settleMs: 1_000,
    clock: { now: () => now },
    log: { info: () => {}, warn: () => {} },
    take: async (chunks, source, signal) => {
      await instead?.();
      signal.throwIfAborted();
      let text = '';
      for await (const chunk of chunks) text += Buffer.from(chunk).toString();
      taken.push(`${source}: ${text}`);
      return { ...RESULT, stop };
    },
    reports: (name, outcome: FileOutcome) => ({
      [name.replace('.xml', '.report.txt')]: 'refused' in outcome ? outcome.refused.code : 'read',
    }),
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tillside-drop-'));
  now = 1_000_000;
  taken = [];
  instead = undefined;
  stop = undefined;
  drop = open();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text = 'x'): void => writeFileSync(join(folder, name), text);
const list = (sub = ''): string[] => readdirSync(join(folder, sub)).sort();
async function settle(): Promise<void> {
  await drop.look();
  now += 1_000;
  await drop.look();
}

describe('a drop folder', () => {
  it('takes files that no longer grow, the oldest first, and puts a report beside each', async () => {
    put('b.xml', '1');
    await drop.look();
    now += 500;
    appendFileSync(join(folder, 'b.xml'), '2');
    await drop.look();
    now += 900;
    await drop.look();
    expect(taken).toEqual([]);
    now += 100;
    await drop.look();
    expect(taken).toEqual(['b.xml: 12']);
    expect(list('done')).toEqual(['b.report.txt', 'b.xml']);
    expect(list()).toEqual(['done', 'failed', 'processing']);
    expect(list('processing')).toEqual([]);
  });

  it('leaves what is none of its: files on their way, hidden ones, folders, other names', async () => {
    for (const name of ['a.xml.tmp', 'a.xml.part', 'a.part', '.a.xml', 'a.txt']) put(name);
    mkdirSync(join(folder, 'folder.xml'));
    await settle();
    expect(taken).toEqual([]);
    expect(list().length).toBe(9);
    put('SHOUTED.XML');
    await settle();
    expect(taken).toEqual(['SHOUTED.XML: x']);
  });

  it('never loses a file to one of the same name', async () => {
    for (const text of ['1', '2', '3']) {
      put('day.xml', text);
      await settle();
    }
    expect(list('done').filter((name) => name.endsWith('.xml'))).toEqual(['day-2.xml', 'day-3.xml', 'day.xml']);
    expect(readFileSync(join(folder, 'done', 'day-3.xml'), 'utf8')).toBe('3');
  });

  it('puts what breaks off to the failed ones', async () => {
    stop = { error: new AgentError('POSLOG_NOT_WELL_FORMED'), position: { line: 1, column: 1 } };
    put('a.xml');
    await settle();
    expect(list('failed')).toEqual(['a.report.txt', 'a.xml']);
  });

  it('never follows a link, nor reads what is no file', async () => {
    const outside = join(folder, '..', `outside-${process.pid}.xml`);
    writeFileSync(outside, 'secret');
    symlinkSync(outside, join(folder, 'link.xml'));
    symlinkSync(join(folder, 'nothing'), join(folder, 'dangling.xml'));
    execFileSync('mkfifo', [join(folder, 'pipe.xml')]);
    await settle();
    expect(taken).toEqual([]);
    for (const name of ['link', 'dangling', 'pipe'])
      expect(readFileSync(join(folder, 'failed', `${name}.report.txt`), 'utf8')).toBe('POSLOG_FILE_REFUSED');
    expect(readFileSync(outside, 'utf8')).toBe('secret');
    rmSync(outside);
  });

  it.skipIf(process.getuid?.() === 0)('tells of a file that it may not read', async () => {
    put('a.xml');
    chmodSync(join(folder, 'a.xml'), 0o000);
    await settle();
    expect(readFileSync(join(folder, 'failed', 'a.report.txt'), 'utf8')).toBe('FILE_UNREADABLE');
  });

  it('goes on with what lay in processing when the agent ended, before anything newer', async () => {
    mkdirSync(join(folder, 'processing'));
    writeFileSync(join(folder, 'processing', 'old.xml'), 'old');
    put('new.xml', 'new');
    await settle();
    expect(taken).toEqual(['old.xml: old', 'new.xml: new']);
  });

  it('keeps a file while the disk is full, tells so, and takes it later', async () => {
    instead = () => {
      throw new AgentError('STORAGE_FULL');
    };
    put('a.xml');
    await settle();
    expect(drop.failure?.message).toContain('(STORAGE_FULL)');
    expect(list('processing')).toEqual(['a.xml']);
    instead = undefined;
    await drop.look();
    expect(taken).toEqual([]);
    now += 30_000;
    await drop.look();
    expect(taken).toEqual(['a.xml: x']);
    expect(drop.failure).toBeUndefined();
  });

  it('a fault of ours in one file does not hold up the others', async () => {
    instead = () => {
      instead = undefined;
      throw new TypeError('ours');
    };
    put('a.xml', 'a');
    put('b.xml', 'b');
    await settle();
    expect(readFileSync(join(folder, 'failed', 'a.report.txt'), 'utf8')).toBe('INTERNAL');
    expect(taken).toEqual(['b.xml: b']);
  });

  it('tells when the folder is gone or no folder, and looks again', async () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file');
    await drop.look();
    expect(drop.failure?.code).toBe('POSLOG_FOLDER');
    rmSync(folder);
    now += 30_000;
    await drop.look();
    expect(drop.failure).toBeUndefined();
    expect(existsSync(join(folder, 'processing'))).toBe(true);
  });

  it('stops within a file, which stays where the next start finds it', async () => {
    let release = (): void => {};
    const begun = new Promise<void>((resolve) => {
      instead = () => {
        resolve();
        return new Promise<void>((go) => {
          release = go;
        });
      };
    });
    mkdirSync(join(folder, 'processing'));
    writeFileSync(join(folder, 'processing', 'a.xml'), 'x');
    drop.start();
    await begun;
    const stopped = drop.stop();
    release();
    await stopped;
    expect(taken).toEqual([]);
    expect(list('processing')).toEqual(['a.xml']);
  });
});
