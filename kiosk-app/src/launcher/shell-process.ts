/** The shell as a process: what it is started with, and what its lines say. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { KioskError } from './errors.ts';
import type { ShellEvents, ShellProcess } from './supervisor.ts';

const STOP_MS = 5_000;

type Env = Readonly<Record<string, string | undefined>>;

/** Electron's program: TILLSIDE_ELECTRON, else what its package has fetched, else null. The package need not be there. */
export function findElectron(env: Env): string | null {
  if (env.TILLSIDE_ELECTRON !== undefined) return existsSync(env.TILLSIDE_ELECTRON) ? env.TILLSIDE_ELECTRON : null;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const program = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

export interface ShellCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * The command of the shell below `root` (a release, or this package). `ownCommand` is this launcher's own command line entry.
 * Throws ELECTRON_MISSING.
 */
export function shellCommand(
  runner: 'auto' | 'electron' | 'browser',
  root: string | null,
  ownCommand: string,
  flags: readonly string[],
  env: Env,
): ShellCommand {
  const electron = runner === 'browser' ? null : findElectron(env);
  if (electron === null && runner === 'electron') throw new KioskError('ELECTRON_MISSING');
  if (electron !== null) {
    const main = join(root ?? join(dirname(ownCommand), '..', '..'), 'dist', 'main', 'main.js');
    return { program: electron, args: [main, ...flags] };
  }
  const entry = root === null ? ownCommand : join(root, 'dist', 'launcher', 'cli.js');
  return { program: process.execPath, args: [...process.execArgv, entry, 'shell', ...flags] };
}

export function startShellProcess(command: ShellCommand, env: Env, events: ShellEvents): ShellProcess {
  const child = spawn(command.program, command.args, {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    windowsHide: true,
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { code, detail } = lineOf(line);
    if (code === 'KIOSK_ALIVE') return events.onAlive(detail === 'rest');
    if (code === 'KIOSK_HEALTHY') events.onHealthy();
    process.stdout.write(`${line}\n`);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (exitCode, signal) => resolve(signal ?? `exit ${exitCode ?? 0}`));
  });
  return {
    ended,
    stop: (isHung) => {
      child.kill(isHung ? 'SIGKILL' : 'SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      void ended.then(() => clearTimeout(timer));
    },
  };
}

function lineOf(line: string): { code?: unknown; detail?: unknown } {
  if (!line.startsWith('{')) return {};
  try {
    return JSON.parse(line) as { code?: unknown; detail?: unknown };
  } catch {
    return {};
  }
}
