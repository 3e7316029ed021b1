/**
 * The releases of one kiosk: `releases/VERSION/` and one small file that says which runs. That file is replaced whole, so a power cut at any step leaves
 * the old word or the new one, and each of them names a release that is complete.
 */
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeDurably } from '../../main/files.ts';
import { KioskError } from '../errors.ts';
import { copyRelease, type Trust, verifyRelease } from './folder.ts';
import { compareVersions, isVersion } from './manifest.ts';

/** How often a release is started before it counts as one that does not come up. A power cut is one try. */
export const MAX_TRIES = 3;
const MAX_REMEMBERED = 50;

export interface ReleaseState {
  /** Came up and was healthy. */
  readonly confirmed: string | null;
  /** Healthy before that one: the way back. */
  readonly previous: string | null;
  /** Installed and not yet healthy. */
  readonly trying: string | null;
  readonly tries: number;
  /** Did not come up here, or was gone back from. */
  readonly failed: readonly string[];
  /** Nothing at or below it is installed again. */
  readonly highest: string | null;
}

export const NO_RELEASES: ReleaseState = {
  confirmed: null,
  previous: null,
  trying: null,
  tries: 0,
  failed: [],
  highest: null,
};

const remembered = (failed: readonly string[], version: string): string[] =>
  [...failed.filter((one) => one !== version), version].slice(-MAX_REMEMBERED);

/** What to start next, and what must be written before it starts. `chosen` is null where there is no release. */
export function nextStart(state: ReleaseState): { state: ReleaseState; chosen: string | null } {
  if (state.trying === null) return { state, chosen: state.confirmed };
  if (state.tries >= MAX_TRIES) return nextStart(afterFailure(state));
  return { state: { ...state, tries: state.tries + 1 }, chosen: state.trying };
}

export function afterFailure(state: ReleaseState): ReleaseState {
  if (state.trying === null) return state;
  return { ...state, trying: null, tries: 0, failed: remembered(state.failed, state.trying) };
}

export function afterHealth(state: ReleaseState): ReleaseState {
  if (state.trying === null) return state;
  return { ...state, confirmed: state.trying, previous: state.confirmed, trying: null, tries: 0 };
}

/** Throws RELEASE_OLD, RELEASE_FAILED_BEFORE. */
export function afterInstall(state: ReleaseState, version: string): ReleaseState {
  if (state.failed.includes(version)) throw new KioskError('RELEASE_FAILED_BEFORE', version);
  if (state.highest !== null && compareVersions(version, state.highest) <= 0)
    throw new KioskError('RELEASE_OLD', `${version}; ${state.highest} was here`);
  return { ...state, trying: version, tries: 0, highest: version };
}

/** The one before runs again at once; the one that is left is not taken again. Throws RELEASE_NONE_BEFORE. */
export function afterBack(state: ReleaseState): ReleaseState {
  if (state.trying !== null && state.confirmed !== null) return afterFailure(state);
  if (state.previous === null || state.confirmed === null) throw new KioskError('RELEASE_NONE_BEFORE');
  return {
    ...state,
    confirmed: state.previous,
    previous: null,
    trying: null,
    tries: 0,
    failed: remembered(state.failed, state.confirmed),
  };
}

/** A confirmed release that is no longer whole: the one before, or none. */
export function afterDamage(state: ReleaseState, version: string): ReleaseState {
  if (state.trying === version) return afterFailure(state);
  return { ...state, confirmed: state.previous, previous: null };
}

export class ReleaseStore {
  readonly #folder: string;
  readonly #trust: Trust;

  constructor(stateDir: string, trust: Trust) {
    this.#folder = join(stateDir, 'releases');
    this.#trust = trust;
  }

  folderOf(version: string): string {
    return join(this.#folder, version);
  }

  get #stateFile(): string {
    return join(this.#folder, 'current.json');
  }

  read(): ReleaseState {
    if (!existsSync(this.#stateFile)) return NO_RELEASES;
    try {
      const state = { ...NO_RELEASES, ...(JSON.parse(readFileSync(this.#stateFile, 'utf8')) as Partial<ReleaseState>) };
      const versions = [state.confirmed, state.previous, state.trying, state.highest].filter((one) => one !== null);
      if (versions.every(isVersion) && Array.isArray(state.failed) && Number.isInteger(state.tries)) return state;
    } catch {
      // Told below: guessing which release was meant could bring an old one back.
    }
    throw new KioskError('RELEASE_NONE', `${this.#stateFile} is damaged`);
  }

  write(state: ReleaseState): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeDurably(this.#stateFile, `${JSON.stringify(state, null, 2)}\n`, 0o600);
  }

  /** Verifies, copies, verifies the copy, and only then makes it the one to try. Resolves to its version. */
  async install(source: string, now: Date): Promise<string> {
    const manifest = await verifyRelease(source, this.#trust);
    const { version, expires } = manifest;
    if (expires !== undefined && Date.parse(expires) < now.getTime()) throw new KioskError('RELEASE_EXPIRED', expires);
    const state = afterInstall(this.read(), version);
    const incoming = join(this.#folder, `.incoming-${version}`);
    await copyRelease(source, incoming, manifest);
    await verifyRelease(incoming, this.#trust);
    await rm(this.folderOf(version), { recursive: true, force: true });
    renameSync(incoming, this.folderOf(version));
    syncFolder(this.#folder);
    this.write(state);
    await this.#tidy(state);
    return version;
  }

  /** The version to start now, whole and signed, or null where none was ever installed. Throws RELEASE_NONE. */
  async choose(): Promise<string | null> {
    let state = this.read();
    if (state.confirmed === null && state.trying === null) return null;
    for (;;) {
      const next = nextStart(state);
      this.write(next.state);
      if (next.chosen === null) throw new KioskError('RELEASE_NONE');
      try {
        const { version } = await verifyRelease(this.folderOf(next.chosen), this.#trust);
        if (version === next.chosen) return version;
      } catch {
        // Not whole, not ours, or not there: the next one.
      }
      state = afterDamage(next.state, next.chosen);
    }
  }

  confirm(): void {
    const state = this.read();
    if (state.trying !== null) this.write(afterHealth(state));
  }

  /** Whether there was one that was being tried. */
  fail(): boolean {
    const state = this.read();
    if (state.trying === null) return false;
    this.write(afterFailure(state));
    return true;
  }

  back(): ReleaseState {
    const state = afterBack(this.read());
    this.write(state);
    return state;
  }

  /** What no word of the state names any more. */
  async #tidy(state: ReleaseState): Promise<void> {
    const kept = new Set([state.confirmed, state.previous, state.trying, 'current.json']);
    for (const name of await readdir(this.#folder)) {
      if (!kept.has(name)) await rm(join(this.#folder, name), { recursive: true, force: true });
    }
  }
}
