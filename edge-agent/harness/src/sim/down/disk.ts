import { basename, dirname } from 'node:path';
import type { DiskPort } from '@tillside/link/machines';

export class PowerCut extends Error {}

/**
 * A disk in memory that loses power. What was written counts once its file was flushed, a name once its folder was; before, a cut may leave either. Every step can be the last one.
 */
export class SimDisk implements DiskPort {
  /** Steps until the power goes. */
  cutAfter = Number.POSITIVE_INFINITY;
  isOut = false;
  #seen = new Map<string, Buffer>();
  #flushed = new Map<string, Buffer>();
  #kept = new Map<string, Buffer>();

  /** The power is back: all that was done is there, or (`lose`) only what was flushed. */
  restart(lose: boolean): void {
    this.cutAfter = Number.POSITIVE_INFINITY;
    this.isOut = false;
    if (lose) this.#seen = new Map(this.#kept);
    this.#flushed = new Map(this.#seen);
    this.#kept = new Map(this.#seen);
  }

  /** The folders as they are now, to be put back later. */
  backup(folders: readonly string[]): () => void {
    const isOf = (file: string): boolean => folders.some((folder) => dirname(file) === folder);
    const copy = new Map([...this.#seen].filter(([file]) => isOf(file)));
    return () => {
      for (const file of [...this.#seen.keys()]) if (isOf(file)) this.#seen.delete(file);
      for (const [file, bytes] of copy) this.#seen.set(file, bytes);
      this.restart(false);
    };
  }

  /** What the system sees now, without a step. */
  peek(file: string): Buffer | undefined {
    return this.#seen.get(file);
  }

  read = async (file: string): Promise<Buffer | undefined> => {
    if (this.isOut) throw new PowerCut(file);
    return this.#seen.get(file);
  };

  list = async (folder: string): Promise<string[]> => {
    if (this.isOut) throw new PowerCut(folder);
    return [...this.#seen.keys()].filter((file) => dirname(file) === folder).map((file) => basename(file));
  };

  makeFolder = async (): Promise<void> => this.#step();

  write = async (file: string, bytes: Uint8Array): Promise<void> => {
    if (this.isOut) throw new PowerCut(file);
    // A cut in the middle leaves half of it.
    this.#seen.set(file, Buffer.from(bytes.subarray(0, bytes.length >> 1)));
    this.#step();
    this.#seen.set(file, Buffer.from(bytes));
  };

  syncFile = async (file: string): Promise<void> => {
    this.#step();
    const bytes = this.#seen.get(file);
    if (bytes !== undefined) this.#flushed.set(file, bytes);
  };

  rename = async (from: string, to: string): Promise<void> => {
    this.#step();
    this.#seen.set(to, this.#seen.get(from) ?? Buffer.alloc(0));
    this.#seen.delete(from);
    // A name may be on the disk before what was never flushed.
    this.#flushed.set(to, this.#flushed.get(from) ?? Buffer.alloc(0));
    this.#flushed.delete(from);
  };

  remove = async (file: string): Promise<void> => {
    this.#step();
    this.#seen.delete(file);
    this.#flushed.delete(file);
  };

  syncFolder = async (folder: string): Promise<void> => {
    this.#step();
    for (const file of this.#kept.keys())
      if (dirname(file) === folder && !this.#seen.has(file)) this.#kept.delete(file);
    for (const file of this.#seen.keys())
      if (dirname(file) === folder) this.#kept.set(file, this.#flushed.get(file) ?? Buffer.alloc(0));
  };

  #step(): void {
    if (this.isOut || this.cutAfter <= 0) {
      this.isOut = true;
      throw new PowerCut('the power is out');
    }
    this.cutAfter -= 1;
  }
}
