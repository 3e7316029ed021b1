import type { ByteTransport, TransportHandlers } from '../../../contract/transport.ts';

/** Written instead of a report: makes the last report come again. Never sent; no report has this id. */
export const AGAIN: Uint8Array = Uint8Array.of(0);

/**
 * Keeps the last report of a scale that is quiet while its weight is the same, and gives it again when asked. What was reported before the
 * line broke is forgotten: the plate may be another one.
 */
export class LastReport implements ByteTransport {
  readonly #inner: ByteTransport;
  #handlers: TransportHandlers | undefined;
  #last: Uint8Array | undefined;

  constructor(inner: ByteTransport) {
    this.#inner = inner;
  }

  get address(): string {
    return this.#inner.address;
  }

  async open(handlers: TransportHandlers): Promise<void> {
    this.#handlers = handlers;
    await this.#inner.open({
      ...handlers,
      onBytes: (bytes) => {
        this.#last = Uint8Array.from(bytes);
        handlers.onBytes(bytes);
      },
      onClose: (reason) => {
        this.#last = undefined;
        handlers.onClose(reason);
      },
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (bytes !== AGAIN) return this.#inner.write(bytes);
    if (this.#last) this.#handlers?.onBytes(this.#last);
  }

  async close(): Promise<void> {
    this.#last = undefined;
    await this.#inner.close();
  }
}
