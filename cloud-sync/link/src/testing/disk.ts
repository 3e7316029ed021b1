import { basename, dirname } from 'node:path';
import type { DiskPort } from '../down/disk.ts';

export class PowerCut extends Error {}

/**
 * A disk in memory that loses power: content counts once the file was flushed, a name once its folder was. `cutAfter` steps later every call throws, and
 * `restart` shows what a machine would find: all that was done, or (`lose`) only what was flushed.
 */
export class TestDisk implements DiskPort {
  cutAfter = Number.POSITIVE_INFINITY;
  steps = 0;
  /** What the running system sees. */
  #seen = new Map<string, Buffer>();
  #flushedContent = new Map<string, Buffer>();
  /** What is sure to be there after a cut. */
  #kept = new Map<string, Buffer>();

  #step(): void {
    if (this.steps >= this.cutAfter) throw new PowerCut('the power is out');
    this.steps += 1;
  }

  clone(): TestDisk {
    const copy = new TestDisk();
    copy.#seen = new Map(this.#seen);
    copy.restart(false);
    return copy;
  }

  restart(lose: boolean): void {
    this.cutAfter = Number.POSITIVE_INFINITY;
    this.steps = 0;
    if (lose) this.#seen = new Map(this.#kept);
    this.#flushedContent = new Map(this.#seen);
    this.#kept = new Map(this.#seen);
  }

  read = async (file: string): Promise<Buffer | undefined> => this.#seen.get(file);
  list = async (folder: string): Promise<string[]> =>
    [...this.#seen.keys()].filter((file) => dirname(file) === folder).map((file) => basename(file));
  makeFolder = async (): Promise<void> => this.#step();

  write = async (file: string, bytes: Uint8Array): Promise<void> => {
    // A cut in the middle of a write leaves half of it.
    this.#seen.set(file, Buffer.from(bytes.subarray(0, bytes.length >> 1)));
    this.#step();
    this.#seen.set(file, Buffer.from(bytes));
  };

  syncFile = async (file: string): Promise<void> => {
    this.#step();
    const bytes = this.#seen.get(file);
    if (bytes !== undefined) this.#flushedContent.set(file, bytes);
  };

  rename = async (from: string, to: string): Promise<void> => {
    this.#step();
    const bytes = this.#seen.get(from) ?? Buffer.alloc(0);
    this.#seen.delete(from);
    this.#seen.set(to, bytes);
    // A name may reach the disk before the content that was never flushed.
    this.#flushedContent.set(to, this.#flushedContent.get(from) ?? Buffer.alloc(0));
    this.#flushedContent.delete(from);
  };

  remove = async (file: string): Promise<void> => {
    this.#step();
    this.#seen.delete(file);
    this.#flushedContent.delete(file);
  };

  syncFolder = async (folder: string): Promise<void> => {
    this.#step();
    for (const file of this.#kept.keys()) {
      if (dirname(file) === folder && !this.#seen.has(file)) this.#kept.delete(file);
    }
    for (const file of this.#seen.keys()) {
      if (dirname(file) === folder) this.#kept.set(file, this.#flushedContent.get(file) ?? Buffer.alloc(0));
    }
  };

  names(): string[] {
    return [...this.#seen.keys()].map((file) => basename(file)).sort();
  }
}
