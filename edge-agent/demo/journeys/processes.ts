/** Processes as the kernel lists them (Linux), and the demo's own command line as a child. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeArguments } from '../src/process.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface Running {
  pid: number;
  command: string;
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Every process below `pid`, children's children too. */
export function descendants(pid: number): Running[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [
    { pid: child, command: read(`/proc/${child}/cmdline`).replaceAll('\0', ' ') },
    ...descendants(child),
  ]);
}

/** Whether it runs; one that ended and waits to be reaped does not. */
export function isAlive(pid: number): boolean {
  const state = /\) (\S)/.exec(read(`/proc/${pid}/stat`))?.[1];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** For putting away: a child whose parent was just ended may be gone before its turn comes. */
export function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** `npm start -- …` without the set-up before it. */
export class DemoCommand {
  readonly child: ChildProcess;
  /** The exit code; null when it was killed. */
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';
  #heard = new Set<() => void>();

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [...nodeArguments(MAIN), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString('utf8');
      for (const listener of this.#heard) listener();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString('utf8');
      for (const listener of this.#heard) listener();
    });
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the demo did not start');
    return this.child.pid;
  }

  /** Waits for words on stdout or stderr; rejects with what was said when it ends without them. */
  says(words: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!`${this.stdout}${this.stderr}`.includes(words)) return;
        this.#heard.delete(look);
        resolve();
      };
      this.#heard.add(look);
      void this.ended.then((code) => reject(new Error(`ended with ${code} before "${words}":\n${this.said()}`)));
      look();
    });
  }

  said(): string {
    return `${this.stdout}\n${this.stderr}`.slice(-3000);
  }
}
