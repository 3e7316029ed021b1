/**
 * Gets the programs of PostgreSQL and Mosquitto for `npm test`: Debian's packages when root, else npm's build of PostgreSQL; nothing where a test
 * run names a server of its own or goes without. No service of the system is left running: each run of the tests starts its own.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './install.mjs';
import { findCommand, isRoot, provide } from './machine.mjs';
import { run } from './run.mjs';
import { EMBEDDED, findEmbedded, findMosquitto, findPostgres, missing, without } from './services.mjs';

/** What Debian's packages ask before they start a service; 101 is "not allowed". */
const POLICY = '/usr/sbin/policy-rc.d';

/** @type {Record<import('./services.mjs').ServiceName, import('./machine.mjs').Need & { given: string }>} */
const SERVICES = {
  postgres: {
    name: 'PostgreSQL',
    packages: ['postgresql'],
    isThere: () => findPostgres() !== undefined,
    without: "the tests of the hub's PostgreSQL storage fail",
    given: 'TILLSIDE_TEST_POSTGRES',
  },
  mosquitto: {
    name: 'Mosquitto',
    packages: ['mosquitto'],
    isThere: () => findMosquitto() !== undefined,
    without: 'the tests with an outside MQTT broker fail',
    given: 'TILLSIDE_TEST_MOSQUITTO',
  },
};

/** Installs without letting the packages start, or start at the next boot, what they bring. */
async function provideQuietly(needs, say) {
  const own = isRoot() && !existsSync(POLICY);
  const gone = () => rmSync(POLICY, { force: true });
  if (own) {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    process.on('exit', gone);
  }
  try {
    const outcome = await provide(needs, say);
    const systemctl = findCommand('systemctl');
    if (systemctl !== undefined)
      for (const { packages } of outcome.installed) await run(systemctl, ['disable', '--now', ...packages]);
    return outcome;
  } finally {
    if (own) {
      gone();
      process.off('exit', gone);
    }
  }
}

/** npm's build of PostgreSQL, in a folder of its own, so that an ordinary install doesn't download it. */
async function installEmbedded(say) {
  say("npm's build of PostgreSQL");
  const result = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-workspaces'], { cwd: EMBEDDED });
  const bin = findEmbedded();
  if (!result.ok || bin === undefined) return;
  // Its own install script, which makes the links that a package can't hold.
  const folder = join(bin, '..', '..');
  await run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: folder });
}

/**
 * @param {(line: string) => void} note
 * @returns {Promise<string[]>} what the run goes without by its own wish
 */
export async function provideServices(note, env = process.env) {
  const left = without(env);
  const needed = Object.entries(SERVICES).filter(
    ([name, { given }]) => !left.includes(name) && env[given] === undefined,
  );
  const lacking = needed.filter(([, need]) => !need.isThere());
  if (lacking.length > 0) {
    note(`For the tests: ${lacking.map(([, { name }]) => name).join(', ')}`);
    const { problem } = await provideQuietly(
      lacking.map(([, need]) => need),
      () => undefined,
    );
    if (!SERVICES.postgres.isThere() && needed.some(([name]) => name === 'postgres')) await installEmbedded(note);
    for (const [name, need] of lacking) {
      if (need.isThere()) continue;
      const { code, message, hint } = missing(name);
      note(`${code}: ${message}\n  ${hint}${problem === '' ? '' : `\n${problem.replace(/^/gm, '    ')}`}`);
    }
  }
  return left;
}
