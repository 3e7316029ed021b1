/** What the project needs of the machine besides npm packages: what is there, what is missing, and what to do. */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { run, SetupError } from './run.mjs';

/** The oldest Node.js that the tests run on. */
const NODE_MIN = [20, 19];
const APT_TIMEOUT_MS = 15 * 60_000;

/** @throws {SetupError} NODE_TOO_OLD */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  throw new SetupError(
    'NODE_TOO_OLD',
    `Tillside needs Node.js ${NODE_MIN.join('.')} or newer; this is ${version} (${process.execPath})`,
    'Install a newer Node.js (24 is a good choice for a store) and run the command again.',
  );
}

/** The path of the first of these commands that is installed. */
export function findCommand(...names) {
  const dirs = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
    '/usr/sbin',
    '/sbin',
  ];
  for (const name of names) {
    for (const dir of dirs) {
      const path = join(dir, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here; look on.
      }
    }
  }
  return undefined;
}

/** Debian keeps libraries in a folder named by the architecture, others directly in these. */
function hasLibrary(file) {
  for (const root of ['/lib', '/usr/lib', '/lib64', '/usr/lib64', '/usr/local/lib']) {
    if (existsSync(join(root, file))) return true;
    if (!existsSync(root)) continue;
    for (const name of readdirSync(root)) {
      if (name.includes('-linux-') && existsSync(join(root, name, file))) return true;
    }
  }
  return false;
}

/** @returns {string | undefined} the Chromium (or Chrome) that tests and a kiosk without Electron can use */
export function findChromium() {
  const told = process.env.TILLSIDE_CHROMIUM;
  if (told !== undefined && existsSync(told)) return told;
  return findCommand('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
}

/**
 * @typedef {{ name: string, packages: string[], isThere: () => boolean, without: string }} Need
 *   packages: Debian's; without: what is lost when it is missing.
 */

/** @type {Record<'git' | 'libusb' | 'libudev' | 'udev' | 'socat' | 'compiler' | 'chromium', Need>} */
export const NEEDS = {
  git: {
    name: 'git',
    packages: ['git'],
    isThere: () => findCommand('git') !== undefined,
    without: '`npm run check` cannot tell which files are tracked',
  },
  libusb: {
    name: 'libusb',
    packages: ['libusb-1.0-0'],
    isThere: () => hasLibrary('libusb-1.0.so.0'),
    without: 'USB HID scanners cannot be opened; serial, TCP and simulated devices work',
  },
  libudev: {
    name: 'libudev',
    packages: ['libudev1'],
    isThere: () => hasLibrary('libudev.so.1'),
    without: 'USB HID scanners cannot be opened; serial, TCP and simulated devices work',
  },
  udev: {
    name: 'udev',
    packages: ['udev'],
    isThere: () => findCommand('udevadm') !== undefined,
    without: 'serial ports cannot be listed or matched by USB ids; naming a port by its path works',
  },
  socat: {
    name: 'socat',
    packages: ['socat'],
    isThere: () => findCommand('socat') !== undefined,
    without: 'the scanner and scale simulators speak TCP instead of a pseudo-terminal',
  },
  compiler: {
    name: 'a C++ compiler, make and Python 3',
    packages: ['python3', 'make', 'g++'],
    isThere: () =>
      ['python3', 'make'].every((name) => findCommand(name)) && findCommand('g++', 'clang++') !== undefined,
    without: 'better-sqlite3 cannot be compiled',
  },
  chromium: {
    name: 'Chromium',
    packages: ['chromium'],
    isThere: () => findChromium() !== undefined,
    without: 'the tests that drive a page fail',
  },
};

export const isRoot = () => process.getuid?.() === 0;

/** The command that a person runs for these needs. */
export function commandFor(needs) {
  const packages = needs.flatMap((need) => need.packages).join(' ');
  if (findCommand('apt-get') === undefined)
    return `(with your system's package manager; Debian's names are: ${packages})`;
  const sudo = isRoot() ? '' : 'sudo ';
  return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages}`;
}

/**
 * Installs what is missing where that is possible (root, on Debian or Ubuntu), and says what stays missing.
 * @param {Need[]} needs
 * @param {(detail: string) => void} say
 * @returns {Promise<{ installed: Need[], missing: Need[], problem: string }>} problem: the end of apt's output when it failed
 */
export async function provide(needs, say) {
  const lacking = needs.filter((need) => !need.isThere());
  const apt = findCommand('apt-get');
  if (lacking.length === 0 || apt === undefined || !isRoot()) return { installed: [], missing: lacking, problem: '' };
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, timeoutMs: APT_TIMEOUT_MS, onLine: say };
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  await run(apt, [...wait, 'update'], options);
  const packages = lacking.flatMap((need) => need.packages);
  const all = await run(apt, [...wait, 'install', '-y', '--no-install-recommends', ...packages], options);
  if (!all.ok) {
    // One name that this release doesn't know must not cost the others.
    for (const need of lacking)
      await run(apt, [...wait, 'install', '-y', '--no-install-recommends', ...need.packages], options);
  }
  const missing = lacking.filter((need) => !need.isThere());
  return { installed: lacking.filter((need) => need.isThere()), missing, problem: missing.length > 0 ? all.tail : '' };
}

/** Where Node's own C++ headers are, when they came with it: then a compile needs no download of them. */
export function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node.h')) ? prefix : undefined;
}
