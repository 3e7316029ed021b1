import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Chance } from '../random.ts';
import type { LoggedEntry, PowerEntry } from './power-log.ts';

/** What a disk writes whole or not at all. */
export const SECTOR_BYTES = 512;

/** What becomes of what was not synced: each sector as chance has it, or all lost, or all kept (as after a `kill -9`). */
export type Unsynced = 'chance' | 'lost' | 'kept';

type Change =
  | { readonly place: number; readonly offset: number; readonly data: Buffer }
  | { readonly place: number; readonly length: number };

interface PlayedFile {
  /** What is on the disk for sure. */
  synced: Buffer;
  /** What was done since, oldest first. */
  changes: Change[];
}

/** A name in the directory tree: a file's content, or a folder. */
type Node = PlayedFile | 'folder';
type Tree = Map<string, Node>;

interface TreeChange {
  readonly place: number;
  /** Whose sync makes it durable. */
  readonly folder: string;
  apply(tree: Tree): void;
}

/** What a directory holds after a cut: content by path; `undefined` is a folder. */
export type Image = ReadonlyMap<string, Buffer | undefined>;

/**
 * Plays a log of changes over a directory and says at any place of it what a power cut would leave: what was synced; of the rest, each 512-byte sector in its newest, an older or
 * no version, and of unsynced names (created, renamed, removed) the first few in order, as file systems with a journal keep them. A file's name is durable when its folder
 * was synced, not with the file: stricter than some file systems, as POSIX has it.
 */
export class PowerCut {
  /** What the log held that can't be played. */
  readonly unseen: string[] = [];
  readonly #files = new Map<bigint, PlayedFile>();
  readonly #now: Tree;
  readonly #synced: Tree;
  #treeChanges: TreeChange[] = [];

  /** `start`: what the directory held when the log began, all of it durable. */
  constructor(start: Image) {
    const nodes = [...start].map(([path, content]): [string, Node] => [
      path,
      content === undefined ? 'folder' : { synced: content, changes: [] },
    ]);
    this.#now = new Map(nodes);
    this.#synced = new Map(nodes);
  }

  play({ place, entry }: LoggedEntry): void {
    switch (entry.op) {
      case 'open':
      case 'create':
        this.#open(place, entry);
        break;
      case 'write':
        this.#change(entry.file, { place, offset: entry.offset, data: entry.data });
        break;
      case 'truncate':
        this.#change(entry.file, { place, length: entry.length });
        break;
      case 'sync':
        this.#sync(entry);
        break;
      case 'sync-dir':
        this.#syncFolder(entry);
        break;
      case 'start':
        this.#files.clear();
        break;
      case 'unseen':
        this.unseen.push(entry.what);
        break;
      default:
        this.#name(place, entry);
    }
  }

  /** What is left when the power goes now. */
  cut(unsynced: Unsynced, chance: Chance): Image {
    const keeps = keeping(unsynced, chance);
    const tree = new Map(this.#synced);
    const kept =
      unsynced === 'chance'
        ? chance.between(0, this.#treeChanges.length)
        : unsynced === 'kept'
          ? this.#treeChanges.length
          : 0;
    for (const change of this.#treeChanges.slice(0, kept)) change.apply(tree);
    const image = new Map<string, Buffer | undefined>();
    for (const [path, node] of tree) {
      const folder = folderOf(path);
      if (folder !== '' && tree.get(folder) !== 'folder') continue;
      image.set(path, node === 'folder' ? undefined : contentAfter(node, keeps));
    }
    return image;
  }

  #open(place: number, { op, file, path }: Extract<PowerEntry, { op: 'open' | 'create' }>): void {
    const known = this.#now.get(path);
    if (op === 'open' && known !== undefined && known !== 'folder') {
      this.#files.set(file, known);
      return;
    }
    const made: PlayedFile = { synced: Buffer.alloc(0), changes: [] };
    this.#files.set(file, made);
    this.#rearrange(place, folderOf(path), (tree) => tree.set(path, made));
  }

  #change(file: bigint, change: Change): void {
    const changed = this.#files.get(file);
    if (changed === undefined) throw new Error(`the power log writes to inode ${file}, which it never opened`);
    changed.changes.push(change);
  }

  #sync({ file, since }: Extract<PowerEntry, { op: 'sync' }>): void {
    const synced = this.#files.get(file);
    if (synced === undefined) return;
    const covered = synced.changes.filter(({ place }) => place <= since);
    synced.synced = contentAfter({ synced: synced.synced, changes: covered }, () => true);
    synced.changes = synced.changes.filter(({ place }) => place > since);
  }

  #syncFolder({ path, since }: Extract<PowerEntry, { op: 'sync-dir' }>): void {
    const isCovered = ({ place, folder }: TreeChange): boolean => folder === path && place <= since;
    for (const change of this.#treeChanges.filter(isCovered)) change.apply(this.#synced);
    this.#treeChanges = this.#treeChanges.filter((change) => !isCovered(change));
  }

  #name(place: number, entry: Extract<PowerEntry, { op: 'rename' | 'unlink' | 'make-dir' | 'remove-dir' }>): void {
    if (entry.op === 'make-dir') this.#rearrange(place, folderOf(entry.path), (tree) => tree.set(entry.path, 'folder'));
    else if (entry.op !== 'rename') this.#rearrange(place, folderOf(entry.path), (tree) => tree.delete(entry.path));
    else {
      const { from, to } = entry;
      const moved = this.#now.get(from);
      this.#rearrange(place, folderOf(to === '' ? from : to), (tree) => {
        if (from !== '') tree.delete(from);
        if (to !== '' && moved !== undefined) tree.set(to, moved);
      });
    }
  }

  #rearrange(place: number, folder: string, apply: TreeChange['apply']): void {
    apply(this.#now);
    this.#treeChanges.push({ place, folder, apply });
  }
}

/** Whether the next sector (or new length) reached the disk. How many do is drawn for each cut, so that cuts with nearly all and with nearly none come up. */
function keeping(unsynced: Unsynced, chance: Chance): () => boolean {
  if (unsynced !== 'chance') return () => unsynced === 'kept';
  const share = chance.next();
  return () => chance.happens(share);
}

function contentAfter({ synced, changes }: PlayedFile, keeps: () => boolean): Buffer {
  const longest = Math.max(
    synced.length,
    ...changes.map((one) => ('data' in one ? one.offset + one.data.length : one.length)),
  );
  const content = Buffer.alloc(longest);
  synced.copy(content);
  let { length } = synced;
  for (const change of changes) {
    if ('length' in change) {
      if (!keeps()) continue;
      if (change.length < length) content.fill(0, change.length, length);
      length = change.length;
      continue;
    }
    const { offset, data } = change;
    for (let at = 0; at < data.length; ) {
      const next = Math.min(data.length, (Math.floor((offset + at) / SECTOR_BYTES) + 1) * SECTOR_BYTES - offset);
      if (keeps()) {
        data.copy(content, offset + at, at, next);
        length = Math.max(length, offset + next);
      }
      at = next;
    }
  }
  return content.subarray(0, length);
}

/** The folder of a path below the directory; '' is the directory itself. */
function folderOf(path: string): string {
  const folder = dirname(path);
  return folder === '.' ? '' : folder;
}

/** What SQLite maps into memory and builds anew; sockets and their like are no files either. */
const isKept = (name: string): boolean => !name.endsWith('-shm');

/** A directory as it is. */
export function readImage(dir: string): Image {
  const image = new Map<string, Buffer | undefined>();
  const read = (folder: string): void => {
    for (const entry of readdirSync(join(dir, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        image.set(path, undefined);
        read(path);
      } else if (entry.isFile() && isKept(entry.name)) image.set(path, readFileSync(join(dir, path)));
    }
  };
  read('');
  return image;
}

/** Writes an image into an empty or new directory. */
export function writeImage(image: Image, dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const [path, content] of [...image].sort(([left], [right]) => (left < right ? -1 : 1)))
    if (content === undefined) mkdirSync(join(dir, path), { mode: 0o700 });
    else writeFileSync(join(dir, path), content, { mode: 0o600 });
}
