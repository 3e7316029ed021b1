import { DeviceError } from '../conditions.ts';
import type { ByteTransport } from '../contract/transport.ts';

/** A line in memory: the double of the other transports. A test plays the device. */
export class MemoryTransport implements ByteTransport {
  readonly address = 'memory:';
  readonly written: Uint8Array[] = [];
  /** Feature reports, as a HID device gets them. */
  readonly features: Uint8Array[] = [];
  /** Errors that the next openings end with, in order. */
  readonly openErrors: DeviceError[] = [];
  openCount = 0;
  /** Called for each write, as a device would react. */
  onWrite: (bytes: Uint8Array) => void = () => {};
  #handlers: Parameters<ByteTransport['open']>[0] | undefined;

  async open(handlers: Parameters<ByteTransport['open']>[0]): Promise<void> {
    this.openCount += 1;
    const error = this.openErrors.shift();
    if (error) throw error;
    this.#handlers = handlers;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#handlers) throw new DeviceError('PORT_CLOSED');
    this.written.push(bytes);
    this.onWrite(bytes);
  }

  async sendFeature(report: Uint8Array): Promise<void> {
    if (!this.#handlers) throw new DeviceError('PORT_CLOSED');
    this.features.push(report);
  }

  async close(): Promise<void> {
    this.#handlers = undefined;
  }

  /** Bytes from the device; text is taken as Latin-1. */
  receive(bytes: Uint8Array | string): void {
    this.#handlers?.onBytes(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** The line breaks. */
  drop(reason: string): void {
    const handlers = this.#handlers;
    this.#handlers = undefined;
    handlers?.onClose(reason);
  }
}
