import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { condition } from '../conditions.ts';
import type { Condition } from '../contract/event.ts';
import type { Clock } from '../contract/transport.ts';
import type { EventQueue, QueuedEvent } from './event-queue.ts';
import { ackLine, eventLine, headerLine, readSpool, shedLine } from './spool-file.ts';

/**
 * What is not worth a write. A new life tells its own states; garbage is only counted. Who passed by is forgotten on purpose: a new life makes other pseudonyms,
 * so what an earlier one saw would be counted twice, and such data should not lie on disks.
 */
const NOT_SPOOLED: ReadonlySet<string> = new Set(['state', 'reject', 'presence']);
/** A file that holds nothing any more is emptied beyond this; one that still holds something is written anew. */
const EMPTY_BEYOND_BYTES = 8 * 1_024;
const REWRITE_BEYOND_BYTES = 1_048_576;
/** Events that nobody acknowledged for this long are worth a sync of the disk. */
const SYNC_AFTER_MS = 1_000;
const RETRY_MS = 5_000;
const MAX_SET_ASIDE = 3;

export interface SpoolPorts {
  readonly path: string;
  readonly clock: Clock;
  readonly queue: EventQueue;
  /** More events may be sent: see `sendableOrder`. */
  onWritten(): void;
  /** Something is amiss with the file (`lasting`: until told otherwise), or, with undefined, writing works again. */
  onCondition(condition: Condition | undefined): void;
}

/**
 * Keeps the queue's events through the end of this process: an append-only file that is written before an event is sent.
 *
 * - Killed (kill -9, crash, watchdog): nothing that was written is lost, since what `write` took is in the kernel's hands. Bytes that a driver had read but not
 *   yet made an event of are lost with the process; no software of ours can hold those.
 * - Power cut: what was not synced may be lost. Events that wait longer than `SYNC_AFTER_MS` for the client are synced (`fdatasync`); those that are
 *   acknowledged sooner are not, since the client has them durably. So at most the last second is at stake, and only what no agent had yet.
 *   A sync for every scan would cost tens of milliseconds on the flash of a lane PC, and wear it.
 * - Acknowledgements are written but not synced: a lost one means that an event is sent again and left aside by the client's cursor. The exception is the last
 *   of an earlier boot: it is synced before a later boot's events go out (`settle`), because the cursor moves to the later boot then.
 * - Disk full or read-only: told as SPOOL_WRITE_FAILED; events go on from memory, and the file is written anew as soon as that works.
 */
export class Spool {
  readonly #ports: SpoolPorts;
  #file: FileHandle | undefined;
  #fileBytes = 0;
  #lines: string[] = [];
  /** Everything up to this place is in `#lines` or written. */
  #notedOrder = 0;
  #writtenOrder = 0;
  #loop: Promise<void> | undefined;
  #syncWanted = false;
  #syncTimer: { cancel(): void } | undefined;
  #retryTimer: { cancel(): void } | undefined;
  #broken = false;
  #closed = false;

  constructor(ports: SpoolPorts) {
    this.#ports = ports;
  }

  /** Events up to this place in the queue may be sent. */
  get sendableOrder(): number {
    return this.#broken ? this.#notedOrder : this.#writtenOrder;
  }

  /** Puts what earlier lives left into the queue. Never rejects: a spool that can't be read or written is a condition. */
  async open(): Promise<void> {
    const { path, queue } = this.#ports;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const { events, shed, found } = await readSpool(path);
      queue.restore(events, shed);
      if (found === 'torn') this.#ports.onCondition(condition('SPOOL_TORN'));
      if (found === 'damaged' || found === 'foreign') await this.#setAside();
      await this.#rewrite();
    } catch (error) {
      this.#fail(error);
    }
    this.#notedOrder = this.#writtenOrder = queue.waiting.at(-1)?.order ?? 0;
  }

  append(event: QueuedEvent): void {
    this.#notedOrder = event.order;
    if (!NOT_SPOOLED.has(event.type)) this.#lines.push(eventLine(event));
    // Keep the order: what needs no write waits only for what does.
    if (this.#lines.length > 0 || this.#loop) this.#kick();
    else this.#writtenOrder = event.order;
  }

  ack(bootId: string, eventSeq: number): void {
    this.#lines.push(ackLine(bootId, eventSeq));
    this.#kick();
  }

  shed(type: string, count: number): void {
    this.#lines.push(shedLine(type, count));
    this.#kick();
  }

  /** Resolves when everything noted so far is on the disk itself, or can't be: then the file is removed, so that it can't bring back what is acknowledged. */
  async settle(): Promise<void> {
    this.#syncWanted = true;
    this.#kick();
    while (this.#loop) await this.#loop;
    if (this.#broken) await rm(this.#ports.path, { force: true }).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#syncTimer?.cancel();
    this.#retryTimer?.cancel();
    if (this.#file === undefined) return;
    this.#syncWanted = this.#ports.queue.size > 0;
    this.#kick();
    while (this.#loop) await this.#loop;
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
  }

  #kick(): void {
    this.#loop ??= this.#run().finally(() => {
      this.#loop = undefined;
      if (this.#lines.length > 0 || this.#syncWanted) this.#kick();
    });
  }

  async #run(): Promise<void> {
    // A turn later, so that what is noted together is written together.
    await Promise.resolve();
    const order = this.#notedOrder;
    const lines = this.#lines;
    const sync = this.#syncWanted;
    this.#lines = [];
    this.#syncWanted = false;
    if (!this.#broken) {
      try {
        if (this.#file === undefined || this.#fileBytes > this.#rewriteBeyondBytes()) await this.#rewrite();
        else await this.#write(lines.join(''));
        if (sync) await this.#file?.datasync();
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#writtenOrder = order;
    this.#syncLater();
    this.#ports.onWritten();
  }

  async #write(text: string): Promise<void> {
    const { queue } = this.#ports;
    if (queue.size === 0 && this.#fileBytes > EMPTY_BEYOND_BYTES && Object.keys(queue.shed).length === 0) {
      // Nothing waits, and these lines can only be acknowledgements.
      await this.#file?.truncate(0);
      this.#fileBytes = 0;
      text = headerLine();
    }
    if (text === '') return;
    await this.#file?.appendFile(text);
    this.#fileBytes += Buffer.byteLength(text);
  }

  /** A new file with what waits now, durable before it takes the old one's place. The lines of before are in it, as far as they matter. */
  async #rewrite(): Promise<void> {
    const { path } = this.#ports;
    const text = this.#present();
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
      await rename(`${path}.new`, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await rm(`${path}.new`, { force: true }).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
    await this.#file?.close().catch(() => undefined);
    this.#file = await open(path, 'a', 0o600);
    this.#fileBytes = Buffer.byteLength(text);
  }

  /** For a disk that has no room for a second file beside this one. A kill just between the two steps loses what waits. */
  async #rewriteInPlace(): Promise<void> {
    if (this.#file === undefined) throw new Error('there is no file to write in');
    const text = this.#present();
    await this.#file.truncate(0);
    await this.#file.appendFile(text);
    await this.#file.datasync();
    this.#fileBytes = Buffer.byteLength(text);
  }

  #present(): string {
    const { queue } = this.#ports;
    const spooled = queue.waiting.filter(({ type }) => !NOT_SPOOLED.has(type));
    const shed = Object.entries(queue.shed).map(([type, count]) => shedLine(type, count));
    return [headerLine(), ...shed, ...spooled.map(eventLine)].join('');
  }

  #rewriteBeyondBytes(): number {
    return REWRITE_BEYOND_BYTES + 2 * this.#ports.queue.bytes;
  }

  #syncLater(): void {
    if (this.#syncTimer || this.#closed || this.#broken || this.#ports.queue.size === 0) return;
    this.#syncTimer = this.#ports.clock.setTimeout(() => {
      this.#syncTimer = undefined;
      if (this.#ports.queue.size === 0) return;
      this.#syncWanted = true;
      this.#kick();
    }, SYNC_AFTER_MS);
  }

  #fail(error: unknown): void {
    this.#broken = true;
    this.#ports.onCondition(condition('SPOOL_WRITE_FAILED', (error as NodeJS.ErrnoException).code));
    if (!this.#closed) this.#retryTimer = this.#ports.clock.setTimeout(() => void this.#mend(), RETRY_MS);
  }

  async #mend(): Promise<void> {
    while (this.#loop) await this.#loop;
    if (this.#closed) return;
    // As the loop: appends wait meanwhile and are written after.
    this.#loop = (async () => {
      try {
        const order = await this.#mendFile();
        this.#broken = false;
        this.#writtenOrder = order;
        this.#ports.onCondition(undefined);
      } catch (error) {
        this.#fail(error);
      }
    })().finally(() => {
      this.#loop = undefined;
      if (this.#lines.length > 0) this.#kick();
    });
    await this.#loop;
  }

  /** Resolves with the place up to which everything is in the file now. */
  async #mendFile(): Promise<number> {
    for (const write of [() => this.#rewrite(), () => this.#rewriteInPlace()]) {
      const order = this.#notedOrder;
      this.#lines = [];
      try {
        await write();
        return order;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
    throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
  }

  async #setAside(): Promise<void> {
    const { path, clock } = this.#ports;
    const aside = `${path}.bad-${new Date(clock.now()).toISOString().replaceAll(':', '')}`;
    await rename(path, aside);
    this.#ports.onCondition(condition('SPOOL_DAMAGED', aside));
    const folder = dirname(path);
    const old = (await readdir(folder)).filter((name) => name.startsWith(`${basename(path)}.bad-`)).sort();
    for (const name of old.slice(0, -MAX_SET_ASIDE)) await rm(join(folder, name), { force: true });
  }
}

/** So that a rename lasts through a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
