/**
 * Whether the lock file names every optional package of every package it holds. Packages for other systems are optional,
 * and a registry that doesn't serve one of them makes npm leave it out; `npm ci` then refuses the whole lock file.
 * `--fix` writes what is missing, by the systems that such names spell out.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const C_LIBRARIES = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };

/**
 * @param {Record<string, { version?: string, dev?: boolean, optionalDependencies?: Record<string, string> }>} packages of a
 *   lock file
 * @returns {{ path: string, version: string, dev: boolean, askedBy: string }[]} path: where it belongs in the lock file
 */
export function missingFrom(packages) {
  const missing = new Map();
  for (const [askedBy, { optionalDependencies = {}, dev = false }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const nested = `${askedBy}/node_modules/${name}`;
      const path = `node_modules/${name}`;
      if (packages[path] !== undefined || packages[nested] !== undefined) continue;
      // Only an exact version can be written down without asking a registry.
      missing.set(path, { path, version, dev, askedBy });
    }
  }
  return [...missing.values()];
}

/**
 * What a room's package.json asks for and the lock file's copy of it doesn't: `npm ci` refuses that too.
 * @param {Record<string, object>} packages of a lock file
 * @param {Record<string, object>} rooms each room's folder and its package.json
 * @returns {string[]} a line each
 */
export function unlocked(packages, rooms) {
  return Object.entries(rooms).flatMap(([folder, room]) =>
    ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => {
      const locked = packages[folder]?.[kind] ?? {};
      const asked = room[kind] ?? {};
      return [...new Set([...Object.keys(locked), ...Object.keys(asked)])]
        .filter((name) => locked[name] !== asked[name])
        .map(
          (name) =>
            `${folder || 'the root'} ${kind}: ${name} is ${asked[name]} in package.json, ${locked[name]} locked`,
        );
    }),
  );
}

/** @returns {object | undefined} the entry of a package for another system, or undefined when its name doesn't say which */
export function entryFor({ path, version, dev }) {
  const words = path.split('/').at(-1).split('-');
  const system = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  if (system === undefined || cpu === undefined || !/^\d+\.\d+\.\d+/.test(version)) return undefined;
  const library = C_LIBRARIES[words.find((word) => Object.hasOwn(C_LIBRARIES, word))];
  return {
    version,
    cpu: [cpu],
    ...(dev && { dev: true }),
    ...(system === 'linux' && library !== undefined && { libc: [library] }),
    optional: true,
    os: [system],
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(process.cwd(), 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  let missing = missingFrom(lock.packages);
  if (process.argv.includes('--fix')) {
    for (const one of missing) {
      const entry = entryFor(one);
      if (entry !== undefined) lock.packages[one.path] = entry;
    }
    lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
    writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
    missing = missingFrom(lock.packages);
  }
  const folders = ['', ...lock.packages[''].workspaces];
  const read = (folder) => JSON.parse(readFileSync(join(process.cwd(), folder, 'package.json'), 'utf8'));
  const differing = unlocked(lock.packages, Object.fromEntries(folders.map((folder) => [folder, read(folder)])));
  for (const line of differing) console.log(`${line}. Run: npm install --package-lock-only`);
  for (const { path, version, askedBy } of missing) {
    console.log(
      `${path.replace('node_modules/', '')}@${version} (optional for ${askedBy}) is not in package-lock.json`,
    );
  }
  if (missing.length > 0) console.log('npm ci would refuse it. Run: node .config/check/lock-file.mjs --fix');
  console.log(
    `${Object.keys(lock.packages).length} packages, ${missing.length} missing, ${differing.length} not as asked`,
  );
  process.exit(missing.length + differing.length > 0 ? 1 : 0);
}
