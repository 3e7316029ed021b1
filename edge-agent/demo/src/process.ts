import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 12_000;
const KEPT_LINES = 12;

/** Said by `npm test`, which has just compiled everything: what tests start runs from there, up in half the CPU time. */
const isBuilt = process.env.TILLSIDE_TEST_BUILT === '1';

/** Arguments that run one of our entries with this Node: built code as it is, source through the export condition. */
export function nodeArguments(entry: string): string[] {
  if (!entry.endsWith('.ts')) return [entry];
  if (isBuilt) return [entry.replace(/\/src\/(?!.*\/src\/)(.*)\.ts$/, '/dist/$1.js')];
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return ['--conditions=@tillside/source', '--import', tsx, entry];
}

/** The entry of a room's command line, built or source, whichever this process itself runs from. */
export function roomEntry(room: '@tillside/hub' | '@tillside/edge-agent'): string {
  const index = import.meta.resolve(room);
  return fileURLToPath(new URL(index.endsWith('.ts') ? './cli.ts' : './cli.js', index));
}

/** A part of the demo that ended or never got ready; `lines` are the last it said. */
export class PartFailed extends Error {
  constructor(name: string, reason: string, lines: readonly string[]) {
    super(`${name} ${reason}${lines.length > 0 ? `\n  ${lines.join('\n  ')}` : ''}`);
    this.name = 'PartFailed';
  }
}

/** One of the demo's processes: its log in a file, its first stdout line the sign that it is ready. */
export class Part<Ready> {
  readonly name: string;
  #entry: string;
  #args: readonly string[];
  #flags: readonly string[];
  #logPath: string;
  #child: ChildProcess | undefined;
  #lines: string[] = [];
  #stopping = false;
  onExit: ((code: number | null) => void) | undefined;

  /** @param options.flags of Node itself, as the first line of the part's own command has them */
  constructor(options: {
    name: string;
    entry: string;
    args: readonly string[];
    flags?: readonly string[];
    logPath: string;
  }) {
    this.name = options.name;
    this.#entry = options.entry;
    this.#args = options.args;
    this.#flags = options.flags ?? [];
    this.#logPath = options.logPath;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Rejects with PartFailed and what it said last. */
  start(): Promise<Ready> {
    this.#stopping = false;
    const child = spawn(process.execPath, [...this.#flags, ...nodeArguments(this.#entry), ...this.#args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    const log = createWriteStream(this.#logPath, { flags: 'a' });
    child.stderr.on('data', (chunk: Buffer) => {
      log.write(chunk);
      this.#lines = [...this.#lines, ...chunk.toString('utf8').split('\n').filter(Boolean)].slice(-KEPT_LINES);
    });
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => reject(new PartFailed(this.name, reason, this.#lines));
      const timer = setTimeout(() => fail('did not get ready in time'), READY_TIMEOUT_MS);
      createInterface({ input: child.stdout }).on('line', (line) => {
        log.write(`${line}\n`);
        if (!line.startsWith('{')) return;
        clearTimeout(timer);
        resolve(JSON.parse(line) as Ready);
      });
      child.once('exit', (code) => {
        clearTimeout(timer);
        log.end();
        if (this.#child === child) this.#child = undefined;
        fail(`ended (${code ?? 'killed'}) before it was ready`);
        if (!this.#stopping) this.onExit?.(code);
      });
    });
  }

  /** Asks it to stop, and ends it when it does not. */
  stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#stopping = true;
    if (child === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      child.kill(signal);
    });
  }
}
