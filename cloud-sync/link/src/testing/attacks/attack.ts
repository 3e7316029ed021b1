import { desiredTarget, type JsonObject, type RepoRole, sealed, type TestRepo, type TestTarget } from '../repo.ts';
import type { RepoServer } from '../repo-server.ts';
import type { TestStore } from '../store.ts';

export interface Scene {
  readonly repo: TestRepo;
  readonly server: RepoServer;
  readonly store: TestStore;
  /** What the repository served before its last honest publish. */
  readonly old: ReadonlyMap<string, Buffer>;
}

/** A store has campaigns 1 in force; then this happens. `code`: what it must say; null: it takes nothing and has nothing to say. */
export interface Attack {
  readonly name: string;
  readonly code: string | null;
  readonly run: (scene: Scene) => void;
}

export const set = (version: number, text = `set ${version}`): TestTarget =>
  desiredTarget('demo', 'campaigns', version, Buffer.from(text));

/** Publishes campaigns 2 with a role's content changed before it is signed. */
export function publishEdited(repo: TestRepo, role: RepoRole, change: (signed: JsonObject) => void): void {
  repo.edit = { ...repo.edit, [role]: change };
  if (role === 'root') repo.publishRoot();
  repo.publish([set(2)]);
}

/** The same with versions only in snapshot and timestamp, so that no hash gives the change away first. */
export function edited(role: RepoRole, change: (signed: JsonObject) => void): (scene: Scene) => void {
  return ({ repo }) => {
    repo.hashes = false;
    publishEdited(repo, role, change);
  };
}

/** Replaces a role's newest file after an honest publish of campaigns 2. */
export function replaced(role: RepoRole, change: (bytes: Buffer, scene: Scene) => Buffer): (scene: Scene) => void {
  return (scene) => {
    const { repo } = scene;
    repo.hashes = false;
    if (role === 'root') repo.publishRoot();
    repo.publish([set(2)]);
    repo.files.set(repo.newest(role), change(repo.bytesOf(role), scene));
  };
}

export interface SignedFile {
  signatures: JsonObject[];
  signed: JsonObject;
}

/** The same on the parsed file; its signatures stay as they are. */
export function rewritten(role: RepoRole, change: (file: SignedFile, scene: Scene) => void): (scene: Scene) => void {
  return replaced(role, (bytes, scene) => {
    const file = JSON.parse(bytes.toString('utf8')) as SignedFile;
    change(file, scene);
    return Buffer.from(JSON.stringify(file));
  });
}

export const resealed = (role: RepoRole, by: (repo: TestRepo) => Parameters<typeof sealed>[1]) =>
  replaced(role, (bytes, { repo }) => sealed((JSON.parse(bytes.toString('utf8')) as SignedFile).signed, by(repo)));

export const TOP = ['timestamp', 'snapshot', 'targets'] as const;
export const SIGNED_DAILY = [...TOP, 'campaigns'] as const;
export const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};
