/** Compiles the rooms and bundles the pages, only when a source is newer than what was built from it. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, SetupError } from './run.mjs';

/** Rooms that are pages: bundled by Vite into dist-web. */
export const PAGES = ['kiosk-app', 'cloud-sync/console', 'cloud-sync/member-page'];
const NOT_SOURCE = new Set(['node_modules', 'dist', 'dist-web', '.tillside', '.vite', 'coverage']);

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** @returns {string[]} the rooms' folders, as the root package.json lists them */
export const roomsOf = (root) => readJson(join(root, 'package.json')).workspaces;

/** Every file of a room by name, size and time of change; rooms nested in it are rooms of their own. */
function stamp(hash, folder, nested) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (NOT_SOURCE.has(entry.name) || nested.has(path)) continue;
    if (entry.isDirectory()) stamp(hash, path, nested);
    else if (entry.isFile()) {
      const { size, mtimeMs } = statSync(path);
      hash.update(`${path} ${size} ${mtimeMs}\n`);
    }
  }
}

/** The rooms that these rooms are built from, themselves included. */
function withDependencies(root, rooms) {
  const folderOf = new Map();
  const needs = new Map();
  for (const room of roomsOf(root)) {
    const { name, dependencies = {} } = readJson(join(root, room, 'package.json'));
    folderOf.set(name, room);
    needs.set(room, Object.keys(dependencies));
  }
  const found = new Set();
  const visit = (room) => {
    if (room === undefined || found.has(room)) return;
    found.add(room);
    for (const name of needs.get(room) ?? []) visit(folderOf.get(name));
  };
  rooms.forEach(visit);
  return [...found].sort();
}

/** A fingerprint of all that these rooms are built from. */
export function fingerprint(root, rooms) {
  const hash = createHash('sha256');
  const nested = new Set(roomsOf(root).map((room) => join(root, room)));
  for (const file of ['tsconfig.json', 'package-lock.json']) hash.update(readFileSync(join(root, file)));
  for (const file of readdirSync(join(root, '.config'))
    .filter((name) => name.startsWith('tsconfig'))
    .sort()) {
    hash.update(readFileSync(join(root, '.config', file)));
  }
  for (const room of withDependencies(root, rooms)) stamp(hash, join(root, room), nested);
  return hash.digest('hex');
}

/** Runs `build` when the rooms' sources changed since the last time, or what it makes is gone. */
async function whenNewer(root, name, { rooms, made }, build) {
  const folder = join(root, 'node_modules', '.tillside-built');
  const marker = join(folder, name);
  const now = fingerprint(root, rooms);
  if (made.every((path) => existsSync(path)) && existsSync(marker) && readFileSync(marker, 'utf8') === now)
    return 'up to date';
  await build();
  mkdirSync(folder, { recursive: true });
  // Taken before the build: a file saved meanwhile counts as newer.
  writeFileSync(marker, now);
  return undefined;
}

/** @throws {SetupError} COMPILE_FAILED */
export function compile(root, say) {
  const rooms = roomsOf(root);
  const made = rooms.map((room) => join(root, room, 'dist', '.tsbuildinfo'));
  return whenNewer(root, 'compile', { rooms, made }, async () => {
    const tsc = join(root, 'node_modules', 'typescript-native', 'bin', 'tsc');
    const result = await run(process.execPath, [tsc, '-b', '--checkers', '1', '--pretty', 'false'], {
      cwd: root,
      onLine: say,
    });
    if (!result.ok)
      throw new SetupError(
        'COMPILE_FAILED',
        `tsc -b found errors:\n${result.tail}`,
        'Correct them and run the command again.',
      );
  });
}

/** Bundles every page room that has a Vite configuration. @throws {SetupError} PAGES_FAILED */
export async function bundlePages(root, say) {
  const ended = [];
  for (const room of PAGES) {
    const folder = join(root, room);
    if (!existsSync(join(folder, 'vite.config.ts'))) continue;
    say(room);
    const made = [join(folder, 'dist-web')];
    const outcome = await whenNewer(root, room.replaceAll('/', '-'), { rooms: [room], made }, async () => {
      const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
      const env = { NODE_ENV: 'production' };
      const result = await run(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: folder, env });
      if (!result.ok) {
        throw new SetupError(
          'PAGES_FAILED',
          `the pages of ${room} could not be bundled:\n${result.tail}`,
          'Correct the errors and run the command again.',
        );
      }
    });
    ended.push(outcome);
  }
  return ended.every((outcome) => outcome === 'up to date') ? 'up to date' : undefined;
}
