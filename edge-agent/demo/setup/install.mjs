/** npm packages and the three binaries that npm itself does not bring: better-sqlite3's and Electron's. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { commandFor, findCommand, NEEDS, nodeHeaders, provide } from './machine.mjs';
import { run, SetupError } from './run.mjs';

/** How long the site with prebuilt binaries may take before the compiler is asked instead. */
const PREBUILT_TIMEOUT_MS = 60_000;
const ELECTRON_TIMEOUT_MS = 20_000;
/** After Electron could not be fetched, later starts don't wait for it again for this long. */
const ELECTRON_RETRY_MS = 24 * 3_600_000;

/** @param {string} root the project's top folder */
const markerOf = (root) => join(root, 'node_modules', '.tillside-setup');

/** What an installation depends on: the lock file, npm's settings, and what native modules are built for. */
export function installHash(root) {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', '.npmrc']) hash.update(readFileSync(join(root, file)));
  return hash.update(`${process.platform} ${process.arch} ${process.versions.modules}`).digest('hex');
}

/**
 * Whether what npm wrote down as installed is what the lock file asks for. Packages for other systems may be absent.
 * @param {Record<string, { version?: string, optional?: boolean, link?: boolean }>} wanted
 * @param {Record<string, { version?: string }>} installed
 */
export function sameTree(wanted, installed) {
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.includes('node_modules/') || link === true) return true;
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

/** Whether node_modules holds what the lock file says. */
export function isInstalled(root) {
  const marker = markerOf(root);
  const hash = installHash(root);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === hash) return true;
  // Someone ran npm by hand, or the lock file changed in what doesn't touch this machine. Believe npm's own record rather
  // than install everything again; what was built for another Node.js shows when it is loaded.
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const installed = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8'));
    if (!sameTree(wanted.packages, installed.packages)) return false;
  } catch {
    return false;
  }
  writeFileSync(marker, hash);
  return true;
}

/** The npm that started this process, else the one on the path. */
export function npm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli !== undefined && /npm-cli\.c?js$/.test(cli)) return run(process.execPath, [cli, ...args], options);
  return run(findCommand('npm') ?? 'npm', args, options);
}

/** Installs the packages when that is needed. @throws {SetupError} NPM_CI_FAILED */
export async function installPackages(root, say) {
  if (isInstalled(root)) return 'up to date';
  say('npm ci');
  const result = await npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'], { cwd: root });
  if (!result.ok) {
    throw new SetupError(
      'NPM_CI_FAILED',
      `npm ci ended with status ${result.status}:\n${result.tail}`,
      'The packages come from the npm registry: check the network or the proxy settings of npm, then run the command again.',
    );
  }
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(markerOf(root), installHash(root));
  return undefined;
}

/** Loading is the only honest test: the file may be there and be built for another Node.js. */
async function sqliteLoads(root) {
  const script = "new (require('better-sqlite3'))(':memory:').prepare('select 1').get()";
  return (await run(process.execPath, ['-e', script], { cwd: root })).ok;
}

/** Gets better-sqlite3's native part: the prebuilt one, else by compiling. @throws {SetupError} SQLITE_NOT_BUILT */
export async function buildSqlite(root, say) {
  if (await sqliteLoads(root)) return 'up to date';
  const requireHere = createRequire(join(root, 'package.json'));
  const folder = join(root, 'node_modules', 'better-sqlite3');
  say('looking for a prebuilt binary');
  const prebuilt = [requireHere.resolve('prebuild-install/bin.js')];
  await run(process.execPath, prebuilt, { cwd: folder, timeoutMs: PREBUILT_TIMEOUT_MS });
  if (await sqliteLoads(root)) return 'prebuilt';
  if (!NEEDS.compiler.isThere()) {
    say('installing a compiler');
    const { missing } = await provide([NEEDS.compiler], say);
    if (missing.length > 0) {
      throw new SetupError(
        'COMPILER_MISSING',
        'better-sqlite3 has no prebuilt binary within reach and must be compiled, but there is no compiler',
        `Run: ${commandFor(missing)}`,
      );
    }
  }
  say('no prebuilt binary within reach: compiling SQLite, which takes about 100 s');
  const env = {
    npm_config_build_from_source: 'true',
    npm_config_nodedir: process.env.npm_config_nodedir ?? nodeHeaders(),
  };
  const result = await npm(['rebuild', 'better-sqlite3', '--ignore-scripts=false'], { cwd: root, env });
  if (result.ok && (await sqliteLoads(root))) return 'compiled';
  throw new SetupError(
    'SQLITE_NOT_BUILT',
    `better-sqlite3 could not be built:\n${result.tail}`,
    `It needs a C++ compiler and Node's headers. Run: ${commandFor([NEEDS.compiler])}`,
  );
}

/** @returns {string | undefined} the path of Electron's program, when it is there */
export function findElectron(root) {
  try {
    const folder = join(root, 'node_modules', 'electron');
    const path = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Tries to fetch Electron's program, which does not come from the npm registry. Never fails.
 * @param {{ again?: boolean }} [options] again: try although it failed lately
 * @returns {Promise<string>} 'ready', or why it isn't there
 */
export async function fetchElectron(root, { again = false } = {}) {
  if (process.env.TILLSIDE_SKIP_ELECTRON === '1') return 'skipped (TILLSIDE_SKIP_ELECTRON=1)';
  if (findElectron(root) !== undefined) return 'ready';
  const installer = join(root, 'node_modules', 'electron', 'install.js');
  const tried = join(root, 'node_modules', '.tillside-electron-tried');
  if (!existsSync(installer)) return 'not installed';
  if (!again && existsSync(tried) && Date.now() - statSync(tried).mtimeMs < ELECTRON_RETRY_MS) {
    return 'could not be downloaded lately; `npm run setup` tries again';
  }
  const { ok, timedOut } = await run(process.execPath, [installer], { cwd: root, timeoutMs: ELECTRON_TIMEOUT_MS });
  if (ok && findElectron(root) !== undefined) return 'ready';
  writeFileSync(tried, '');
  return timedOut ? `could not be downloaded within ${ELECTRON_TIMEOUT_MS / 1000} s` : 'could not be downloaded';
}
