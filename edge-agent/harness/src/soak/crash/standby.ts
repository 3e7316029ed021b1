import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { nodeArguments } from '@tillside/demo';
import { HarnessError } from '../../errors.ts';

const ENTRY = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './agent.ts' : './agent.js', import.meta.url));
const MAX_KEPT_CHARS = 4_000;

/** An agent process that has its code loaded and touches no file before `go`. */
export class StandbyAgent {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #said = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString('utf8')).slice(-MAX_KEPT_CHARS);
    });
  }

  /** `waits`: false for the control that answers without waiting for the disk. */
  static spawn(config: string, waits: boolean, environment: NodeJS.ProcessEnv): StandbyAgent {
    const child = spawn(process.execPath, [...nodeArguments(ENTRY), config, waits ? '--wait' : '--no-wait'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // A Ctrl-C is for the soak: it ends them.
      detached: true,
      env: { ...process.env, ...environment },
    });
    // It may be killed while it is spoken to.
    child.stdin?.on('error', () => undefined);
    return new StandbyAgent(child);
  }

  /** Starts the agent; resolves with its address when it answers. Rejects with HARNESS_STORE_FAILED and what it said last. */
  async go(): Promise<string> {
    this.#child.stdin?.write('go\n');
    const { stdout } = this.#child;
    if (stdout !== null)
      for await (const line of createInterface({ input: stdout })) return (JSON.parse(line) as { url: string }).url;
    await this.#ended;
    throw new HarnessError('HARNESS_STORE_FAILED', `the agent ended before it was ready: ${this.#said}`);
  }

  /** Resolves when the process is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#child.kill(signal);
    return this.#ended;
  }
}
