import { connect, type Socket } from 'node:net';
import { DeviceError } from '../conditions.ts';
import type { ByteTransport } from '../contract/transport.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** A device that lost its power says no goodbye: the system's own probes find out. */
const KEEP_ALIVE_MS = 10_000;

/** A TCP client: a serial-to-network converter or a device with a raw socket. May be opened again after it closed. */
export class TcpTransport implements ByteTransport {
  readonly address: string;
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(options: { host: string; port: number }) {
    this.#host = options.host;
    this.#port = options.port;
    this.address = `tcp:${options.host}:${options.port}`;
  }

  async open(handlers: Parameters<ByteTransport['open']>[0]): Promise<void> {
    const socket = connect({
      host: this.#host,
      port: this.#port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new DeviceError('TCP_TIMEOUT', this.address)));
      socket.once('error', (error) => reject(this.#coded(error)));
      socket.once('connect', () => resolve());
    });
    socket.setTimeout(0);
    this.#socket = socket;
    let lastError = '';
    socket.on('error', (error) => {
      lastError = error.message;
    });
    socket.on('data', (bytes) => handlers.onBytes(bytes));
    // The far end's FIN ends the line as a whole: a device never half-closes on purpose.
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      handlers.onClose(lastError || 'closed');
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (!socket || socket.destroyed) return Promise.reject(new DeviceError('PORT_CLOSED', this.address));
    return new Promise((resolve, reject) => {
      socket.write(bytes, (error) => (error ? reject(new DeviceError('PORT_CLOSED', error.message)) : resolve()));
    });
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.destroy();
    });
  }

  #coded(error: Error & { code?: string }): DeviceError {
    if (error instanceof DeviceError) return error;
    if (error.code === 'ECONNREFUSED') return new DeviceError('TCP_REFUSED', this.address);
    if (error.code === 'ETIMEDOUT') return new DeviceError('TCP_TIMEOUT', this.address);
    return new DeviceError('TCP_FAILED', `${this.address}: ${error.message}`);
  }
}
