import type { Writable } from 'node:stream';

/** Writes at the pace of the reader. A reader that goes away (EPIPE, as with `| head`) is no error: `closed` says so. */
export class Output {
  readonly #stream: Writable;
  #closed = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('drain', () => this.#wake?.());
    stream.on('close', () => this.#end());
    stream.on('error', (error: Error & { code?: string }) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') this.#error = error;
      this.#end();
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves when more may be written. Rejects when the output cannot be written, such as on a full disk. */
  async write(text: string): Promise<void> {
    if (text !== '' && !this.#closed && !this.#stream.write(text)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    if (this.#error) throw this.#error;
  }

  #end(): void {
    this.#closed = true;
    this.#wake?.();
  }
}
