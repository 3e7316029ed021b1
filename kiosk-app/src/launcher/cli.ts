/** `tillside-kiosk`: runs a shopper kiosk, sets it up to start by itself, and takes signed releases. */

import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findChromium, startBrowserKiosk } from '../main/browser.ts';
import { systemClock } from '../main/parts.ts';
import { writeLine } from '../main/report.ts';
import { type AutostartCommand, install, uninstall } from './cli-install.ts';
import { describeKioskError, KioskError } from './errors.ts';
import { setFuses } from './fuses.ts';
import { makeRelease, signRelease } from './release/folder.ts';
import { ReleaseStore } from './release/store.ts';
import { type KioskSettings, readSettings } from './settings.ts';
import { shellCommand, startShellProcess } from './shell-process.ts';
import { Supervisor } from './supervisor.ts';

const USAGE = `Usage: tillside-kiosk run [--browser] [--agent URL] [--pair CODE] [--windowed] [--config FILE]
       tillside-kiosk install --systemd|--windows [--user NAME] [--config FILE] [--print]
       tillside-kiosk uninstall --systemd|--windows
       tillside-kiosk release make --version 1.4.0 [--expires DATE] FOLDER
       tillside-kiosk release sign --key KEY.pem FOLDER      (TILLSIDE_PASSPHRASE opens an encrypted key)
       tillside-kiosk release install [--config FILE] FOLDER
       tillside-kiosk release back [--config FILE]
       tillside-kiosk release status [--config FILE]
       tillside-kiosk fuses ELECTRON_PROGRAM

run        Shows the kiosk: in Electron where it is installed, else in Chromium's kiosk mode (--browser: always). Ends on Ctrl-C or SIGTERM.
install    Makes it start with the machine (as root, or administrator). --print only shows what would be written.
release    make packs the built pages and the shell; a kiosk installs what enough of its keys have signed, and goes back by itself
           where a release does not come up.
`;

const OWN_COMMAND = fileURLToPath(import.meta.url);
/** This package: dist and dist-web lie in it. */
const PACKAGE = resolve(dirname(OWN_COMMAND), '..', '..');

const parse = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      agent: { type: 'string' },
      browser: { type: 'boolean' },
      config: { type: 'string' },
      expires: { type: 'string' },
      key: { type: 'string' },
      pair: { type: 'string' },
      print: { type: 'boolean' },
      systemd: { type: 'boolean' },
      user: { type: 'string' },
      version: { type: 'string' },
      windowed: { type: 'boolean' },
      windows: { type: 'boolean' },
    },
  });
type Values = ReturnType<typeof parse>['values'];

async function main(): Promise<void> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    throw new KioskError('USAGE', error instanceof Error ? error.message : '');
  }
  const { values, positionals } = parsed;
  const [command = 'run', ...rest] = positionals;
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  switch (command) {
    case 'run':
      return await run(values);
    case 'shell':
      return await shell(readSettings(values, process.env));
    case 'install':
    case 'uninstall':
      return autostart(command, values);
    case 'release':
      return await release(rest, values);
    case 'fuses':
      return await setFuses(wanted(rest[0], 'ELECTRON_PROGRAM'));
    default:
      throw new KioskError('USAGE', command);
  }
}

function wanted(value: string | undefined, name: string): string {
  if (value === undefined) throw new KioskError('USAGE', `${name} is missing`);
  return value;
}

const storeOf = ({ stateDir, releaseKeys, releaseThreshold }: KioskSettings): ReleaseStore =>
  new ReleaseStore(stateDir, { keys: releaseKeys, threshold: releaseThreshold });

/** This process only watches: the kiosk is a child of it, started again when it ends. */
async function run(values: Values): Promise<void> {
  const settings = readSettings(values, process.env);
  await lock(settings.stateDir);
  const releases = storeOf(settings);
  const flags = [
    ...(values.config === undefined ? [] : [`--config=${resolve(values.config)}`]),
    ...(values.agent === undefined ? [] : [`--agent=${values.agent}`]),
    ...(values.windowed ? ['--windowed'] : []),
  ];
  // By the environment, so that the code does not stand in the list of processes.
  const env = { ...process.env, ...(values.pair === undefined ? {} : { TILLSIDE_PAIR: values.pair }) };
  // Told before anything is started, rather than by a child again and again.
  const first = shellCommand(settings.runner, null, OWN_COMMAND, flags, env);
  if (first.program === process.execPath) findChromium(process.env);
  const supervisor = new Supervisor({
    clock: systemClock,
    log: { write: writeLine },
    releases,
    startShell: (version, events) => {
      const root = version === null ? null : releases.folderOf(version);
      return startShellProcess(shellCommand(settings.runner, root, OWN_COMMAND, flags, env), env, events);
    },
  });
  const end = (): void => supervisor.stop();
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  await supervisor.run();
  process.exit(0);
}

/** One kiosk a state folder: a name that the system frees when its process ends, however it ends. */
async function lock(stateDir: string): Promise<void> {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    // Whoever made it first: it holds the kiosk's credential.
    chmodSync(stateDir, 0o700);
  } catch {
    throw new KioskError('STATE_UNWRITABLE', stateDir);
  }
  const name = `tillside-kiosk-${createHash('sha256').update(stateDir).digest('hex').slice(0, 16)}`;
  const address =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\${name}`
      : process.platform === 'linux'
        ? `\0${name}`
        : join(stateDir, 'lock.sock');
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done, fail) => {
    server.once('error', () => fail(new KioskError('KIOSK_RUNNING', stateDir)));
    server.listen(address, done);
  });
  server.unref();
}

/** The kiosk itself, in Chromium; Electron has an entry of its own (main/main.ts). */
async function shell(settings: KioskSettings): Promise<void> {
  const kiosk = await startBrowserKiosk(settings, {
    pagesDir: join(PACKAGE, 'dist-web'),
    log: { write: writeLine },
    executablePath: findChromium(process.env),
    ...(process.env.TILLSIDE_KIOSK_TEST === '1' ? { forTests: true } : {}),
  });
  const end = (): void => void kiosk.stop().finally(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

function autostart(command: 'install' | 'uninstall', values: Values): void {
  if (values.systemd === values.windows) throw new KioskError('USAGE', '--systemd or --windows');
  const kind: AutostartCommand = {
    kind: values.systemd ? 'systemd' : 'windows',
    isPrinted: values.print === true,
    options: {
      user: values.user ?? (values.systemd ? 'tillside-kiosk' : (process.env.USERNAME ?? 'kiosk')),
      command: process.argv[1] === undefined ? 'tillside-kiosk' : resolve(process.argv[1]),
      configPath: resolve(values.config ?? '/etc/tillside/kiosk.json'),
    },
  };
  process.stdout.write(command === 'install' ? install(kind) : uninstall(kind));
}

async function release(rest: string[], values: Values): Promise<void> {
  const [verb, folder] = rest;
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  switch (verb) {
    case 'make': {
      const expires = values.expires === undefined ? undefined : new Date(values.expires);
      if (expires !== undefined && Number.isNaN(expires.getTime()))
        throw new KioskError('USAGE', `--expires ${values.expires}`);
      // All that the shell needs to run, so that an old release runs on its own driver of the browser.
      const driver = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
      const sources = {
        'package.json': join(PACKAGE, 'package.json'),
        dist: join(PACKAGE, 'dist'),
        'dist-web': join(PACKAGE, 'dist-web'),
        'node_modules/playwright-core': driver,
      };
      const options = {
        version: wanted(values.version, '--version'),
        now: new Date(),
        ...(expires === undefined ? {} : { expires }),
      };
      const made = await makeRelease(sources, resolve(wanted(folder, 'FOLDER')), options);
      return say(`${made.version}: ${Object.keys(made.files).length} files, not signed yet`);
    }
    case 'sign': {
      const path = wanted(values.key, '--key');
      let pem = '';
      try {
        pem = readFileSync(path, 'utf8');
      } catch {
        throw new KioskError('KEY_UNREADABLE', path);
      }
      return say(
        `${signRelease(resolve(wanted(folder, 'FOLDER')), pem, process.env.TILLSIDE_PASSPHRASE)} signature(s)`,
      );
    }
    case 'install':
      return say(
        `${await storeOf(readSettings(values, process.env)).install(resolve(wanted(folder, 'FOLDER')), new Date())}: tried as soon as nobody stands at the kiosk`,
      );
    case 'back':
      return say(
        `${storeOf(readSettings(values, process.env)).back().confirmed}: runs as soon as nobody stands at the kiosk`,
      );
    case 'status':
      return say(JSON.stringify(storeOf(readSettings(values, process.env)).read(), null, 2));
    default:
      throw new KioskError('USAGE', `release ${verb ?? ''}`);
  }
}

main().catch((error: unknown) => {
  const isChinese = /^zh/i.test(process.env.LC_ALL ?? process.env.LC_MESSAGES ?? process.env.LANG ?? '');
  process.stderr.write(`${describeKioskError(error, isChinese ? 'zh' : 'en')}\n`);
  process.exit(error instanceof KioskError && error.code === 'USAGE' ? 2 : 1);
});
