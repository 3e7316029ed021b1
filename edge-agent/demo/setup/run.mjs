/** Child processes of the set-up: run, keep the last lines, explain a failure. */
import { spawn } from 'node:child_process';

/** The most that is kept of a child's output; only its end helps a reader. */
const TAIL_BYTES = 64 * 1024;
const TAIL_LINES = 40;

/** A failure a person can act on: a stable code, what happened, and what to do. */
export class SetupError extends Error {
  /** @param {string} code @param {string} message @param {string} hint */
  constructor(code, message, hint) {
    super(message);
    this.name = 'SetupError';
    this.code = code;
    this.hint = hint;
  }
}

/** Prints a failure as code, message and hint; anything unexpected with its stack. */
export function explain(error) {
  if (error instanceof SetupError) process.stderr.write(`\n${error.code}: ${error.message}\n  ${error.hint}\n`);
  else process.stderr.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
}

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/**
 * Runs a command to its end and never throws for its exit status.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, timeoutMs?: number, onLine?: (line: string) => void }} [options]
 * @returns {Promise<{ ok: boolean, status: number, tail: string, output: string, timedOut: boolean }>} status 127 when it
 *   could not start; tail: its last lines; output: as much of its end as is kept
 */
export function run(command, args, { cwd, env, timeoutMs, onLine } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let tail = '';
    let timedOut = false;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, timeoutMs);
    const take = (chunk) => {
      tail = (tail + chunk).slice(-TAIL_BYTES);
      const line = String(chunk).trimEnd().split('\n').at(-1)?.trim();
      if (line) onLine?.(line);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const end = (status) => {
      clearTimeout(timer);
      running.delete(child);
      const lines = tail.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
      resolve({ ok: status === 0 && !timedOut, status, tail: lines, output: tail, timedOut });
    };
    child.on('error', () => end(127));
    child.on('close', (code) => end(code ?? 1));
  });
}

/** Time between a first Ctrl-C and one that is taken as "now, please"; a terminal and npm both deliver the first. */
const IMPATIENT_MS = 2_000;

/**
 * Hands the terminal over to a command. The first SIGINT, SIGTERM or SIGHUP is passed on once (the child has its own
 * process group, so that a terminal's Ctrl-C does not reach it twice); a later one ends it at once.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} [options]
 * @returns {Promise<number>} the exit status, 128 + n when a signal ended it
 */
export function handOver(command, args, { cwd, env } = {}) {
  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: 137, SIGABRT: 134, SIGSEGV: 139 };
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit', detached: true });
    let askedAt;
    const group = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        child.kill(signal);
      }
    };
    const pass = (signal) => {
      if (askedAt === undefined) {
        askedAt = Date.now();
        child.kill(signal);
      } else if (Date.now() - askedAt > IMPATIENT_MS) group('SIGKILL');
    };
    const passed = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of passed) process.on(signal, pass);
    const gone = () => group('SIGKILL');
    process.on('exit', gone);
    const end = (status) => {
      for (const signal of passed) process.off(signal, pass);
      process.off('exit', gone);
      resolve(status);
    };
    child.on('error', (error) => {
      process.stderr.write(`${command} could not be started: ${error.message}\n`);
      end(127);
    });
    child.on('exit', (code, signal) => end(code ?? signals[signal] ?? 1));
  });
}
