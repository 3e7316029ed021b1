import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { AgentError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import type { ImportResult } from './import.ts';

/** The folder is looked at this often, so that any file system will do. */
const POLL_MS = 1_000;
/** What could not be finished for our own reasons (a full disk) is tried again after this. */
const RETRY_MS = 30_000;
/** Entries looked at in one go; the rest have their turn later. */
const MAX_ENTRIES = 1_000;
const CHUNK_BYTES = 64 * 1024;
const MAX_NAME_CHARS = 200;

const PICKED_UP = /^(?!\.).*\.xml$/i;

/** What became of a file. `refused`: why it was not read at all. */
export type FileOutcome = { readonly result: ImportResult } | { readonly refused: AgentError };

export interface FolderDeps {
  readonly folder: string;
  readonly settleMs: number;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  take(chunks: AsyncIterable<Uint8Array>, source: string, signal: AbortSignal): Promise<ImportResult>;
  /** The report beside a file: names of files and what stands in them. */
  reports(name: string, outcome: FileOutcome): Readonly<Record<string, string>>;
}

interface Seen {
  readonly bytes: number;
  readonly changedMs: number;
  /** Since when it has looked like this. */
  readonly sinceMs: number;
}

/**
 * Picks up files that another system drops: `*.xml` that no longer grow are moved to `processing`, imported, and moved to `done` or `failed` with a report beside them.
 * What lies in `processing` at the start was interrupted and is imported again, which repeats nothing. Links and what is no plain file are never read.
 */
export class DropFolder {
  #deps: FolderDeps;
  #seen = new Map<string, Seen>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #stopping = new AbortController();
  #failure: AgentError | undefined;
  #notBeforeMs = 0;

  constructor(deps: FolderDeps) {
    this.#deps = deps;
  }

  /** Why the folder can't be used now; undefined when it can. */
  get failure(): AgentError | undefined {
    return this.#failure;
  }

  start(): void {
    this.#stopping = new AbortController();
    this.#timer = setInterval(() => {
      this.#round ??= this.look().finally(() => {
        this.#round = undefined;
      });
    }, POLL_MS);
  }

  /** A file that is being imported stays in `processing`. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort(new AgentError('NOT_READY'));
    await this.#round;
  }

  /** One look: what was interrupted first, then what has settled, the oldest first. Never rejects. */
  async look(): Promise<void> {
    if (this.#deps.clock.now() < this.#notBeforeMs) return;
    try {
      for (const sub of ['', 'processing', 'done', 'failed'])
        await mkdir(join(this.#deps.folder, sub), { recursive: true });
      for (const name of await this.#names('processing')) await this.#process(name);
      for (const name of await this.#settled()) {
        const moved = await this.#move('', name, 'processing');
        await this.#process(moved);
      }
      this.#failure = undefined;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const code = error instanceof AgentError ? error.code : ((error as NodeJS.ErrnoException).code ?? 'INTERNAL');
      this.#failure = new AgentError('POSLOG_FOLDER', { detail: `(${code})`, cause: error });
      this.#notBeforeMs = this.#deps.clock.now() + RETRY_MS;
      this.#deps.log.warn({ code }, 'the POSLog drop folder is tried again later');
    }
  }

  async #names(sub: string): Promise<string[]> {
    const names = (await readdir(join(this.#deps.folder, sub))).filter((name) => PICKED_UP.test(name));
    return names.sort().slice(0, MAX_ENTRIES);
  }

  async #settled(): Promise<string[]> {
    const { folder, clock, settleMs } = this.#deps;
    const now = clock.now();
    const before = this.#seen;
    this.#seen = new Map();
    const ready: { name: string; changedMs: number }[] = [];
    for (const name of await this.#names('')) {
      const found = await lstat(join(folder, name)).catch(() => undefined);
      if (found === undefined || found.isDirectory()) continue;
      const last = before.get(name);
      const isSame = last !== undefined && last.bytes === found.size && last.changedMs === found.mtimeMs;
      const seen = { bytes: found.size, changedMs: found.mtimeMs, sinceMs: isSame ? last.sinceMs : now };
      if (isSame && now - seen.sinceMs >= settleMs) ready.push({ name, changedMs: found.mtimeMs });
      else this.#seen.set(name, seen);
    }
    return ready.sort((a, b) => a.changedMs - b.changedMs || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
  }

  async #process(name: string): Promise<void> {
    const { log } = this.#deps;
    const outcome = await this.#import(name);
    const isDone = 'result' in outcome && outcome.result.stop === undefined;
    const to = isDone ? 'done' : 'failed';
    const free = await this.#freeName(to, name);
    for (const [file, text] of Object.entries(this.#deps.reports(free, outcome)))
      await this.#write(join(to, file), text);
    await rename(this.#path('processing', name), this.#path(to, free));
    log.info(
      {
        outcome: to,
        ...('refused' in outcome ? { code: outcome.refused.code } : { accepted: outcome.result.accepted }),
      },
      'POSLog file',
    );
  }

  async #import(name: string): Promise<FileOutcome> {
    let file: FileHandle;
    try {
      file = await open(
        this.#path('processing', name),
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ELOOP' || code === 'ENXIO') return { refused: new AgentError('POSLOG_FILE_REFUSED') };
      if (code === 'EACCES' || code === 'EPERM')
        return { refused: new AgentError('FILE_UNREADABLE', { detail: `(${code})` }) };
      throw error;
    }
    try {
      if (!(await file.stat()).isFile()) return { refused: new AgentError('POSLOG_FILE_REFUSED') };
      const chunks = file.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false });
      return { result: await this.#deps.take(chunks, name.slice(0, MAX_NAME_CHARS), this.#stopping.signal) };
    } catch (error) {
      // A full disk passes, and the same file is tried again; a fault of ours would come again with it, and hold up all that wait behind.
      if (error instanceof AgentError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
      return { refused: new AgentError('INTERNAL', { cause: error }) };
    } finally {
      await file.close();
    }
  }

  /** Whole or not at all: whoever waits for a report never reads half of it. */
  async #write(at: string, text: string): Promise<void> {
    const path = join(this.#deps.folder, at);
    await writeFile(`${path}.tmp`, text);
    try {
      await rename(`${path}.tmp`, path);
    } catch (error) {
      await rm(`${path}.tmp`, { force: true });
      throw error;
    }
  }

  async #move(from: string, name: string, to: string): Promise<string> {
    const free = await this.#freeName(to, name);
    await rename(this.#path(from, name), this.#path(to, free));
    return free;
  }

  /** A name that nothing in the folder has: `day.xml`, `day-2.xml`… */
  async #freeName(sub: string, name: string): Promise<string> {
    const taken = new Set(await readdir(join(this.#deps.folder, sub)));
    const stem = name.slice(0, -'.xml'.length);
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${stem}-${number}.xml`;
    return free;
  }

  #path(sub: string, name: string): string {
    return join(this.#deps.folder, sub, name);
  }
}
