import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { access, lstat } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import type { z } from 'zod';
import { DeviceError } from '../conditions.ts';
import { type Connection, SerialSettings } from '../contract/config.ts';
import type { SimulatorLine } from './line.ts';

type Socat = ChildProcessByStdio<Writable, Readable, Readable>;

const UP_TIMEOUT_MS = 5_000;
const UP_POLL_MS = 10;
const REVIVE_DELAY_MS = 50;
const MAX_COMPLAINT = 500;

/**
 * A pseudo-terminal made by the program socat: `path` is what a driver opens as its serial port. A pseudo-terminal always carries 8 bits,
 * whatever data bits and parity the opener sets. When socat ends (some versions do when the driver closes the port) it is started again.
 */
export class PtyLine implements SimulatorLine {
  readonly connection: Connection;
  readonly #path: string;
  #running = false;
  #socat: Socat | undefined;
  #onBytes: (bytes: Uint8Array) => void = () => {};
  #revive: NodeJS.Timeout | undefined;

  constructor(options: { path: string; settings?: Partial<Omit<z.infer<typeof SerialSettings>, 'path'>> }) {
    this.#path = options.path;
    this.connection = { kind: 'serial', ...SerialSettings.parse({ ...options.settings, path: options.path }) };
  }

  async start(onBytes: (bytes: Uint8Array) => void): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#onBytes = onBytes;
    try {
      await this.#mayTake();
      await this.#open();
    } catch (error) {
      this.#running = false;
      throw error;
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    const socat = this.#socat;
    if (!socat || socat.exitCode !== null) return Promise.reject(new DeviceError('PORT_CLOSED', this.#path));
    return new Promise((resolve, reject) => {
      socat.stdin.write(bytes, (error) => (error ? reject(new DeviceError('PORT_CLOSED', error.message)) : resolve()));
    });
  }

  /** A device that hangs: its line stays open, nobody reads it and nothing comes, until it is thawed. */
  freeze(frozen: boolean): void {
    this.#socat?.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#revive);
    // One that is frozen hears nothing else.
    this.freeze(false);
    const socat = this.#socat;
    this.#socat = undefined;
    if (!socat || socat.exitCode !== null || socat.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      socat.once('exit', () => resolve());
      socat.kill('SIGTERM');
    });
  }

  /** Socat replaces whatever has the path, and removes it at its end: a file of somebody, or the path of another simulator. */
  async #mayTake(): Promise<void> {
    const found = await lstat(this.#path).catch(() => undefined);
    if (!found) return;
    if (!found.isSymbolicLink()) throw new DeviceError('PTY_FAILED', `${this.#path} is a file`);
    if (await exists(this.#path)) throw new DeviceError('PTY_FAILED', `${this.#path} is another pseudo-terminal`);
  }

  async #open(): Promise<void> {
    const socat: Socat = spawn('socat', [`PTY,link=${this.#path},rawer,echo=0`, 'STDIO'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let complaint = '';
    let failure: DeviceError | undefined;
    socat.stderr.on('data', (chunk: Buffer) => {
      complaint = `${complaint}${chunk}`.slice(-MAX_COMPLAINT);
    });
    socat.stdin.on('error', () => undefined);
    socat.stdout.on('data', (bytes: Buffer) => this.#onBytes(bytes));
    socat.once('error', (error: NodeJS.ErrnoException) => {
      failure =
        error.code === 'ENOENT' ? new DeviceError('PTY_NO_SOCAT') : new DeviceError('PTY_FAILED', error.message);
    });
    socat.once('exit', () => {
      failure ??= new DeviceError('PTY_FAILED', complaint.trim());
      if (this.#socat === socat) this.#ended();
    });
    await this.#up(() => failure);
    this.#socat = socat;
  }

  async #up(failure: () => DeviceError | undefined): Promise<void> {
    const deadlineMs = Date.now() + UP_TIMEOUT_MS;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, UP_POLL_MS));
      const failed = failure();
      if (failed) throw failed;
      if (await exists(this.#path)) return;
      if (Date.now() > deadlineMs) throw new DeviceError('PTY_FAILED', `${this.#path} did not appear`);
    }
  }

  #ended(): void {
    this.#socat = undefined;
    if (!this.#running) return;
    this.#revive = setTimeout(() => {
      if (this.#running) this.#open().catch(() => this.#ended());
    }, REVIVE_DELAY_MS);
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
