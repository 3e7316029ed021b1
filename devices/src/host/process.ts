import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BackoffLimits, backoffMs } from '../backoff.ts';
import { systemClock } from '../clock.ts';
import { condition } from '../conditions.ts';
import type { HostConfig } from '../contract/config.ts';
import type { Condition } from '../contract/event.ts';
import type { Clock } from '../contract/transport.ts';
import { TOKEN_VARIABLE } from './run.ts';
import { checkSocketPath } from './socket-path.ts';

const RESTART: BackoffLimits = { minMs: 50, baseMs: 200, maxMs: 10_000 };
/** A child that lived this long starts the back-off anew. */
const STEADY_MS = 30_000;
/** A host that answers no ping for the patience hangs in a driver or a native call; while it loads it may take the start-up time. */
const WATCHDOG = { intervalMs: 2_000, patienceMs: 10_000, startupMs: 60_000 } as const;
const STOP_GRACE_MS = 5_000;
const MAX_LOG_LINE = 2_000;
const TOKEN_BYTES = 32;

export type HostReport =
  | { readonly kind: 'started'; readonly pid: number; readonly bootId: string }
  | { readonly kind: 'ended'; readonly condition: Condition; readonly restartInMs: number };

export interface HostProcessOptions {
  /** Written to `configPath` for the child to read, its folder made for this user alone; absent: the file is there already. */
  readonly config?: HostConfig;
  readonly configPath: string;
  /** Of the child's Unix socket; absent: a fresh one. */
  readonly token?: string;
  readonly onReport: (report: HostReport) => void;
  /** What the child says on stdout and stderr, by line. */
  readonly onLog: (line: string) => void;
  readonly watchdog?: { readonly intervalMs: number; readonly patienceMs: number; readonly startupMs: number };
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Keeps one device host running as a child process: restarts it with back-off when it ends, kills it when it hangs. */
export class HostProcess {
  /** For the HostClient of this host; never written to disk. */
  readonly token: string;
  readonly #options: HostProcessOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  #running = false;
  #child: ChildProcess | undefined;
  #attempt = 0;
  #restart: { cancel(): void } | undefined;

  constructor(options: HostProcessOptions) {
    this.#options = options;
    this.token = options.token ?? randomBytes(TOKEN_BYTES).toString('hex');
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Throws HOST_SOCKET_PATH_LONG. Resolves when the child was spawned; `onReport` says when it is ready. A HostClient may connect at any time. */
  async start(): Promise<void> {
    if (this.#running) return;
    const { config, configPath } = this.#options;
    if (config !== undefined) {
      if (config.socketPath !== undefined) checkSocketPath(config.socketPath);
      await mkdir(dirname(configPath), { recursive: true, mode: 0o700 });
      await writeFile(configPath, JSON.stringify(config), { mode: 0o600 });
    }
    this.#running = true;
    this.#spawn();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#restart?.cancel();
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const kill = this.#clock.setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      child.once('exit', () => {
        kill.cancel();
        resolve();
      });
      child.kill('SIGTERM');
    });
  }

  #spawn(): void {
    const startedMs = this.#clock.now();
    const child = spawn(process.execPath, [...entryArguments(), this.#options.configPath], {
      env: { ...process.env, [TOKEN_VARIABLE]: this.token },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    const watchdog = this.#watch(child);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => this.#log(chunk));
    child.on('message', (message) => {
      const ready = readyBootId(message);
      if (ready && child.pid) this.#options.onReport({ kind: 'started', pid: child.pid, bootId: ready });
    });
    let ended = false;
    const end = (because: string) => {
      if (ended) return;
      ended = true;
      watchdog.stop();
      this.#ended(startedMs, watchdog.expired ? condition('HOST_UNRESPONSIVE') : condition('HOST_EXITED', because));
    };
    child.once('exit', (code, signal) => end(signal ?? `code ${code}`));
    child.once('error', (error) => end(error.message));
  }

  #ended(startedMs: number, because: Condition): void {
    this.#child = undefined;
    if (!this.#running) return;
    if (this.#clock.now() - startedMs >= STEADY_MS) this.#attempt = 0;
    const restartInMs = backoffMs(this.#attempt, RESTART, this.#random);
    this.#attempt += 1;
    this.#restart = this.#clock.setTimeout(() => this.#spawn(), restartInMs);
    this.#options.onReport({ kind: 'ended', condition: because, restartInMs });
  }

  /** Pings over the IPC channel, which a driver that spins or a native call that hangs can't answer. */
  #watch(child: ChildProcess): { stop(): void; readonly expired: boolean } {
    const { intervalMs, patienceMs, startupMs } = this.#options.watchdog ?? WATCHDOG;
    let allowedUntilMs = this.#clock.now() + startupMs;
    let expired = false;
    let timer: { cancel(): void } | undefined;
    child.on('message', () => {
      allowedUntilMs = this.#clock.now() + patienceMs;
    });
    const tick = () => {
      if (this.#clock.now() > allowedUntilMs) {
        expired = true;
        child.kill('SIGKILL');
        return;
      }
      if (child.connected) child.send('ping', () => undefined);
      timer = this.#clock.setTimeout(tick, intervalMs);
    };
    timer = this.#clock.setTimeout(tick, intervalMs);
    return {
      stop: () => timer?.cancel(),
      get expired() {
        return expired;
      },
    };
  }

  #log(chunk: Buffer): void {
    for (const line of chunk.toString('utf8').split('\n')) {
      if (line.trim() !== '') this.#options.onLog(line.slice(0, MAX_LOG_LINE));
    }
  }
}

/** From source the child needs the TypeScript loader; built code runs as it is. */
function entryArguments(): string[] {
  const fromSource = import.meta.url.endsWith('.ts');
  const entry = fileURLToPath(new URL(fromSource ? './main.ts' : './main.js', import.meta.url));
  if (!fromSource) return [entry];
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return ['--conditions=@tillside/source', '--import', loader, entry];
}

function readyBootId(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('t' in message) || message.t !== 'ready') return undefined;
  return 'bootId' in message && typeof message.bootId === 'string' ? message.bootId : undefined;
}
